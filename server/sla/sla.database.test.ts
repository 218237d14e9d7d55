/** Service levels at a real hub with a moved clock: deadlines, warnings and breaches, what is due first, versions, a calendar in use. */
import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import type { ChannelKind, Inbox } from '../../connectors/connector.ts';
import { eventually } from '../../test/setup/eventually.ts';
import { startNode, type Node } from '../../test/setup/hub.ts';
import { testMongod } from '../../test/setup/mongo.ts';
import { call } from '../../test/setup/server.ts';
import { createCalendar } from '../calendars/change.ts';
import { createChannel } from '../channels/change.ts';
import type { Channel } from '../channels/schema.ts';
import { append } from '../conversations/append.ts';
import { list, ListInput } from '../conversations/list.ts';
import { reply } from '../conversations/speak.ts';
import { httpApp } from '../http/app.ts';
import { createPerson } from '../people/change.ts';
import { createToken } from '../people/sign-in.ts';

let inbox: Inbox | undefined;
const fax: ChannelKind = {
  manifest: {
    kind: 'fax', label: { 'zh-CN': '传真', en: 'Fax' }, icon: 'i-lucide-box', official: true, config: z.object({}), carries: { html: false, attachments: false, typing: false, receipts: false },
    limits: { textLength: 1000, attachmentBytes: 1000 }, units: 1, sending: 'in-doubt', burstMs: 0,
  },
  create: async () => ({ async start(given) { inbox = given; given.health({ state: 'ready' }); }, split: content => [content], send: async message => ({ externalId: message.key }), async stop() {} }),
};
const minute = 60_000;
const { uri } = testMongod('sla');
let ahead = Date.parse('2026-11-20T17:50:00+08:00') - Date.now(); // a Friday, ten minutes before the end
const now = () => new Date(Date.now() + ahead);
let node: Node;
let http: Server;
let url: string;
let channel: Channel;
const tokens: Record<string, string> = {};
let ada = '';

beforeAll(async () => {
  node = await startNode(uri, { kinds: [fax], now });
  ({ channel } = await createChannel(node.hub, { kind: 'fax', name: 'Fax', config: {}, bot: false }));
  http = createServer(httpApp(node.hub, { version: '0', trustProxy: 0, clientDir: '/nowhere', ready: async () => ({}) })).listen(0, '127.0.0.1');
  await eventually(() => http.listening);
  const address = http.address();
  url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
  ada = (await createPerson(node.hub, { name: 'Ada', email: 'ada@example.com', password: 'long enough 1', role: 'agent', locale: 'en', skills: [], capacity: 5 })).id;
  for (const role of ['admin', 'agent'] as const) tokens[role] = (await createToken(node.hub, role, role)).token;
});
afterAll(async () => { http?.close(); await node?.stop(); });

const api = (role: string, method: string, path: string, body?: unknown) => call(url, method, path, body, { authorization: `Bearer ${tokens[role]}` });
const Policy = z.looseObject({ id: z.string(), version: z.number() });
const say = (thread: string, text: string) => inbox?.receive({ externalId: crypto.randomUUID(), thread, from: { value: thread, stable: true }, content: { text } });
const idOf = async (thread: string) => await node.hub.store.conversations.findByThread({ channelId: channel.id, key: thread }) ?? '';
const headOf = async (thread: string) => node.hub.heads.get(await idOf(thread));
const rang = async (thread: string) => (await node.hub.store.conversations.readEntries(await idOf(thread), {})).filter(({ receipt }) => receipt?.['rule'] === 'sla' && receipt['clock']).map(({ receipt }) => `${String(receipt?.['clock'])} ${String(receipt?.['state'])}`);
const dueFirst = async (sla: 'due' | 'at-risk', limit = 50) => list(node.hub, ada, ListInput.parse({ sla, limit }));

test('no policy, no deadlines; a policy in business time: a warning, a breach after the weekend, the next reply, a pause, the end', async () => {
  await say('zero', 'hello');
  expect('sla' in (await headOf('zero') ?? {})).toBe(false);
  const nine = [{ from: '09:00', to: '18:00' }];
  const calendar = await createCalendar(node.hub, { name: 'Office', zone: 'Asia/Shanghai', week: { mon: nine, tue: nine, wed: nine, thu: nine, fri: nine, sat: [], sun: [] }, days: [] });
  expect((await api('agent', 'POST', '/sla/policies', { name: 'All', targets: { first: 30 } })).status).toBe(403);
  expect((await api('admin', 'POST', '/sla/policies', { name: 'All', targets: {} })).status).toBe(400);
  const made = await api('admin', 'POST', '/sla/policies', { name: 'All', targets: { first: 30, next: 20, resolution: 120 }, calendarId: calendar.id, warning: { unit: 'minutes', value: 10 } });
  expect(made.status).toBe(201);
  const policy = made.as(Policy);
  // What was open before has its deadlines at once, from when it began.
  await eventually(async () => (await headOf('zero'))?.sla?.first?.since.getTime() === (await headOf('zero'))?.openedAt.getTime());
  expect((await node.hub.store.conversations.readEntries(await idOf('zero'), {})).at(-1)).toMatchObject({ kind: 'event', receipt: { rule: 'sla', why: 'policies-changed' } });
  await append(node.hub, await idOf('zero'), { kind: 'resolved', actor: { kind: 'agent', id: ada } });
  await say('one', 'hello');
  const began = now().getTime();
  const first = (await headOf('one'))?.sla;
  expect(first).toMatchObject({ policyId: policy.id, version: 1, state: 'running', first: { state: 'running' } });
  // Ten minutes of Friday, twenty of Monday.
  expect(Math.abs((first?.first?.due.getTime() ?? 0) - Date.parse('2026-11-23T09:20:00+08:00') - (began - Date.parse('2026-11-20T17:50:00+08:00')))).toBeLessThan(2_000);
  ahead = Date.parse('2026-11-23T09:11:00+08:00') - Date.now();
  await eventually(async () => (await rang('one')).join() === 'first warned');
  ahead = Date.parse('2026-11-23T09:21:00+08:00') - Date.now();
  await eventually(async () => (await rang('one')).join() === 'first warned,first breached');
  await reply(node.hub, await idOf('one'), { kind: 'agent', id: ada }, { text: 'here' });
  expect((await headOf('one'))?.sla).toMatchObject({ state: 'running', resolution: { state: 'running' } });
  expect((await headOf('one'))?.sla?.first).toBeUndefined();
  await say('one', 'and then?');
  const next = (await headOf('one'))?.sla?.next;
  expect(Math.abs((next?.due.getTime() ?? 0) - now().getTime() - 20 * minute)).toBeLessThan(2_000);
  const before = (await headOf('one'))?.sla?.resolution?.due.getTime() ?? 0;
  await reply(node.hub, await idOf('one'), { kind: 'agent', id: ada }, { text: 'your number?' });
  await append(node.hub, await idOf('one'), { kind: 'pending', actor: { kind: 'agent', id: ada } });
  expect((await headOf('one'))?.sla).toMatchObject({ dueAt: null, resolution: { paused: true } });
  ahead += 60 * minute;
  await say('one', '4711');
  expect(Math.abs(((await headOf('one'))?.sla?.resolution?.due.getTime() ?? 0) - before - 60 * minute)).toBeLessThan(2_000);
  // What is stored, and what the entries fold to, is what memory has.
  await node.hub.heads.flush();
  expect((await node.hub.store.conversations.storedHead(await idOf('one'))).sla).toEqual((await headOf('one'))?.sla);
  await append(node.hub, await idOf('one'), { kind: 'resolved', actor: { kind: 'agent', id: ada } });
  expect((await headOf('one'))?.sla).toBeNull();
  expect((await api('admin', 'DELETE', `/calendars/${calendar.id}`)).status).toBe(409);
  expect((await api('agent', 'GET', '/calendars')).body).toMatchObject({ items: [{ id: calendar.id, usedBy: [{ kind: 'sla', id: policy.id, name: 'All' }], now: { open: true, changesAt: '2026-11-23T10:00:00.000Z' } }] });
  const { zone, week, days } = calendar;
  const sunday = { hours: { zone, week, days }, at: '2026-11-22T12:00:00+08:00', days: 2 };
  expect((await api('agent', 'POST', '/calendars/look', sunday)).body).toMatchObject({ open: false, changesAt: '2026-11-23T01:00:00.000Z', spans: [{ from: '2026-11-23T01:00:00.000Z', to: '2026-11-23T10:00:00.000Z' }, {}] });
  expect((await api('agent', 'POST', '/calendars', { name: 'Mine', zone, week })).status).toBe(403);
  expect((await api('admin', 'POST', '/calendars', { name: 'Office', zone, week })).status).toBe(409);
  expect((await api('admin', 'PATCH', `/calendars/${calendar.id}`, { week: { ...week, sun: [{ from: '9:00', to: '18:00' }] } })).body).toMatchObject({ fields: { 'week.sun.0.from': expect.any(String) } });
});

test('what is due first; another policy for a label; versions; which would apply, and why not the other', async () => {
  const [all] = (await api('admin', 'GET', '/sla/policies')).as(z.looseObject({ items: z.array(Policy) })).items;
  const vip = (await api('admin', 'POST', '/sla/policies', { name: 'VIP', appliesTo: { labels: ['vip'] }, targets: { first: 5 } })).as(Policy);
  expect((await api('admin', 'PATCH', `/sla/policies/${vip.id}`, { order: 0, targets: { first: 10 } })).as(Policy).version).toBe(2);
  await say('two', 'hello');
  ahead += minute;
  await say('three', 'hello');
  await append(node.hub, await idOf('three'), { kind: 'labelled', actor: { kind: 'agent', id: ada }, labels: ['vip'] });
  expect((await headOf('three'))?.sla).toMatchObject({ policyId: vip.id, version: 2 });
  await node.hub.heads.flush();
  const ids = async (limit: number) => { const page = await dueFirst('due', limit); return [page.items.map(({ id }) => id), page.next]; };
  const [both] = await ids(50);
  expect(both).toEqual([await idOf('three'), await idOf('two')]);
  const [one, cursor] = await ids(1);
  expect(one).toEqual([await idOf('three')]);
  expect((await list(node.hub, ada, ListInput.parse({ sla: 'due', limit: 1, cursor }))).items.map(({ id }) => id)).toEqual([await idOf('two')]);
  expect((await dueFirst('at-risk')).items).toEqual([]);
  ahead += 9 * minute;
  await eventually(async () => (await rang('three')).length === 1);
  await node.hub.heads.flush();
  expect((await dueFirst('at-risk')).items.map(({ id }) => id)).toEqual([await idOf('three')]);
  expect((await api('agent', 'POST', '/sla/which', { conversationId: await idOf('two') })).body).toMatchObject({ policyId: all?.id, looked: [{ policyId: vip.id, misfit: 'label' }, { policyId: all?.id, misfit: null }] });
  expect((await api('admin', 'GET', `/sla/policies/${vip.id}/versions`)).body).toMatchObject({ items: [{ version: 2, targets: { first: 10 }, by: 'admin' }, { version: 1, targets: { first: 5 } }] });
  expect((await api('admin', 'DELETE', `/sla/policies/${vip.id}`)).status).toBe(204);
  await eventually(async () => (await headOf('three'))?.sla?.policyId === all?.id);
});
