/** One case tried: what the bot did, and what was wrong with it. What models say is recorded, and not asked again. */
import { recorded } from '../../bots/recordings.ts';
import type { Recordings } from '../../bots/recordings.ts';
import type { Hub } from '../hub.ts';
import { grade } from './rules/grade.ts';
import type { Case, Failure, Outcome } from './schema.ts';
import { tryOut } from './try.ts';

export type Trial = { outcome: Outcome; failures: Failure[]; unjudged: boolean };

const judgeMs = 25_000;

/** Deterministic graders first; the judge is asked only about what passes them. */
export async function trial(hub: Hub, { id, turns, locale, channelKind, expect, identity, results }: Pick<Case, 'id' | 'turns' | 'locale' | 'channelKind' | 'expect' | 'identity' | 'results'>, release: number): Promise<Trial> {
  const { recordings: store } = hub.store.training;
  let missed = false;
  const recordings: Recordings = { find: store.find, keep: (named, said) => store.keep(named, said, [id], hub.now()), missed: () => { missed = true; } };
  const outcome = await recorded.run(recordings, () => tryOut(hub, { turns, locale, channelKind, release, identity, results, pinned: true }));
  // A tool would have been called, and nobody said what it answers: what customers would hear is not known.
  const unplayed = [...new Set((outcome.calls ?? []).flatMap(({ tool, from }) => (from === 'none' ? [tool] : [])))];
  if (unplayed.length > 0) return { outcome, failures: unplayed.map(value => ({ expectation: 'tool', value, why: 'no-example' })), unjudged: true };
  // The bot said something without its model, or its model was too slow: what customers would hear is not known.
  const failed = hub.judge.model !== undefined && outcome.kind === 'hand-over' && outcome.reason === 'error';
  if (missed || failed) return { outcome, failures: [{ expectation: 'judge', value: '', why: 'not-judged' }], unjudged: true };
  const failures = grade(outcome, expect);
  const criteria = expect.judge ?? [];
  if (failures.length > 0 || criteria.length === 0) return { outcome, failures, unjudged: false };
  // Where a hand-over is what is wanted there are no words to judge.
  if (outcome.kind === 'hand-over') return { outcome, failures: expect.mustHandOver ? [] : criteria.map(value => ({ expectation: 'judge', value, why: 'handed-over' })), unjudged: false };
  const verdicts = await hub.judge.verdicts({ turns, reply: [outcome.text, ...outcome.choices].join('\n'), criteria, locale }, recordings, { stopping: AbortSignal.any([hub.stopping, AbortSignal.timeout(judgeMs)]), spend: hub.spend.of('trial') })
    .catch((error: unknown) => {
      hub.stopping.throwIfAborted();
      hub.log.warn({ err: error, case: id }, 'the judge did not answer in time');
      return null;
    });
  if (!verdicts) return { outcome, failures: criteria.map(value => ({ expectation: 'judge', value, why: 'not-judged' })), unjudged: true };
  return { outcome, failures: verdicts.flatMap(({ met, reason }, at): Failure[] => (met ? [] : [{ expectation: 'judge', value: criteria[at] ?? '', why: 'judged', reason }])), unjudged: false };
}
