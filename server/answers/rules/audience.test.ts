import { expect, test } from 'vitest';
import type { Asking, Indexed } from '../schema.ts';
import { mayHear } from './audience.ts';

const at = new Date('2026-11-23T08:00:00Z');
const answer = (limits: Partial<Indexed>): Indexed => ({ id: 'a', question: 'q', variants: [], answer: 'a', locale: 'en', ...limits });
const customer: Asking = { conversationId: 'c', channelKind: 'api', channelId: 'one', identified: false, at };

test('what is not limited is for everybody', () => {
  expect(mayHear(answer({}), customer)).toBe(true);
  expect(mayHear(answer({ audience: {} }), { at })).toBe(true);
  expect(mayHear(answer({ audience: { channels: [] } }), customer)).toBe(true);
});

test('from the first moment until the last, which is out', () => {
  expect(mayHear(answer({ validFrom: '2026-11-23T16:00:00+08:00', validUntil: '2026-11-23T08:00:01Z' }), customer)).toBe(true);
  expect(mayHear(answer({ validFrom: '2026-11-23T08:00:00.001Z' }), customer)).toBe(false);
  expect(mayHear(answer({ validUntil: '2026-11-23T08:00:00Z' }), customer)).toBe(false);
  expect(mayHear(answer({ validUntil: '2026-11-23T08:00:00Z' }), { at })).toBe(false);
});

test('a channel is named by its kind or its id; on an unknown one nothing limited is heard', () => {
  for (const channels of [['api'], ['one'], ['email', 'api']]) expect(mayHear(answer({ audience: { channels } }), customer)).toBe(true);
  expect(mayHear(answer({ audience: { channels: ['email', 'two'] } }), customer)).toBe(false);
  expect(mayHear(answer({ audience: { channels: ['api'] } }), { conversationId: 'c', at })).toBe(false);
});

test('who is not known to be identified is not', () => {
  const only = answer({ audience: { identified: true } });
  expect(mayHear(only, customer)).toBe(false);
  expect(mayHear(only, { ...customer, identified: true })).toBe(true);
  expect(mayHear(only, { conversationId: 'c', at })).toBe(false);
  expect(mayHear(answer({ audience: { identified: false } }), { ...customer, identified: true })).toBe(false);
  expect(mayHear(answer({ audience: { identified: false } }), customer)).toBe(true);
});

test('one of ours who tries a question hears what their words do not exclude', () => {
  expect(mayHear(answer({ audience: { channels: ['email'], identified: true } }), { at })).toBe(true);
  expect(mayHear(answer({ audience: { channels: ['email'] } }), { at, channelKind: 'api' })).toBe(false);
  expect(mayHear(answer({ audience: { identified: true } }), { at, identified: false })).toBe(false);
});
