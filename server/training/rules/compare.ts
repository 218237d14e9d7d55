/** Comparing: a verdict with the one before, knowledge with knowledge. */
import type { Indexed } from '../../answers/schema.ts';
import type { CaseResult, Change, Diff, Tally } from '../schema.ts';

/** What a release does to a case; `before` is null where there is nothing to compare with. */
export function changeOf(before: boolean | null, passed: boolean): Change {
  if (before === null) return 'new';
  return before === passed ? 'same' : passed ? 'fixed' : 'broken';
}

/** Results, counted. */
export function tallyOf(results: Pick<CaseResult, 'passed' | 'severity' | 'change'>[]): Tally {
  const count = (which: (result: Pick<CaseResult, 'passed' | 'severity' | 'change'>) => boolean) => results.filter(which).length;
  return {
    done: results.length, failed: count(each => !each.passed), critical: count(each => !each.passed && each.severity === 'critical'),
    fixed: count(each => each.change === 'fixed'), broken: count(each => each.change === 'broken'),
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
