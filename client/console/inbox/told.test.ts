import { expect, test } from 'vitest';
import { tellings } from './told.ts';
import type { TimelineEntry } from '../wire.ts';

let seq = 0;
const entry = (kind: TimelineEntry['kind'], about: string, more: Partial<TimelineEntry> = {}): TimelineEntry =>
  ({ id: `e${++seq}`, conversationId: 'c', seq, at: new Date(seq).toISOString(), actor: { kind: 'contact', id: 'ann' }, kind, about, changes: {}, ...more });

test('the last reaction of each person counts, and an empty one takes it back', () => {
  const told = tellings([
    entry('reaction', 'm1', { emoji: 'a' }), entry('reaction', 'm1', { emoji: 'b' }),
    entry('reaction', 'm1', { emoji: 'b', actor: { kind: 'agent', id: 'ben' } }), entry('reaction', 'm2', { emoji: 'a' }), entry('reaction', 'm2', { emoji: '' }),
  ]);
  expect(told.get('m1')?.reactions).toEqual([{ emoji: 'b', by: ['contact/ann', 'agent/ben'] }]);
  expect(told.get('m2')?.reactions).toEqual([]);
});

test('the last edit counts, and a recall is known with who did it', () => {
  const told = tellings([entry('edited', 'm1', { content: { text: 'one' } }), entry('edited', 'm1', { content: { text: 'two' } }), entry('recalled', 'm1')]);
  expect(told.get('m1')).toMatchObject({ edited: 'two', recalled: { kind: 'contact', id: 'ann' } });
  expect(tellings([entry('message', 'm3')]).get('m3')).toEqual(expect.objectContaining({ reactions: [] }));
});
