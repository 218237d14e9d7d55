/** The demo's messengers on their simulated platforms: real connectors, real signatures, a real program beside the hub; killed, restarted, removed. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import mongoose from 'mongoose';
import pino from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { retrievalBot } from '../../bots/retrieval/retrieval.ts';
import { channelKinds } from '../../connectors/index.ts';
import { eventually } from '../../test/setup/eventually.ts';
import { testMongod } from '../../test/setup/mongo.ts';
import { append } from '../conversations/append.ts';
import type { Head } from '../conversations/schema.ts';
import { hooks } from '../http/hooks.ts';
import type { Hub } from '../hub.ts';
import { openHub } from '../open-hub.ts';
import { simulated } from './content/channels.ts';
import { startCustomers, type Pace } from './customers.ts';
import { removeDemo } from './remove.ts';
import type { Received } from './schema.ts';
import { seedDemo } from './seed.ts';
import { openStage, type Stage } from './stage.ts';

const kinds = simulated.map(({ kind }) => kind);
const { uri } = testMongod('platforms');
const warnings: string[] = [];
const lively: Pace = { beatMs: [5, 15], typingMs: [1, 5], most: 12, mostForPeople: 6, patienceMs: 60_000 };
type House = { hub: Hub; stage: Stage; db: mongoose.Connection; received: (Received & { channelId: string })[]; customers: { stop(): Promise<void> } | undefined; close(): Promise<void> };
let house: House;
let port = 0;

/** A hub that listens, and its stage; nobody writes unless a test says so. */
async function open(): Promise<House> {
  const db = await mongoose.createConnection(uri).asPromise();
  const state: { hub?: Hub } = {};
  const server: Server = createServer((request, response) => { if (!state.hub || !hooks(state.hub)(request, response)) response.writeHead(503).end(); });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  port = typeof address === 'object' && address ? address.port : 0;
  const log = pino({ level: 'warn' }, { write: (line: string) => { warnings.push(line); } });
  // Customers see another name of the hub than the one it listens on, as behind a proxy.
  const { hub, stop } = await openHub({ db, log, bot: retrievalBot, kinds: channelKinds, publicUrl: `http://localhost:${port}`, secretKey: new Uint8Array(32), soleNode: true });
  state.hub = hub;
  const stage = openStage(hub, `http://127.0.0.1:${port}`);
  const received: House['received'] = [];
  stage.onReceived((channelId, message) => { received.push({ ...message, channelId }); });
  const one: House = {
    hub, stage, db, received, customers: undefined,
    async close() {
      await one.customers?.stop();
      await stage.lower();
      await stop();
      server.closeAllConnections();
      server.close();
      await db.close();
    },
  };
  return one;
}

const channelOf = async (kind: string) => {
  const found = (await house.hub.store.channels.list()).find(channel => channel.kind === kind);
  if (!found) throw new Error(`the demo has no channel ${kind}`);
  return found;
};
const ready = async (kind: string) => house.hub.channels.health((await channelOf(kind)).id)?.state === 'ready';
const heads = (filter: object) => house.db.collection<Omit<Head, 'id'> & { _id: string }>('heads').find(filter).toArray();
const answerAs = async (conversationId: string, text: string) => {
  const [agentId = ''] = await house.hub.store.demo.tagged('people');
  return (await append(house.hub, conversationId, { kind: 'we-said', actor: { kind: 'agent', id: agentId }, content: { text } })).entry;
};
/** Somebody of the past writes on the platform; the conversation in which it is heard. */
async function writes(kind: string, text: string): Promise<{ head: Head; before: string; address: string }> {
  const channel = await channelOf(kind);
  const visitor = house.stage.visitors(channel.id)[0];
  if (!visitor) throw new Error(`nobody of the past wrote on ${kind}`);
  const { conversationId, ...guest } = visitor;
  await house.stage.act(channel, guest, { do: 'say', text });
  const found = await eventually(async () => {
    await house.hub.heads.flush();
    return (await heads({ 'thread.channelId': channel.id, preview: text }))[0];
  }, 30_000);
  const head = await house.hub.heads.get(found._id);
  if (!head) throw new Error('the conversation is gone');
  return { head, before: conversationId, address: visitor.address };
}
const arrived = (text: string) => eventually(() => house.received.find(message => message.text === text), 30_000);
const alive = (pid: number) => { try { process.kill(pid, 0); return true; } catch { return false; } };

beforeAll(async () => {
  house = await open();
  await seedDemo(house.hub, house.stage);
  await house.stage.raise();
}, 120_000);
afterAll(async () => { await house?.close(); });

test('each messenger of the demo stands on its platform, with a past of people whom the platform would know so', async () => {
  for (const kind of kinds) await eventually(() => ready(kind), 60_000);
  expect(await house.db.collection('heads').countDocuments()).toBe(300);
  const shapes: Record<string, RegExp> = { 'whatsapp-cloud': /^US\.\d{20}$/, 'wechat-official': /^o6_bm\w{23}$/, wecom: /^wk\w+:wm\w{30}$/, 'twilio-sms': /^\+1\d{3}55501\d\d$/, 'wechat-personal': /^wxid_\w+$/ };
  for (const kind of kinds) {
    const past = await heads({ 'thread.channelId': (await channelOf(kind)).id });
    expect(past.length, kind).toBeGreaterThan(4);
    for (const { thread } of past) expect(thread.key).toMatch(shapes[kind] ?? /never/);
  }
});

test.each(kinds)('%s: somebody of the past writes again, in the same thread, and gets our answer', { timeout: 90_000 }, async (kind) => {
  const { head, before, address } = await writes(kind, `again on ${kind}`);
  const old = await house.hub.heads.get(before);
  expect(head.thread).toEqual(old?.thread);
  expect(head.contactId).toBe(old?.contactId);
  const entry = await answerAs(head.id, `an answer on ${kind}`);
  expect(await arrived(`an answer on ${kind}`)).toMatchObject({ kind, address });
  const last = simulated.find(one => one.kind === kind)?.reaches ?? 'sent';
  await eventually(async () => {
    const [stored] = await house.hub.store.conversations.readEntries(head.id, { after: entry.seq - 1, limit: 1 });
    return stored?.delivery?.state === last;
  }, 30_000);
});

test('on WhatsApp customers quote, react, show, speak and tap', { timeout: 90_000 }, async () => {
  const channel = await channelOf('whatsapp-cloud');
  const { head } = await writes('whatsapp-cloud', 'one more thing');
  await answerAs(head.id, 'what is it?');
  const { id } = await arrived('what is it?');
  const visitor = house.stage.visitors(channel.id)[0];
  if (!visitor) throw new Error('nobody');
  const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');
  await house.stage.act(channel, visitor, { do: 'say', text: 'this one', quote: id });
  await house.stage.act(channel, visitor, { do: 'react', about: id, emoji: '\u{1F44D}' });
  await house.stage.act(channel, visitor, { do: 'show', file: { name: 'a.png', type: 'image/png', bytes: png }, text: 'look' });
  const { voiceNote } = await import('./files.ts');
  await house.stage.act(channel, visitor, { do: 'speak', file: voiceNote('ogg', 2), words: '' });
  await house.stage.act(channel, visitor, { do: 'tap', about: id, choice: 'Yes, please' });
  const entries = await eventually(async () => {
    const all = await house.hub.store.conversations.readEntries(head.id, { after: head.seq });
    return all.some(entry => entry.content?.text === 'Yes, please') && all.filter(entry => entry.content?.attachments?.every(file => !file.awaited)).length >= 2 && all;
  }, 30_000);
  expect(entries.find(entry => entry.content?.text === 'this one')?.content?.quote?.externalId).toBe(id);
  expect(entries.find(entry => entry.kind === 'reaction')).toMatchObject({ about: id, emoji: '\u{1F44D}' });
  const files = entries.flatMap(entry => entry.content?.attachments ?? []);
  expect(files.map(file => file.type.split('/')[0])).toEqual(['image', 'audio']);
  expect(files[1]?.role).toBe('voice');
});

test('who signs the account of WeChat out gets a code to scan, and the phone of the demo scans it', { timeout: 60_000 }, async () => {
  const { id } = await channelOf('wechat-personal');
  await eventually(() => ready('wechat-personal'), 30_000);
  await house.hub.channels.get(id)?.connector.act?.('sign-out', {});
  const code = await eventually(() => { const health = house.hub.channels.health(id); return health?.state === 'waiting' ? health.detail?.qr : null; }, 20_000);
  expect(code).toMatch(/^https:/);
  await eventually(() => ready('wechat-personal'), 30_000);
});

test('one customer is the same on four channels: two joined on what Tencent says, the others suggested', async () => {
  const { suggestions } = await import('../contacts/suggestions.ts');
  const { refold } = await import('../conversations/repair.ts');
  const { onePerson } = await import('./one-person.ts');
  const four = await house.db.collection<{ _id: string; name: string }>('contacts').find({ name: onePerson }).toArray();
  const theirs = await heads({ contactId: { $in: four.map(one => one._id) } });
  expect(theirs.map(({ thread }) => thread.channelId).toSorted()).toEqual((await Promise.all(['email', 'whatsapp-cloud', 'wechat-official', 'wecom'].map(async kind => (await channelOf(kind)).id))).toSorted());
  for (const { _id } of theirs) expect(await refold(house.hub, _id)).toBe(true);
  const [edge] = await house.db.collection<{ from: string; evidence: { kind: string } }>('merges').find({ active: true }).toArray();
  expect(edge?.evidence.kind).toBe('unionid');
  const found = await suggestions(house.hub, edge?.from ?? '');
  expect(found.length).toBeGreaterThanOrEqual(2);
  const whatsApp = (await house.hub.store.contacts.identitiesOf(...found.map(one => one.contactId))).find(one => one.kind.startsWith('whatsapp-cloud'));
  expect((await suggestions(house.hub, whatsApp?.contactId ?? '')).flatMap(one => one.reasons.map(reason => reason.kind))).toContain('phone');
});

test('a program that dies comes back by itself, and traffic goes on', { timeout: 90_000 }, async () => {
  const pid = house.stage.pid();
  process.kill(pid ?? 0, 'SIGKILL');
  await eventually(() => house.stage.pid() !== undefined && house.stage.pid() !== pid, 20_000);
  for (const kind of kinds) await eventually(() => ready(kind), 60_000);
  for (const kind of ['twilio-sms', 'wecom']) {
    const { head } = await eventually(() => writes(kind, `after the crash on ${kind}`).catch(() => null), 30_000);
    await answerAs(head.id, `back on ${kind}`);
    await arrived(`back on ${kind}`);
  }
});

test('a hub that starts again finds the platforms again, one of them on another port, and nobody makes a noise', { timeout: 120_000 }, async () => {
  const before = await channelOf('twilio-sms');
  await house.close();
  const taken = createServer().listen(Number(new URL(String(before.config['apiBase'])).port), '127.0.0.1');
  await once(taken, 'listening');
  warnings.length = 0;
  house = await open();
  await house.stage.raise();
  for (const kind of kinds) await eventually(() => ready(kind), 60_000);
  taken.close();
  expect((await channelOf('twilio-sms')).config['apiBase']).not.toBe(before.config['apiBase']);
  expect((await channelOf('twilio-sms')).config['authToken']).toBe(before.config['authToken']);
  for (const kind of ['twilio-sms', 'whatsapp-cloud']) {
    const { head } = await writes(kind, `after the restart on ${kind}`);
    await answerAs(head.id, `here again on ${kind}`);
    await arrived(`here again on ${kind}`);
  }
  expect(warnings.length, warnings.join('')).toBeLessThan(12);
});

test('scripted customers write through the platforms, hear the bot there, and answer a person who takes up something old', { timeout: 180_000 }, async () => {
  house.customers = startCustomers(house.hub, house.stage, lively);
  const ids = await Promise.all(kinds.map(async kind => (await channelOf(kind)).id));
  const since = new Date();
  await eventually(async () => (await house.db.collection('entries').distinct('thread.channelId', { at: { $gt: since }, 'actor.kind': 'contact', 'thread.channelId': { $in: ids } })).length === ids.length, 90_000);
  await eventually(async () => await house.db.collection('entries').countDocuments({ at: { $gt: since }, 'actor.kind': 'bot', 'thread.channelId': { $in: ids }, 'delivery.state': { $in: ['sent', 'delivered', 'read'] } }) > 2, 60_000);
  const channel = await channelOf('whatsapp-cloud');
  const [, ...others] = house.stage.visitors(channel.id);
  // Somebody who wrote within the day: the window is open.
  const visitor = others.find(one => (one.heardAt ?? 0) > Date.now() - 20 * 3_600_000);
  if (!visitor) throw new Error('nobody wrote lately');
  const { seq } = await answerAs(visitor.conversationId, 'We have looked into it.');
  await eventually(async () => (await house.hub.store.conversations.readEntries(visitor.conversationId, { after: seq })).some(entry => entry.actor.kind === 'contact' && entry.kind === 'message'), 60_000);
});

/** Who leads, and up to where entries were read: of no conversation. */
const ofTheHub = new Set(['leases', 'unanswered_marks', 'bot_numbers_marks', 'report_marks']);

test('the removal leaves nothing: no document, no process', { timeout: 60_000 }, async () => {
  house.customers ??= startCustomers(house.hub, house.stage, lively);
  await eventually(async () => await house.hub.store.demo.players(new Date(Date.now() - 5_000)) > 0);
  const pid = house.stage.pid() ?? 0;
  expect(alive(pid)).toBe(true);
  await removeDemo(house.db);
  expect(alive(pid)).toBe(false);
  expect(house.stage.pid()).toBeUndefined();
  await new Promise(done => { setTimeout(done, 500); });
  await house.hub.heads.flush();
  const names = (await house.db.listCollections()).map(({ name }) => name).filter(name => !ofTheHub.has(name));
  const left = await Promise.all(names.map(async name => [name, await house.db.collection(name).countDocuments()] as const));
  expect(left.flatMap(([name, count]) => (count > 0 ? `${name}: ${count}` : [])).join(', ')).toBe('');
});
