/** Reading and saving the rules. What a rule names must exist. */
import type { Hub } from '../hub.ts';
import { Problem } from '../problem.ts';
import type { RoutingRule, RoutingRulesInput, RulesVersion } from './schema.ts';

type By = { id: string; name: string };
/** What there is to be named. */
export type Known = { queues: Set<string>; channels: Set<string>; calendars: Set<string>; kinds?: Set<string> };

const ids = (all: { id: string }[]): Set<string> => new Set(all.map(({ id }) => id));

/** @param kinds those a condition may name; absent: any */
export async function knownTo({ store }: Pick<Hub, 'store'>, kinds?: Set<string>): Promise<Known> {
  return { queues: ids(await store.queues.list()), channels: ids(await store.channels.list()), calendars: ids(await store.calendars.list()), ...(kinds ? { kinds } : {}) };
}

/** Each field that names something that is not there, with what is wrong. */
function unknownIn(rules: readonly RoutingRule[], known: Known): Record<string, string> {
  const wrong: Record<string, string> = {};
  rules.forEach(({ when, result }, at) => {
    if (result.queueId !== undefined && !known.queues.has(result.queueId)) wrong[`${at}.result.queueId`] = 'must be the id of a queue';
    if (when.hours && !known.calendars.has(when.hours.calendarId)) wrong[`${at}.when.hours.calendarId`] = 'must be the id of a calendar';
    when.channels?.forEach((id, nth) => { if (!known.channels.has(id)) wrong[`${at}.when.channels.${nth}`] = 'must be the id of a channel'; });
    when.channelKinds?.forEach((kind, nth) => { if (known.kinds && !known.kinds.has(kind)) wrong[`${at}.when.channelKinds.${nth}`] = 'must be a kind of channel'; });
  });
  return wrong;
}

const versionOf = (saved: { rev: number; kept: RoutingRule[]; at: Date; by: By } | null): RulesVersion => ({ version: saved?.rev ?? 0, rules: saved?.kept ?? [], at: saved?.at ?? null, by: saved?.by ?? null });

/** As they were saved last. */
export const currentRules = async ({ store }: Pick<Hub, 'store'>): Promise<RulesVersion> => versionOf(await store.routingRules.last());

/** Every saving, the newest first, at most 200. */
export const versionsOf = async ({ store }: Pick<Hub, 'store'>): Promise<RulesVersion[]> => (await store.routingRules.list(200)).map(versionOf);

/** Problem 'invalid', with each field, when a rule names what does not exist. */
export function mustKnow(rules: readonly RoutingRule[], known: Known, prefix = 'rules.'): void {
  const wrong = Object.entries(unknownIn(rules, known));
  if (wrong.length > 0) throw new Problem('invalid', { 'zh-CN': '规则引用了不存在的对象。', en: 'A rule names something that does not exist.' }, Object.fromEntries(wrong.map(([path, text]) => [prefix + path, text])));
}

/** Saves them as the next version. A Problem 'conflict' names who saved meanwhile. */
export async function saveRules(hub: Pick<Hub, 'store' | 'now'>, { version, rules }: RoutingRulesInput, by: By, known: Known): Promise<RulesVersion> {
  mustKnow(rules, known);
  const saved = await hub.store.routingRules.save(version, { kept: rules, at: hub.now(), by });
  if (saved) return versionOf(saved);
  const name = (await hub.store.routingRules.last())?.by.name ?? '?';
  throw new Problem('conflict', { 'zh-CN': `${name} 刚刚保存了分流规则，请刷新后再改。`, en: `${name} saved the routing rules meanwhile. Look again, then change them.` }, { version: 'is not the last' });
}
