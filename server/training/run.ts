/** A run: every enabled case asked on a release, beside what is published. */
import { setImmediate as breathe } from 'node:timers/promises';
import type { Hub } from '../hub.ts';
import { changeOf } from './rules/compare.ts';
import { grade } from './rules/grade.ts';
import type { Case, CaseResult, Outcome, Run } from './schema.ts';
import { tryOut } from './try.ts';
import { digestOf } from './version.ts';

/** A model answers several at once; customers must still get through. */
const AT_ONCE = 4;
const KEPT_CHARACTERS = 1_000;
const beatMs = 500;

/** The name of today's cases: it changes when one is added, changed, taken away, switched on or off. */
export const casesToday = async (hub: Hub): Promise<string> => digestOf(await hub.store.training.cases.versions());

/** Starts a run and answers at once; one that is under way is not started twice. */
export async function startRun(hub: Hub, release: number, by: Run['by']): Promise<Run> {
  const { cases, runs, releases } = hub.store.training;
  const latest = await runs.latest(release, hub.now());
  if (latest?.state === 'running') return latest;
  const asked = await cases.enabled();
  const { published } = await releases.pointer();
  // Named from what is run, not from what is there a moment later.
  const named = digestOf(asked.map(each => `${each.id}/${each.version}`));
  const run = await runs.begin({ release, against: published, bot: hub.bot.name, cases: named, total: asked.length, startedAt: hub.now(), by });
  hub.training.track(execute(hub, run, asked));
  return run;
}

async function execute(hub: Hub, run: Run, cases: Case[]): Promise<void> {
  const { runs } = hub.store.training;
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
    await Promise.all(Array.from({ length: AT_ONCE }, async () => {
      for (const each of waiting) {
        results.push(await judged(hub, run, each));
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

async function judged(hub: Hub, { release, against }: Run, { id, turns, locale, channelKind, expect, severity }: Case): Promise<CaseResult> {
  const question = { turns, locale, channelKind };
  const outcome = await tryOut(hub, { ...question, release });
  const failures = grade(outcome, expect);
  const passed = failures.length === 0;
  const before = against === null ? null : against === release ? passed : grade(await tryOut(hub, { ...question, release: against }), expect).length === 0;
  return { caseId: id, question: turns.at(-1)?.text.slice(0, 200) ?? '', severity, passed, failures, outcome: cut(outcome), change: changeOf(before, passed) };
}

const cut = (outcome: Outcome): Outcome => (outcome.kind === 'reply' ? { ...outcome, text: outcome.text.slice(0, KEPT_CHARACTERS) } : outcome);
