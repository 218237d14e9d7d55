/** Routing at a real hub: who knows the customer, a parked conversation that comes back, overflow, taking by hand, the policy saved. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import type { ChannelKind, Inbox } from '../../connectors/connector.ts';
import { eventually } from '../../test/setup/eventually.ts';
import { startNode, type Node } from '../../test/setup/hub.ts';
import { testMongod } from '../../test/setup/mongo.ts';
import { createChannel } from '../channels/change.ts';
import { append } from '../conversations/append.ts';
import type { Channel } from '../channels/schema.ts';
import { createPerson } from '../people/change.ts';
import type { Caller } from '../people/sign-in.ts';
import { setState } from '../people/states.ts';
import { policyOf, setPolicy } from './policy.ts';
import { QueueInput } from './schema.ts';
import { take } from './take.ts';

let inbox: Inbox | undefined;
const fax: ChannelKind = {
  manifest: {
    kind: 'fax', label: { 'zh-CN': '传真', en: 'Fax' }, icon: 'i-lucide-box', official: true, config: z.object({}), carries: { html: false, attachments: false, typing: false, receipts: false },
    limits: { textLength: 1000, attachmentBytes: 1000 }, units: 1, sending: 'in-doubt', burstMs: 0,
  },
  create: async () => ({ async start(given) { inbox = given; given.health({ state: 'ready' }); }, split: content => [content], send: async message => ({ externalId: message.key }), async stop() {} }),
};
let node: Node;
let channel: Channel;
let ada: string;
let bob: string;
const queues = { desk: '', more: '', own: '' };
const by = { id: '0'.repeat(24), name: 'Admin' };

beforeAll(async () => {
  node = await startNode(testMongod('routing-story').uri, { kinds: [fax] });
  const { hub } = node;
  const make = async (name: string) => (await createPerson(hub, { name, email: `${name}@example.com`, password: 'long enough 1', role: 'agent', locale: 'en', skills: [], capacity: 10 })).id;
  ada = await make('ada');
  bob = await make('bob');
  queues.more = (await hub.store.queues.create(QueueInput.parse({ name: 'More', members: [bob], autoAccept: true }))).id;
  queues.own = (await hub.store.queues.create(QueueInput.parse({ name: 'Own', pull: 'only' }))).id;
  queues.desk = (await hub.store.queues.create(QueueInput.parse({ name: 'Desk', members: [ada], autoAccept: true, stages: [{ afterSeconds: 3600, overflowQueueId: queues.more, skipIfNone: true }] }))).id;
  hub.events.emit('queues', { queues: await hub.store.queues.list() });
  ({ channel } = await createChannel(hub, { kind: 'fax', name: 'Fax', config: {}, bot: false, queueId: queues.desk }));
  for (const id of [ada, bob]) await setState(hub, id, 'available');
});
afterAll(async () => { await node?.stop(); });

const say = (thread: string, text: string) => inbox?.receive({ externalId: crypto.randomUUID(), thread, from: { value: thread, stable: true }, content: { text } });
const idOf = async (thread: string) => await node.hub.store.conversations.findByThread({ channelId: channel.id, key: thread }) ?? '';
const headOf = async (thread: string) => node.hub.heads.get(await idOf(thread));
const has = (thread: string, agentId: string) => eventually(async () => (await headOf(thread))?.assigneeId === agentId);
const receiptsOf = async (thread: string) => (await node.hub.store.conversations.readEntries(await idOf(thread), {})).flatMap(({ kind, receipt }) => (receipt ? [{ kind, ...receipt }] : []));

test('a parked conversation comes back to its agent, who is not asked again; when that one is away it goes on with its wait', async () => {
  await say('one', 'hello');
  await has('one', ada);
  await append(node.hub, await idOf('one'), { kind: 'pending', actor: { kind: 'agent', id: ada } });
  await say('one', 'here I am');
  await has('one', ada);
  expect((await receiptsOf('one')).at(-1)).toMatchObject({ kind: 'assigned', held: { agentId: ada, by: 'return' }, winner: ada, needs: { skills: [] } });
  expect(await headOf('one')).toMatchObject({ status: 'open', returnTo: null });

  await append(node.hub, await idOf('one'), { kind: 'pending', actor: { kind: 'agent', id: ada } });
  await setState(node.hub, ada, 'offline');
  await say('one', 'anybody?');
  await has('one', bob);
  const [moved, asked] = (await receiptsOf('one')).slice(-2);
  expect(moved).toMatchObject({ kind: 'queued', rule: 'overflow', from: queues.desk, to: queues.more, stage: 1, because: 'nobody' });
  expect(asked).toMatchObject({ kind: 'assigned', queueId: queues.more, winner: bob });
  await setState(node.hub, ada, 'available');
});

test('what agents take themselves is offered to nobody; taking says why it is theirs, and a queue that forbids it is obeyed', async () => {
  const { hub } = node;
  await append(hub, await idOf('one'), { kind: 'queued', actor: { kind: 'agent', id: bob }, queueId: queues.own });
  const person = await hub.store.people.get(bob);
  if (!person) throw new Error('Bob is gone');
  const caller: Extract<Caller, { kind: 'person' }> = { kind: 'person', id: bob, name: 'bob', role: 'agent', person, session: '' };
  await hub.store.queues.update(queues.own, { pull: 'off' });
  await expect(take(hub, caller, await idOf('one'))).rejects.toMatchObject({ code: 'forbidden' });
  await hub.store.queues.update(queues.own, { pull: 'only' });
  expect(await headOf('one')).toMatchObject({ handler: 'queue', offer: null });
  await take(hub, caller, await idOf('one'));
  expect((await receiptsOf('one')).at(-1)).toMatchObject({ kind: 'assigned', rule: 'pull', queueId: queues.own });
});

test('the policy is saved against the version that was read, and decides at once', async () => {
  const { hub } = node;
  const { rev, policy } = await policyOf(hub);
  expect(rev).toBe(0);
  const saved = await setPolicy(hub, { rev, policy: { ...policy, vipSteps: 20 } }, by);
  expect(saved).toMatchObject({ rev: 1, version: 'policy-1', by });
  expect(hub.routingPolicy()).toMatchObject({ version: 'policy-1', vipSteps: 20 });
  await expect(setPolicy(hub, { rev: 0, policy }, by)).rejects.toMatchObject({ code: 'conflict' });
  await expect(setPolicy(hub, { rev: 1, policy: { ...policy, stages: [{ afterSeconds: 5, overflowQueueId: 'f'.repeat(24) }] } }, by)).rejects.toMatchObject({ code: 'invalid' });
  await say('two', 'hi');
  await has('two', ada);
  expect((await receiptsOf('two')).at(-1)).toMatchObject({ policy: 'policy-1' });
});

test('whoever answered last is preferred when the customer comes back, if a stage says so', async () => {
  const { hub } = node;
  await append(hub, await idOf('one'), { kind: 'we-said', actor: { kind: 'agent', id: bob }, content: { text: 'done' } });
  await append(hub, await idOf('one'), { kind: 'resolved', actor: { kind: 'agent', id: bob } });
  await hub.store.queues.update(queues.desk, { members: 'all', stages: [{ afterSeconds: 0, preferred: true }, { afterSeconds: 60 }] });
  hub.events.emit('queues', { queues: await hub.store.queues.list() });
  await say('one', 'one more thing');
  await has('one', bob);
  expect((await receiptsOf('one')).at(-1)).toMatchObject({ held: { agentId: bob, by: 'stage' }, stage: { index: 1 } });
});
