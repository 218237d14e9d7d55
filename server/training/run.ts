/** A run: every enabled case asked on a release, beside what is published. */
import { setImmediate as breathe } from 'node:timers/promises';
import type { Hub } from '../hub.ts';
import { Problem } from '../problem.ts';
import { changeOf } from './rules/compare.ts';
import type { Case, CaseResult, Outcome, Run } from './schema.ts';
import { trial } from './trial.ts';
import { digestOf } from './version.ts';

/** A model answers several at once; customers must still get through. */
const AT_ONCE = 4;
const KEPT_CHARACTERS = 1_000;
const beatMs = 500;
/** A model that is slow at each of thousands of cases must not keep a run going for hours. */
const mostMs = 20 * 60_000;
/** A release may still be read by its meaning when its run begins; a sign of life is given at each step. */
const meaningMs = { step: 15_000, most: 120_000 };

/** The name of today's cases: it changes when one is added, changed, taken away, switched on or off. */
export const casesToday = async (hub: Hub): Promise<string> => digestOf(await hub.store.training.cases.versions());

/** Who answers today: the bot, and the model that tells it what texts mean. */
export const botToday = ({ bot, knowledge }: Hub): string => (knowledge.embeddings ? `${bot.name} + ${knowledge.embeddings}` : bot.name);

/** What the published release makes of the same cases, where that is known; null: it is asked again. */
async function verdictsOf(hub: Hub, { against, bot, cases }: Run): Promise<Map<string, boolean> | null> {
  if (against === null) return null;
  const { runs } = hub.store.training;
  const last = await runs.latest(against, hub.now());
  return last?.state === 'done' && last.bot === bot && last.cases === cases ? runs.verdicts(last.id) : null;
}

/** Starts a run and answers at once; one that is under way is not started twice. */
export async function startRun(hub: Hub, release: number, by: Run['by']): Promise<Run> {
  const { cases, runs, releases } = hub.store.training;
  const asked = await cases.enabled();
  const { published } = await releases.pointer();
  // Named from what is run, not from what is there a moment later.
  const named = digestOf(asked.map(each => `${each.id}/${each.version}`));
  const run = await runs.begin({ release, against: published, bot: botToday(hub), cases: named, total: asked.length, startedAt: hub.now(), by });
  if (!run) {
    const other = await runs.latest(release, hub.now());
    if (other) return other;
    throw new Problem('conflict', { 'zh-CN': '用例正在运行，请稍候。', en: 'The cases are being run; wait a moment.' });
  }
  hub.training.track(execute(hub, run, asked));
  return run;
}

type Named = Pick<Hub, 'now' | 'stopping'> & { knowledge: Pick<Hub['knowledge'], 'embeddings' | 'meant'>; bot: Pick<Hub['bot'], 'name'>; log: Pick<Hub['log'], 'warn'>; store: { training: { runs: Pick<Hub['store']['training']['runs'], 'advance' | 'rename'> } } };

/** The run as it may be named: where meaning has no part in it, it is a run of the bot without it, which opens no gate. */
export async function namedByMeaning(hub: Named, run: Run, { step, most } = meaningMs): Promise<Run> {
  if (!hub.knowledge.embeddings) return run;
  const { runs } = hub.store.training;
  const releases = run.against === null ? [run.release] : [run.release, run.against];
  for (const until = performance.now() + most; performance.now() < until;) {
    if ((await Promise.all(releases.map(release => hub.knowledge.meant(release, step)))).every(Boolean)) return run;
    hub.stopping.throwIfAborted();
    await runs.advance(run.id, [], hub.now());
  }
  hub.log.warn({ run: run.id, release: run.release }, 'the release could not be read by its meaning in time; its run is one without it');
  await runs.rename(run.id, hub.bot.name);
  return { ...run, bot: hub.bot.name };
}

async function execute(hub: Hub, begun: Run, cases: Case[]): Promise<void> {
  const { runs } = hub.store.training;
  let run = begun;
  const waiting = cases.values();
  let results: CaseResult[] = [];
  let told = performance.now();
  const tell = async () => {
    const some = results;
    results = [];
    told = performance.now();
    await runs.advance(run.id, some, hub.now());
  };
  try {
    await Promise.all([run.release, ...(run.against === null ? [] : [run.against])].map(release => hub.knowledge.load(release)));
    run = await namedByMeaning(hub, run);
    const known = await verdictsOf(hub, run);
    const over = performance.now() + mostMs;
    await Promise.all(Array.from({ length: AT_ONCE }, async () => {
      for (const each of waiting) {
        if (performance.now() > over) throw new Error(`the cases took longer than ${mostMs / 60_000} minutes`);
        const result = await judged(hub, run, known, each);
        results.push(result);
        if (performance.now() - told > beatMs) await tell();
        await breathe();
      }
    }));
    await tell();
    await runs.end(run.id, 'done', hub.now());
  } catch (error) {
    await runs.end(run.id, 'stopped', hub.now()).catch(() => undefined);
    if (!hub.stopping.aborted) throw error;
  }
}

async function judged(hub: Hub, { release, against }: Run, known: Map<string, boolean> | null, each: Case): Promise<CaseResult> {
  const { id, turns, severity } = each;
  const { outcome, failures, unjudged } = await trial(hub, each, release);
  const passed = failures.length === 0;
  const before = against === null ? null : against === release ? passed : known?.get(id) ?? (await trial(hub, each, against)).failures.length === 0;
  // What nobody could judge is neither better nor worse.
  const change = unjudged ? before === null ? 'new' : 'same' : changeOf(before, passed);
  return { caseId: id, question: turns.at(-1)?.text.slice(0, 200) ?? '', severity, passed, failures, outcome: cut(outcome), change, ...(unjudged ? { unjudged } : {}) };
}

const cut = (outcome: Outcome): Outcome => (outcome.kind === 'reply' ? { ...outcome, text: outcome.text.slice(0, KEPT_CHARACTERS) } : outcome);
