/** Connecting and changing channels: the form comes from the kind's manifest, so a new kind needs no new screen. */
import { computed, reactive, ref } from 'vue';
import { useI18n } from 'vue-i18n';
import { fieldsOf, initialValues, settingsOf } from '../../ui/schema-fields.ts';
import { api } from '../api.ts';
import { hoursBody, hoursForm, type HoursForm } from '../calendars/hours-form.ts';
import { useChannelKinds, useChannels, useNames } from '../directory.ts';
import { useEditing } from '../use-editing.ts';
import { useFailed } from '../use-failed.ts';
import type { Channel, ChannelKind } from '../wire.ts';

export type Basics = { id: string; kind: string; name: string; bot: boolean; queueId: string; hours: HoursForm };

/** Behaviour of the channels page. */
export function useChannelForm() {
  const { t, te, locale } = useI18n();
  const names = useNames();
  const list = useChannels();
  const kindList = useChannelKinds();
  const { data } = kindList;
  const editing = useEditing<Channel>('channels');
  const basics = reactive<Basics>({ id: '', kind: '', name: '', bot: true, queueId: 'none', hours: hoursForm() });
  const stored = ref<Record<string, unknown>>({});
  const values = ref<Record<string, unknown>>({});
  const made = ref<Record<string, string> | null>(null);
  const kinds = computed(() => data.value ?? []);
  const fields = computed(() => fieldsOf(names.kind(basics.kind)?.config ?? {}, locale.value, (choice) => (te(`channels.choice.${choice}`) ? t(`channels.choice.${choice}`) : choice)));
  const configErrors = computed(() => Object.fromEntries(Object.entries(editing.fields.value).filter(([path]) => path.startsWith('config.')).map(([path, message]) => [path.split('.')[1] ?? '', message])));

  function start(next: Basics, config: Record<string, unknown>) {
    Object.assign(basics, next);
    stored.value = config;
    values.value = initialValues(fields.value, config);
    editing.start();
  }

  async function save() {
    const config = settingsOf(fields.value, values.value);
    const common = { name: basics.name.trim(), bot: basics.bot, queueId: basics.queueId === 'none' ? null : basics.queueId, ...hoursBody(basics.hours), config };
    await editing.save(async () => {
      if (basics.id) return api.patch(`/channels/${basics.id}`, common);
      const channel = await api.post<Channel>('/channels', { kind: basics.kind, ...common });
      const secrets = Object.entries(channel.secrets ?? {}).filter(([name]) => name !== 'tokenSecret');
      if (secrets.length > 0) made.value = Object.fromEntries(secrets);
      return channel;
    });
  }

  return {
    list, failed: useFailed(list), isPending: list.isPending, kindList, kindsFailed: useFailed(kindList), kinds, channels: names.channels, kindName: names.kindName, basics, fields, values, made, configErrors, editing, save,
    add: (kind: ChannelKind) => start({ id: '', kind: kind.kind, name: names.kindName(kind.kind), bot: true, queueId: 'none', hours: hoursForm() }, {}),
    edit: (channel: Channel) => start({ id: channel.id, kind: channel.kind, name: channel.name, bot: channel.bot, queueId: channel.queueId ?? 'none', hours: hoursForm(channel) }, channel.config),
    secretKept: (name: string) => stored.value[name] === 'set',
  };
}
