import { expect, test } from 'vitest';
import { StateSettings, type LoggedState } from '../schema.ts';
import { chosenReason, defaultStates, intervals, reasonsFor } from './states.ts';

const at = (minute: number) => new Date(Date.UTC(2026, 10, 22, 9, minute));
const line = (minute: number, state: LoggedState['state'], reason: string | null = null): LoggedState => ({ state, reason, at: at(minute) });

test('a reason belongs to its states; one that is mandatory may not be left out', () => {
  const strict = { ...defaultStates, mandatory: ['break' as const] };
  expect(chosenReason(defaultStates, 'break', null)).toEqual({ reason: null });
  expect(chosenReason(strict, 'break', null)).toEqual({ wrong: 'missing' });
  expect(chosenReason(strict, 'busy', null)).toEqual({ reason: null });
  expect(chosenReason(strict, 'available', null)).toEqual({ reason: null });
  expect(chosenReason(strict, 'break', 'meal')).toMatchObject({ reason: { words: { en: 'Meal' } } });
  expect(chosenReason(strict, 'busy', 'meal')).toEqual({ wrong: 'unknown' });
  expect(chosenReason(strict, 'available', 'meal')).toEqual({ wrong: 'unknown' });
  expect(reasonsFor(defaultStates, 'training').map(({ id }) => id)).toEqual(['course', 'coaching']);
});

test('what is shipped is valid; a state cannot ask for a reason it does not have', () => {
  expect(StateSettings.parse(defaultStates)).toEqual(defaultStates);
  const wrong = StateSettings.safeParse({ ...defaultStates, mandatory: ['offline'] });
  expect(wrong.error?.issues).toEqual([expect.objectContaining({ path: ['mandatory', 0] })]);
  expect(StateSettings.safeParse({ ...defaultStates, reasons: [...defaultStates.reasons, ...defaultStates.reasons.slice(0, 1)] }).success).toBe(false);
});

test('the log as times: cut to what is asked, without gaps, the last one lasts', () => {
  const log = [line(0, 'available'), line(10, 'break', 'meal'), line(40, 'available')];
  expect(intervals(log, at(5), at(60), at(60))).toEqual([
    { state: 'available', reason: null, from: at(5), to: at(10) },
    { state: 'break', reason: 'meal', from: at(10), to: at(40) },
    { state: 'available', reason: null, from: at(40), to: null },
  ]);
  expect(intervals(log, at(10), at(30), at(60))).toEqual([{ state: 'break', reason: 'meal', from: at(10), to: at(30) }]);
  expect(intervals(log, at(5), at(50), at(60)).at(-1)).toEqual({ state: 'available', reason: null, from: at(40), to: at(50) });
  expect(intervals([], at(0), at(60), at(60))).toEqual([]);
});
