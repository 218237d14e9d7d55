import { expect, test } from 'vitest';
import type { ChannelAlert, TimelineEntry } from '../wire.ts';
import { wayOut } from './way-out.ts';

const at = (minute: number) => new Date(minute * 60_000).toISOString();
const chat = { channelId: 'chat', key: 'c' };
const sms = { channelId: 'sms', key: 's' };
const head = { thread: chat, threads: [sms, chat] };
let seq = 0;
const entry = (minute: number, thread: TimelineEntry['thread'], more: Partial<TimelineEntry> = {}): TimelineEntry =>
  ({ id: `e${seq += 1}`, conversationId: 'c', seq, at: at(minute), actor: { kind: 'agent', id: 'ben' }, kind: 'message', changes: {}, ...(thread ? { thread } : {}), ...more });
const down = (channelId: string): ChannelAlert => ({ channelId, name: '', kind: '', what: 'down', since: at(10), waiting: 1 });
const passedOn = entry(12, sms, { receipt: { passedOn: { seq: 1 } } });

test('while the channel is down the next words leave as the last ones did; then again where the customer spoke', () => {
  const entries = [entry(9, chat), passedOn, entry(13, chat, { actor: { kind: 'contact', id: 'ann' } }), entry(14, undefined, { kind: 'note' })];
  expect(wayOut(head, entries, [down('chat')])).toEqual(sms);
  expect(wayOut(head, entries, [])).toBeNull();
  expect(wayOut(head, entries, [{ ...down('chat'), what: 'pushes-lost' }])).toBeNull();
});

test('what a bot said and a person sent on counts; what still waits for the dead channel does not', () => {
  expect(wayOut(head, [{ ...passedOn, actor: { kind: 'bot', id: 'retrieval' } }, entry(13, chat)], [down('chat')])).toEqual(sms);
});

test('nobody is sent another way by a reply from before, by words of courtesy, over a channel that is down too, or that left the conversation', () => {
  expect(wayOut(head, [entry(5, sms)], [down('chat')])).toBeNull();
  expect(wayOut(head, [entry(12, sms, { actor: { kind: 'system', id: 'greeting' } })], [down('chat')])).toBeNull();
  expect(wayOut(head, [passedOn], [down('chat'), down('sms')])).toBeNull();
  expect(wayOut({ ...head, threads: [chat] }, [passedOn], [down('chat')])).toBeNull();
});
