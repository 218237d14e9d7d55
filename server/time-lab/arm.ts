/** Arms what a run tried: it holds for a time, is watched, and goes back by itself when the service level falls. */
import type { Hub } from '../hub.ts';
import { Problem } from '../problem.ts';
import { policyOf, setPolicy } from '../routing/policy.ts';
import { QueueInput, type Queue } from '../routing/schema.ts';
import { judgedOf, verdictOn } from './rules/judge.ts';
import { usualGoal, type ArmInput, type Armed, type ArmState, type QueueBefore } from './schema.ts';

const lookMs = 15_000;
const slotMs = 15 * 60_000;
const system = { id: 'time-lab', name: 'time-lab' };

const tellQueues = async (hub: Hub) => hub.events.emit('queues', { queues: await hub.store.queues.list() });
const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

/** Changes queues and policy to what the run tried. Refused unless its replay could be trusted. */
export async function arm(hub: Hub, { runId, minutes, points }: ArmInput, by: { id: string; name: string }): Promise<Armed> {
  const { timeLab, queues } = hub.store;
  const run = await timeLab.get(runId, hub.now());
  const { result, input } = run ?? {};
  if (!result || !input) throw new Problem('not-found', { 'zh-CN': '没有这次推演，或它还没有结果。', en: 'There is no such run, or it has no result.' });
  if (!result.changed) throw new Problem('invalid', { 'zh-CN': '这次推演没有改动任何规则。', en: 'That run changed nothing.' });
  if (!result.trust.trustworthy || result.trust.replayed === null) throw new Problem('conflict', { 'zh-CN': '这次重演不可信，不能据此启用。', en: 'That replay cannot be trusted: nothing is armed by it.' });
  const { version: _version, ...weights } = input.policy;
  const served = new Map((await queues.list()).map((queue) => [queue.id, queue]));
  const changed = input.queues.flatMap((queue) => { const before = served.get(queue.id); return before ? [{ queue, before }] : []; });
  const policy = await policyOf(hub);
  const changesPolicy = Object.keys(weights).length > 0;
  const now = hub.now();
  const armed = await timeLab.armed.arm({
    runId, by: by.id, armedAt: now, endsAt: new Date(now.getTime() + minutes * 60_000), points, expected: result.trust.replayed, goal: Object.values(input.goals)[0] ?? usualGoal,
    state: 'armed', endedAt: null, changes: { queues: input.queues, policy: weights }, queuesBefore: changed.map(({ queue, before }) => fieldsOf(before, Object.keys(queue))),
    policyBefore: changesPolicy ? policy.policy : null, judged: { all: 0, inTime: 0 }, kept: [],
  });
  try {
    for (const { queue: { id, ...patch } } of changed) await queues.update(id, patch);
    if (changed.length > 0) await tellQueues(hub);
    if (changesPolicy) await setPolicy(hub, { rev: policy.rev, policy: { ...policy.policy, ...weights } }, by);
  } catch (error) {
    await putBack(hub, armed, 'by-hand');
    throw error;
  }
  return armed;
}

/** Puts back what holds now; null: nothing does. */
export async function takeBack(hub: Hub, id: string): Promise<void> {
  const armed = await hub.store.timeLab.armed.live();
  if (armed?.id !== id) throw new Problem('not-found', { 'zh-CN': '它已不在试用中。', en: 'It is not armed any more.' });
  await putBack(hub, armed, 'by-hand');
}

/** One look at what is armed: counts, judges, and puts back where that is due. */
export async function lookAtArmed(hub: Hub): Promise<void> {
  const armed = await hub.store.timeLab.armed.live();
  if (!armed) return;
  const [now, since] = [hub.now(), armed.armedAt.getTime()];
  // Counts are kept by quarters of an hour: the one in which it was armed began under the rules before.
  const slots = await hub.store.reports.between(new Date(Math.ceil(since / slotMs) * slotMs), new Date(now.getTime() + 1));
  const waiting = (await hub.store.conversations.activeHeads()).flatMap(({ handler, status, queuedAt }) => (handler === 'queue' && status === 'open' && queuedAt && queuedAt.getTime() >= since ? [queuedAt.getTime()] : []));
  const judged = judgedOf(slots.flatMap(({ cells }) => cells), waiting, armed.goal, now.getTime());
  await hub.store.timeLab.armed.judged(armed.id, judged);
  const verdict = verdictOn({ ...armed, judged }, now);
  if (verdict !== 'armed') await putBack(hub, armed, verdict);
}

/** Looks every few seconds, on every node: what is put back twice is put back. */
export function startArmed(hub: Hub): () => void {
  const timer = setInterval(() => { void lookAtArmed(hub).catch((error: unknown) => hub.log.warn({ err: error }, 'what is armed could not be looked at')); }, lookMs);
  return () => clearInterval(timer);
}

/** Only what is still as it was armed: what somebody changed meanwhile is theirs. */
async function putBack(hub: Hub, { id, changes, queuesBefore, policyBefore }: Armed, state: Exclude<ArmState, 'armed'>): Promise<void> {
  const { queues, timeLab } = hub.store;
  const kept = new Set<Armed['kept'][number]>();
  const served = new Map((await queues.list()).map((queue) => [queue.id, queue]));
  for (const { id: queueId, ...before } of queuesBefore) {
    const [queue, tried] = [served.get(queueId), changes.queues.find((each) => each.id === queueId)];
    if (!queue || !tried) continue;
    const untouched = same(fieldsOf(queue, Object.keys(before)), fieldsOf({ ...queue, ...tried }, Object.keys(before)));
    const isBefore = same(fieldsOf(queue, Object.keys(before)), { id: queueId, ...before });
    if (untouched) await queues.update(queueId, before);
    else if (!isBefore) kept.add('queues');
  }
  if (queuesBefore.length > 0) await tellQueues(hub);
  if (policyBefore) {
    const now = await policyOf(hub);
    const isBefore = same(now.policy, { ...now.policy, ...policyBefore });
    const untouched = same(now.policy, { ...now.policy, ...policyBefore, ...changes.policy });
    if (untouched && !isBefore) await setPolicy(hub, { rev: now.rev, policy: policyBefore }, system);
    else if (!isBefore) kept.add('policy');
  }
  await timeLab.armed.end(id, { state, endedAt: hub.now(), kept: [...kept] });
  hub.log.info({ armed: id, state, kept: [...kept] }, 'what was armed went back');
}

/** Of a queue only these fields, in the order in which a queue has them. */
function fieldsOf(queue: Queue, names: string[]): QueueBefore {
  // What an older release did not know has its default: otherwise it could not be put back.
  const { id, ...fields } = { ...QueueInput.parse({ name: queue.name }), ...queue };
  return { id, ...Object.fromEntries(Object.entries(fields).filter(([name]) => names.includes(name))) };
}
