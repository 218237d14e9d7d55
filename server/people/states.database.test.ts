/** Agents' states at a real hub, at its front door: reasons, one kind of channel left out, away when idle, the log as times, breaks by request. */
import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import type { ChannelKind, Inbox } from '../../connectors/connector.ts';
import { eventually } from '../../test/setup/eventually.ts';
import { startNode, type Node } from '../../test/setup/hub.ts';
import { testMongod } from '../../test/setup/mongo.ts';
import { call } from '../../test/setup/server.ts';
import { createChannel } from '../channels/change.ts';
import { httpApp } from '../http/app.ts';
import { active, setAway } from './away.ts';
import { createPerson } from './change.ts';
import type { Role } from './schema.ts';
import { createToken, openSession } from './sign-in.ts';

const inboxes: Record<string, Inbox> = {};
const kind = (name: string): ChannelKind => ({
  manifest: {
    kind: name, label: { 'zh-CN': name, en: name }, icon: 'i-lucide-box', official: true, config: z.object({}), carries: { html: false, attachments: false, typing: false, receipts: false },
    limits: { textLength: 1000, attachmentBytes: 1000 }, units: 1, sending: 'in-doubt', burstMs: 0,
  },
  create: async () => ({ async start(given) { inboxes[name] = given; given.health({ state: 'ready' }); }, split: content => [content], send: async message => ({ externalId: message.key }), async stop() {} }),
});
const minute = 60_000;
const { uri } = testMongod('states');
let ahead = Date.parse('2026-11-23T10:00:00+08:00') - Date.now();
const now = () => new Date(Date.now() + ahead);
let node: Node;
let http: Server;
let url: string;
const ids: Record<string, string> = {};
const headers: Record<string, Record<string, string>> = {};
const channels: Record<string, string> = {};

beforeAll(async () => {
  node = await startNode(uri, { kinds: [kind('fax'), kind('chat')], now });
  const { hub } = node;
  for (const name of ['fax', 'chat']) channels[name] = (await createChannel(hub, { kind: name, name, config: {}, bot: false })).channel.id;
  http = createServer(httpApp(hub, { version: '0', trustProxy: 0, clientDir: '/nowhere', ready: async () => ({}) })).listen(0, '127.0.0.1');
  await eventually(() => http.listening);
  const address = http.address();
  url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
  const take = async (name: string, role: Role) => {
    ids[name] = (await createPerson(hub, { name, email: `${name}@example.com`, password: 'long enough 1', role, locale: 'en', skills: [], capacity: 9 })).id;
    headers[name] = { cookie: `hubbub=${await openSession(hub, ids[name])}` };
  };
  for (const [name, role] of [['ada', 'agent'], ['ben', 'agent'], ['sue', 'supervisor']] as const) await take(name, role);
  headers['admin'] = { authorization: `Bearer ${(await createToken(hub, 'admin', 'admin')).token}` };
});
afterAll(async () => { http?.close(); await node?.stop(); });

const api = (who: string, method: string, path: string, body?: unknown) => call(url, method, path, body, headers[who] ?? {});
const say = (on: string, thread: string) => inboxes[on]?.receive({ externalId: crypto.randomUUID(), thread, from: { value: thread, stable: true }, content: { text: 'hello' } });
const headOf = async (on: string, thread: string) => node.hub.heads.get(await node.hub.store.conversations.findByThread({ channelId: channels[on] ?? '', key: thread }) ?? '');
const rings = async (on: string, thread: string) => (await headOf(on, thread))?.offer?.agentId ?? null;
const stateOf = async (name: string) => (await node.hub.store.people.get(ids[name] ?? ''))?.state;
const Times = z.object({ items: z.array(z.looseObject({ state: z.string(), reason: z.string().nullable(), from: z.iso.datetime(), to: z.iso.datetime().nullable() })) });
/** Long enough for the router to have offered it, had it wanted to. */
const aMoment = () => new Promise(resolve => { setTimeout(resolve, 250); });

test('whoever is off for a kind of channel is offered the others; on a break, nothing; reasons are asked for where the admin says so', async () => {
  expect((await api('ada', 'POST', '/me/state', { state: 'available', offFor: ['telex'] })).body).toMatchObject({ status: 400, fields: { 'offFor.0': expect.any(String) } });
  expect((await api('ada', 'POST', '/me/state', { state: 'available', offFor: ['fax'] })).body).toMatchObject({ state: 'available', offFor: ['fax'] });
  await say('fax', 'one');
  await say('chat', 'two');
  await eventually(async () => await rings('chat', 'two') === ids['ada']);
  await aMoment();
  expect(await rings('fax', 'one')).toBeNull();
  expect((await api('ada', 'PUT', '/me/off-for', { offFor: [] })).body).toMatchObject({ state: 'available', offFor: [] });
  await eventually(async () => await rings('fax', 'one') === ids['ada']);

  const kept = (await api('ada', 'GET', '/state-settings')).as(z.looseObject({ rev: z.number(), settings: z.looseObject({ mandatory: z.array(z.string()) }) }));
  expect((await api('ada', 'PUT', '/state-settings', kept)).status).toBe(403);
  const strict = { rev: kept.rev, settings: { ...kept.settings, mandatory: ['break'] } };
  expect((await api('admin', 'PUT', '/state-settings', strict)).body).toMatchObject({ rev: 1, settings: { mandatory: ['break'] } });
  expect((await api('admin', 'PUT', '/state-settings', strict)).status).toBe(409);
  expect((await api('ada', 'POST', '/me/state', { state: 'break' })).body).toMatchObject({ status: 400, fields: { reason: expect.any(String) } });
  expect((await api('ada', 'POST', '/me/state', { state: 'break', reason: 'course' })).status).toBe(400);
  expect((await api('ada', 'POST', '/me/state', { state: 'missed' })).status).toBe(400);
  expect((await api('ada', 'POST', '/me/state', { state: 'break', reason: 'meal' })).body).toMatchObject({ state: 'break', stateReason: 'meal' });
  await eventually(async () => await rings('fax', 'one') === null && await rings('chat', 'two') === null);
  for (const state of ['training', 'outbound', 'busy'] as const) {
    await api('ada', 'POST', '/me/state', { state });
    await say('chat', state);
    await aMoment();
    expect([state, await rings('chat', state)]).toEqual([state, null]);
  }
  // Handed over by a colleague, it comes all the same.
  const handed = await headOf('chat', 'outbound');
  expect((await api('sue', 'POST', `/conversations/${handed?.id}/transfer`, { agentId: ids['ada'] })).status).toBe(200);
  expect((await headOf('chat', 'outbound'))?.assigneeId).toBe(ids['ada']);
});

test('a supervisor sets a colleague\'s state, and the log says who; agents see their own times only', async () => {
  ahead += 30 * minute;
  expect((await api('ada', 'POST', `/people/${ids['ben']}/state`, { state: 'available' })).status).toBe(403);
  expect((await api('sue', 'POST', `/people/${ids['ada']}/state`, { state: 'offline' })).body).toMatchObject({ state: 'offline' });
  ahead += 5 * minute;
  expect((await api('ben', 'GET', `/people/${ids['ada']}/states`)).status).toBe(403);
  const { items } = (await api('ada', 'GET', `/people/${ids['ada']}/states`)).as(Times);
  expect(items.map(({ state }) => state)).toEqual(['available', 'available', 'break', 'training', 'outbound', 'busy', 'offline']);
  expect(items[0]).toMatchObject({ offFor: ['fax'], by: { kind: 'agent', id: ids['ada'] } });
  expect(items[2]).toMatchObject({ reason: 'meal', words: { 'zh-CN': '用餐', en: 'Meal' } });
  expect(items.at(-1)).toMatchObject({ by: { kind: 'agent', id: ids['sue'] }, to: null });
  for (const [at, { to }] of items.entries()) expect(to).toBe(items[at + 1]?.from ?? null);
  const from = new Date(now().getTime() - 10 * minute).toISOString();
  expect((await api('sue', 'GET', `/people/${ids['ada']}/states?from=${from}&to=${now().toISOString()}`)).as(Times).items.map(item => [item.state, item.from === from])).toEqual([['busy', true], ['offline', false]]);
  expect((await api('sue', 'GET', `/people/${ids['ada']}/states?from=2026-01-01T00:00:00Z`)).status).toBe(400);
  // What changes nothing is no line.
  await api('ada', 'POST', '/me/state', { state: 'offline' });
  expect((await api('ada', 'GET', `/people/${ids['ada']}/states`)).as(Times).items).toHaveLength(items.length);
});

test('an idle agent is away after the minutes set, not while something rings or before; activity brings them back if it may', async () => {
  const { hub } = node;
  const ben = ids['ben'] ?? '';
  const away = async (back: 'activity' | 'hand') => {
    const { rev, settings } = (await api('sue', 'GET', '/state-settings')).as(z.object({ rev: z.number(), settings: z.looseObject({}) }));
    expect((await api('admin', 'PUT', '/state-settings', { rev, settings: { ...settings, away: { minutes: 10, back } } })).status).toBe(200);
  };
  await api('ben', 'POST', '/me/state', { state: 'available', offFor: ['chat', 'fax'] });
  ahead += 11 * minute;
  await setAway(hub);
  expect(await stateOf('ben')).toBe('available');
  await away('activity');
  await active(hub, ben);
  ahead += 9 * minute;
  await setAway(hub);
  expect(await stateOf('ben')).toBe('available');
  ahead += 2 * minute;
  await setAway(hub);
  expect(await stateOf('ben')).toBe('away');
  await active(hub, ben);
  expect(await stateOf('ben')).toBe('available');

  await api('ben', 'POST', '/me/state', { state: 'available', offFor: ['fax'] });
  await eventually(async () => await rings('chat', 'two') === ben);
  const long = new Date(now().getTime() - 20 * minute);
  await node.db.collection<{ _id: string }>('people').updateOne({ _id: ben }, { $set: { activeAt: long, stateSince: long } });
  await setAway(hub);
  expect(await stateOf('ben')).toBe('available');
  await api('ben', 'POST', `/conversations/${(await headOf('chat', 'two'))?.id}/accept`, {});
  await away('hand');
  await api('ben', 'POST', '/me/state', { state: 'training', offFor: ['chat', 'fax'] });
  await eventually(async () => (await hub.store.conversations.activeHeads()).every(({ offer }) => offer === null));
  await api('ben', 'POST', '/me/state', { state: 'available' });
  await node.db.collection<{ _id: string }>('people').updateOne({ _id: ben }, { $set: { activeAt: long, stateSince: long } });
  await setAway(hub);
  await active(hub, ben);
  expect(await stateOf('ben')).toBe('away');
  const last = (await api('ben', 'GET', `/people/${ben}/states`)).as(Times).items.filter(({ state }) => state === 'away');
  expect(last.map(({ reason }) => reason)).toEqual(['idle', 'idle']);
  await api('ben', 'POST', '/me/state', { state: 'available', offFor: [] });
  expect(await stateOf('ben')).toBe('available');
});

test('breaks by request: asked, approved by a supervisor, begun by the agent, over when work goes on; at once while few are away', async () => {
  const { rev, settings } = (await api('sue', 'GET', '/state-settings')).as(z.object({ rev: z.number(), settings: z.looseObject({}) }));
  await api('admin', 'PUT', '/state-settings', { rev, settings: { ...settings, breaks: { byRequest: true, autoApprove: 0 } } });
  await api('ada', 'POST', '/me/state', { state: 'available' });
  expect((await api('ada', 'POST', '/me/state', { state: 'break', reason: 'meal' })).status).toBe(409);
  expect((await api('ada', 'POST', '/me/break-requests', { minutes: 30 })).body).toMatchObject({ status: 400, fields: { reason: expect.any(String) } });
  const Break = z.looseObject({ id: z.string(), state: z.string(), overMs: z.number() });
  const asked = await api('ada', 'POST', '/me/break-requests', { reason: 'meal', minutes: 30 });
  expect([asked.status, asked.body]).toEqual([201, expect.objectContaining({ state: 'asked', reason: 'meal' })]);
  const { id } = asked.as(Break);
  expect((await api('ada', 'POST', '/me/break-requests', { reason: 'rest', minutes: 5 })).status).toBe(409);
  expect((await api('ada', 'POST', `/me/break-requests/${id}/begin`)).status).toBe(409);
  expect((await api('ben', 'POST', `/break-requests/${id}/approve`, {})).status).toBe(403);
  expect((await api('sue', 'POST', `/break-requests/${id}/approve`, {})).body).toMatchObject({ state: 'approved', decidedBy: { id: ids['sue'], name: 'sue' } });
  expect((await api('sue', 'POST', `/break-requests/${id}/decline`, {})).status).toBe(409);
  expect((await api('ben', 'POST', `/me/break-requests/${id}/begin`)).status).toBe(409);
  expect((await api('ada', 'POST', `/me/break-requests/${id}/begin`)).body).toMatchObject({ state: 'begun', dueAt: expect.any(String), overMs: 0 });
  expect(await node.hub.store.people.get(ids['ada'] ?? '')).toMatchObject({ state: 'break', stateReason: 'meal' });
  ahead += 33 * minute;
  const open = (await api('sue', 'GET', '/break-requests')).as(z.object({ items: z.array(Break) })).items;
  expect(open.map(each => [each.id, Math.round(each.overMs / minute)])).toEqual([[id, 3]]);

  // Two may be away unasked: one is, so the next goes at once and the third is asked about.
  const next = (await api('sue', 'GET', '/state-settings')).as(z.object({ rev: z.number(), settings: z.looseObject({}) }));
  await api('admin', 'PUT', '/state-settings', { rev: next.rev, settings: { ...next.settings, breaks: { byRequest: true, autoApprove: 2 } } });
  expect((await api('ben', 'POST', '/me/break-requests', { reason: 'rest', minutes: 5 })).body).toMatchObject({ state: 'approved', decidedBy: null });
  const third = (await api('sue', 'POST', '/me/break-requests', { reason: 'rest', minutes: 5 })).as(Break);
  expect(third.state).toBe('asked');
  expect((await api('sue', 'DELETE', `/me/break-requests/${third.id}`)).status).toBe(204);
  await api('ada', 'POST', '/me/state', { state: 'available' });
  expect((await api('ada', 'GET', '/me/break-request')).body).toMatchObject({ request: { id, state: 'ended' } });
  // Whoever leaves needs no break any more.
  await api('ben', 'POST', '/me/state', { state: 'offline' });
  expect((await api('ben', 'GET', '/me/break-request')).body).toMatchObject({ request: { state: 'withdrawn' } });
  expect((await api('sue', 'GET', '/break-requests')).body).toEqual({ items: [] });
});
