/** Routing rules through the HTTP API and the command line at a real hub: saved by version, tried on what happened, followed by first messages and hand-overs, never by people. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { z } from 'zod';
import type { Bot } from '../../bots/bot.ts';
import type { ChannelKind, Inbox } from '../../connectors/connector.ts';
import { eventually } from '../../test/setup/eventually.ts';
import { startNode, type Node } from '../../test/setup/hub.ts';
import { testMongod } from '../../test/setup/mongo.ts';
import { call } from '../../test/setup/server.ts';
import { createCalendar } from '../calendars/change.ts';
import { createChannel } from '../channels/change.ts';
import { routingCommands } from '../cli/routing.ts';
import { readConfig } from '../config.ts';
import { hubEvents } from '../events.ts';
import type { Channel } from '../channels/schema.ts';
import { append } from '../conversations/append.ts';
import { httpApp } from '../http/app.ts';
import { createPerson } from '../people/change.ts';
import { createToken } from '../people/sign-in.ts';
import { QueueInput } from '../routing/schema.ts';

const inboxes = new Map<string, Inbox>();
const kindOf = (kind: string): ChannelKind => ({
  manifest: { kind, label: { 'zh-CN': kind, en: kind }, icon: 'i-lucide-box', official: true, config: z.object({}), carries: { html: false, attachments: false, typing: false, receipts: false }, limits: { textLength: 1000, attachmentBytes: 1000 }, units: 1, sending: 'in-doubt', burstMs: 0 },
  create: async () => ({ async start(given) { inboxes.set(kind, given); given.health({ state: 'ready' }); }, split: content => [content], send: async message => ({ externalId: message.key }), async stop() {} }),
});
let named = '';
const bot: Bot = { name: 'passer', answer: async (turns) => ({ kind: 'hand-over', reason: 'asked', summary: 'wants a person', tried: [], skills: [{ name: 'english', level: 2 }], ...(turns.at(-1)?.text.includes('named') ? { queueId: named } : {}) }) };

const { uri } = testMongod('routing_rules');
let node: Node;
let http: Server;
let url: string;
let fax: Channel;
let phone: Channel;
const tokens: Record<string, string> = {};
const queues: Record<string, string> = {};
let ada = '';
let calendarId = '';
let dir = '';

beforeAll(async () => {
  node = await startNode(uri, { kinds: [kindOf('fax'), kindOf('phone')], bot });
  const { hub } = node;
  for (const name of ['Desk', 'Sales', 'VIP']) queues[name] = (await hub.store.queues.create(QueueInput.parse({ name }))).id;
  named = queues['VIP'] ?? '';
  ({ channel: fax } = await createChannel(hub, { kind: 'fax', name: 'Fax', config: {}, bot: false, queueId: queues['Desk'] }));
  ({ channel: phone } = await createChannel(hub, { kind: 'phone', name: 'Phone', config: {}, bot: true, queueId: queues['Desk'] }));
  calendarId = (await createCalendar(hub, { name: 'Never', zone: 'Asia/Shanghai', week: { mon: [], tue: [], wed: [], thu: [], fri: [], sat: [], sun: [] }, days: [] })).id;
  http = createServer(httpApp(hub, { version: '0', trustProxy: 0, clientDir: '/nowhere', ready: async () => ({}) })).listen(0, '127.0.0.1');
  await eventually(() => http.listening);
  const address = http.address();
  url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
  ada = (await createPerson(hub, { name: 'Ada', email: 'ada@example.com', password: 'long enough 1', role: 'agent', locale: 'en', skills: [], capacity: 5 })).id;
  for (const role of ['admin', 'supervisor', 'agent'] as const) tokens[role] = (await createToken(hub, role, role)).token;
});
afterAll(async () => { http?.close(); await node?.stop(); if (dir) await rm(dir, { recursive: true, force: true }); });

const api = (role: string, method: string, path: string, body?: unknown) => call(url, method, path, body, { authorization: `Bearer ${tokens[role]}` });
const say = (kind: string, thread: string, text: string) => inboxes.get(kind)?.receive({ externalId: crypto.randomUUID(), thread, from: { value: thread, stable: true }, content: { text } });
const idOf = async (channel: Channel, thread: string) => await node.hub.store.conversations.findByThread({ channelId: channel.id, key: thread }) ?? '';
/** Where it is in line, with what, and what its entry says of the rules. */
const lineOf = async (channel: Channel, thread: string) => {
  const id = await idOf(channel, thread);
  return eventually(async () => {
    const entries = await node.hub.store.conversations.readEntries(id, {});
    const head = await node.hub.heads.get(id);
    const entry = entries.findLast(({ changes }) => changes.handler === 'queue');
    return head && entry && head.seq >= entry.seq ? { queue: Object.keys(queues).find((name) => queues[name] === head.queueId), priority: head.priority, skills: head.skills.map(({ name, level }) => `${name} ${level}`), routed: entry.receipt?.['routed'] } : undefined;
  });
};
const rules = () => [
  { name: 'night', when: { channels: [fax.id], hours: { calendarId, open: true } }, result: { queueId: queues['VIP'] } },
  { name: 'prices', when: { words: ['price', '报价'], locales: ['en'] }, result: { queueId: queues['Sales'], priority: 3, skills: [{ name: 'english', level: 4 }, { name: 'prices', level: 1 }] } },
  { name: 'known', when: { returning: true, attributes: [{ name: 'plan', is: 'equals', values: ['Gold'] }] }, result: { queueId: queues['VIP'] } },
  { name: 'asked', when: { handOver: ['asked'], words: ['urgent'] }, result: { queueId: queues['Sales'], override: true } },
];
const Saved = z.looseObject({ version: z.number(), rules: z.array(z.looseObject({ name: z.string() })) });
const Dry = z.looseObject({ looked: z.number(), moved: z.number(), queues: z.array(z.looseObject({ queueId: z.string().nullable(), before: z.number(), after: z.number() })), rules: z.array(z.looseObject({ rule: z.string(), decided: z.number() })), items: z.array(z.looseObject({ conversationId: z.string(), to: z.string().nullable(), rule: z.string().nullable() })) });

test('without rules nothing changes; a dry run says where those conversations would have gone, and leaves them there', async () => {
  await say('fax', 'a', 'what is the price of it?');
  await say('fax', 'b', 'hello');
  await say('phone', 'c', 'please give me a person, about the price');
  expect(await lineOf(fax, 'a')).toEqual({ queue: 'Desk', priority: 1, skills: [], routed: undefined });
  expect(await lineOf(phone, 'c')).toMatchObject({ queue: 'Desk', skills: ['english 2'], routed: undefined });
  await node.hub.heads.flush();
  expect((await api('agent', 'POST', '/routing-rules/dry-run', { rules: rules() })).status).toBe(403);
  const dry = (await api('supervisor', 'POST', '/routing-rules/dry-run', { rules: rules(), days: 1 })).as(Dry);
  expect(dry).toMatchObject({ looked: 3, moved: 2, cut: false, rules: [{ rule: 'night', decided: 0 }, { rule: 'prices', decided: 2 }, { decided: 0 }, { decided: 0 }] });
  expect(dry.queues).toEqual([{ queueId: queues['Desk'], before: 3, after: 1 }, { queueId: queues['Sales'], before: 0, after: 2 }]);
  expect(dry.items.map(({ conversationId }) => conversationId).sort()).toEqual([await idOf(fax, 'a'), await idOf(phone, 'c')].sort());
  expect((await node.hub.heads.get(await idOf(fax, 'a')))?.queueId).toBe(queues['Desk']);
});

test('saved by version: who, when, a conflict, an old one saved again; what a rule names must exist', async () => {
  expect((await api('supervisor', 'PUT', '/routing-rules', { version: 0, rules: [] })).status).toBe(403);
  const wrong = await api('admin', 'PUT', '/routing-rules', { version: 0, rules: [{ name: 'x', when: { channelKinds: ['telex'] }, result: { queueId: '0'.repeat(24) } }] });
  expect([wrong.status, wrong.body]).toEqual([400, expect.objectContaining({ fields: { 'rules.0.result.queueId': 'must be the id of a queue', 'rules.0.when.channelKinds.0': 'must be a kind of channel' } })]);
  const first = (await api('admin', 'PUT', '/routing-rules', { version: 0, rules: rules() })).as(Saved);
  expect([first.version, first.rules.length]).toEqual([1, 4]);
  expect((await api('admin', 'PUT', '/routing-rules', { version: 0, rules: [] })).status).toBe(409);
  expect((await api('admin', 'PUT', '/routing-rules', { version: 1, rules: [] })).as(Saved).version).toBe(2);
  const versions = (await api('supervisor', 'GET', '/routing-rules/versions')).as(z.looseObject({ items: z.array(Saved) })).items;
  expect(versions.map(({ version, rules: kept }) => [version, kept.length])).toEqual([[2, 0], [1, 4]]);
  expect((await api('admin', 'PUT', '/routing-rules', { version: 2, rules: versions[1]?.rules })).as(Saved).version).toBe(3);
  expect((await api('agent', 'GET', '/routing-rules')).status).toBe(403);
  expect((await api('admin', 'DELETE', `/calendars/${calendarId}`)).status).toBe(409);
});

test('a first message and a hand-over follow the rules, with a receipt; a person\'s transfer does not', async () => {
  await say('fax', 'd', 'the PRICE, please');
  expect(await lineOf(fax, 'd')).toEqual({
    queue: 'Sales', priority: 3, skills: ['english 4', 'prices 1'],
    routed: { version: 3, rule: 'prices', place: 2, moment: 'first', queueId: queues['Sales'], instead: { queueId: queues['Desk'], priority: 1 }, skills: rules()[1]?.result.skills, priority: 3 },
  });
  await say('phone', 'e', 'price? a person please');
  expect(await lineOf(phone, 'e')).toMatchObject({ queue: 'Sales', priority: 3, skills: ['english 2', 'prices 1'], routed: { rule: 'prices', moment: 'hand-over' } });
  // What the bot named is its word, unless a rule overrides.
  await say('phone', 'f', 'a price, by the named queue');
  expect(await lineOf(phone, 'f')).toMatchObject({ queue: 'VIP', routed: { rule: 'prices', kept: ['queue'], instead: { queueId: queues['VIP'] } } });
  await say('phone', 'g', 'urgent, and named');
  expect(await lineOf(phone, 'g')).toMatchObject({ queue: 'Sales', routed: { rule: 'asked' } });
  // Whoever came back, and is known for something.
  await say('fax', 'h', 'hello there');
  expect(await lineOf(fax, 'h')).toMatchObject({ queue: 'Desk', routed: undefined });
  const id = await idOf(fax, 'h');
  const contactId = (await node.hub.heads.get(id))?.contactId ?? '';
  await api('admin', 'PATCH', `/contacts/${contactId}`, { attributes: { plan: 'gold' } });
  const actor = { kind: 'agent', id: ada } as const;
  await append(node.hub, id, { kind: 'resolved', actor });
  await say('fax', 'h', 'me again');
  expect(await lineOf(fax, 'h')).toMatchObject({ queue: 'VIP', routed: { rule: 'known' } });
  const moved = await api('admin', 'POST', `/conversations/${id}/transfer`, { queueId: queues['Desk'] });
  expect(moved.status).toBe(200);
  expect(await lineOf(fax, 'h')).toMatchObject({ queue: 'Desk', routed: undefined });
  await say('fax', 'h', 'one more word');
  expect(await lineOf(fax, 'h')).toMatchObject({ queue: 'Desk' });
});

test('a dry run of no rules takes what rules did out again', async () => {
  await node.hub.heads.flush();
  const dry = (await api('supervisor', 'POST', '/routing-rules/dry-run', { rules: [], days: 1 })).as(Dry);
  // d, e and g were moved by a rule; f is where the bot sent it, h came into line without one first.
  expect(dry.items.filter(({ to }) => to === queues['Desk']).map(({ conversationId }) => conversationId).sort()).toEqual([await idOf(fax, 'd'), await idOf(phone, 'e')].sort());
  expect(dry.moved).toBe(3);
  const same = (await api('supervisor', 'POST', '/routing-rules/dry-run', { rules: rules(), days: 1, limit: 4 })).as(Dry);
  expect([same.looked, same.moved, same['cut']]).toEqual([4, 0, true]);
});

/** Runs a command in this process, on the hub's database alone. */
const cli = async (...words: string[]): Promise<{ code: number; out: string; err: string }> => {
  const out = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  const err = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const said = (spy: typeof out) => spy.mock.calls.map(([chunk]) => String(chunk)).join('');
  const program = new Command();
  const { store, now, log } = node.hub;
  routingCommands(program, (work) => work({ store, now, log, events: hubEvents(log), db: node.db }, readConfig({})));
  try {
    await program.parseAsync(['node', 'hub', 'routing', ...words]);
    return { code: Number(process.exitCode ?? 0), out: said(out), err: said(err) };
  } catch (error) {
    return { code: 1, out: said(out), err: error instanceof Error ? error.message : '' };
  } finally {
    process.exitCode = undefined;
    out.mockRestore();
    err.mockRestore();
  }
};
/** Runs it as `npm run hub` does. */
const ownProcess = (...words: string[]) => new Promise<{ code: number; out: string; err: string }>((resolve) => {
  execFile(process.execPath, [join(import.meta.dirname, '..', 'cli.ts'), 'routing', ...words], { env: { ...process.env, MONGODB_URI: uri, HUB_DATA_DIR: dir } }, (error, out, err) => {
    resolve({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, out, err });
  });
});

test('as code: exported and planned there is no change; a wrong file changes nothing; applied, the running hub follows; no queue with somebody waiting goes unforced', async () => {
  dir = await mkdtemp(join(tmpdir(), 'hubbub-routing-'));
  const file = join(dir, 'routing.yaml');
  expect((await cli('export', file)).code).toBe(0);
  expect(await ownProcess('plan', file)).toMatchObject({ code: 0, out: 'no changes\n' });
  const yaml = await readFile(file, 'utf8');
  expect(yaml).toContain('queue: Sales');
  await writeFile(file, yaml.replace('queue: Sales', 'queue: Nowhere').replace('offerSeconds: 20', 'offerSeconds: 25'));
  const wrong = await cli('apply', file);
  expect([wrong.code, wrong.out]).toEqual([1, '']);
  expect(wrong.err).toMatch(/routing\.yaml:\d+: rules\.1\.result\.queue: there is no queue “Nowhere”/);
  expect((await node.hub.store.queues.list()).map(({ offerSeconds }) => offerSeconds)).toEqual([20, 20, 20]);

  const night = '  - name: Night\n    offerSeconds: 40\n    stages: [{ afterSeconds: 60, overflowQueue: Desk }]\n';
  await writeFile(file, yaml.replace('\nqueues:\n', `\nqueues:\n${night}`).replace('queue: Sales', 'queue: Night'));
  const plan = await cli('plan', file);
  expect(plan.code).toBe(2);
  for (const line of ['+ queue “Night”', '    stages: [{"afterSeconds":60,"overflowQueue":"Desk"}]', '~ rule “prices”', '    result.queue: "Sales" -> "Night"', '1 to add, 1 to change, 0 to remove']) expect(plan.out.split('\n')).toContain(line);
  expect((await cli('apply', file)).code).toBe(0);
  expect((await cli('apply', file)).out).toBe('no changes\n');
  expect((await api('supervisor', 'GET', '/routing-rules')).body).toMatchObject({ version: 4, by: { name: 'routing apply' } });
  await node.hub.routingRules.refresh();
  await say('fax', 'z', 'a price');
  expect((await node.hub.heads.get(await idOf(fax, 'z')))?.queueId).toBe((await node.hub.store.queues.list()).find(({ name }) => name === 'Night')?.id);

  await node.hub.heads.flush();
  await writeFile(file, 'queues:\n  - name: Desk\n  - name: VIP\nrules: []\n');
  const refused = await cli('apply', file);
  expect([refused.code, refused.err]).toEqual([1, expect.stringMatching(/Nothing was changed[^]*queue “Night”: 1 waiting[^]*queue “Sales”: 3 waiting/)]);
  expect((await node.hub.store.queues.list()).length).toBe(4);
  expect((await cli('apply', file, '--force')).code).toBe(0);
  expect((await node.hub.store.queues.list()).map(({ name }) => name)).toEqual(['Desk', 'VIP']);
});
