/** Moving the pointer: publish, canary, roll back. Each move says what it was seen from, so that of two at once one wins. */
import type { Pointer } from '../answers/schema.ts';
import type { Hub } from '../hub.ts';
import { Problem } from '../problem.ts';
import { lockOf } from './rules/gate.ts';
import type { Locked } from './rules/gate.ts';
import { previousOf } from './rules/previous.ts';
import { botToday, casesToday } from './run.ts';
import type { CaseResult, Move } from './schema.ts';

type By = Move['by'];
const mostMoves = 1_000;
const mostNamed = 50;

/** Serves a release to every customer, if the gate is open. */
export async function publish(hub: Hub, release: number, rev: number, by: By): Promise<Move> {
  await pass(hub, release);
  return move(hub, rev, { act: 'publish', published: release, canary: null }, by);
}

/** Serves a release to a share of the conversations, if the gate is open. */
export async function tryOnSome(hub: Hub, release: number, { rev, share }: { rev: number; share: number }, by: By): Promise<Move> {
  const { published } = await hub.store.training.releases.pointer();
  if (published === null || published === release) {
    throw new Problem('conflict', { 'zh-CN': '灰度需要一个已发布的、不同的版本。', en: 'A canary needs another release that is published.' });
  }
  await pass(hub, release);
  return move(hub, rev, { act: 'canary', published, canary: { release, share } }, by);
}

/** All customers are served the published release again. */
export async function endCanary(hub: Hub, rev: number, by: By): Promise<Move> {
  const { published, canary } = await hub.store.training.releases.pointer();
  if (!canary) throw new Problem('conflict', { 'zh-CN': '现在没有灰度。', en: 'There is no canary.' });
  return move(hub, rev, { act: 'end-canary', published, canary: null }, by);
}

/** Back to a release that was served before, whatever the cases say today: the way out is never locked. */
export async function rollBack(hub: Hub, { rev, to }: { rev: number; to?: number | undefined }, by: By): Promise<Move> {
  const { releases } = hub.store.training;
  const target = to ?? await previous(hub);
  if (target === null || !await releases.wasPublished(target)) {
    throw new Problem('conflict', { 'zh-CN': '没有可以回滚到的版本：只能回滚到曾经发布过的版本。', en: 'There is nothing to roll back to: only what was published before.' });
  }
  return move(hub, rev, { act: 'roll-back', published: target, canary: null }, by);
}

/** The release a roll-back goes to; null: none. */
export const previous = async (hub: Hub): Promise<number | null> => previousOf((await hub.store.training.releases.moves(mostMoves)).toReversed());

async function move(hub: Hub, rev: number, next: Pick<Move, 'act'> & Omit<Pointer, 'rev'>, by: By): Promise<Move> {
  const moved = await hub.store.training.releases.move(rev, { ...next, at: hub.now(), by });
  if (!moved) throw new Problem('conflict', { 'zh-CN': '刚刚有人改动了发布，请刷新后再试。', en: 'Somebody moved it meanwhile. Look again, then decide.' }, { rev: 'is not the last' });
  hub.log.info({ rev: moved.rev, act: moved.act, published: moved.published, canary: moved.canary, by: by.id }, 'the served release was moved');
  await hub.training.look();
  return moved;
}

async function pass(hub: Hub, release: number): Promise<void> {
  const { releases, runs } = hub.store.training;
  if (!await releases.get(release)) throw new Problem('not-found', 'There is no such release.');
  const run = await runs.latest(release, hub.now());
  const locked = lockOf(run, { cases: await casesToday(hub), bot: botToday(hub) });
  if (locked === 'critical' && run) throw failing(run.tally.critical, await runs.critical(run.id, mostNamed));
  if (locked && locked !== 'critical') throw new Problem('conflict', reasons[locked], { run: locked });
}

const reasons: Record<Exclude<Locked, 'critical'>, { 'zh-CN': string; en: string }> = {
  'no-run': { 'zh-CN': '这个版本还没有跑过回归用例。', en: 'The cases have not been run on this release.' },
  running: { 'zh-CN': '回归用例还在运行。', en: 'The cases are still being run.' },
  stopped: { 'zh-CN': '回归运行中断了，请重新运行。', en: 'The run was cut off. Run the cases again.' },
  'cases-changed': { 'zh-CN': '回归用例在运行之后有改动，请重新运行。', en: 'Cases were changed since the run. Run them again.' },
  'bot-changed': { 'zh-CN': '机器人在运行之后换过，请重新运行。', en: 'The bot is another one since the run. Run the cases again.' },
};

function failing(n: number, cases: CaseResult[]): Problem {
  const names = cases.slice(0, 5).map(each => each.question).join(' / ');
  const blind = cases.every(each => each.unjudged);
  return new Problem('conflict', blind
    ? { 'zh-CN': `${n} 条关键用例没有评判：没有可用的模型，也没有记录：${names}`, en: `${n} critical ${n === 1 ? 'case was' : 'cases were'} not judged: no model to ask, and nothing recorded: ${names}` }
    : { 'zh-CN': `${n} 条关键用例没有通过：${names}`, en: `${n} critical ${n === 1 ? 'case fails' : 'cases fail'}: ${names}` },
    Object.fromEntries(cases.map(each => [`cases.${each.caseId}`, each.failures.map(failure => `${failure.expectation} ${failure.value}: ${failure.why}`).join('; ')])));
}
