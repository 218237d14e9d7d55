/** A morning with two agents on the real hub is replayed: the replay comes near what happened, a third agent's queue would have been quicker, and a thread that dies says so. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import type { ChannelKind } from '../../connectors/connector.ts';
import { eventually } from '../../test/setup/eventually.ts';
import { startNode, type Node } from '../../test/setup/hub.ts';
import { testMongod } from '../../test/setup/mongo.ts';
import { call } from '../../test/setup/server.ts';
import { createChannel } from '../channels/change.ts';
import { append } from '../conversations/append.ts';
import { receive } from '../conversations/receive.ts';
import { httpApp } from '../http/app.ts';
import { createPerson } from '../people/change.ts';
import { setState } from '../people/states.ts';
import { createToken } from '../people/sign-in.ts';
import { QueueInput } from '../routing/schema.ts';
import { apart, Stopped } from './apart.ts';
import { lookAtArmed } from './arm.ts';
import { stream } from './rules/dice.ts';

const minute = 60_000;
const began = Date.UTC(2026, 10, 18, 9);
let ahead = 0;
const kind: ChannelKind = {
  manifest: {
    kind: 'chat', label: { 'zh-CN': 'chat', en: 'chat' }, icon: 'i-lucide-mail', official: true, config: z.object({}), carries: { html: false, attachments: false, typing: false, receipts: false, reactions: true },
    limits: { textLength: 1000, attachmentBytes: 0 }, units: 1, sending: 'idempotent', burstMs: 0,
  },
  create: async () => ({ async start(inbox) { inbox.health({ state: 'ready' }); }, send: async message => ({ externalId: `sent-${message.key}` }), async stop() {} }),
};

const { uri } = testMongod('time_lab');
let node: Node;
let http: Server;
let url = '';
let token = '';
let admin = '';
beforeAll(async () => {
  node = await startNode(uri, { kinds: [kind], soleNode: true, now: () => new Date(began + ahead) });
  http = createServer(httpApp(node.hub, { version: '0', trustProxy: 0, clientDir: '/nowhere', ready: async () => ({}) })).listen(0, '127.0.0.1');
  await once(http, 'listening');
  const address = http.address();
  url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
  ({ token } = await createToken(node.hub, 'test', 'supervisor'));
  admin = (await createToken(node.hub, 'admin', 'admin')).token;
});
afterAll(async () => {
  http?.close();
  await node?.stop();
});
const api = (method: string, path: string, body?: unknown) => call(url, method, path, body, { authorization: `Bearer ${token}` });

const Figures = z.looseObject({ offered: z.number(), answered: z.number(), serviceLevel: z.number().nullable(), asaMs: z.number().nullable() });
const Summary = z.looseObject({ total: Figures, queues: z.array(Figures) });
const Result = z.looseObject({
  recorded: Summary, replayed: Summary, changed: Summary.nullable(), trust: z.looseObject({ trustworthy: z.boolean(), recorded: z.number().nullable(), replayed: z.number().nullable() }),
  differences: z.array(z.looseObject({ conversationId: z.string() })),
});
const Run = z.looseObject({ id: z.string(), state: z.string(), done: z.number(), error: z.object({ en: z.string() }).nullable(), result: Result.nullable() });

const runOf = async (body: object) => {
  const { id } = (await api('POST', '/time-lab/runs', { from: '2026-11-18', to: '2026-11-18', zone: 'UTC', ...body })).as(Run);
  return await eventually(async () => { const run = (await api('GET', `/time-lab/runs/${id}`)).as(Run); return run.state === 'done' || run.state === 'failed' ? run : undefined; });
};

/** What is to happen at which minute. */
type Due = { at: number; act(): Promise<unknown> };

test('a morning, replayed', async () => {
  const { hub } = node;
  const queue = await hub.store.queues.create(QueueInput.parse({ name: 'shop', offerSeconds: 60 }));
  const { channel } = await createChannel(hub, { kind: 'chat', name: 'chat', config: {}, bot: false, queueId: queue.id });
  const people = await Promise.all(['ann', 'ben', 'cho'].map((name) => createPerson(hub, { name, email: `${name}@example.com`, password: 'a long password', role: 'agent', locale: 'en', skills: [], capacity: 1 })));
  await hub.store.queues.update(queue.id, { members: people.slice(0, 2).map(({ id }) => id) });
  hub.events.emit('queues', { queues: await hub.store.queues.list() });
  for (const { id } of people) await setState(hub, id, 'available');

  const chance = stream(9);
  const due: Due[] = [];
  const waiting = new Set<string>();
  let free = 2;
  const plan = (at: number, act: Due['act']) => due.push({ at, act });
  for (let nth = 0, at = 1; nth < 44; nth += 1, at += 2 + 4 * chance()) {
    const handle = 2 + 9 * chance();
    plan(at, async () => {
      const { conversationId } = await receive(hub, channel, { externalId: `m${nth}`, thread: `t${nth}`, from: { value: `t${nth}`, stable: true }, content: { text: 'hello' } });
      waiting.add(conversationId);
      handles.set(conversationId, handle);
    });
  }
  const handles = new Map<string, number>();
  while (due.length > 0) {
    due.sort((a, b) => b.at - a.at);
    const next = due.pop();
    if (!next) break;
    ahead = next.at * minute;
    await next.act();
    // The router's word first: as long as somebody is free and somebody waits, an offer is on its way.
    while (free > 0 && waiting.size > 0) {
      const [id, agentId] = await eventually(async () => {
        for (const each of waiting) {
          const offer = (await hub.heads.get(each))?.offer;
          if (offer) return [each, offer.agentId] as const;
        }
        return undefined;
      });
      waiting.delete(id);
      free -= 1;
      const at = ahead / minute;
      plan(at + 0.1, () => append(hub, id, { kind: 'assigned', actor: { kind: 'agent', id: agentId }, agentId, only: 'offered' }));
      plan(at + 0.1 + (handles.get(id) ?? 0), async () => {
        await append(hub, id, { kind: 'resolved', actor: { kind: 'agent', id: agentId } });
        free += 1;
      });
    }
  }
  ahead += 30 * minute;

  const same = await runOf({});
  expect(same).toMatchObject({ state: 'done', error: null, result: { changed: null, trust: { trustworthy: true, because: [] }, leftOut: { closed: 0, pulled: 0, moved: 0 } } });
  expect(same.result?.recorded.total).toMatchObject({ offered: 44, answered: 44 });
  expect(same.result?.recorded.total.serviceLevel).toBeLessThan(0.9);
  const { recorded, replayed } = same.result ?? {};
  expect(Math.abs((recorded?.total.asaMs ?? 0) / (replayed?.total.asaMs ?? 1) - 1)).toBeLessThan(0.05);

  const three = await runOf({ queues: [{ id: queue.id, members: 'all' }], policy: { version: 'three' } });
  expect(three.result?.changed?.total.asaMs).toBeLessThan((three.result?.replayed.total.asaMs ?? 0) * 0.6);
  expect(three.result?.changed?.total.serviceLevel).toBeGreaterThan(three.result?.replayed.total.serviceLevel ?? 1);
  expect(await hub.heads.get(three.result?.differences[0]?.conversationId ?? '')).toMatchObject({ status: 'resolved' });
  expect((await api('GET', '/time-lab/runs')).as(z.looseObject({ items: z.array(Run) })).items.map(({ id }) => id)).toEqual([three.id, same.id]);
  expect((await api('GET', '/time-lab/today')).as(z.looseObject({ queues: z.array(z.looseObject({ id: z.string() })) })).queues.map(({ id }) => id)).toEqual([queue.id]);
}, 60_000);

const Armed = z.looseObject({ id: z.string(), state: z.string(), kept: z.array(z.string()), judged: z.object({ all: z.number(), inTime: z.number() }) });
const asAdmin = (method: string, path: string, body?: unknown) => call(url, method, path, body, { authorization: `Bearer ${admin}` });
const lastArmed = async () => (await api('GET', '/time-lab/armed')).as(z.looseObject({ items: z.array(Armed) })).items[0];

test('what was tried holds for a time and goes back by itself, at once when it does worse', async () => {
  const { hub } = node;
  const queue = (await hub.store.queues.list())[0];
  if (!queue) throw new Error('no queue');
  const { members } = queue;
  const before = hub.routingPolicy();
  const tried = { queues: [{ id: queue.id, members: 'all', strategy: 'least-busy' }], policy: { version: 'tried', agePointsPerMinute: 3 } };
  const run = await runOf(tried);
  const unchanged = await runOf({});
  expect((await api('POST', '/time-lab/armed', { runId: run.id, minutes: 60 })).status).toBe(403);
  expect((await asAdmin('POST', '/time-lab/armed', { runId: unchanged.id, minutes: 60 })).status).toBe(400);
  expect((await asAdmin('POST', '/time-lab/armed', { runId: 'f'.repeat(24), minutes: 60 })).status).toBe(404);
  const served = async () => ({ queue: await hub.store.queues.get(queue.id), age: hub.routingPolicy().agePointsPerMinute });
  const arm = async () => {
    const reply = await asAdmin('POST', '/time-lab/armed', { runId: run.id, minutes: 60, points: 5 });
    expect(reply.status).toBe(201);
    expect(await served()).toMatchObject({ queue: { members: 'all', strategy: 'least-busy' }, age: 3 });
    return reply.as(Armed);
  };
  const isBack = async () => expect(await served()).toMatchObject({ queue: { members, strategy: 'longest-idle' }, age: before.agePointsPerMinute });

  await arm();
  expect((await asAdmin('POST', '/time-lab/armed', { runId: run.id, minutes: 60 })).status).toBe(409);
  ahead += 59 * minute;
  await lookAtArmed(hub);
  expect(await lastArmed()).toMatchObject({ state: 'armed', judged: { all: 0 } });
  ahead += minute;
  await lookAtArmed(hub);
  expect(await lastArmed()).toMatchObject({ state: 'ended', kept: [] });
  await isBack();

  const { id } = await arm();
  expect((await asAdmin('DELETE', `/time-lab/armed/${id}`)).status).toBe(204);
  expect((await asAdmin('DELETE', `/time-lab/armed/${id}`)).status).toBe(404);
  await isBack();

  // Nobody is there any more: whoever waits too long is no success, though nobody is answered late.
  await arm();
  for (const { id: person } of await hub.store.people.list()) await setState(hub, person, 'offline');
  const channel = (await hub.store.channels.list())[0];
  if (!channel) throw new Error('no channel');
  for (let nth = 0; nth < 20; nth += 1) await receive(hub, channel, { externalId: `late${nth}`, thread: `late${nth}`, from: { value: `late${nth}`, stable: true }, content: { text: 'hello' } });
  await hub.heads.flush();
  await lookAtArmed(hub);
  expect(await lastArmed()).toMatchObject({ state: 'armed', judged: { all: 0 } });
  ahead += 2 * minute;
  await lookAtArmed(hub);
  expect(await lastArmed()).toMatchObject({ state: 'worse', judged: { all: 20, inTime: 0 }, kept: [] });
  await isBack();

  // What somebody changes meanwhile is theirs.
  const third = await arm();
  await hub.store.queues.update(queue.id, { strategy: 'round-robin' });
  await asAdmin('DELETE', `/time-lab/armed/${third.id}`);
  expect(await lastArmed()).toMatchObject({ state: 'by-hand', kept: ['queues'] });
  expect(await served()).toMatchObject({ queue: { members: 'all', strategy: 'round-robin' }, age: before.agePointsPerMinute });
}, 60_000);

test('what cannot be is refused, one at a time, and who died is said to be dead', async () => {
  expect((await api('POST', '/time-lab/runs', { from: '2026-11-19', to: '2026-11-18' })).status).toBe(400);
  expect((await api('POST', '/time-lab/runs', { from: '2026-11-01', to: '2026-11-18' })).status).toBe(400);
  expect((await api('POST', '/time-lab/runs', { from: '2027-11-18', to: '2027-11-18' })).status).toBe(400);
  expect((await api('POST', '/time-lab/runs', { from: '2026-11-18', to: '2026-11-18', zone: 'Mars/Crater' })).status).toBe(400);
  expect((await api('POST', '/time-lab/runs', { from: '2026-11-18', to: '2026-11-18', queues: [{ id: 'f'.repeat(24), priority: 1 }] })).status).toBe(400);
  const run = await node.hub.store.timeLab.begin({ from: '2026-11-18', to: '2026-11-18', zone: 'UTC', queues: [], policy: {}, goals: {} }, 'x', node.hub.now());
  expect((await api('POST', '/time-lab/runs', { from: '2026-11-18', to: '2026-11-18' })).status).toBe(409);
  ahead += 2 * minute;
  expect((await api('GET', `/time-lab/runs/${run.id}`)).as(Run)).toMatchObject({ state: 'failed', error: { en: expect.stringContaining('Run it again') } });
  expect((await runOf({})).state).toBe('done');

  const thread = (code: string) => new URL(`data:text/javascript,${encodeURIComponent(`import { parentPort } from 'node:worker_threads'; ${code}`)}`);
  const told = async function* () { yield { day: 1 }; };
  const stop = new AbortController();
  const work = (code: string, patienceMs = 5_000) => apart(thread(code), told(), { progress() {}, signal: stop.signal, patienceMs });
  await expect(work("parentPort.on('message', () => process.exit(1))")).rejects.toThrow('ended before its work was done');
  await expect(work("parentPort.on('message', () => { throw new Error('boom') })")).rejects.toThrow('boom');
  await expect(work("parentPort.on('message', () => { for (;;); })", 300)).rejects.toThrow('no sign');
  await expect(work("parentPort.on('message', () => parentPort.postMessage('what'))")).rejects.toBeInstanceOf(Stopped);
  const going = expect(work("parentPort.on('message', () => {})")).rejects.toThrow('going down');
  stop.abort();
  await going;
}, 60_000);
