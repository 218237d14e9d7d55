/** What platforms tell beside messages, files that come later, windows that close, and words taken back. */
import { z } from 'zod';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ConnectorError, type ChannelKind, type Happening, type Inbound, type Inbox, type Outbound } from '../../connectors/connector.ts';
import { eventually } from '../../test/setup/eventually.ts';
import { startNode, type Node } from '../../test/setup/hub.ts';
import { testMongod } from '../../test/setup/mongo.ts';
import { createChannel } from '../channels/change.ts';
import type { Channel } from '../channels/schema.ts';
import { append } from './append.ts';
import { changeMessage } from './change-message.ts';
import { refold } from './repair.ts';
import { reply } from './speak.ts';
import { transcript } from './transcript.ts';
import type { Entry } from './schema.ts';

const agent = { kind: 'agent' as const, id: 'aaaaaaaaaaaaaaaaaaaaaaaa' };
let ahead = 0;
let inbox: Inbox;
const sent: Outbound[] = [];
const done: string[] = [];
const fetches: (() => Uint8Array)[] = [];
const settled = new Map<string, string>();
let lose = false;

const platform: ChannelKind = {
  manifest: {
    kind: 'parrot', label: { 'zh-CN': '鹦鹉', en: 'Parrot' }, icon: 'i-lucide-bird', official: true, config: z.object({}), carries: { html: false, attachments: true, typing: false, receipts: true },
    limits: { textLength: 1000, attachmentBytes: 1000 }, units: 1, sending: 'in-doubt', burstMs: 0, replyWindow: { opens: [{ by: ['message'], minutes: 24 * 60, messages: 2 }] },
  },
  create: async () => ({
    async start(given) { inbox = given; inbox.health({ state: 'ready' }); },
    async send(message) {
      sent.push(message);
      settled.set(message.key, `p-${message.key}`);
      if (lose) { lose = false; throw new Error('the line was cut after the platform took it'); }
      return { externalId: `p-${message.key}` };
    },
    async settle(message) { const externalId = settled.get(message.key); return externalId ? { externalId } : null; },
    async stop() {},
    async fetch(ref) { const next = fetches.shift(); if (!next) throw new ConnectorError('unreachable', `${ref} is not there yet`); return { name: `${ref}.txt`, type: 'text/plain', bytes: next() }; },
    async react(_thread, id, emoji) { done.push(`react ${id} ${emoji}`); },
    async recall(_thread, id) { if (id.endsWith('late')) throw new ConnectorError('rejected', 'Too late to take it back.'); done.push(`recall ${id}`); },
  }),
};

let node: Node;
let channel: Channel;
beforeAll(async () => {
  node = await startNode(testMongod('happenings').uri, { kinds: [platform], now: () => new Date(Date.now() + ahead), soleNode: true });
  ({ channel } = await createChannel(node.hub, { kind: 'parrot', name: 'parrot', config: {}, bot: false }));
});
afterAll(async () => { await node?.stop(); });

const soon = (check: () => Promise<void>) => eventually(() => check().then(() => true, () => false));
const from = (value: string) => ({ value, name: value, stable: true });
const say = (thread: string, id: string, more: Partial<Inbound> = {}) => inbox.receive({ externalId: id, thread, from: from(thread), content: { text: `words of ${id}` }, ...more });
const conversation = async (thread: string) => {
  const id = await node.hub.store.conversations.findByThread({ channelId: channel.id, key: thread });
  const head = id ? await node.hub.heads.get(id) : null;
  if (!head) throw new Error(`no conversation of ${thread}`);
  return head;
};
const entries = async (thread: string): Promise<Entry[]> => node.hub.store.conversations.readEntries((await conversation(thread)).id, { after: 0 });
const intact = async (thread: string) => { await node.hub.heads.flush(); expect(await refold(node.hub, (await conversation(thread)).id)).toBe(true); };

test('a reaction, an edit and a recall are entries of their own, once each; the message stays as it was', async () => {
  await say('ann', 'm1');
  const about = { thread: 'ann', about: 'm1' };
  const all: Happening[] = [
    { kind: 'reaction', externalId: 'r1', ...about, from: from('ann'), emoji: '+1' },
    { kind: 'edited', externalId: 'e1', ...about, content: { text: 'better words' } },
    { kind: 'recalled', externalId: 'd1', ...about },
  ];
  for (const each of [...all, ...all]) await inbox.happened(each);
  const list = await entries('ann');
  expect(list.map(each => each.kind)).toEqual(['message', 'reaction', 'edited', 'recalled']);
  expect(list[0]?.content?.text).toBe('words of m1');
  expect(list[1]).toMatchObject({ about: 'm1', emoji: '+1', actor: { kind: 'contact' } });
  expect(await conversation('ann')).toMatchObject({ preview: '', unread: 1, lastContactSeq: 1 });
  await intact('ann');
});

test('a recall that overtakes nothing we know is no error', async () => {
  await expect(inbox.happened({ kind: 'recalled', externalId: 'd2', thread: 'nobody', about: 'm-unknown' })).resolves.toBeUndefined();
});

test('an echo from the phone makes bot and queue let go, and our own send is not told twice', async () => {
  await say('ben', 'm2');
  expect(await conversation('ben')).toMatchObject({ handler: 'queue', status: 'open' });
  await inbox.happened({ kind: 'echo', externalId: 'phone-1', thread: 'ben', to: from('ben'), content: { text: 'I answered on my phone' } });
  expect(await conversation('ben')).toMatchObject({ handler: 'nobody', status: 'pending', waitingSince: null, preview: 'I answered on my phone' });
  await append(node.hub, (await conversation('ben')).id, { kind: 'assigned', actor: agent, agentId: agent.id });
  const { entry } = await reply(node.hub, (await conversation('ben')).id, agent, { text: 'and here' });
  await soon(async () => { expect((await node.hub.store.conversations.getById(entry.id))?.externalId).toBe(`p-${entry.id}`); });
  await inbox.happened({ kind: 'echo', externalId: `p-${entry.id}`, thread: 'ben', to: from('ben'), content: { text: 'and here' } });
  expect((await entries('ben')).filter(each => each.kind === 'message')).toHaveLength(3);
  await intact('ben');
});

test('somebody who follows us has a closed conversation; their first word opens it', async () => {
  await inbox.happened({ kind: 'event', externalId: 'follow-1', thread: 'cat', from: from('cat'), name: 'subscribe', text: { 'zh-CN': '关注了公众号', en: 'followed the account' } });
  expect(await conversation('cat')).toMatchObject({ status: 'resolved', handler: 'nobody' });
  expect((await entries('cat'))[0]?.content).toEqual({ event: { name: 'subscribe', text: { 'zh-CN': '关注了公众号', en: 'followed the account' } }, text: '关注了公众号' });
  expect(await transcript(node.hub, channel.id, 'cat', 0)).toEqual([]);
  await say('cat', 'm3');
  expect(await conversation('cat')).toMatchObject({ status: 'open', handler: 'queue', unread: 1 });
  await intact('cat');
});

test('a message of unknown kind is worded by whoever shows it: no placeholder is taken for the words of the customer', async () => {
  await say('una', 'u1', { content: { text: '你好' } });
  await say('una', 'u2', { content: { text: '[不支持的消息：hologram] / [unsupported message: hologram]', unreadable: { reason: { 'zh-CN': '太新', en: 'too new' }, kind: 'hologram' } }, files: [{ name: 'message.json', type: 'application/json', bytes: Buffer.from('{}') }] });
  expect((await entries('una')).at(-1)?.content).toEqual({ unreadable: { reason: { 'zh-CN': '太新', en: 'too new' }, kind: 'hologram' }, attachments: [expect.objectContaining({ name: 'message.json' })] });
  expect(await conversation('una')).toMatchObject({ locale: 'zh-CN', preview: '[不支持的消息：hologram]' });
});

test('a group is one conversation of many; nobody is called until somebody mentions us', async () => {
  const group = (mentioned: boolean) => ({ name: 'Book club', mentioned });
  await say('group-1', 'g1', { from: from('dan'), group: group(false) });
  await say('group-1', 'g2', { from: from('eve'), group: group(false) });
  expect(await conversation('group-1')).toMatchObject({ status: 'pending', handler: 'nobody' });
  await say('group-1', 'g3', { from: from('eve'), group: group(true) });
  const head = await conversation('group-1');
  expect(head).toMatchObject({ status: 'open', handler: 'queue' });
  expect((await node.hub.store.contacts.get(head.contactId))?.name).toBe('Book club');
  const speakers = (await entries('group-1')).map(each => each.actor.id);
  expect(new Set(speakers).size).toBe(2);
  expect(speakers).not.toContain(head.contactId);
  await intact('group-1');
});

test('a file the platform still holds is shown as awaited, fetched until it is here, and lost in words', async () => {
  fetches.push(() => { throw new ConnectorError('unreachable', 'try later'); }, () => new TextEncoder().encode('the bytes'));
  await say('fay', 'm4', { later: [{ ref: 'media-1', name: 'a.txt', type: 'text/plain' }] });
  expect((await entries('fay'))[0]?.content?.attachments?.[0]).toMatchObject({ name: 'a.txt', size: 0, awaited: { ref: 'media-1' } });
  await soon(async () => { expect((await entries('fay'))[0]?.content?.attachments?.[0]).toMatchObject({ name: 'media-1.txt', size: 9 }); });
  const [file] = (await entries('fay'))[0]?.content?.attachments ?? [];
  expect(file?.awaited).toBeUndefined();
  expect(new TextDecoder().decode(await node.hub.store.attachments.read(file?.id ?? ''))).toBe('the bytes');
  fetches.push(() => { throw new ConnectorError('rejected', 'It was deleted there.'); });
  await say('fay', 'm5', { later: [{ ref: 'media-2', name: 'b.txt', type: 'text/plain' }] });
  await soon(async () => { expect((await entries('fay'))[1]?.content?.attachments?.[0]).toMatchObject({ awaited: { lost: 'It was deleted there.' } }); });
});

test('the window is known before sending: so many messages, so many hours, but for an approved text', async () => {
  await say('gil', 'm6');
  const { id } = await conversation('gil');
  await reply(node.hub, id, agent, { text: 'one' });
  await reply(node.hub, id, agent, { text: 'two', clientId: 'second-one' });
  await expect(reply(node.hub, id, agent, { text: 'three' })).rejects.toMatchObject({ code: 'conflict' });
  expect(await reply(node.hub, id, agent, { text: 'two', clientId: 'second-one' })).toMatchObject({ repeated: true });
  await say('gil', 'm7');
  ahead += 25 * 3_600_000;
  await expect(reply(node.hub, id, agent, { text: 'four' })).rejects.toMatchObject({ code: 'conflict' });
  const { entry } = await reply(node.hub, id, agent, { text: 'Your order is here', template: { name: 'order', language: 'en', variables: [] } });
  await soon(async () => { expect((await node.hub.store.conversations.getById(entry.id))?.delivery?.state).toBe('sent'); });
});

test('a send whose answer was lost is asked about, and goes out once', async () => {
  await say('hal', 'm8');
  const { id } = await conversation('hal');
  lose = true;
  const { entry } = await reply(node.hub, id, agent, { text: 'once please' });
  await soon(async () => { expect(await node.hub.store.conversations.getById(entry.id)).toMatchObject({ delivery: { state: 'sent' }, externalId: `p-${entry.id}` }); });
  expect(sent.filter(each => each.key === entry.id)).toHaveLength(1);
});

test('a receipt that hands our key back settles a send of which we never heard', async () => {
  await say('ida', 'm9');
  const { id } = await conversation('ida');
  const { entry } = await append(node.hub, id, { kind: 'echoed', contactId: 'c', thread: { channelId: channel.id, key: 'ida' }, externalId: 'x', content: { text: 'x' } });
  expect(entry.delivery?.state).toBe('sent');
  lose = true;
  const { entry: doubtful } = await reply(node.hub, id, agent, { text: 'in doubt' });
  await inbox.receipt({ externalId: 'p-late', key: doubtful.id, state: 'delivered' });
  await soon(async () => { expect((await node.hub.store.conversations.getById(doubtful.id))?.delivery?.state).toBe('delivered'); });
});

test('an agent reacts, quotes and takes back; what the platform refuses is said and not written down', async () => {
  await say('joe', 'm10');
  const { id } = await conversation('joe');
  const quoted = await reply(node.hub, id, agent, { text: 'this one', quote: 1 });
  expect(quoted.entry.content?.quote).toEqual({ externalId: 'm10', text: 'words of m10' });
  await soon(async () => { expect((await node.hub.store.conversations.getById(quoted.entry.id))?.externalId).toBeDefined(); });
  await changeMessage(node.hub, id, 1, agent, { happening: 'reaction', emoji: 'heart' });
  await changeMessage(node.hub, id, quoted.entry.seq, agent, { happening: 'recalled' });
  expect(done).toEqual(['react m10 heart', `recall p-${quoted.entry.id}`]);
  await expect(changeMessage(node.hub, id, 1, agent, { happening: 'recalled' })).rejects.toMatchObject({ code: 'conflict' });
  await expect(changeMessage(node.hub, id, quoted.entry.seq, agent, { happening: 'edited', content: { text: 'x' } })).rejects.toMatchObject({ code: 'conflict' });
  expect((await entries('joe')).map(each => each.kind)).toEqual(['message', 'message', 'reaction', 'recalled']);
  await intact('joe');
});

test('who says STOP gets nothing more, is told of in the timeline, and may take it back', async () => {
  await say('kim', 'm11');
  const { id } = await conversation('kim');
  const consent = (externalId: string, granted: boolean, words: string) => inbox.happened({ kind: 'consent', externalId, thread: 'kim', from: from('kim'), granted, words });
  await consent('c1', false, 'STOP');
  const refused = await reply(node.hub, id, agent, { text: 'are you sure?' });
  await soon(async () => { expect((await node.hub.store.conversations.getById(refused.entry.id))?.delivery).toMatchObject({ state: 'failed', reason: { 'zh-CN': expect.stringContaining('STOP'), en: expect.stringContaining('STOP') } }); });
  expect(sent.some(each => each.key === refused.entry.id)).toBe(false);
  expect((await entries('kim')).some(each => each.kind === 'event' && each.content?.text === 'STOP')).toBe(true);
  await consent('c2', true, 'START');
  const { entry } = await reply(node.hub, id, agent, { text: 'welcome back' });
  await soon(async () => { expect((await node.hub.store.conversations.getById(entry.id))?.delivery?.state).toBe('sent'); });
});

test('what was said long before it came is for people, not for the bot', async () => {
  await node.hub.store.channels.save({ ...channel, bot: true });
  node.hub.channels.replace({ ...channel, bot: true });
  await say('lee', 'm12', { sentAt: new Date(Date.now() + ahead - 3 * 3_600_000) });
  expect(await conversation('lee')).toMatchObject({ handler: 'queue' });
  await say('mia', 'm13', { sentAt: new Date(Date.now() + ahead - 60_000) });
  expect(['bot', 'queue']).toContain((await conversation('mia')).handler);
  expect((await entries('mia'))[0]?.changes.handler).toBe('bot');
});

test('who moved is answered at the new address, and goes on in the same conversation, whichever thread their words come on', async () => {
  await say('old-number', 'm14');
  const { id } = await conversation('old-number');
  const move: Happening = { kind: 'moved', externalId: 'moved-1', thread: 'old-number', from: from('old-number'), to: from('new-number') };
  await inbox.happened(move);
  await inbox.happened(move);
  const { entry } = await reply(node.hub, id, agent, { text: 'still you?' });
  await soon(async () => { expect(sent.find(each => each.key === entry.id)).toMatchObject({ thread: 'old-number', to: 'new-number' }); });
  await say('new-number', 'm15');
  expect((await conversation('new-number')).id).toBe(id);
  expect((await conversation('old-number')).id).toBe(id);
  const after = await reply(node.hub, id, agent, { text: 'good' });
  await soon(async () => { expect(sent.find(each => each.key === after.entry.id)).toMatchObject({ thread: 'new-number', to: 'new-number' }); });
  await intact('old-number');
});

test('who moves to a thread that leads elsewhere keeps both; who stays on the thread only changes the address', async () => {
  await say('first', 'm16');
  await say('second', 'm17');
  await inbox.happened({ kind: 'moved', externalId: 'moved-2', thread: 'first', from: from('first'), to: from('second') });
  expect((await conversation('second')).id).not.toBe((await conversation('first')).id);
  expect((await conversation('first')).thread.address).toBe('second');
  await say('kept', 'm18');
  await inbox.happened({ kind: 'moved', externalId: 'moved-3', thread: 'kept', next: 'kept', from: from('kept'), to: from('kept-now') });
  expect(await conversation('kept')).toMatchObject({ thread: { key: 'kept', address: 'kept-now' }, threads: [{ key: 'kept', address: 'kept-now' }] });
  await intact('kept');
});
