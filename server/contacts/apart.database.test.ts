/**
 * M5 as a property: two worlds live the same life, in one of them people are joined, chosen between and parted on the way. In the end,
 * parted, each person of that world is exactly who they are in the other one, with exactly their own history.
 */
import fc from 'fast-check';
import { z } from 'zod';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ChannelKind } from '../../connectors/connector.ts';
import { startNode, type Node } from '../../test/setup/hub.ts';
import { testMongod } from '../../test/setup/mongo.ts';
import { createChannel } from '../channels/change.ts';
import type { Channel } from '../channels/schema.ts';
import { append } from '../conversations/append.ts';
import { timelineOf } from '../conversations/person-timeline.ts';
import { receive } from '../conversations/receive.ts';
import { reply } from '../conversations/speak.ts';
import { Problem } from '../problem.ts';
import { choose } from './choose.ts';
import { noteConsent } from './consent.ts';
import { merge, unmerge } from './link.ts';
import { namesOf } from './names.ts';
import { person } from './person.ts';

const agent = { kind: 'agent' as const, id: 'aaaaaaaaaaaaaaaaaaaaaaaa' };
const kind: ChannelKind = {
  manifest: { kind: 'post', label: { 'zh-CN': '邮政', en: 'Post' }, icon: 'i-lucide-mail', official: true, config: z.object({}), carries: { html: false, attachments: false, typing: false, receipts: false }, limits: { textLength: 1000, attachmentBytes: 0 }, units: 1, sending: 'idempotent', burstMs: 0 },
  create: async () => ({ async start() {}, send: async message => ({ externalId: message.key }), async stop() {} }),
};

let node: Node;
let channel: Channel;
beforeAll(async () => {
  node = await startNode(testMongod('people_apart').uri, { kinds: [kind], soleNode: true });
  ({ channel } = await createChannel(node.hub, { kind: 'post', name: 'post', config: {}, bot: false }));
});
afterAll(async () => { await node?.stop(); });

const size = 3;
const who = fc.nat(size - 1);
const field = fc.constantFrom('name', 'city', 'plan');
const own = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('say' as const), who }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('reply' as const), who }) },
  fc.record({ do: fc.constant('note' as const), who }),
  fc.record({ do: fc.constant('resolve' as const), who }),
  { weight: 3, arbitrary: fc.record({ do: fc.constant('edit' as const), who, field, value: fc.constantFrom('Li', 'Wang', '成都') }) },
  fc.record({ do: fc.constant('consent' as const), who, granted: fc.boolean() }),
);
const joint = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('merge' as const), who, other: who }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('unmerge' as const), who, other: who }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('choose' as const), who, field: fc.constantFrom('name', 'name', 'city', 'plan'), take: fc.option(who) }) },
);
type Own = typeof own extends fc.Arbitrary<infer T> ? T : never;
type Joint = typeof joint extends fc.Arbitrary<infer T> ? T : never;

let worlds = 0;
/** Lives through the commands; those that concern several people are left out in a world where nobody is joined. */
async function live(commands: (Own | Joint)[], joined: boolean) {
  const { hub } = node;
  const run = ++worlds;
  const ids: string[] = [];
  const conversations: string[] = [];
  const refused = (error: unknown) => { if (!(error instanceof Problem)) throw error; };
  for (let index = 0; index < size; index++) {
    const said = await receive(hub, channel, { externalId: `${run}-${index}-0`, thread: `w${run}-${index}`, from: { value: `w${run}-${index}`, name: ['Ann', 'Bo', 'Ann'][index], stable: true, attributes: { city: ['Xian', 'Oslo', 'Rome'][index] ?? '' } }, content: { text: `${index}: hello` } });
    conversations.push(said.conversationId);
    ids.push((await hub.store.contacts.findIdentity('post:' + channel.id, `w${run}-${index}`))?.contactId ?? '');
  }
  for (const [step, command] of commands.entries()) {
    const [id, conversationId] = [ids[command.who] ?? '', conversations[command.who] ?? ''];
    const text = `${command.who}: ${step}`;
    if (command.do === 'say') await receive(hub, channel, { externalId: `${run}-${command.who}-${step}-x`, thread: `w${run}-${command.who}`, from: { value: `w${run}-${command.who}`, stable: true }, content: { text } });
    else if (command.do === 'reply') await reply(hub, conversationId, agent, { text });
    else if (command.do === 'note') await append(hub, conversationId, { kind: 'note', actor: agent, content: { text } });
    else if (command.do === 'resolve') await append(hub, conversationId, { kind: 'resolved', actor: agent }).catch(refused);
    else if (command.do === 'edit') await hub.store.contacts.change(id, command.field === 'name' ? { name: command.value } : { attributes: { [command.field]: command.value } }, { by: 'agent', id: agent.id, at: hub.now() });
    else if (command.do === 'consent') await noteConsent(hub, id, { granted: command.granted, words: text }, agent, true);
    else if (joined && command.do === 'merge') await merge(hub, id, ids[command.other] ?? '', agent, 'property').catch(refused);
    else if (joined && command.do === 'unmerge') await unmerge(hub, id, ids[command.other] ?? '', agent, 'property').catch(refused);
    else if (joined && command.do === 'choose') await choose(hub, id, { field: command.field, attribute: command.field !== 'name', take: command.take === null ? null : ids[command.take] ?? null }, agent).catch(refused);
  }
  if (joined) for (const one of ids) for (const other of ids) if (one !== other) await unmerge(hub, one, other, agent, 'the end').catch(refused);
  const names = await namesOf(hub, ids);
  return Promise.all(ids.map(async (id, index) => {
    const view = await person(hub, id);
    const { items } = await timelineOf(hub, id, { kinds: ['message', 'note', 'change', 'person'], limit: 500 });
    const plain = (values: typeof view.named) => values && { value: values.value, conflict: values.conflict, chosen: values.chosen, values: values.values.map(({ value, source, replaced, contactId }) => ({ value, by: source.by, replaced, own: contactId === id })) };
    return {
      name: view.name, shown: names.get(id), named: plain(view.named), conflicts: view.conflicts, members: view.members.length, addresses: view.identities.map(({ value }) => value.replace(/^w\d+-/, '')),
      fields: Object.entries(view.fields).map(([key, each]) => [key, plain(each)]).toSorted((a, b) => String(a[0]).localeCompare(String(b[0]))),
      history: items.flatMap(item => (item.type === 'entry' ? [`${item.kind}: ${item.content?.text ?? ''}`] : item.type === 'consent' ? [`${item.granted}: ${item.words}`] : [])),
      strangers: items.filter(item => item.type === 'entry' && item.conversationId !== conversations[index]).length,
    };
  }));
}

test('joined, chosen between, talked to and parted: as if never merged, plus their own', { timeout: 300_000 }, async () => {
  await fc.assert(fc.asyncProperty(fc.array(fc.oneof({ weight: 3, arbitrary: own }, { weight: 2, arbitrary: joint }), { minLength: 6, maxLength: 22 }), async rest => {
    // Two are one from the start, under two names: there is something to choose, and to part.
    const commands: (Own | Joint)[] = [{ do: 'merge', who: 1, other: 0 }, ...rest];
    const [one, other] = [await live(commands, true), await live(commands, false)];
    expect(one).toEqual(other);
    expect(one.every(({ members, strangers }) => members === 1 && strangers === 0)).toBe(true);
  }), { numRuns: 20 });
});

test('while they are one: the name by rule, the choice while it holds, a new value a conflict anew', async () => {
  const { hub } = node;
  const meet = async (value: string, name: string, more: object = {}) => {
    await receive(hub, channel, { externalId: `n-${value}`, thread: value, from: { value, name, stable: true, ...more }, content: { text: 'x' } });
    return (await hub.store.contacts.findIdentity(`post:${channel.id}`, value))?.contactId ?? '';
  };
  const [nameless, profile, signed] = [await meet('n1', 'n1'), await meet('n2', 'Platform'), await meet('n3', 'Signed', { signed: true })];
  const all = [nameless, profile, signed];
  const names = async () => [...(await namesOf(hub, all)).values()];
  await merge(hub, profile, nameless, agent, 'same');
  expect(await names()).toEqual(['Platform', 'Platform', 'Signed']); // an address is no name
  await merge(hub, signed, nameless, agent, 'same');
  expect(await names()).toEqual(['Signed', 'Signed', 'Signed']);
  expect((await person(hub, nameless)).named).toMatchObject({ conflict: true, values: expect.arrayContaining([expect.objectContaining({ value: 'Signed', source: expect.objectContaining({ by: 'channel', id: channel.id, evidence: 'hmac' }) })]) });
  await choose(hub, nameless, { field: 'name', attribute: false, take: null }, agent);
  expect((await person(hub, profile)).named).toMatchObject({ value: 'Signed', conflict: false, chosen: { by: agent } });
  await choose(hub, nameless, { field: 'name', attribute: false, take: profile }, agent);
  expect(await names()).toEqual(['Platform', 'Platform', 'Platform']);
  await hub.store.contacts.change(signed, { name: 'Typed' }, { by: 'agent', id: agent.id, at: hub.now() });
  expect((await person(hub, nameless)).named).toMatchObject({ value: 'Platform', conflict: true }); // nobody has chosen between these
  await choose(hub, nameless, { field: 'name', attribute: false, take: signed }, agent);
  await unmerge(hub, signed, signed, agent, '');
  expect(await names()).toEqual(['Platform', 'Platform', 'Typed']);
  expect((await person(hub, profile)).conflicts).toEqual([]);
  await expect(choose(hub, profile, { field: 'name', attribute: false, take: profile }, agent)).rejects.toMatchObject({ code: 'conflict' });
});
