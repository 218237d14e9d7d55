import { expect, it } from 'vitest';
import type { TimelineEntry } from '../wire.ts';
import { addressesIn, othersOf, wrongIn } from './mail-addresses.ts';

const mail = (to: string[], cc: string[], from = 'Wang <wang@example.test>'): TimelineEntry => ({
  id: 'x', conversationId: 'c', seq: 1, at: '', actor: { kind: 'contact', id: 'p' }, kind: 'message', changes: {},
  content: { email: { subject: '', from, to, cc, messageId: '', references: [] } },
});

it('reads what people type, and says what is no address', () => {
  expect(addressesIn('a@x.test, "B" <b@x.test>；c@x.test\n')).toEqual(['a@x.test', 'b@x.test', 'c@x.test']);
  expect(wrongIn('a@x.test, b, c@, @d.test, e@x')).toEqual(['b', 'c@', '@d.test', 'e@x']);
});

it('replies to everybody but the customer and ourselves, each once', () => {
  const entry = mail(['support@hub.test', 'Li <li@example.test>'], ['LI@example.test', 'support+t0k3n@hub.test', 'zhao@example.test', 'wang@example.test']);
  expect(othersOf(entry, ['support@hub.test', 'wang@example.test'])).toEqual(['li@example.test', 'zhao@example.test']);
  expect(othersOf(undefined, [])).toEqual([]);
});
