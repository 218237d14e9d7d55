/** The person's routes at the front door: one timeline in pages, receipts of who and why, consents; and every look-up by an index. */
import mongoose from 'mongoose';
import { z } from 'zod';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { testMongod } from '../../test/setup/mongo.ts';
import { call, startServer, type Server } from '../../test/setup/server.ts';
import { historyOrder, historyQuery, toldQuery } from '../conversations/history-store.ts';
import { newId } from '../store/id.ts';

const { uri } = testMongod('contact_routes');
let server: Server;
let db: mongoose.Connection;
let agent: Record<string, string>;
beforeAll(async () => {
  server = await startServer({ MONGODB_URI: uri });
  db = await mongoose.createConnection(uri).asPromise();
  const { token } = (await server.api('POST', '/tokens', { name: 'agent', role: 'agent' })).as(z.looseObject({ token: z.string() }));
  agent = { authorization: `Bearer ${token}` };
});
afterAll(async () => {
  await db?.close();
  await server?.stop();
});

const as = (headers: Record<string, string>) => (method: string, path: string, body?: unknown) => call(server.url, method, path, body, headers);
const Page = z.looseObject({ items: z.array(z.looseObject({ conversationId: z.string(), seq: z.number(), content: z.looseObject({ text: z.string() }) })), next: z.string().optional() });

/** Contacts with conversations whose messages have these times, written as the store would. */
async function people(times: number[][][]): Promise<string[]> {
  const ids: string[] = [];
  for (const conversations of times) {
    const contactId = newId();
    ids.push(contactId);
    await db.collection<{ _id: string }>('contacts').insertOne({ _id: contactId, ...{ name: `c${ids.length}`, attributes: {}, createdAt: new Date() } });
    await db.collection('identities').insertOne({ contactId, kind: 'x', value: contactId, stable: true, evidence: 'wrote-from-it', firstSeenAt: new Date() });
    for (const messages of conversations) {
      const conversationId = newId();
      await db.collection<{ _id: string }>('heads').insertOne({ _id: conversationId, ...{ contactId, seq: messages.length, status: 'open', lastMessageAt: new Date(Math.max(...messages)), openedAt: new Date(0), threads: [], threadKeys: [] } });
      await db.collection<{ _id: string }>('entries').insertMany(messages.map((at, index) => ({ _id: newId(), ...{ conversationId, seq: index + 1, at: new Date(at), kind: index % 7 === 6 ? 'note' : 'message', actor: { kind: 'contact', id: contactId }, content: { text: `${conversationId}/${index + 1}` }, changes: {}, effects: [] } })));
    }
  }
  return ids;
}

async function wholeTimeline(id: string, limit: number): Promise<{ text: string[]; pages: number }> {
  let text: string[] = [];
  let before: string | undefined;
  for (let pages = 1; ; pages++) {
    const page = (await as(agent)('GET', `/contacts/${id}/timeline?kinds=message&limit=${limit}${before ? `&before=${before}` : ''}`)).as(Page);
    text = [...page.items.map(item => item.content.text), ...text];
    before = page.next;
    if (!before) return { text, pages };
  }
}

test('one timeline in pages over all conversations of all contacts: nothing twice, nothing missing, in order, also where times are equal', async () => {
  const start = 1_700_000_000_000;
  const busy = Array.from({ length: 200 }, (_, index) => Array.from({ length: 3 }, (_each, seq) => start + index * 1000 + seq * 400_000)); // more conversations than one query merges
  const ties = Array.from({ length: 9 }, () => Array.from({ length: 8 }, () => start + 5000));
  const [a = '', b = ''] = await people([busy, ties]);
  const merged = await as(agent)('POST', `/contacts/${b}/merge`, { into: a, reason: 'same voice' });
  expect(merged.as(z.looseObject({ id: z.string() })).id).toBe(a);
  const all = (await db.collection('entries').find({ kind: 'message', 'actor.id': { $in: [a, b] } }).toArray())
    .toSorted((one, two) => one['at'].getTime() - two['at'].getTime() || one['seq'] - two['seq'] || (one['conversationId'] < two['conversationId'] ? -1 : 1)).map(doc => String(doc['content'].text));
  for (const limit of [7, 100]) {
    const { text, pages } = await wholeTimeline(b, limit);
    expect(text).toEqual(all);
    expect(pages).toBe(Math.ceil(all.length / limit));
  }
  const [c = '', d = ''] = await people([[[start]], [[start]]]);
  await as(agent)('POST', `/contacts/${c}/merge`, { into: d, reason: 'same' });
  const { items } = (await as(agent)('GET', `/contacts/${c}/conversations`)).as(z.looseObject({ items: z.array(z.looseObject({ contactId: z.string() })) }));
  expect(items.map(each => each.contactId).toSorted()).toEqual([c, d]);
});

test('an agent merges, parts and dismisses with a receipt; mistakes are answered in words', async () => {
  const [a = '', b = ''] = await people([[], []]);
  const api = as(agent);
  expect((await api('POST', `/contacts/${a}/merge`, { into: b })).status).toBe(400);
  expect((await api('POST', `/contacts/${a}/merge`, { into: newId(), reason: 'x' })).status).toBe(400);
  expect((await api('POST', `/contacts/${newId()}/merge`, { into: a, reason: 'x' })).status).toBe(404);
  expect((await api('POST', `/contacts/${a}/merge`, { into: a, reason: 'x' })).status).toBe(409);
  expect((await api('POST', `/contacts/${a}/unmerge`, { contactId: b })).status).toBe(409);
  expect((await api('POST', `/contacts/${a}/merge`, { into: b, reason: 'they told me' })).status).toBe(200);
  expect((await api('POST', `/contacts/${a}/dismiss`, { contactId: b })).status).toBe(409);
  const parted = await api('POST', `/contacts/${b}/unmerge`, { contactId: a, reason: 'no' });
  expect(parted.body).toMatchObject({ id: b, members: [{ id: b }], edges: [{ from: a, into: b, reason: 'they told me', by: { kind: 'program' }, ended: { reason: 'no', by: { kind: 'program' } } }] });
  expect((await api('POST', `/contacts/${a}/dismiss`, { contactId: b })).status).toBe(204);
  for (const path of ['', '/conversations', '/timeline', '/suggestions', '/consents']) expect((await api('GET', `/contacts/${a}${path}`)).status).toBe(200);
  for (const path of ['', '/timeline', '/suggestions', '/consents']) expect((await api('GET', `/contacts/${newId()}${path}`)).status).toBe(404);
  expect((await api('GET', `/contacts/${a}/timeline?before=nonsense`)).status).toBe(400);
});

test('anybody may note a no; to take one back needs a supervisor', async () => {
  const [a = ''] = await people([[]]);
  const path = `/contacts/${a}/consents`;
  const note = (granted: boolean, more: object = {}) => ({ granted, words: granted ? 'yes, write to me' : 'never again', ...more });
  expect((await as(agent)('POST', path, note(true, { purpose: 'marketing' }))).status).toBe(201);
  expect((await as(agent)('POST', path, note(false))).status).toBe(201);
  expect((await as(agent)('POST', path, note(true))).status).toBe(403);
  expect((await as(agent)('POST', path, note(true, { address: { kind: 'phone', value: '1234567' } }))).status).toBe(400);
  expect((await server.api('POST', path, note(true))).status).toBe(201);
  expect((await as(agent)('GET', path)).body).toMatchObject({ items: [{ granted: true }, { granted: false, words: 'never again', by: { kind: 'program' } }, { granted: true, purpose: 'marketing' }] });
});

test('with a million contacts every look-up goes by an index', async () => {
  const id = newId();
  const used = async (name: string, filter: Record<string, unknown>, sort: Record<string, 1 | -1> = {}) => JSON.stringify(z.looseObject({ queryPlanner: z.looseObject({ winningPlan: z.unknown() }) }).parse(await db.collection(name).find(filter).sort(sort).limit(50).explain('queryPlanner')).queryPlanner.winningPlan);
  const address = { kind: 'phone', value: '1' };
  const either = { $or: [{ from: { $in: [id, newId()] } }, { into: { $in: [id] } }] };
  const queries: [string, Record<string, unknown>, Record<string, 1 | -1>?][] = [
    ['identities', { ...address }], ['identities', { $or: [address, { ...address, value: '2' }] }], ['identities', { contactId: { $in: [id] } }], ['contacts', { name: 'x' }],
    ['claims', { contactId: id, ...address }], ['claims', { contactId: { $in: [id, newId()] } }], ['claims', { $or: [address, { ...address, value: '2' }] }],
    ['merges', { active: true, ...either }], ['merges', either], ['aparts', { a: { $in: [id] }, b: { $in: [id] }, active: true }], ['aparts', { active: true, $or: [{ a: { $in: [id] } }, { b: { $in: [id] } }] }],
    ['consents', { 'address.kind': 'phone', 'address.value': '1' }, { _id: -1 }], ['consents', { contactId: { $in: [id] } }, { at: -1 }], ['consents', { contactId: { $in: [id] }, 'address.value': { $exists: false } }, { at: -1 }],
    ['heads', { contactId: { $in: [id, newId()] } }], ['choices', { between: { $in: [id, newId()] } }, { at: -1, _id: -1 }], ['contacts', { name: 'x', 'attributes.city': 'y' }],
  ];
  for (const [name, filter, sort] of queries) {
    const plan = await used(name, filter, sort);
    expect({ name, filter, scans: plan.includes('COLLSCAN'), index: plan.includes('IXSCAN') || plan.includes('IDHACK') || plan.includes('EXPRESS') }).toEqual({ name, filter, scans: false, index: true });
  }
  const [talker = ''] = await people([Array.from({ length: 150 }, (_, index) => [1_700_000_000_000 + index, 1_700_000_200_000 + index])]);
  const conversations = (await db.collection<{ _id: string }>('heads').find({ contactId: talker }).toArray()).map(({ _id }) => _id);
  // A hundred times as much in each of them: what a page reads does not grow with it.
  await db.collection<{ _id: string }>('entries').insertMany(conversations.flatMap(conversationId => Array.from({ length: 120 }, (_, index) => ({
    _id: newId(), conversationId, seq: 1000 + index, at: new Date(1_600_000_000_000 + index * 1000), actor: { kind: 'agent', id }, changes: {}, effects: [],
    ...(index % 60 === 0 ? { kind: 'note' } : index % 40 === 0 ? { kind: 'resolved' } : index % 30 === 0 ? { kind: 'reaction', about: `x${index}` } : index % 3 ? { kind: 'message' } : { kind: 'read' }),
  }))));
  for (const family of ['message', 'note', 'change'] as const) for (const before of [undefined, { at: new Date(1_600_000_100_500), seq: 2, conversationId: conversations[3] ?? '' }]) {
    const explained = z.looseObject({ executionStats: z.looseObject({ totalKeysExamined: z.number(), totalDocsExamined: z.number() }), queryPlanner: z.looseObject({ winningPlan: z.unknown() }) })
      .parse(await db.collection('entries').find(historyQuery(conversations, before, family)).sort(historyOrder).limit(20).explain('executionStats'));
    const plan = JSON.stringify(explained.queryPlanner.winningPlan);
    expect({ family, merges: plan.includes('"SORT_MERGE"'), sorts: plan.includes('"SORT"'), scans: plan.includes('COLLSCAN') }).toEqual({ family, merges: true, sorts: false, scans: false });
    expect({ family, few: explained.executionStats.totalDocsExamined <= 25, docs: explained.executionStats.totalDocsExamined }).toMatchObject({ family, few: true });
    expect(explained.executionStats.totalKeysExamined).toBeLessThan(2 * (150 + 20));
  }
  const folded = z.looseObject({ executionStats: z.looseObject({ totalKeysExamined: z.number(), totalDocsExamined: z.number() }) })
    .parse(await db.collection('entries').find(toldQuery(conversations.slice(0, 5), ['x30', 'none'])).explain('executionStats'));
  expect(folded.executionStats.totalDocsExamined).toBe(5);
  expect(folded.executionStats.totalKeysExamined).toBeLessThan(30);
});
