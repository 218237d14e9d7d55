/** A rule in a sentence: what has to hold, and what becomes of the conversation. */
import type { Conditions, Result } from '../../../server/routing-rules/schema.ts';

/** How ids and codes are called, and the sentences of a language. */
export type Tongue = {
  t: (key: string, values?: Record<string, string | number>) => string;
  locale: string;
  name: (of: 'queue' | 'channel' | 'kind' | 'calendar', id: string) => string;
};

const quoted = (values: string[]): string[] => values.map((value) => `“${value}”`);

/** Each condition as a clause; none: it always holds. */
export function conditionsIn(when: Conditions, { t, locale, name }: Tongue): string[] {
  const or = (values: string[]) => new Intl.ListFormat(locale, { type: 'disjunction' }).format(values);
  const clause = (key: string, values: string[]) => t(`routingRules.if.${key}`, { list: or(values) });
  const { priority, hours } = when;
  return [
    ...(when.channels ? [clause('channels', quoted(when.channels.map((id) => name('channel', id))))] : []),
    ...(when.channelKinds ? [clause('channelKinds', when.channelKinds.map((kind) => name('kind', kind)))] : []),
    ...(when.handOver ? [clause('handOver', when.handOver.map((reason) => t(`handOver.reason.${reason}`)))] : []),
    ...(when.locales ? [clause('locales', when.locales.map((each) => t(`routingRules.language.${each}`)))] : []),
    ...(priority ? [t('routingRules.if.priority', { min: t(`priority.${priority.min ?? 0}`), max: t(`priority.${priority.max ?? 4}`) })] : []),
    ...(when.labels ? [clause('labels', quoted(when.labels))] : []),
    ...(when.words ? [clause('words', quoted(when.words))] : []),
    ...(when.attributes ?? []).map((each) => t(`routingRules.if.attribute.${each.is}`, { name: each.name, list: or(quoted(each.values)) })),
    ...(hours ? [t(`routingRules.if.${hours.open ? 'open' : 'closed'}`, { name: name('calendar', hours.calendarId) })] : []),
    ...(when.returning === undefined ? [] : [t(`routingRules.if.${when.returning ? 'returning' : 'new'}`)]),
  ];
}

/** What a rule does, part by part. */
export function resultIn({ queueId, skills, priority, override }: Result, { t, name }: Tongue): string[] {
  return [
    ...(queueId ? [t('routingRules.becomes.queue', { name: name('queue', queueId) })] : []),
    ...(skills?.length ? [t('routingRules.becomes.skills', { list: skills.map((skill) => `${skill.name} ${skill.level}`).join(' · ') })] : []),
    ...(priority === undefined ? [] : [t('routingRules.becomes.priority', { level: t(`priority.${priority}`) })]),
    ...(override ? [t('routingRules.becomes.override')] : []),
  ];
}
