/** One run: what was recorded is read, a thread replays it under today's policy and under another, the result is kept. */
import { firstMoment } from '../calendars/rules/zone.ts';
import type { Hub } from '../hub.ts';
import { Problem } from '../problem.ts';
import type { Queue, RoutingPolicy } from '../routing/schema.ts';
import { apart, Stopped } from './apart.ts';
import type { Told } from './lab-worker.ts';
import { changedBy } from './rules/compare.ts';
import type { Day, OnDuty } from './rules/recorded.ts';
import type { Run, RunInput, RunResult } from './schema.ts';

const dayMs = 86_400_000;
const mostDays = 7;
const seed = 20_261;
/** So often a page that looks hears how far it is. */
const tellMs = 400;
const url = new URL('./lab-worker.ts', import.meta.url);

/** The queues and the policy as they are served now. */
export async function today(hub: Hub): Promise<{ queues: Queue[]; policy: RoutingPolicy }> {
  return { queues: await hub.store.queues.list(), policy: hub.routingPolicy() };
}

/** From the first moment of the first day to the end of the last, on the clock of the zone; no further than now. */
export function spanOf({ from, to, zone }: Pick<RunInput, 'from' | 'to' | 'zone'>, now: Date): { from: number; to: number } {
  if (to < from) throw new Problem('invalid', { 'zh-CN': '结束日期不能早于开始日期。', en: 'The last day is before the first.' }, { to: 'must not be before the first day' });
  if (Date.parse(to) - Date.parse(from) >= mostDays * dayMs) throw new Problem('invalid', { 'zh-CN': `一次最多推演 ${mostDays} 天。`, en: `At most ${mostDays} days at once.` }, { to: `at most ${mostDays} days` });
  const span = { from: firstMoment(zone, Date.parse(from)), to: Math.min(firstMoment(zone, Date.parse(to) + dayMs), now.getTime()) };
  if (span.from >= span.to) throw new Problem('invalid', { 'zh-CN': '这一天还没有开始。', en: 'That day has not begun.' }, { from: 'must be in the past' });
  return span;
}

/** Begins a run and answers at once; the result comes later, or the reason why there is none. */
export async function startRun(hub: Hub, input: RunInput, by: string): Promise<Run> {
  const span = spanOf(input, hub.now());
  const now = await today(hub);
  const missing = input.queues.find(({ id }) => !now.queues.some((queue) => queue.id === id));
  if (missing) throw new Problem('invalid', { 'zh-CN': '没有这个队列。', en: 'There is no such queue.' }, { queues: `${missing.id} is no queue` });
  changedBy(input, now);
  const run = await hub.store.timeLab.begin(input, by, hub.now());
  void execute(hub, run, { ...span, ...now });
  return run;
}

async function execute(hub: Hub, { id, input }: Run, day: Pick<Day, 'from' | 'to' | 'queues' | 'policy'>): Promise<void> {
  const { timeLab } = hub.store;
  const given = new AbortController();
  let [told, done, reading] = [0, 0, true];
  const beat = () => timeLab.step(id, reading ? 'reading' : 'replaying', done, hub.now()).then((ours) => { if (!ours) given.abort(); }, () => undefined);
  // A sign of life also while one long step goes on.
  const beating = setInterval(() => void beat(), 5_000);
  const progress = (share: number): void => {
    [done, reading] = [share, false];
    if (performance.now() - told < tellMs) return;
    told = performance.now();
    void beat();
  };
  try {
    const found = await apart(url, messagesOf(hub, input, day), { progress, signal: AbortSignal.any([hub.stopping, given.signal]) });
    await timeLab.end(id, { result: resultOf(found) }, hub.now());
  } catch (error) {
    const words = error instanceof Stopped ? error.words : { 'zh-CN': '内部错误：请查看服务器日志。', en: 'An error of ours: look at the log of the server.' };
    if (!(error instanceof Stopped)) hub.log.error({ err: error, run: id }, 'a run of the time-lab failed');
    await timeLab.end(id, { error: words }, hub.now()).catch((failed: unknown) => hub.log.warn({ err: failed, run: id }, 'that a run failed could not be stored'));
  } finally {
    clearInterval(beating);
  }
}

/** Our own thread's word, with the shape that `compare` gave it. */
function resultOf(found: unknown): RunResult {
  const isResult = (value: unknown): value is RunResult => typeof value === 'object' && value !== null && 'trust' in value;
  if (isResult(found)) return found;
  throw new Error('the thread gave no result');
}

async function* messagesOf(hub: Hub, { queues, policy, goals }: RunInput, span: Pick<Day, 'from' | 'to' | 'queues' | 'policy'>): AsyncGenerator<Told> {
  await hub.heads.flush();
  yield { day: { ...span, seed, channels: await channelsOf(hub), people: await onDuty(hub, span) } };
  for await (const conversations of hub.store.conversations.timelinesSince(new Date(span.from))) yield { conversations };
  yield { change: { queues, policy, goals } };
}

async function channelsOf(hub: Hub): Promise<Day['channels']> {
  return Object.fromEntries((await hub.store.channels.list()).map(({ id, kind }) => [id, { kind, units: hub.channels.manifest(kind).units }]));
}

async function onDuty(hub: Hub, { from, to }: Pick<Day, 'from' | 'to'>): Promise<OnDuty[]> {
  const log = await hub.store.people.statesBetween(new Date(from), new Date(to));
  return (await hub.store.people.list()).map(({ id, capacity, skills, perChannelCaps = {} }) => ({
    input: { id, capacity, skills, perChannelCaps }, states: (log.get(id) ?? []).map(({ at, state }) => ({ at: at.getTime(), state })),
  }));
}
