/** What the platform says, and what other workers do, while a send is under way; and that every question of this is answered by an index. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { ConnectorError, type ChannelKind, type Inbox, type Outbound } from '../../connectors/connector.ts';
import { eventually } from '../../test/setup/eventually.ts';
import { startNode, type Node } from '../../test/setup/hub.ts';
import { testMongod } from '../../test/setup/mongo.ts';
import { storeFile } from '../attachments/store-file.ts';
import { createChannel } from '../channels/change.ts';
import { append } from './append.ts';
import { deliver } from './deliver.ts';
import { retryDelivery } from './retry.ts';
import type { Content, Entry } from './schema.ts';
import { reply } from './speak.ts';
import { passOn, takeBack } from './take-back.ts';

const agent = { kind: 'agent' as const, id: 'aaaaaaaaaaaaaaaaaaaaaaaa' };
const { uri } = testMongod('overtaken');
const got: { key: string; text: string }[] = [];
const inboxes = new Map<string, Inbox>();
/** What happens between the platform's taking a message and its answer. */
let meanwhile: (message: Outbound) => Promise<void> = async () => undefined;
let pieces: (content: Content) => Content[];
const each = ({ text, attachments = [] }: Content): Content[] => [...(text ? [{ text }] : []), ...attachments.map((file): Content => ({ attachments: [file] }))];

const kind = (name: string): ChannelKind => ({
  manifest: {
    kind: name, label: { 'zh-CN': name, en: name }, icon: 'i-lucide-box', official: true, config: z.object({}), carries: { html: false, attachments: true, typing: false, receipts: true },
    limits: { textLength: 1000, attachmentBytes: 1000 }, units: 1, sending: 'in-doubt', burstMs: 0,
  },
  create: async () => ({
    async start(given) { inboxes.set(name, given); given.health({ state: 'ready' }); },
    split: content => pieces(content),
    async send(message) {
      got.push({ key: message.key, text: message.content.text ?? message.content.attachments?.[0]?.name ?? '' });
      await meanwhile(message);
      return { externalId: `p-${message.key}` };
    },
    async settle() { throw new ConnectorError('in-doubt', 'nobody can tell'); },
    async stop() {},
  }),
});
const kinds = [kind('one'), kind('other')];

let nodes: [Node, Node];
const channels: Record<string, string> = {};
beforeAll(async () => {
  const first = await startNode(uri, { kinds, soleNode: true });
  await first.db.db?.command({ profile: 2 });
  for (const name of ['one', 'other']) channels[name] = (await createChannel(first.hub, { kind: name, name, config: {}, bot: false })).channel.id;
  const own = new Map(inboxes);
  nodes = [first, await startNode(uri, { kinds })];
  for (const [name, inbox] of own) inboxes.set(name, inbox);
});
afterAll(async () => { for (const node of nodes ?? []) await node.stop(); });
beforeEach(() => { got.length = 0; pieces = each; meanwhile = async () => undefined; });

let people = 0;
const hear = (name: string, thread: string, text = 'hi') => inboxes.get(name)?.receive({ externalId: `${name}-${thread}-${text}`, thread, from: { value: thread, stable: true }, content: { text } });
async function meet(name = 'one', thread = `customer-${people += 1}`): Promise<string> {
  await hear(name, thread);
  return eventually(() => nodes[0].hub.store.conversations.findByThread({ channelId: channels[name] ?? '', key: thread }));
}
const say = async (text: string | undefined, ...names: string[]): Promise<Entry> => {
  const files = await Promise.all(names.map(name => storeFile(nodes[0].hub, { name, type: 'text/plain', bytes: Buffer.from(name) }, agent)));
  return (await reply(nodes[0].hub, await meet(), agent, { ...(text ? { text } : {}), attachments: files.map(({ id }) => id) })).entry;
};
const stored = async (entry: Entry) => await nodes[0].hub.store.conversations.getById(entry.id) ?? entry;
const until = (entry: Entry, state: string) => eventually(async () => { const now = await stored(entry); return now.delivery?.state === state && !now.due && now; }, 15_000);
const receipt = (key: string, state: 'sent' | 'delivered' | 'failed', more: object = {}) => inboxes.get('one')?.receipt({ externalId: `p-${key}`, state, ...more });
const once = (then: (message: Outbound) => unknown) => { meanwhile = async (message) => { meanwhile = async () => undefined; await then(message); }; };

test('"the file was not taken" comes before the answer to its send: the link goes out all the same', async () => {
  once(({ key }) => receipt(key, 'failed', { key, because: 'file', reason: 'too old' }));
  const entry = await say(undefined, 'only.txt');
  await eventually(() => got.length === 2);
  expect((await until(entry, 'sent')).parts).toMatchObject([{ state: 'sent', round: 1 }]);
  expect(got.map(({ text }) => text)).toEqual(['only.txt', expect.stringMatching(/^only\.txt: http/)]);
});

test('the same of one file of several', async () => {
  meanwhile = async ({ key }) => { if (key.endsWith('#1')) { meanwhile = async () => undefined; await receipt(key, 'failed', { key, because: 'file', reason: 'too old' }); } };
  const entry = await say('see', '1.txt', '2.txt');
  expect((await until(entry, 'sent')).parts).toMatchObject([{ state: 'sent' }, { state: 'sent', round: 1 }, { state: 'sent' }]);
  expect(got.map(({ text }) => text)).toEqual(['see', '1.txt', expect.stringMatching(/^1\.txt: http/), '2.txt']);
});

test('a part that is delivered before the answer to its send stays delivered', async () => {
  meanwhile = async ({ key }) => receipt(key, 'delivered', { key });
  expect((await until(await say('see', '1.txt'), 'delivered')).parts).toMatchObject([{ state: 'delivered' }, { state: 'delivered' }]);
});

test('receipts that come before the answer, out of order: the furthest counts', async () => {
  once(async ({ key }) => { await receipt(key, 'delivered'); await receipt(key, 'sent'); });
  await until(await say('words'), 'delivered');
});

test('a part that failed was delivered after all: the whole has not failed', async () => {
  const entry = await say('see', '1.txt');
  await until(entry, 'sent');
  await receipt(`${entry.id}#1`, 'failed', { reason: 'busy' });
  await until(entry, 'failed');
  await receipt(`${entry.id}#1`, 'delivered');
  await until(entry, 'sent');
});

test('what would be cut in another way after a part went out is said to have failed, not forgotten', async () => {
  meanwhile = async ({ key }) => { if (key.endsWith('#1')) { pieces = ({ text }) => [{ text: text ?? '' }]; throw new ConnectorError('unreachable', 'away'); } };
  const entry = await say('see', '1.txt', '2.txt');
  expect((await until(entry, 'failed')).delivery?.reason).toMatchObject({ en: expect.stringContaining('as a new reply') });
  meanwhile = async () => undefined;
  await retryDelivery(nodes[0].hub, entry.conversationId, entry.seq);
  await until(entry, 'failed');
});

test.each([[], ['1.txt']])('a worker that slept while another took its message up leaves it alone (%s)', async (...names) => {
  const { promise: held, resolve } = Promise.withResolvers<void>();
  meanwhile = () => held;
  const entry = await say('once', ...names.flat());
  await eventually(() => got.length === 1);
  const [effect] = entry.effects;
  expect(effect && await deliver(nodes[1].hub, entry, effect)).toEqual({ lost: true });
  meanwhile = async () => undefined;
  resolve();
  await until(entry, 'sent');
  expect(new Set(got.map(({ key }) => key)).size).toBe(got.length);
});

test('taken back though in doubt, and delivered after all: what has not gone on yet stays; what has keeps its trace', async () => {
  const { hub } = nodes[0];
  const other = `friend-${people += 1}`;
  await meet('other', other);
  for (const gone of [false, true]) {
    meanwhile = async () => { throw new Error('the line was cut'); };
    const entry = await say('perhaps');
    await eventually(async () => (await stored(entry)).effects[0]?.attempts === 1 || (await stored(entry)).delivery?.state === 'unknown');
    meanwhile = async () => undefined;
    const to = { channelId: channels['other'] ?? '', key: other, address: other };
    const taken = await takeBack(hub, entry.conversationId, entry.seq, { to, into: entry.conversationId, by: agent, doubtful: true });
    const [effect] = taken?.effects ?? [];
    if (gone && taken && effect) await passOn(hub, taken, effect);
    await inboxes.get('one')?.receipt({ externalId: `p-${entry.id}`, key: entry.id, state: 'delivered' });
    if (!gone && taken && effect) await passOn(hub, taken, effect);
    expect(got.filter(({ text }) => text === 'perhaps').length).toBeLessThanOrEqual(2);
    const after = (await hub.store.conversations.readEntries(entry.conversationId, { after: entry.seq })).length;
    expect(after).toBe(gone ? 1 : 0);
    expect((await stored(entry)).delivery).toMatchObject({ state: 'delivered', instead: { thread: to, ...(gone ? { seq: entry.seq + 1 } : {}) } });
    got.length = 0;
  }
});

test('an answer on the thread that a reply went on to belongs where the reply is, though the thread had an older matter', async () => {
  const { hub } = nodes[0];
  const name = `mover-${people += 1}`;
  const old = await meet('other', name);
  await append(hub, old, { kind: 'resolved', actor: agent });
  const into = await meet();
  await append(hub, into, { kind: 'passed-on', actor: agent, content: { text: 'here instead' }, thread: { channelId: channels['other'] ?? '', key: name, address: name }, key: `passed-on/${name}`, receipt: {} });
  await eventually(async () => await hub.store.conversations.findByThread({ channelId: channels['other'] ?? '', key: name }) === into);
  await hear('other', name, 'thanks');
  expect((await hub.store.conversations.findByExternalId(channels['other'] ?? '', `other-${name}-thanks`))?.conversationId).toBe(into);
});

test('none of it looked through a whole collection', async () => {
  await receipt('unknown', 'delivered');
  const found = await nodes[0].db.collection('system.profile').find({ ns: /\.(entries|heads)$/, planSummary: /COLLSCAN/ }).toArray();
  expect(found.map(({ command }) => JSON.stringify(command).slice(0, 300))).toEqual([]);
});
