/** Routing read from a hub as one document, and written to it. */
import { calendarUses } from '../calendars/change.ts';
import { Problem } from '../problem.ts';
import type { Hub } from '../hub.ts';
import { versioned } from '../routing/rules/policy.ts';
import { QueueInput } from '../routing/schema.ts';
import { checked, documentOf, Stored, toIds, type Lookup, type RoutingDocument, type Wrong } from './rules/document.ts';
import { planOf, type Change } from './rules/plan.ts';
import { currentRules, saveRules } from './save.ts';

type Reach = Pick<Hub, 'store' | 'now'>;
const by = { id: 'routing-apply', name: 'routing apply' };
/** An absent section of a queue's hours is written as what it means. */
const always = { calendarId: null, closed: { behaviour: 'message' as const, text: {} } };

async function lookupOf({ store }: Reach): Promise<Lookup> {
  const [queues, calendars, channels, people] = await Promise.all([store.queues.list(), store.calendars.list(), store.channels.list(), store.people.list()]);
  return { queues, calendars, channels, people: people.map(({ id, email }) => ({ id, name: email })) };
}

/** All of it, as it is now. */
export async function exported(reach: Reach): Promise<RoutingDocument> {
  const { store } = reach;
  const [lookup, queues, calendars, policy, rules] = await Promise.all([lookupOf(reach), store.queues.list(), store.calendars.list(), store.routingPolicies.last(), currentRules(reach)]);
  const { version: _version, ...weights } = versioned(policy);
  return documentOf({ calendars: calendars.map(({ id: _id, ...rest }) => rest), queues: queues.map(({ id: _id, ...rest }) => QueueInput.parse(rest)), policy: weights, rules: rules.rules }, lookup);
}

/** What a document would change, or what is wrong with it. */
export async function planned(reach: Reach, raw: unknown): Promise<{ wrong: Wrong[]; document: RoutingDocument; changes: Change[] }> {
  const { document, wrong } = checked(raw, await lookupOf(reach));
  return { wrong, document, changes: wrong.length > 0 ? [] : planOf(await exported(reach), document) };
}

/** Why something that is to be removed should stay. */
export async function objections(reach: Reach, document: RoutingDocument, changes: Change[]): Promise<{ queues: string[]; calendars: string[] }> {
  const removed = (section: Change['section']) => changes.filter((change) => change.section === section && change.kind === 'removed').map(({ name }) => name);
  const [queues, heads, channels, rules] = await Promise.all([reach.store.queues.list(), reach.store.conversations.activeHeads(), reach.store.channels.list(), currentRules(reach)]);
  const uses = await calendarUses(reach);
  const calendars = await reach.store.calendars.list();
  return {
    queues: queues.filter(({ name }) => removed('queue').includes(name)).flatMap(({ id, name }) => {
      const waiting = heads.filter((head) => head.handler === 'queue' && head.queueId === id).length;
      const used = channels.filter(({ queueId }) => queueId === id).map((channel) => `channel “${channel.name}”`);
      const ruled = document.rules ? [] : rules.rules.filter(({ result }) => result.queueId === id).map((rule) => `rule “${rule.name}”`);
      return [...(waiting > 0 ? [`queue “${name}”: ${waiting} waiting`] : []), ...[...used, ...ruled].map((user) => `queue “${name}”: used by ${user}`)];
    }),
    // What the document itself says of queues and rules is checked with it.
    calendars: calendars.filter(({ name }) => removed('calendar').includes(name)).flatMap(({ id, name }) => (uses.get(id) ?? [])
      .filter(({ kind }) => !(kind === 'queue' && document.queues) && !(kind === 'routing-rule' && document.rules)).map((use) => `calendar “${name}”: used by ${use.kind} “${use.name}”`)),
  };
}

/**
 * Writes a document that was checked: calendars, new queues, queues as they are to be, the policy, the rules, then what is removed (queues
 * before calendars). Each step is one document or a few; what fails leaves the steps before it, and applying again goes on from there.
 */
export async function apply(reach: Reach, document: RoutingDocument, changes: Change[]): Promise<void> {
  const { store } = reach;
  const does = (section: Change['section'], kind?: Change['kind']) => new Set(changes.filter((change) => change.section === section && (!kind || change.kind === kind)).map(({ name }) => name));
  const idOf = (all: { id: string; name: string }[], name: string) => all.find((each) => each.name === name)?.id ?? '';
  /** Everything it names is there by then. */
  const stored = async (): Promise<Stored> => Stored.parse(toIds(document, await lookupOf(reach), []));

  const before = await lookupOf(reach);
  const { calendars = [] } = Stored.pick({ calendars: true }).parse({ calendars: document.calendars });
  for (const calendar of calendars) {
    if (does('calendar', 'added').has(calendar.name)) await store.calendars.create(calendar);
    else if (does('calendar', 'changed').has(calendar.name)) await store.calendars.change(idOf(before.calendars, calendar.name), calendar);
  }
  for (const name of does('queue', 'added')) await store.queues.create(QueueInput.parse({ name }));
  const { queues = [], policy, rules } = await stored();
  const now = await lookupOf(reach);
  for (const queue of queues) if (does('queue').has(queue.name)) await store.queues.update(idOf(now.queues, queue.name), { ...always, ...queue });
  if (policy && does('policy').size > 0) {
    const rev = (await store.routingPolicies.last())?.rev ?? 0;
    if (!await store.routingPolicies.save(rev, { kept: { ...policy, version: `policy-${rev + 1}` }, at: reach.now(), by })) throw new Problem('conflict', 'Somebody saved the routing policy meanwhile. Apply again.');
  }
  if (rules && does('rule').size > 0) {
    const set = (all: { id: string }[]) => new Set(all.map(({ id }) => id));
    await saveRules(reach, { version: (await currentRules(reach)).version, rules }, by, { queues: set(now.queues), channels: set(now.channels), calendars: set(now.calendars) });
  }
  for (const name of does('queue', 'removed')) await store.queues.remove(idOf(now.queues, name));
  for (const name of does('calendar', 'removed')) await store.calendars.remove(idOf(now.calendars, name));
}
