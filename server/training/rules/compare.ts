/** Comparing: a verdict with the one before, knowledge with knowledge. */
import type { Indexed } from '../../answers/schema.ts';
import type { CaseResult, Change, Diff, Tally } from '../schema.ts';

/** What a release does to a case; `before` is null where there is nothing to compare with. */
export function changeOf(before: boolean | null, passed: boolean): Change {
  if (before === null) return 'new';
  return before === passed ? 'same' : passed ? 'fixed' : 'broken';
}

type Judged = Pick<CaseResult, 'passed' | 'severity' | 'change' | 'unjudged'>;

/** What is to be looked at first: critical failures, failures, what nobody could judge, what was mended, the rest. */
export function rankOf({ passed, severity, change, unjudged }: Judged): number {
  if (!passed) return severity === 'critical' ? 0 : unjudged ? 2 : 1;
  return change === 'fixed' ? 3 : 4;
}

/** Results, counted. */
export function tallyOf(results: Judged[]): Tally {
  const count = (which: (result: Judged) => boolean) => results.filter(which).length;
  return {
    done: results.length, failed: count(each => !each.passed && !each.unjudged), critical: count(each => !each.passed && each.severity === 'critical'),
    fixed: count(each => each.change === 'fixed'), broken: count(each => each.change === 'broken'), unjudged: count(each => each.unjudged === true),
  };
}

/** What changed, of the versions that only one side has: the same id on both sides is a change. */
export function diffOf(before: Indexed[], after: Indexed[]): Diff {
  const was = new Map(before.map(item => [item.id, item]));
  const is = new Set(after.map(item => item.id));
  const diff: Diff = { added: [], changed: [], removed: before.filter(item => !is.has(item.id)) };
  for (const item of after) {
    const old = was.get(item.id);
    if (old) diff.changed.push({ before: old, after: item });
    else diff.added.push(item);
  }
  return diff;
}
