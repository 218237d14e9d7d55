/** The way out without a browser. */
import { beforeEach, expect, it } from 'vitest';
import { ConnectorError, type Outbound } from '../connector.ts';
import { recordingInbox, type RecordingInbox } from '../testing/recording-inbox.ts';
import { outbound } from '../testing/shape.ts';
import type { Command } from './protocol.ts';
import { sender } from './send.ts';
import { sendsOf } from './sends.ts';

const chat = '8613911112222@c.us';
let inbox: RecordingInbox;
/** What reached the platform, and what it says next. */
let arrived: { id: string; body: string; t: number }[] = [];
let moods: ('takes' | 'refuses' | 'loses' | 'loses after taking')[] = [];

async function call(command: Command): Promise<unknown> {
  if (command.name === 'history') return arrived.map(({ id, body, t }) => ({ raw: { type: 'chat', body, t, id: { fromMe: true, remote: chat, id, _serialized: id } } }));
  if (command.name !== 'send') return undefined;
  const mood = moods.shift() ?? 'takes';
  if (mood === 'refuses') throw new ConnectorError('rejected', 'no');
  if (mood === 'loses') throw new ConnectorError('in-doubt', 'silence');
  const id = `true_${chat}_${arrived.length}`;
  arrived.push({ id, body: command.item.kind === 'text' ? command.item.text : command.item.kind, t: Date.now() / 1000 });
  if (mood === 'loses after taking') throw new ConnectorError('in-doubt', 'silence');
  return { id, ack: 1 };
}
const open = () => sender({ inbox, sends: sendsOf(inbox), warmUpDays: 7, sendMs: 100, now: Date.now, call, chatOf: async () => chat, me: () => ({ id: '8613800000000@c.us' }) });
const message = (change: Partial<Outbound> = {}): Outbound => outbound({ thread: '8613911112222', history: ['earlier'], content: { text: 'once' }, ...change });

beforeEach(() => { inbox = recordingInbox(); arrived = []; moods = []; });

it('is in doubt when the answer is lost, finds itself in the chat after a restart, and goes out once', async () => {
  const once = message();
  moods = ['loses after taking'];
  await expect(open().send(once)).rejects.toMatchObject({ kind: 'in-doubt' });
  const restarted = open();
  expect(await restarted.settle(once)).toEqual({ externalId: arrived[0]?.id });
  expect(await restarted.send({ ...once, again: true })).toEqual({ externalId: arrived[0]?.id, state: 'sent' });
  expect(arrived).toHaveLength(1);
});
it('stays unknown when nothing is found: it is not sent again by itself', async () => {
  const once = message();
  moods = ['loses'];
  await expect(open().send(once)).rejects.toMatchObject({ kind: 'in-doubt' });
  await expect(open().settle(once)).rejects.toMatchObject({ kind: 'in-doubt' });
  await expect(open().send({ ...once, again: true })).rejects.toMatchObject({ kind: 'in-doubt' });
  expect(arrived).toEqual([]);
});
it('does not take an older message, one of the history, or one of another send for itself', async () => {
  const once = message({ history: ['true_x_old'] });
  await open().send(message());
  arrived.push({ id: 'true_x_old', body: 'once', t: Date.now() / 1000 }, { id: 'true_x_yesterday', body: 'once', t: Date.now() / 1000 - 86_400 }, { id: 'true_x_other', body: 'twice', t: Date.now() / 1000 });
  moods = ['loses'];
  await expect(open().send(once)).rejects.toMatchObject({ kind: 'in-doubt' });
  await expect(open().settle(once)).rejects.toMatchObject({ kind: 'in-doubt' });
});
it('knows that a send which never began did not arrive', async () => {
  expect(await open().settle(message())).toBeNull();
});
it('goes on with the part that failed; the parts that arrived are not repeated', async () => {
  const three = message({ content: { text: 'one', location: { latitude: 1, longitude: 2 }, cards: [{ name: 'Li', phones: [], emails: [] }] } });
  moods = ['takes', 'refuses'];
  await expect(open().send(three)).rejects.toMatchObject({ kind: 'rejected' });
  expect(await open().settle(three)).toBeNull();
  expect(await open().send({ ...three, again: true })).toMatchObject({ externalId: arrived[0]?.id });
  expect(arrived.map(({ body }) => body)).toEqual(['one', 'location', 'card']);
});
it('opens few chats while the number is new; answers are free, a new link starts over', async () => {
  const send = open();
  const first = (count: number): Outbound => message({ thread: `44770090000${count}`, history: [] });
  for (let count = 0; count < 5; count += 1) await send.send(first(count));
  await expect(send.send(first(5))).rejects.toMatchObject({ kind: 'rate-limited', retryAfterMs: expect.any(Number) });
  await send.send(first(4));
  await send.send(message());
  await send.paired();
  await open().send(first(6));
});
