/** Days of a bot, told by its numbers: nothing is counted early, people are people on every channel, what is learned later corrects the past. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import type { ChannelKind } from '../../connectors/connector.ts';
import { eventually } from '../../test/setup/eventually.ts';
import { startNode, type Node } from '../../test/setup/hub.ts';
import { testMongod } from '../../test/setup/mongo.ts';
import { call } from '../../test/setup/server.ts';
import { createChannel } from '../channels/change.ts';
import type { Channel } from '../channels/schema.ts';
import { happened } from '../conversations/happened.ts';
import { receive } from '../conversations/receive.ts';
import { ratings } from '../conversations/transcript.ts';
import { httpApp } from '../http/app.ts';
import { createToken } from '../people/sign-in.ts';

const hour = 3_600_000;
const began = Date.UTC(2026, 10, 2, 8);
let ahead = 0;

const platform = (kind: string): ChannelKind => ({
  manifest: {
    kind, label: { 'zh-CN': kind, en: kind }, icon: 'i-lucide-mail', official: true, config: z.object({}), carries: { html: false, attachments: false, typing: false, receipts: false, reactions: true },
    limits: { textLength: 1000, attachmentBytes: 0 }, units: 1, sending: 'idempotent', burstMs: 0,
  },
  create: async () => ({ async start(inbox) { inbox.health({ state: 'ready' }); }, send: async message => ({ externalId: `sent-${message.key}` }), async stop() {} }),
});

const Item = z.looseObject({ id: z.string(), flags: z.array(z.string()), conversation: z.looseObject({ id: z.string(), contactId: z.string() }) });
const Behind = z.object({ items: z.array(Item), next: z.string().optional() });
const Figures = z.looseObject({ episodes: z.number(), due: z.number(), handled: z.number(), deflected: z.number(), pending: z.number(), met: z.number(), handedOver: z.number(), good: z.number(), bad: z.number(), reopened: z.number() });
const Numbers = z.looseObject({ zone: z.literal('UTC'), total: Figures, before: Figures, reasons: z.array(z.object({ reason: z.string(), handedOver: z.number() })), groups: z.array(Figures.extend({ key: z.string(), label: z.string() })) });

const { uri } = testMongod('bot_numbers');
let node: Node;
let http: Server;
let url: string;
let token: string;
let [chat, sms]: Channel[] = [];
let sent = 0;

async function open(): Promise<void> {
  node = await startNode(uri, { kinds: [platform('chat'), platform('sms')], soleNode: true, now: () => new Date(began + ahead) });
  http = createServer(httpApp(node.hub, { version: '0', trustProxy: 0, clientDir: '/nowhere', ready: async () => ({}) })).listen(0, '127.0.0.1');
  await once(http, 'listening');
  const address = http.address();
  url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
}
async function close(): Promise<void> {
  http?.close();
  await node?.stop();
}
beforeAll(async () => {
  await open();
  ({ token } = await createToken(node.hub, 'test', 'admin'));
  ({ channel: chat } = await createChannel(node.hub, { kind: 'chat', name: '网页', config: {}, bot: true }));
  ({ channel: sms } = await createChannel(node.hub, { kind: 'sms', name: '短信', config: {}, bot: true }));
  await api('POST', '/answers', { question: '怎么开发票', answer: '在订单页申请电子发票。', locale: 'zh-CN', topics: ['发票'] });
});
afterAll(close);

const api = (method: string, path: string, body?: unknown) => call(url, method, path, body, { authorization: `Bearer ${token}` });
const ask = async (query = '') => (await api('GET', `/bot/numbers?from=2026-11-01&to=2026-11-10${query}`)).as(Numbers);
const behind = async (query: string) => (await api('GET', `/bot/numbers/conversations?from=2026-11-01&to=2026-11-10&${query}`)).as(Behind);
/** The customers behind a number, by the name they write under. */
const who = async (query: string) => (await behind(query)).items.map(({ conversation }) => customers.get(conversation.id)).toSorted();
const customers = new Map<string, string>();

/** Says it, and waits until the bot has answered or handed over. */
async function say(channel: Channel | undefined, from: string, text: string) {
  if (!channel) throw new Error('no channel');
  const { conversationId } = await receive(node.hub, channel, { externalId: `m${++sent}`, thread: from, from: { value: from, stable: true }, content: { text } });
  customers.set(conversationId, from);
  const reply = await eventually(async () => {
    const entries = await node.hub.store.conversations.readEntries(conversationId, {});
    const said = entries.findLast(({ actor, kind, seq }) => actor.kind === 'bot' && (kind === 'queued' || kind === 'message') && seq > (entries.findLast(each => each.actor.kind === 'contact' && each.kind === 'message')?.seq ?? 0));
    return said && (said.kind === 'queued' || said.externalId) ? said : undefined;
  });
  return { conversationId, contactId: (await node.hub.heads.get(conversationId))?.contactId ?? '', reply };
}
const thumb = async (channel: Channel | undefined, from: string, about: string | undefined, emoji: string) => {
  if (!channel || !about) throw new Error('nothing to react to');
  await happened(node.hub, channel, { kind: 'reaction', externalId: `r${++sent}`, thread: from, from: { value: from, stable: true }, about, emoji });
};
const until = <T>(read: () => Promise<T>, wanted: object) => eventually(async () => { const is = await read(); try { expect(is).toMatchObject(wanted); return true; } catch { return false; } }).catch(async () => { expect(await read()).toMatchObject(wanted); });

let amy: Awaited<ReturnType<typeof say>>;
let bob: Awaited<ReturnType<typeof say>>;
let phone: Awaited<ReturnType<typeof say>>;

test('what the bot answered is pending for 72 hours, and deflected after them; what it handed over is neither', async () => {
  amy = await say(chat, 'amy', '怎么开发票');
  bob = await say(chat, 'bob', '怎么开发票');
  await say(chat, 'cho', '转人工');
  ahead = 10 * hour;
  phone = await say(sms, 'amy-by-phone', '转人工');
  await until(ask, { total: { episodes: 4, handled: 2, pending: 2, deflected: 0, due: 0, handedOver: 2 } });
  ahead = 71 * hour;
  expect((await ask()).total).toMatchObject({ pending: 2, deflected: 0, due: 0 });
  ahead = 73 * hour;
  expect((await ask()).total).toMatchObject({ pending: 0, deflected: 2, due: 3, handedOver: 2 });
  expect((await ask()).reasons).toEqual([{ reason: 'asked', handedOver: 2 }]);
  expect(await who('number=deflected')).toEqual(['amy', 'bob']);
  expect(await who('number=handed-over&reason=asked')).toEqual(['amy-by-phone', 'cho']);
});

test('who came back on another channel is the same person: not deflected; parted again, they are', async () => {
  await api('POST', `/contacts/${phone.contactId}/merge`, { into: amy.contactId, reason: 'same voice' });
  await until(ask, { total: { deflected: 1, met: 1, due: 3 } });
  expect(await who('number=deflected')).toEqual(['bob']);
  expect(await who('number=met')).toEqual(['amy']);
  await api('POST', `/contacts/${amy.contactId}/unmerge`, { contactId: phone.contactId, reason: 'was her brother' });
  await until(ask, { total: { deflected: 2, met: 0 } });
  expect(await who('number=deflected')).toEqual(['amy', 'bob']);
});

test('thumbs judge replies and may change their mind; a mark of ours outweighs them', async () => {
  await thumb(chat, 'amy', amy.reply.externalId, '\u{1F44E}');
  await thumb(chat, 'bob', bob.reply.externalId, '\u{1F44D}');
  await until(ask, { total: { replies: 2, good: 1, bad: 1 } });
  await thumb(chat, 'amy', amy.reply.externalId, '\u{1F44D}\u{1F3FD}');
  await until(ask, { total: { good: 2, bad: 0 } });
  expect(await ratings(node.hub, chat?.id ?? '', 'amy')).toEqual({ [amy.reply.seq]: 'up' });
  await api('POST', '/regression-cases/from-message', { conversationId: bob.conversationId, seq: bob.reply.seq, because: 'not-true' });
  await until(ask, { total: { good: 1, bad: 1 } });
  expect(await who('number=bad')).toEqual(['bob']);
});

test('by topic, channel and day; filters; a time without anything; what the time before was', async () => {
  expect((await ask('&by=topic')).groups).toMatchObject([{ key: 'none', episodes: 2 }, { key: '发票', episodes: 2, deflected: 2 }]);
  expect((await ask('&by=channel')).groups).toMatchObject([{ label: '网页', episodes: 3 }, { label: '短信', episodes: 1 }]);
  const days = (await ask()).groups;
  expect(days.map(({ key }) => key)).toHaveLength(10);
  expect(days.filter(({ episodes }) => episodes > 0)).toMatchObject([{ key: '2026-11-02', episodes: 4 }]);
  expect((await ask(`&channelId=${sms?.id}`)).total).toMatchObject({ episodes: 1, handled: 0 });
  expect((await ask('&release=3')).total).toMatchObject({ episodes: 0 });
  expect((await api('GET', '/bot/numbers?from=2026-11-03&to=2026-11-03')).as(Numbers)).toMatchObject({ total: { episodes: 0 }, before: { episodes: 4, deflected: 2 } });
  expect((await api('GET', '/bot/numbers?from=2026-11-03&to=2026-11-01')).status).toBe(400);
  const first = await behind('limit=3');
  const rest = await behind(`limit=3&cursor=${first.next}`);
  expect([...first.items, ...rest.items].map(({ conversation }) => conversation.id).toSorted()).toEqual([...customers.keys()].toSorted());
});

test('an export that Excel reads', async () => {
  const response = await fetch(`${url}/api/v1/bot/numbers/export?from=2026-11-01&to=2026-11-10&by=channel`, { headers: { authorization: `Bearer ${token}` } });
  const bytes = new Uint8Array(await response.arrayBuffer());
  expect([...bytes.slice(0, 3)]).toEqual([0xEF, 0xBB, 0xBF]);
  const [heading, line] = new TextDecoder().decode(bytes).trim().split('\r\n');
  expect(heading).toMatch(/^key,label,episodes,due/);
  expect(line).toMatch(/,网页,3,3,2,2,0,0,1/);
});

test('a reply of a colleague later, within the 72 hours of another answer, takes its verdict back; what was missed while nobody counted is read at the next start', async () => {
  ahead = 74 * hour;
  const dan = await say(chat, 'dan', '怎么开发票');
  await until(ask, { total: { episodes: 5, pending: 1 } });
  ahead = 80 * hour;
  await close();
  await open();
  await api('POST', `/conversations/${dan.conversationId}/messages`, { text: '我来帮您', clientId: 'colleague-1' });
  await until(ask, { total: { episodes: 5, pending: 0, deflected: 2, handled: 2 } });
  ahead = 200 * hour;
  expect((await ask()).total).toMatchObject({ deflected: 2, due: 5 });
  const before = await ask();
  await close();
  const { db } = await startNode(uri, { kinds: [] });
  await Promise.all(['bot_episodes', 'bot_days', 'bot_numbers_marks'].map(name => db.collection(name).deleteMany({})));
  await db.close();
  await open();
  await until(ask, { total: before.total });
  expect(await ask()).toEqual(before);
});
