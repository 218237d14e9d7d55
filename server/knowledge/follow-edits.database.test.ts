/** Two nodes on one database: what one of them stores the other one searches, whatever happens to the connection between. */
import { connect, createServer, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import mongoose from 'mongoose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../../test/setup/eventually.ts';
import { startNode, type Node } from '../../test/setup/hub.ts';
import { testMongod } from '../../test/setup/mongo.ts';
import { change, teach } from '../answers/teach.ts';
import { openFeed, positionOf, type Feed } from '../store/feed.ts';
import { newId } from '../store/id.ts';
import { makeCandidate } from '../training/release.ts';
import { forget } from './forget.ts';

const { uri, port, database } = testMongod('edits');
const by = { id: 'a', name: 'A' };
let one: Node;
let other: Node;
let cable: Server;
const sockets = new Set<Socket>();
let plugged = true;

beforeAll(async () => {
  // The other node's only way to the database: it can be unplugged.
  cable = createServer((near) => {
    if (!plugged) return void near.destroy();
    const far = connect(port, '127.0.0.1');
    for (const each of [near, far]) {
      sockets.add(each);
      each.on('error', () => undefined).on('close', () => { near.destroy(); far.destroy(); sockets.delete(each); });
    }
    near.pipe(far).pipe(near);
  }).listen(0, '127.0.0.1');
  await once(cable, 'listening');
  const address = cable.address();
  const through = `mongodb://127.0.0.1:${address && typeof address !== 'string' ? address.port : 0}/${database}?directConnection=true`;
  [one, other] = await Promise.all([startNode(uri), startNode(through)]);
});
afterAll(async () => {
  await Promise.all([one?.stop(), other?.stop()]);
  for (const each of sockets) each.destroy();
  cable?.close();
});

const asking = () => ({ at: new Date() });
const says = async (node: Node, question: string) => (await node.hub.knowledge.tools(asking()).search(question, 'en'))[0]?.answer ?? '';
const within2s = async (probe: () => Promise<boolean>) => {
  const since = performance.now();
  await eventually(async () => (await probe()) || undefined);
  expect(performance.now() - since).toBeLessThan(2_000);
};
const answer = (question: string, text: string) => ({ question, answer: text, locale: 'en' as const, variants: [], topics: [] });

test('an answer that is put, changed and removed at one node is so at the other within two seconds', async () => {
  const [made] = await teach(one.hub, [answer('Where is the warehouse?', 'In Hangzhou.')]);
  await within2s(async () => (await says(other, 'Where is the warehouse?')) === 'In Hangzhou.');
  await change(other.hub, made?.id ?? '', { answer: 'In Ningbo.' });
  await within2s(async () => (await says(one, 'Where is the warehouse?')) === 'In Ningbo.');
  await one.hub.store.answers.remove(made?.id ?? '');
  await one.hub.knowledge.remove([made?.id ?? '']);
  await within2s(async () => (await says(other, 'Where is the warehouse?')) === '');
});

test('so are the passages of a document, its limits, and its end', async () => {
  const { documents } = one.hub.store;
  const made = await documents.create({ kind: 'page', title: 'Care', url: 'https://shop.example/care', schedule: 'never' }, new Date(Date.now() + 60_000));
  const id = made?.id ?? '';
  // Before a worker's clock says that it is due.
  const claim = (await documents.claim(new Date(Date.now() + 61_000), 120_000))?.claim ?? '';
  const version = await documents.reserve(id, claim);
  expect(version).toBe(1);
  const passage = { id: newId(), documentId: id, ordinal: 0, headings: ['How do I clean the lantern?'], text: 'With a dry cloth.', locale: 'en' as const };
  await documents.write(id, 1, [passage]);
  expect(await documents.settle(id, claim, { state: 'ready', version: 1, passages: 1, due: null })).toBe(true);
  await within2s(async () => (await says(other, 'How do I clean the lantern?')) === 'With a dry cloth.');
  await documents.limit(id, { validUntil: '2020-01-01T00:00:00Z' });
  await within2s(async () => (await says(other, 'How do I clean the lantern?')) === '');
  await documents.limit(id, { validUntil: null, topics: ['care'] });
  await within2s(async () => (await says(other, 'How do I clean the lantern?')) === 'With a dry cloth.');
  expect(other.hub.knowledge.draft().find((item) => item.id === passage.id)).toMatchObject({ topics: ['care'] });
  await forget(one.hub, id);
  await within2s(async () => (await says(other, 'How do I clean the lantern?')) === '');
});

test('a worker that lost its claim writes beside what counts, not over it', async () => {
  const { documents } = one.hub.store;
  const made = await documents.create({ kind: 'page', title: 'Oil', url: 'https://shop.example/oil', schedule: 'never' }, new Date(Date.now() + 60_000));
  const id = made?.id ?? '';
  const late = await documents.claim(new Date(Date.now() + 61_000), 1_000);
  const first = await documents.reserve(id, late?.claim ?? '');
  const next = await documents.claim(new Date(Date.now() + 200_000), 60_000);
  const second = await documents.reserve(id, next?.claim ?? '');
  expect([first, second]).toEqual([1, 2]);
  const passage = (text: string) => [{ id: newId(), documentId: id, ordinal: 0, headings: ['Oil'], text, locale: 'en' as const }];
  await documents.write(id, 2, passage('new'));
  expect(await documents.settle(id, next?.claim ?? '', { state: 'ready', version: 2, passages: 1, due: null })).toBe(true);
  await documents.write(id, 1, passage('old'));
  expect(await documents.settle(id, late?.claim ?? '', { state: 'ready', version: 1, passages: 1, due: null })).toBe(false);
  await documents.drop(id, 1);
  expect((await documents.said(id))?.passages.map(({ text }) => text)).toEqual(['new']);
  expect(await documents.reserve(id, late?.claim ?? '')).toBeNull();
});

test('a candidate holds what another node stored a moment before', async () => {
  for (let round = 0; round < 3; round++) {
    const [made] = await teach(one.hub, [answer(`Question number ${round}?`, `Answer ${round}.`)]);
    const { release } = await makeCandidate(other.hub, '', by);
    const pieces: string[] = [];
    for await (const piece of other.hub.store.training.releases.pieces(release.number)) pieces.push(piece.id);
    expect(pieces).toContain(made?.id);
  }
});

test('a cut connection misses nothing', async () => {
  plugged = false;
  for (const each of sockets) each.destroy();
  const made = await teach(one.hub, Array.from({ length: 40 }, (_, n) => answer(`How heavy is lantern model ${n}?`, `${n} kg.`)));
  await one.hub.store.answers.remove(made[0]?.id ?? '');
  await one.hub.knowledge.remove([made[0]?.id ?? '']);
  expect(other.hub.knowledge.draft().some(({ id }) => id === made[7]?.id)).toBe(false);
  plugged = true;
  await eventually(() => made.slice(1).every(({ id }) => other.hub.knowledge.draft().some((item) => item.id === id)) || undefined, 10_000);
  expect(other.hub.knowledge.draft().map(({ id }) => id)).not.toContain(made[0]?.id);
});

test('where the place in the log is gone, all is read anew', async () => {
  const db = await mongoose.createConnection(uri).asPromise();
  const data = db.getClient().db(database);
  let opened = 0;
  const forgetful: mongoose.mongo.Db = Object.create(data, { watch: { value: (...words: Parameters<typeof data.watch>) => {
    const stream = data.watch(...words);
    // The first stream breaks off as one does whose place fell out of the log.
    if (++opened > 1) return stream;
    return Object.assign(stream, { async *[Symbol.asyncIterator]() { yield * []; throw Object.assign(new Error('history lost'), { code: 286 }); } });
  } } });
  const told: string[] = [];
  const lost = Promise.withResolvers<void>();
  const feed: Feed = openFeed(forgetful, [{ collection: 'answers' }], await positionOf(data), { changed: async (hints) => { told.push(...hints.map(({ id }) => id)); }, lost: async () => { lost.resolve(); }, onError: () => undefined });
  try {
    await lost.promise;
    const [made] = await one.hub.store.answers.create([answer('After it?', 'Told.')], new Date());
    await feed.caughtUp();
    expect(told).toContain(made?.id);
  } finally {
    await feed.stop();
    await db.close();
  }
});
