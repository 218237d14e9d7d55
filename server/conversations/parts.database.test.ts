/** One reply that is several messages of the platform: each once, whatever stops in between; files that are refused go as links. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { ConnectorError, type ChannelKind, type Inbox, type Outbound, type Receipt } from '../../connectors/connector.ts';
import { eventually } from '../../test/setup/eventually.ts';
import { startNode, type Node } from '../../test/setup/hub.ts';
import { testMongod } from '../../test/setup/mongo.ts';
import { storeFile } from '../attachments/store-file.ts';
import { createChannel } from '../channels/change.ts';
import type { Channel } from '../channels/schema.ts';
import { changeMessage } from './change-message.ts';
import { retryDelivery } from './retry.ts';
import { reply } from './speak.ts';
import type { Content, Entry } from './schema.ts';

const agent = { kind: 'agent' as const, id: 'aaaaaaaaaaaaaaaaaaaaaaaa' };
const { uri } = testMongod('parts');
/** What reached the customer: key -> text, or the name of a file. */
const got: { key: string; text: string; id: string }[] = [];
/** What the platform does with the next sends, in order; absent: it takes them. */
const orders: ((message: Outbound) => 'take' | 'take-and-die' | Error)[] = [];
const recalled: string[] = [];
let inbox: Inbox;
let known: 'all' | 'nothing' = 'all';
const textOf = ({ text, attachments = [] }: Content) => [text, ...attachments.map(({ name }) => name)].filter(Boolean).join(' + ');

const platform: ChannelKind = {
  manifest: {
    kind: 'parcels', label: { 'zh-CN': '包裹', en: 'Parcels' }, icon: 'i-lucide-box', official: true, config: z.object({}), carries: { html: false, attachments: true, typing: false, receipts: true, recalls: true },
    limits: { textLength: 1000, attachmentBytes: 1000 }, units: 1, sending: 'in-doubt', burstMs: 0, replyWindow: { opens: [{ by: ['message'], minutes: 60, messages: 9 }] },
  },
  create: async () => ({
    async start(given) { inbox = given; inbox.health({ state: 'ready' }); },
    split: ({ text, attachments = [] }) => [...(text ? [{ text }] : []), ...attachments.map((file): Content => ({ attachments: [file] }))],
    async send(message) {
      const order = orders.shift()?.(message) ?? 'take';
      if (order instanceof Error) throw order;
      const id = `p-${message.key}`;
      got.push({ key: message.key, text: textOf(message.content), id });
      if (order === 'take-and-die') throw new Error('the line was cut after the platform took it');
      return { externalId: id };
    },
    async settle(message) {
      if (known === 'nothing') throw new ConnectorError('in-doubt', 'nobody can tell');
      const found = got.find(({ key }) => key === message.key);
      return found ? { externalId: found.id } : null;
    },
    async recall(_thread, id) { recalled.push(id); },
    async stop() {},
  }),
};

let node: Node;
let channel: Channel;
beforeAll(async () => {
  node = await startNode(uri, { kinds: [platform], soleNode: true });
  ({ channel } = await createChannel(node.hub, { kind: 'parcels', name: 'parcels', config: {}, bot: false }));
});
afterAll(async () => { await node?.stop(); });
beforeEach(() => { got.length = 0; orders.length = 0; known = 'all'; });

let people = 0;
const meet = async (): Promise<string> => {
  const thread = `customer-${people += 1}`;
  await inbox.receive({ externalId: `m-${thread}`, thread, from: { value: thread, stable: true }, content: { text: 'hi' } });
  return await node.hub.store.conversations.findByThread({ channelId: channel.id, key: thread }) ?? '';
};
const files = async (...names: string[]): Promise<string[]> => Promise.all(names.map(async (name) => (await storeFile(node.hub, { name, type: 'text/plain', bytes: Buffer.from(name) }, agent)).id));
/** A text and two files. */
const say = async (conversationId: string, text = 'see') => (await reply(node.hub, conversationId, agent, { text, attachments: await files('1.txt', '2.txt') })).entry;
const stored = async (entry: Entry) => await node.hub.store.conversations.getById(entry.id) ?? entry;
const until = (entry: Entry, state: string) => eventually(async () => { const now = await stored(entry); return now.delivery?.state === state && now; }, 15_000);
const texts = () => got.map(({ text }) => text);
const all = ['see', '1.txt', '2.txt'];
const receipt = (id: string, state: Receipt['state'], more: Partial<Receipt> = {}) => inbox.receipt({ externalId: id, state, ...more });
const refused = (reason: string, because?: 'file') => new ConnectorError('rejected', reason, { because });

test('each goes out once, in order, under a key of its own; they stand where they stand together', async () => {
  const entry = await say(await meet());
  await until(entry, 'sent');
  expect(got.map(({ key, text }) => [key, text])).toEqual([[entry.id, 'see'], [`${entry.id}#1`, '1.txt'], [`${entry.id}#2`, '2.txt']]);
  expect(await stored(entry)).toMatchObject({ externalId: `p-${entry.id}`, parts: [{ state: 'sent' }, { state: 'sent' }, { state: 'sent' }] });
});

test('receipts out of order: delivered when all are, read when all are, and never down again', async () => {
  const entry = await say(await meet());
  await until(entry, 'sent');
  const [one = '', two = '', three = ''] = got.map(({ id }) => id);
  await receipt(three, 'read');
  await receipt(one, 'delivered');
  expect((await stored(entry)).delivery?.state).toBe('sent');
  await receipt(two, 'delivered');
  expect((await stored(entry)).delivery?.state).toBe('delivered');
  await receipt(two, 'sent');
  await receipt(one, 'read');
  expect((await stored(entry)).delivery?.state).toBe('delivered');
  await receipt(two, 'read');
  expect((await stored(entry)).delivery?.state).toBe('read');
});

test('one that fails late fails the whole, in words that say which; sent again, it alone goes out, under a new key', async () => {
  const entry = await say(await meet());
  await until(entry, 'sent');
  await receipt(got[1]?.id ?? '', 'failed', { reason: 'The phone is full' });
  expect((await stored(entry)).delivery).toMatchObject({ state: 'failed', reason: { en: 'Message 2 of 3 (2 went out): The phone is full', 'zh-CN': expect.stringContaining('第 2 条') } });
  await retryDelivery(node.hub, entry.conversationId, entry.seq);
  await until(entry, 'sent');
  expect(got.map(({ key, text }) => [key, text]).slice(3)).toEqual([[`${entry.id}#1.1`, '1.txt']]);
  // The old one's receipt comes twice.
  await receipt(`p-${entry.id}#1`, 'failed', { key: `${entry.id}#1`, reason: 'The phone is full' });
  expect((await stored(entry)).delivery?.state).toBe('sent');
});

test('the second is refused: the third waits, and sending again goes on with what is missing', async () => {
  orders.push(() => 'take', () => refused('No files on Sundays'));
  const entry = await say(await meet());
  expect((await until(entry, 'failed')).delivery?.reason).toMatchObject({ en: 'Message 2 of 3 (1 went out): No files on Sundays' });
  expect(texts()).toEqual(['see']);
  await retryDelivery(node.hub, entry.conversationId, entry.seq);
  await until(entry, 'sent');
  expect(texts()).toEqual(all);
});

test('429 in the middle: it goes on where it was, after the pause', async () => {
  orders.push(() => 'take', () => new ConnectorError('rate-limited', 'slow down', { retryAfterMs: 300 }), () => new ConnectorError('unreachable', 'away'));
  const entry = await say(await meet());
  await until(entry, 'sent');
  expect(texts()).toEqual(all);
});

test('the answer to one is lost: it is asked about, and nothing goes out twice', async () => {
  orders.push(() => 'take', () => 'take-and-die');
  const entry = await say(await meet());
  await until(entry, 'sent');
  expect(texts()).toEqual(all);
});

test('nobody can tell of one: that is shown, what comes after it waits, and a receipt by its key lets it go on', async () => {
  known = 'nothing';
  orders.push(() => 'take', () => 'take-and-die');
  const entry = await say(await meet());
  await until(entry, 'unknown');
  expect(texts()).toEqual(['see', '1.txt']);
  known = 'all';
  await receipt(`p-${entry.id}#1`, 'delivered', { key: `${entry.id}#1` });
  await until(entry, 'sent');
  expect(texts()).toEqual(all);
});

test('the process dies between two: the next one goes on, and sends none of them twice', async () => {
  const conversationId = await meet();
  for (const point of ['before', 'after'] as const) {
    got.length = 0;
    let dead = false;
    // From here on the old process hears no answer and writes nothing more.
    const die = () => { dead = true; };
    orders.push(() => 'take', () => { die(); return point === 'after' ? 'take-and-die' : new Error('killed'); });
    const old = node;
    const { putPart, settleEffects, renewLease } = old.hub.store.conversations;
    const never = new Promise<never>(() => undefined);
    Object.assign(old.hub.store.conversations, {
      putPart: (...args: Parameters<typeof putPart>) => dead ? never : putPart(...args), settleEffects: (...args: Parameters<typeof settleEffects>) => dead ? never : settleEffects(...args),
      renewLease: (...args: Parameters<typeof renewLease>) => dead ? never : renewLease(...args),
    });
    const entry = await say(conversationId);
    await eventually(() => dead);
    await new Promise((done) => { setTimeout(done, 200); });
    expect((await stored(entry)).parts?.map(({ state }) => state)).toEqual(['sent', 'queued', 'queued']);
    node = await startNode(uri, { kinds: [platform], soleNode: true });
    await until(entry, 'sent');
    expect(texts()).toEqual(all);
    void old.stop().catch(() => undefined);
  }
}, 120_000);

test('they count as many against the quota, and are refused before they are sent when it has no room', async () => {
  const conversationId = await meet();
  await until(await say(conversationId), 'sent');
  await until(await say(conversationId), 'sent');
  await until((await reply(node.hub, conversationId, agent, { text: 'one' })).entry, 'sent');
  await expect(say(conversationId)).rejects.toMatchObject({ code: 'conflict', words: { en: expect.stringContaining('needs 3 messages, and the platform lets us send only 2') } });
  await until((await reply(node.hub, conversationId, agent, { text: 'two', attachments: await files('3.txt') })).entry, 'sent');
  await expect(reply(node.hub, conversationId, agent, { text: 'ten' })).rejects.toMatchObject({ code: 'conflict' });
});

test('taken back, all of it is', async () => {
  const entry = await say(await meet());
  await until(entry, 'sent');
  await changeMessage(node.hub, entry.conversationId, entry.seq, agent, { happening: 'recalled' });
  expect(recalled).toEqual(got.map(({ id }) => id));
});

test('what is told of any of them is told of the reply', async () => {
  const entry = await say(await meet());
  await until(entry, 'sent');
  await inbox.happened({ kind: 'reaction', externalId: `r-${entry.id}`, thread: entry.thread?.key ?? '', about: got[2]?.id ?? '', from: { value: entry.thread?.key ?? '', stable: true }, emoji: '+1' });
  expect((await node.hub.store.conversations.readEntries(entry.conversationId, { after: entry.seq })).map(({ kind }) => kind)).toEqual(['reaction']);
});

test('a file the platform refuses goes as a link at once, and the entry says so', async () => {
  orders.push(() => 'take', () => refused('This type is not taken', 'file'));
  const entry = await say(await meet());
  const { delivery } = await until(entry, 'sent');
  expect(texts()).toEqual(['see', expect.stringMatching(/^1\.txt: http:\/\/127\.0\.0\.1:1\/files\/\S+$/), '2.txt']);
  expect(delivery?.note).toMatchObject({ en: expect.stringContaining('did not take the file "1.txt"'), 'zh-CN': expect.stringContaining('This type is not taken') });
  await receipt(got[0]?.id ?? '', 'delivered');
  for (const { id } of got.slice(1)) await receipt(id, 'delivered');
  expect((await stored(entry)).delivery).toMatchObject({ state: 'delivered', note: delivery?.note });
});

test('a link that is refused as well fails: nothing is sent a third time', async () => {
  orders.push(() => 'take', () => refused('not taken', 'file'), () => refused('nor that', 'file'));
  const entry = await say(await meet());
  expect((await until(entry, 'failed')).delivery?.reason).toMatchObject({ en: expect.stringContaining('Message 2 of 3 (1 went out): nor that') });
  expect(texts()).toEqual(['see']);
});

test('a reply that is one file, refused: the same', async () => {
  orders.push(() => refused('too old', 'file'));
  const { entry } = await reply(node.hub, await meet(), agent, { attachments: await files('only.txt') });
  const { delivery } = await until(entry, 'sent');
  expect(texts()).toEqual([expect.stringMatching(/^only\.txt: http/)]);
  expect(delivery?.note).toMatchObject({ en: expect.stringContaining('only.txt') });
});

test('a file that fails late goes as a link, once, however often the platform says it; before and after the answer', async () => {
  const { entry } = await reply(node.hub, await meet(), agent, { attachments: await files('late.txt') });
  await until(entry, 'sent');
  const fails = () => receipt(`p-${entry.id}`, 'failed', { key: entry.id, reason: 'Media could not be fetched', because: 'file' });
  await Promise.all([fails(), fails()]);
  await until(entry, 'sent');
  await fails();
  await eventually(() => got.length === 2);
  expect(texts()).toEqual(['late.txt', expect.stringMatching(/^late\.txt: http/)]);
  expect((await stored(entry)).delivery).toMatchObject({ state: 'sent', note: { en: expect.stringContaining('Media could not be fetched') } });
  await receipt(got[1]?.id ?? '', 'failed', { reason: 'no', because: 'file' });
  expect((await stored(entry)).delivery).toMatchObject({ state: 'failed', reason: 'no' });
  expect(got).toHaveLength(2);

  got.length = 0;
  orders.push((message) => { void receipt(`p-${message.key}`, 'failed', { key: message.key, reason: 'at once', because: 'file' }); return 'take'; });
  const early = (await reply(node.hub, entry.conversationId, agent, { attachments: await files('early.txt') })).entry;
  await eventually(() => got.length === 2);
  await until(early, 'sent');
  expect(texts()).toEqual(['early.txt', expect.stringMatching(/^early\.txt: http/)]);
});

test('words that fail late for a reason of files stay failed: there is no file in them', async () => {
  const { entry } = await reply(node.hub, await meet(), agent, { text: 'plain' });
  await until(entry, 'sent');
  await receipt(`p-${entry.id}`, 'failed', { reason: '63021', because: 'file' });
  expect((await stored(entry)).delivery).toMatchObject({ state: 'failed', reason: '63021' });
});
