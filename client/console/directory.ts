/** What every screen looks names up in: people, queues, channels, labels, canned replies. Fetched once, kept fresh by events. */
import { useQuery } from '@pinia/colada';
import { computed, shallowReactive, shallowRef } from 'vue';
import { useI18n } from 'vue-i18n';
import { api, listOf } from './api.ts';
import { onLive, type LiveEvents } from './live.ts';
import type { CannedReply, Channel, ChannelKind, Label, Queue, User } from './wire.ts';

export const usePeople = () => useQuery({ key: ['people'], query: () => listOf<User>('/people'), staleTime: 60_000 });
export const useQueues = () => useQuery({ key: ['queues'], query: () => listOf<Queue>('/queues'), staleTime: 60_000 });
export const useChannels = () => useQuery({ key: ['channels'], query: () => listOf<Channel>('/channels'), staleTime: 60_000 });
export const useChannelKinds = () => useQuery({ key: ['channel-kinds'], query: () => listOf<ChannelKind>('/channel-kinds'), staleTime: 600_000 });
export const useLabels = () => useQuery({ key: ['labels'], query: () => listOf<Label>('/labels'), staleTime: 60_000 });
export const useCannedReplies = () => useQuery({ key: ['canned-replies'], query: () => listOf<CannedReply>('/canned-replies'), staleTime: 60_000 });

type Presence = LiveEvents['presence']['people'][number];
const present = shallowRef(new Map<string, Presence>());
onLive('presence', ({ people }) => { present.value = new Map(people.map((person) => [person.id, person])); });

/** Names of people in groups, asked for once each. */
const members = shallowReactive(new Map<string, string>());
function memberName(id: string): string | undefined {
  if (!members.has(id)) {
    members.set(id, '');
    api.get<{ name: string }>(`/contacts/${id}`).then(({ name }) => { members.set(id, name); }, () => { members.delete(id); });
  }
  return members.get(id) || undefined;
}

/** Names by id, for rows and activity lines. */
export function useNames() {
  const { t, locale } = useI18n();
  const { data: people } = usePeople();
  const { data: queues } = useQueues();
  const { data: channels } = useChannels();
  const { data: kinds } = useChannelKinds();
  const everybody = computed(() => (people.value ?? []).map((person) => ({ ...person, ...present.value.get(person.id) })));
  const peopleById = computed(() => new Map(everybody.value.map((person) => [person.id, person])));
  const queuesById = computed(() => new Map((queues.value ?? []).map((queue) => [queue.id, queue])));
  const channelsById = computed(() => new Map((channels.value ?? []).map((channel) => [channel.id, channel])));
  const kindsByName = computed(() => new Map((kinds.value ?? []).map((kind) => [kind.kind, kind])));

  const kindName = (kind: string | undefined): string => {
    const label = kindsByName.value.get(kind ?? '')?.label;
    return (typeof label === 'string' ? label : label?.[locale.value]) ?? kind ?? '';
  };
  /** The icon its manifest names. Any other set is not in the bundle and would be asked for on the internet. */
  const kindIcon = (kind: string | undefined): string => {
    const icon = kindsByName.value.get(kind ?? '')?.icon;
    return icon?.startsWith('i-lucide-') ? icon : 'i-lucide-radio';
  };
  /** Visitors without a name are called by their key; people need a word and a short sign to tell them apart. */
  const customer = (name: string): string => (/^[\w-]{16,}$/.test(name) ? t('list.visitor', { code: name.replaceAll(/[^a-zA-Z0-9]/g, '').slice(-4).toUpperCase() }) : name || t('list.nameless'));
  return {
    customer,
    member: memberName,
    person: (id: string | null | undefined) => peopleById.value.get(id ?? ''),
    queue: (id: string | null | undefined) => queuesById.value.get(id ?? ''),
    channel: (id: string | null | undefined) => channelsById.value.get(id ?? ''),
    kind: (kind: string | undefined) => kindsByName.value.get(kind ?? ''),
    kindName,
    kindIcon,
    channelIcon: (id: string | null | undefined) => kindIcon(channelsById.value.get(id ?? '')?.kind),
    /** Those who can be given work. */
    people: computed(() => everybody.value.filter((person) => !person.disabled)),
    queues: computed(() => queues.value ?? []),
    channels: computed(() => channels.value ?? []),
  };
}
