/** What crosses: two claims on one thread, late retries, doubtful sends, words that come while somebody acts. */
import { z } from 'zod';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ConnectorError, type ChannelKind, type Outbound } from '../../connectors/connector.ts';
import { eventually } from '../../test/setup/eventually.ts';
import { startNode, type Node } from '../../test/setup/hub.ts';
import { testMongod } from '../../test/setup/mongo.ts';
import { createChannel } from '../channels/change.ts';
import type { Channel } from '../channels/schema.ts';
import { append } from './append.ts';
import { receive } from './receive.ts';
import { reply } from './speak.ts';
import type { Content } from './schema.ts';

const day = 86_400_000;
const agent = { kind: 'agent' as const, id: 'aaaaaaaaaaaaaaaaaaaaaaaa' };
let ahead = 0;
/** What the platform does with the next sends; then it takes them. */
const moods: ((message: Outbound) => never)[] = [];
const sends: boolean[] = [];

const platform: ChannelKind = {
  manifest: {
    kind: 'post', label: { 'zh-CN': '邮政', en: 'Post' }, icon: 'i-lucide-mail', official: true, config: z.object({}), carries: { html: false, attachments: false, typing: false, receipts: false },
    limits: { textLength: 1000, attachmentBytes: 0 }, units: 1, sending: 'in-doubt', burstMs: 0,
  },
  create: async () => ({
    async start(inbox) { inbox.health({ state: 'ready' }); },
    async send(message) { sends.push(message.again); moods.shift()?.(message); return { externalId: `sent-${message.key}` }; },
    async stop() {},
  }),
};

let node: Node;
let channel: Channel;
beforeAll(async () => {
  node = await startNode(testMongod('crossings').uri, { kinds: [platform], now: () => new Date(Date.now() + ahead), soleNode: true });
  ({ channel } = await createChannel(node.hub, { kind: 'post', name: 'post', config: {} }));
});
afterAll(async () => { await node?.stop(); });

let count = 0;
const say = (thread: string, content: Content = { text: 'hello' }, from = thread) => receive(node.hub, channel, { externalId: `word-${count++}`, thread, from: { value: from, stable: true }, content });
const head = async (id: string) => { const found = await node.hub.heads.get(id); if (!found) throw new Error('no head'); return found; };

test('after the reopening time two words at once open one new conversation; the old one cannot claim the thread again', async () => {
  const old = await say('late');
  await append(node.hub, old.conversationId, { kind: 'resolved', actor: agent });
  ahead += 4 * day;
  const both = await Promise.all([say('late'), say('late')]);
  expect(both[0]?.conversationId).not.toBe(old.conversationId);
  expect(both[1]?.conversationId).toBe(both[0]?.conversationId);
  await expect(append(node.hub, old.conversationId, { kind: 'reopened', actor: agent })).rejects.toMatchObject({ code: 'conflict' });
  await expect(reply(node.hub, old.conversationId, agent, { text: 'hello?' })).rejects.toMatchObject({ code: 'conflict' });
  await node.hub.heads.flush();
  expect(await node.hub.store.conversations.storedHead(old.conversationId)).toEqual(await head(old.conversationId));
});

test('a resolve does not bury what the customer said meanwhile', async () => {
  const { conversationId, seq } = await say('meanwhile');
  await say('meanwhile', { text: 'one more thing' });
  await expect(append(node.hub, conversationId, { kind: 'resolved', actor: agent, seenSeq: seq })).rejects.toMatchObject({ code: 'conflict' });
  expect((await head(conversationId)).status).toBe('open');
});

test('a bounce does not redirect our replies', async () => {
  const { conversationId } = await say('bounce', { text: 'my question' }, 'wang@example.com');
  await say('bounce', { text: 'undeliverable', email: { subject: 's', from: 'x', to: [], cc: [], messageId: '<m>', references: [], automatic: 'bounce' } }, 'mailer-daemon@example.com');
  expect((await head(conversationId)).thread.address).toBe('wang@example.com');
  expect((await head(conversationId)).unread).toBe(1);
});

test('a key belongs to one message', async () => {
  const [a, b] = [await say('key-a'), await say('key-b')];
  await reply(node.hub, a.conversationId, agent, { text: 'x', clientId: 'order-0123' });
  await expect(reply(node.hub, b.conversationId, agent, { text: 'y', clientId: 'order-0123' })).rejects.toMatchObject({ code: 'conflict' });
});

test('a doubtful send stays in doubt until the platform says what became of it', { timeout: 30_000 }, async () => {
  const { conversationId } = await say('doubt');
  sends.length = 0;
  moods.push(() => { throw new TypeError('socket hang up'); }, () => { throw new ConnectorError('unreachable', 'IMAP is away'); }, () => { throw new ConnectorError('in-doubt', 'Nobody knows whether it went out.'); });
  const { entry } = await reply(node.hub, conversationId, agent, { text: 'did it go?' });
  await eventually(async () => (await node.hub.store.conversations.getEntry(conversationId, entry.seq))?.delivery?.state === 'unknown', 20_000);
  expect(sends).toEqual([false, true, true]);
});

test('a plain no leaves no doubt', { timeout: 30_000 }, async () => {
  const { conversationId } = await say('plain');
  sends.length = 0;
  moods.push(() => { throw new ConnectorError('unreachable', 'refused'); });
  const { entry } = await reply(node.hub, conversationId, agent, { text: 'again' });
  await eventually(async () => (await node.hub.store.conversations.getEntry(conversationId, entry.seq))?.delivery?.state === 'sent', 20_000);
  expect(sends).toEqual([false, false]);
});

test('no list, timer or outbox query scans the collection', async () => {
  const heads = node.db.collection('heads');
  const Plan = z.object({ queryPlanner: z.object({ winningPlan: z.unknown() }) });
  const plan = (explained: unknown) => JSON.stringify(Plan.parse(explained).queryPlanner.winningPlan);
  const { headQuery } = await import('./list-query.ts');
  const queries = [{ view: 'mine' as const, me: agent.id }, { view: 'offers' as const, me: agent.id }, { view: 'unassigned' as const }, { view: 'waiting' as const }, { view: 'all' as const }, { status: 'resolved' }, { label: 'vip' }, { contactId: agent.id }];
  for (const query of queries) {
    const used = plan(await heads.find(headQuery(query)).sort({ lastMessageAt: -1, _id: -1 }).limit(50).explain('queryPlanner'));
    expect({ query, scans: used.includes('COLLSCAN') }).toEqual({ query, scans: false });
  }
  expect(plan(await heads.find({ nextTimerAt: { $type: 'date', $lte: new Date() } }).sort({ nextTimerAt: 1 }).explain('queryPlanner'))).toContain('IXSCAN');
  expect(plan(await node.db.collection('entries').find({ due: { $lt: new Date() } }).sort({ due: 1 }).explain('queryPlanner'))).not.toMatch(/COLLSCAN|"SORT"/);
});
