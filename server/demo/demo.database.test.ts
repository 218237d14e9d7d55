/** The demo in a real MongoDB: what is written, that it holds together, and that it goes without a trace. */
import mongoose from 'mongoose';
import pino from 'pino';
import { afterEach, expect, test } from 'vitest';
import { retrievalBot } from '../../bots/retrieval/retrieval.ts';
import { channelKinds } from '../../connectors/index.ts';
import { testMongod } from '../../test/setup/mongo.ts';
import { createChannel } from '../channels/change.ts';
import { append } from '../conversations/append.ts';
import { refold } from '../conversations/repair.ts';
import type { Hub } from '../hub.ts';
import { openHub } from '../open-hub.ts';
import { createPerson } from '../people/change.ts';
import { signIn } from '../people/sign-in.ts';
import { startCustomers } from './customers.ts';
import { removeDemo } from './remove.ts';
import { seedDemo } from './seed.ts';
import { openStage } from './stage.ts';

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => { for (const end of ends.splice(0).toReversed()) await end(); });

async function open(): Promise<{ hub: Hub; db: mongoose.Connection }> {
  const db = await mongoose.createConnection(testMongod('demo').uri).asPromise();
  ends.push(() => db.close());
  const { hub, stop } = await openHub({ db, log: pino({ level: 'silent' }), bot: retrievalBot, kinds: channelKinds, publicUrl: 'http://localhost', secretKey: new Uint8Array(32), soleNode: true });
  ends.push(stop);
  return { hub, db };
}

/** An installation without the program that plays platforms; platforms.database.test.ts has it. */
const nothingPlayed = (hub: Hub) => openStage(hub, undefined, '/nowhere/run.ts');

/** Every document of every collection, but the router's lease, the sweep's clock and sums that are made anew from what is compared. */
async function everything(db: mongoose.Connection): Promise<Record<string, unknown[]>> {
  const names = (await db.listCollections()).map(({ name }) => name).filter(name => name !== 'leases' && name !== 'report_slots' && !name.endsWith('_marks')).toSorted();
  const all = await Promise.all(names.map(async name => [name, await db.collection(name).find().sort({ _id: 1 }).toArray()] as const));
  return Object.fromEntries(all.filter(([, docs]) => docs.length > 0));
}

const until = async (what: () => Promise<boolean> | boolean, ms = 15_000): Promise<void> => {
  const end = Date.now() + ms;
  while (!await what()) {
    if (Date.now() > end) throw new Error('this did not come true in time');
    await new Promise(done => { setTimeout(done, 50); });
  }
};

test('the demo is written in a few seconds: 300 conversations, four channels, eight people, and its sign-in works', async () => {
  const { hub, db } = await open();
  const began = process.cpuUsage();
  const sign = await seedDemo(hub, nothingPlayed(hub));
  const { user, system } = process.cpuUsage(began);
  expect((user + system) / 1e6).toBeLessThan(8);
  const count = (name: string) => db.collection(name).countDocuments();
  expect(await count('heads')).toBe(300);
  expect({ channels: await count('channels'), people: await count('people'), queues: await count('queues'), replies: await count('canned_replies') }).toEqual({ channels: 4, people: 8, queues: 3, replies: 14 });
  expect(await count('answers')).toBeGreaterThanOrEqual(60);
  expect(await count('labels')).toBeGreaterThan(20);
  expect(await db.collection('entries').countDocuments({ due: { $exists: true } })).toBe(0);
  expect(new Set((await hub.store.channels.list()).map(channel => `${channel.kind} ${channel.enabled}`))).toEqual(new Set(['webchat true', 'email false', 'api true']));
  if (!sign) throw new Error('the sign-in is missing');
  expect((await signIn(hub, sign)).person.role).toBe('admin');

  for (const { _id } of await db.collection<{ _id: string }>('heads').find({}, { projection: { _id: 1 } }).toArray()) expect(await refold(hub, _id), _id).toBe(true);
  const picture = await db.collection<{ content: { attachments: { id: string }[] } }>('entries').findOne({ 'content.attachments.type': 'image/png' });
  expect((await hub.store.attachments.read(picture?.content.attachments[0]?.id ?? '')).length).toBeGreaterThan(1000);
  // The router knows the line.
  const waiting = await hub.store.conversations.listHeads({ view: 'waiting', status: 'open' }, 50);
  await until(() => waiting.every(head => hub.place(head.id) !== null));
});

test('a second seed changes nothing; one that was cut short is begun again', async () => {
  const { hub, db } = await open();
  await seedDemo(hub, nothingPlayed(hub));
  const before = await everything(db);
  expect(await seedDemo(hub, nothingPlayed(hub))).toBeNull();
  expect(await everything(db)).toEqual(before);

  await hub.store.demo.setPhase('seeding');
  expect(await seedDemo(hub, nothingPlayed(hub))).toMatchObject({ email: 'demo@hubbub.example' });
  expect(await db.collection('heads').countDocuments()).toBe(300);
  expect(await db.collection('people').countDocuments()).toBe(8);
});

test('removing takes every document of the demo and none beside it', async () => {
  const { hub, db } = await open();
  const real = await createPerson(hub, { name: 'Li', email: 'demo@hubbub.example', password: 'long enough 1', role: 'admin', locale: 'en', skills: [], capacity: 5 });
  const { channel } = await createChannel(hub, { kind: 'api', name: 'Ours', config: {}, bot: false });
  await hub.store.labels.save({ name: 'VIP', color: 'info' });
  const [answer] = await hub.store.answers.create([{ question: 'Where are you?', variants: [], answer: 'Here.', locale: 'en' }], hub.now());
  await hub.store.cannedReplies.create({ shortcut: 'hi', title: 'Hi', text: 'Hello' });
  const write = (thread: string, files?: { name: string; type: string; bytes: Buffer }[]) => hub.channels.get(channel.id)?.inbox.receive({ externalId: `m-${thread}`, thread, from: { value: thread, stable: true }, content: { text: 'a real question' }, ...(files ? { files } : {}) });
  await write('before', [{ name: 'a.txt', type: 'text/plain', bytes: Buffer.from('real') }]);
  await hub.heads.flush();
  // What goes in is counted behind.
  await until(async () => await db.collection('channel_hours').countDocuments({ channelId: channel.id }) === 1 && await db.collection('report_episodes').countDocuments() === 1);
  const before = await everything(db);

  const sign = await seedDemo(hub, nothingPlayed(hub));
  expect(sign?.email).toBe('demo2@hubbub.example');
  await signIn(hub, sign ?? { email: '', password: '' });
  await hub.store.drafts.put(real.id, (await hub.store.demo.tagged('heads'))[0] ?? '', 'reply', 'a draft in a conversation of the demo');
  const removed = await removeDemo(db);
  await hub.heads.flush();
  expect(removed).toMatchObject({ heads: 300, people: 8, channels: 4, queues: 3 });
  expect(await everything(db)).toEqual(before);
  expect(await db.collection('report_slots').countDocuments()).toBe(1);
  expect(answer?.id).toBeDefined();
  expect(await removeDemo(db)).toEqual({});
});

test('a real conversation that somebody of the demo holds goes back in line', async () => {
  const { hub, db } = await open();
  const { channel } = await createChannel(hub, { kind: 'api', name: 'Ours', config: {}, bot: false });
  await hub.channels.get(channel.id)?.inbox.receive({ externalId: '1', thread: 'real', from: { value: 'real', stable: true }, content: { text: 'hello' } });
  await seedDemo(hub, nothingPlayed(hub));
  const id = await hub.store.conversations.findByThread({ channelId: channel.id, key: 'real' }) ?? '';
  const [demoPerson] = await hub.store.demo.tagged('people');
  await append(hub, id, { kind: 'assigned', actor: { kind: 'agent', id: demoPerson ?? '' }, agentId: demoPerson ?? '' });
  await hub.heads.flush();
  await removeDemo(db);
  expect(await hub.heads.refresh(id)).toMatchObject({ handler: 'queue', assigneeId: null, status: 'open', threads: [{ channelId: channel.id, key: 'real', address: 'real' }] });
  expect(await refold(hub, id)).toBe(true);
});

test('what real people did with the demo stays: their chat on its channel, a file they passed on, a contact they have a matter with', async () => {
  const { hub, db } = await open();
  await seedDemo(hub, nothingPlayed(hub));
  const shop = (await hub.store.channels.list()).find(channel => channel.kind === 'api');
  if (!shop) throw new Error('the demo has no API channel');
  const { channel: ours } = await createChannel(hub, { kind: 'api', name: 'Ours', config: {}, bot: false });
  const [file] = await hub.store.demo.tagged('attachments');
  const attachment = await hub.store.attachments.get(file ?? '');
  const wrote = (channelId: string, thread: string, content: object) => hub.channels.get(channelId)?.inbox.receive({ externalId: thread, thread, from: { value: thread, stable: true }, content: { text: 'me', ...content } });
  await wrote(shop.id, 'a-tester', {});
  await wrote(ours.id, 'a-customer', { attachments: attachment ? [attachment] : [] });
  // Recognised on our own channel: the same person, a real matter.
  const known = await db.collection<{ contactId: string }>('identities').findOne({ value: /^customer-/ });
  const contactId = known?.contactId ?? '';
  await hub.store.contacts.addIdentity({ contactId, kind: `api:${ours.id}`, value: 'regular', stable: true, evidence: 'attested', firstSeenAt: new Date() });
  await db.collection<{ _id: string }>('heads').updateMany({ contactId }, { $set: { status: 'resolved' }, $unset: { openThreads: true } });
  await wrote(ours.id, 'regular', {});
  await hub.heads.flush();

  await removeDemo(db);
  expect((await db.collection('heads').distinct('thread.key')).toSorted()).toEqual(['a-customer', 'a-tester', 'regular']);
  expect(await hub.store.attachments.read(file ?? '')).toBeDefined();
  expect(await hub.store.contacts.get(contactId)).toMatchObject({ id: contactId, name: expect.stringMatching(/^(?!customer-)/) });
  expect(await db.collection('contacts').countDocuments()).toBe(3);
  expect(await db.collection('attachments.files').countDocuments()).toBe(1);
});

test('scripted customers write through the inbox, are answered by the bot, wait for people, and stop when the demo goes', { timeout: 60_000 }, async () => {
  const { hub, db } = await open();
  const { channel } = await createChannel(hub, { kind: 'webchat', name: 'Ours', config: {} });
  const before = await everything(db);
  const customers = startCustomers(hub, nothingPlayed(hub), { beatMs: [5, 15], typingMs: [1, 5], most: 6, mostForPeople: 3, patienceMs: 60_000 });
  ends.push(() => customers.stop());
  await new Promise(done => { setTimeout(done, 300); });
  expect(await everything(db)).toEqual(before);

  await seedDemo(hub, nothingPlayed(hub));
  const begun = () => db.collection('heads').find({ 'thread.key': /^visitor-[0-9a-f]{12}$/ }).toArray();
  await until(async () => (await begun()).length >= 6);
  // The burst of a channel lasts 1.2 s: then the bot speaks, and somebody comes to want a person.
  await until(async () => (await begun()).some(head => head['handler'] === 'bot' && head['lastReplySeq'] > 0));
  await until(async () => (await begun()).some(head => head['handler'] === 'queue'), 40_000);
  expect((await begun()).every(head => head['thread'].channelId !== channel.id)).toBe(true);

  // A person answers: the customer goes on.
  const waiting = (await begun()).find(head => head['handler'] === 'queue');
  const [agentId] = await hub.store.demo.tagged('people');
  const { head } = await append(hub, String(waiting?._id), { kind: 'we-said', actor: { kind: 'agent', id: agentId ?? '' }, content: { text: 'Let me look.' } });
  await until(async () => ((await hub.heads.get(head.id))?.lastContactSeq ?? 0) > head.lastReplySeq);
  await customers.stop();
  // What is under way ends: typing, the bot's answers, deliveries.
  await new Promise(done => { setTimeout(done, 300); });
  await until(async () => await db.collection('entries').countDocuments({ due: { $exists: true } }) === 0);
  await hub.heads.flush();
  for (const one of await begun()) expect(await refold(hub, String(one._id))).toBe(true);
  const others = startCustomers(hub, nothingPlayed(hub), { beatMs: [5, 15], typingMs: [1, 5], most: 6, mostForPeople: 3, patienceMs: 60_000 });
  ends.push(() => others.stop());
  const many = (await begun()).length;
  await until(async () => (await begun()).length > many);

  await removeDemo(db);
  await new Promise(done => { setTimeout(done, 500); });
  await hub.heads.flush();
  // Somebody who still has it on the screen cannot bring it back.
  await expect(append(hub, head.id, { kind: 'note', actor: { kind: 'agent', id: agentId ?? '' }, content: { text: 'too late' } })).rejects.toMatchObject({ code: 'not-found' });
  await hub.heads.flush();
  expect(await everything(db)).toEqual(before);
  expect(await hub.knowledge.tools({ at: new Date() }).search('怎么开发票', 'zh-CN')).toEqual([]);
});
