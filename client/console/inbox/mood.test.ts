import { expect, test } from 'vitest';
import { UNHAPPY as servers } from '../../../server/conversations/schema.ts';
import { atMost, isUnhappy, lineOf, moodWord, raisesAlarm, UNHAPPY } from './mood.ts';

test('the console and the list of the server mean the same by unhappy', () => { expect(UNHAPPY).toBe(servers); });

test('words for a mood', () => {
  expect([null, { score: -0.29 }, { score: -0.3 }, { score: -0.5, furious: 1 }, { score: 0.4, furious: 1 }].map(moodWord)).toEqual(['calm', 'calm', 'unhappy', 'angry', 'happy']);
  const mood = { score: -0.5, direction: 'falling' as const, bad: 1, furious: 0 };
  expect([isUnhappy({ mood, status: 'open' }), isUnhappy({ mood, status: 'resolved' }), isUnhappy({ mood: null, status: 'open' }), isUnhappy({ status: 'open' })]).toEqual([true, false, false, false]);
});

test('only the message that raised it is an alarm', () => {
  const mood = { score: -0.5, direction: 'falling' as const, bad: 1, furious: 1, alarmSeq: 4 };
  expect([4, 5].map((seq) => raisesAlarm({ kind: 'message', seq, changes: { mood } }))).toEqual([true, false]);
  expect(raisesAlarm({ kind: 'message', seq: 4, changes: {} })).toBe(false);
  const anew = { rule: 'sentiment', by: 'model', about: 4 };
  expect([{ ...anew, alarm: true }, anew].map((receipt) => raisesAlarm({ kind: 'event', seq: 6, changes: { mood }, receipt }))).toEqual([true, false]);
});

test('the line stays in its box; one point stands in the middle', () => {
  expect(lineOf([{ score: 1 }, { score: 0 }, { score: -1 }], 100, 40)).toEqual([{ x: 0, y: 0 }, { x: 50, y: 20 }, { x: 100, y: 40 }]);
  expect([lineOf([{ score: 0 }], 100, 40), lineOf([], 100, 40)]).toEqual([[{ x: 50, y: 20 }], []]);
});

test('so many in a while, and no more', () => {
  const lets = atMost(2, 1_000);
  expect([0, 10, 20, 999, 1_000, 1_005, 1_010].map(lets)).toEqual([true, true, false, false, true, false, true]);
});
