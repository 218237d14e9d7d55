import { describe, expect, it } from 'vitest';
import type { Indexed } from '../../answers/schema.ts';
import type { CaseResult, Run } from '../schema.ts';
import { changeOf, diffOf, tallyOf } from './compare.ts';
import { lockOf } from './gate.ts';
import { previousOf } from './previous.ts';

const piece = (id: string, answer: string): Indexed => ({ id, question: id, variants: [], answer, locale: 'en' });
const result = (caseId: string, passed: boolean, severity: CaseResult['severity'] = 'critical'): CaseResult => ({ caseId, question: caseId, severity, passed, failures: [], outcome: { kind: 'hand-over', reason: 'asked' }, change: passed ? 'fixed' : 'broken' });
const run = (change: Partial<Run> = {}): Run => ({
  id: 'r', release: 1, against: null, bot: 'retrieval', cases: 'today', state: 'done', total: 0, tally: tallyOf([]), startedAt: new Date(0), beatAt: new Date(0), by: { id: 'a', name: 'Ada' }, ...change,
});
const today = { cases: 'today', bot: 'retrieval' };

it('a diff tells what came, what changed and what went', () => {
  expect(diffOf([piece('a', '1'), piece('b', '1')], [piece('b', '2'), piece('c', '1')])).toEqual({
    added: [piece('c', '1')], changed: [{ before: piece('b', '1'), after: piece('b', '2') }], removed: [piece('a', '1')],
  });
});
it('a verdict is compared with the one before', () => {
  expect([changeOf(null, true), changeOf(true, true), changeOf(false, false), changeOf(false, true), changeOf(true, false)]).toEqual(['new', 'same', 'same', 'fixed', 'broken']);
});
it('counts results', () => {
  expect(tallyOf([result('a', true), result('b', false), result('c', false, 'normal')])).toEqual({ done: 3, failed: 2, critical: 1, fixed: 1, broken: 2, unjudged: 0 });
  expect(tallyOf([{ ...result('a', false), unjudged: true }, { ...result('b', false, 'normal'), unjudged: true }])).toMatchObject({ done: 2, failed: 0, critical: 1, unjudged: 2 });
});

describe('the gate', () => {
  it('opens for a whole run of today\'s cases in which no critical case failed', () => {
    expect(lockOf(run({ tally: tallyOf([result('a', true), result('b', false, 'normal')]) }), today)).toBeNull();
  });
  it('is locked by a critical case that fails, or that nobody could judge; a normal one blocks nothing', () => {
    expect(lockOf(run({ tally: tallyOf([result('a', true), result('b', false)]) }), today)).toBe('critical');
    expect(lockOf(run({ tally: tallyOf([{ ...result('b', false), unjudged: true }]) }), today)).toBe('critical');
    expect(lockOf(run({ tally: tallyOf([{ ...result('b', false, 'normal'), unjudged: true }]) }), today)).toBeNull();
  });
  it.each([['no-run', null], ['running', run({ state: 'running' })], ['stopped', run({ state: 'stopped' })], ['cases-changed', run({ cases: 'yesterday' })], ['bot-changed', run({ bot: 'langchain' })]] as const)('stays locked: %s', (why, latest) => {
    expect(lockOf(latest, today)).toBe(why);
  });
});

describe('a roll-back goes to', () => {
  const publish = (published: number) => ({ act: 'publish', published }) as const;
  const back = (published: number) => ({ act: 'roll-back', published }) as const;
  it.each([
    ['nothing', [], null], ['nothing before the first', [publish(1)], null], ['what was published before', [publish(1), publish(3)], 1],
    ['the one before that, not to what was rolled back', [publish(1), publish(2), publish(3), back(2)], 1],
    ['what was served before, whatever its number', [publish(3), publish(2)], 3],
    ['the same through a canary', [publish(1), publish(2), { act: 'canary', published: 2 } as const, { act: 'end-canary', published: 2 } as const], 1],
  ] as const)('%s', (_name, moves, previous) => expect(previousOf([...moves])).toBe(previous));
});
