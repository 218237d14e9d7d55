/** How it is said who did or said something about a person. */
import { useI18n } from 'vue-i18n';
import { fullTime } from '../../ui/times.ts';
import { useNames } from '../directory.ts';
import { useSession } from '../session/use-session.ts';
import type { Field, HistoryItem, Person } from './shapes.ts';

type Actor = { kind: string; id: string };

/** Words for actors, sources of fields, and reasons of rules. */
export function usePersonWords(person: () => Person | undefined) {
  const { t, te, locale } = useI18n();
  const names = useNames();
  const session = useSession();

  function who({ kind, id }: Actor): string {
    if (kind === 'agent') return id === session.user?.id ? t('entry.you') : names.person(id)?.name ?? t('entry.someone');
    if (kind === 'contact') return t('person.customer');
    return t(kind === 'program' ? 'person.program' : 'person.system');
  }
  const channelName = (id: string) => names.channel(id)?.name ?? t('person.source.gone');
  function source({ by, id, evidence }: Field['values'][number]['source']): string {
    if (by === 'channel') return t(evidence ? 'person.source.signed' : 'person.source.channel', { channel: channelName(id) });
    return by === 'program' ? t('person.source.program') : t('person.source.agent', { who: who({ kind: by, id }) });
  }
  return {
    who, channelName,
    since: (from: Field['values'][number]['source']) => t('person.since', { source: source(from), time: fullTime(from.at, locale.value) }),
    /** A rule's reason in words; a colleague's as they wrote it. */
    reason: ({ by, reason, evidence }: { by: Actor; reason: string; evidence?: { kind: string; value: string } }) =>
      (by.kind === 'system' && te(`person.rule.${reason}`) ? `${t(`person.rule.${reason}`)}${evidence ? ` (${evidence.value})` : ''}` : reason),
    /** A contact's own name, whatever the person is called. */
    member: (id: string) => names.customer(person()?.members.find((each) => each.id === id)?.name ?? names.member(id) ?? ''),
  };
}

/** A line's place in a list. */
export const itemKey = (item: HistoryItem): string => `${item.type} ${item.id}`;
