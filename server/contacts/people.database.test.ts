/** One customer on several channels: linked by evidence, merged and parted by people, moved, passed on, and never mixed up. */
import { z } from 'zod';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ChannelKind, Sender } from '../../connectors/connector.ts';
import { startNode, type Node } from '../../test/setup/hub.ts';
import { testMongod } from '../../test/setup/mongo.ts';
import { createChannel } from '../channels/change.ts';
import type { Channel } from '../channels/schema.ts';
import { reply } from '../conversations/speak.ts';
import { receive } from '../conversations/receive.ts';
import { identify } from './identify.ts';
import { prove } from './learn.ts';
import { dismiss, membersOf, merge, personOf, unmerge } from './link.ts';
import { moved } from './moved.ts';
import { person } from './person.ts';
import { suggestions } from './suggestions.ts';

const day = 86_400_000;
const agent = { kind: 'agent' as const, id: 'aaaaaaaaaaaaaaaaaaaaaaaa' };
let ahead = 0;

const platform = (kind: string, identity?: string): ChannelKind => ({
  manifest: {
    kind, ...(identity ? { identity } : {}), label: { 'zh-CN': kind, en: kind }, icon: 'i-lucide-mail', official: true, config: z.object({}), carries: { html: false, attachments: false, typing: false, receipts: false },
    limits: { textLength: 1000, attachmentBytes: 0 }, units: 1, sending: 'idempotent', burstMs: 0,
  },
  create: async () => ({ async start(inbox) { inbox.health({ state: 'ready' }); }, send: async message => ({ externalId: `sent-${message.key}` }), async stop() {} }),
});

let node: Node;
let chat: Channel;
let mail: Channel;
let sms: Channel;
let whats: Channel;
const { uri } = testMongod('people');
const open = () => startNode(uri, { kinds: [platform('chat'), platform('mail', 'email'), platform('sms', 'phone'), platform('whats', 'whatsapp')], now: () => new Date(Date.now() + ahead), soleNode: true });
beforeAll(async () => {
  node = await open();
  ({ channel: chat } = await createChannel(node.hub, { kind: 'chat', name: 'chat', config: {} }));
  ({ channel: mail } = await createChannel(node.hub, { kind: 'mail', name: 'mail', config: {} }));
  ({ channel: sms } = await createChannel(node.hub, { kind: 'sms', name: 'sms', config: {} }));
  ({ channel: whats } = await createChannel(node.hub, { kind: 'whats', name: 'whats', config: {} }));
});
afterAll(async () => { await node?.stop(); });

let count = 0;
const unique = () => `u${count++}`;
type Also = NonNullable<Sender['also']>;
const meet = async (channel: Channel, value: string, also?: Also, more: Partial<Sender> = {}) => (await identify(node.hub, channel, { value, stable: true, ...(also ? { also } : {}), ...more })).contactId;
const attested = (kind: string, value: string) => ({ kind, value, attested: true });
const claimed = (kind: string, value: string) => ({ kind, value, attested: false });
const say = async (channel: Channel, from: string, text: string, also?: Also) => receive(node.hub, channel, { externalId: unique(), thread: from, from: { value: from, stable: true, ...(also ? { also } : {}) }, content: { text } });
const timeline = async (id: string) => (await node.hub.store.conversations.historyOf(await membersOf(node.hub, id), undefined, 1000)).toReversed().map(entry => entry.content?.text);

test('the same attested phone, however it is written, is one person; the edge says why and by which rule', async () => {
  const a = await meet(chat, unique(), [attested('phone', '+86 138-0013-8000')]);
  const b = await meet(chat, unique(), [attested('phone', '8613800138000')]);
  expect(await personOf(node.hub, b)).toBe(a);
  const view = await person(node.hub, b);
  expect(view).toMatchObject({ id: a, members: [{ id: a }, { id: b }], edges: [{ from: b, into: a, by: { kind: 'system', id: 'same-address' }, evidence: { kind: 'phone', value: '8613800138000' } }] });
  expect(view.identities.filter(each => each.claim)).toMatchObject([{ contactId: a, kind: 'phone', value: '8613800138000', evidence: 'attested', channelId: chat.id }, { contactId: b, kind: 'phone', evidence: 'attested' }]);
});

test('what is merely claimed, or written from, joins nobody: it is a suggestion with reasons', async () => {
  const victim = await meet(mail, 'VIP@Example.com', [attested('phone', '4915112345678')], { name: '王芳' });
  const liar = await meet(chat, unique(), [claimed('email', 'vip@example.com'), claimed('phone', '+49 151 12345678')], { name: '王芳' });
  const caller = await meet(sms, '+49 151 12345678');
  expect(await membersOf(node.hub, victim)).toEqual([victim]);
  const found = await suggestions(node.hub, victim);
  expect(found.map(each => each.contactId).toSorted()).toEqual([liar, caller].toSorted());
  expect(found.find(each => each.contactId === liar)).toMatchObject({ person: { id: liar, name: '王芳' }, reasons: expect.arrayContaining([
    { kind: 'email', value: 'vip@example.com', evidence: ['wrote-from-it', 'claimed'] }, { kind: 'phone', value: '4915112345678', evidence: ['attested', 'claimed'] }, { kind: 'name', value: '王芳' }]) });
  expect(found.every(each => each.score > 0.5 && each.score < 1)).toBe(true);
  await dismiss(node.hub, victim, liar, agent, 'another Wang');
  expect((await suggestions(node.hub, victim)).map(each => each.contactId)).toEqual([caller]);
  await meet(chat, unique(), [claimed('unionid', 'x')]);
  await identify(node.hub, chat, { value: (await node.hub.store.contacts.identitiesOf(liar))[0]?.value ?? '', stable: true, also: [attested('phone', '4915112345678')] });
  expect(await membersOf(node.hub, victim)).toEqual([victim]); // a person said no: no rule says yes
});

test('a code or a signature is as good as a platform\'s word', async () => {
  const a = await meet(mail, 'otp@example.com');
  await prove(node.hub, mail, a, { kind: 'email', value: 'otp@example.com' }, 'otp');
  const b = await meet(chat, unique());
  await prove(node.hub, chat, b, { kind: 'email', value: 'OTP@example.com' }, 'hmac');
  expect(await membersOf(node.hub, b)).toEqual([a, b]);
  expect((await person(node.hub, b)).identities.map(each => each.evidence).toSorted()).toEqual(['hmac', 'otp', 'wrote-from-it']);
});

test('evidence that contradicts itself joins nobody, and is shown', async () => {
  const a = await meet(chat, unique(), [attested('unionid', 'one'), attested('phone', '14155550100')]);
  const b = await meet(chat, unique(), [attested('unionid', 'two'), attested('phone', '14155550100')]);
  expect(await personOf(node.hub, b)).toBe(b);
  expect(await suggestions(node.hub, a)).toMatchObject([{ contactId: b, against: ['unionid'] }]);
  await merge(node.hub, b, a, agent, 'they have two accounts');
  expect((await person(node.hub, a)).conflicts).toEqual(['unionid']);
});

test('M5: merge, talk, unmerge: both timelines as if never merged, plus their own new entries', async () => {
  const [x, y] = [unique(), unique()];
  const first = await say(chat, x, 'x1');
  const second = await say(mail, `${y}@example.com`, 'y1');
  const a = await meet(chat, x);
  const b = await meet(mail, `${y}@example.com`);
  await merge(node.hub, b, a, agent, 'said so on the phone');
  await say(chat, x, 'x2');
  await reply(node.hub, second.conversationId, agent, { text: 'to y' });
  await say(mail, `${y}@example.com`, 'y2');
  await reply(node.hub, first.conversationId, agent, { text: 'to x' });
  expect(await timeline(a)).toEqual(['x1', 'y1', 'x2', 'to y', 'y2', 'to x']);
  expect(await timeline(b)).toEqual(await timeline(a));
  await unmerge(node.hub, a, b, agent, 'a mistake');
  expect(await timeline(a)).toEqual(['x1', 'x2', 'to x']);
  expect(await timeline(b)).toEqual(['y1', 'to y', 'y2']);
  expect((await say(chat, x, 'x3')).conversationId).toBe(first.conversationId);
  expect((await person(node.hub, b)).edges).toMatchObject([{ from: b, into: a, by: agent, reason: 'said so on the phone', ended: { by: agent, reason: 'a mistake' } }]);
});

test('a pair that a person parted is never joined by a rule again, neither directly nor through others; a person may', async () => {
  const [x, y, z] = [unique(), unique(), unique()];
  const phone = attested('phone', '33612345678');
  const [a, b] = [await meet(chat, x, [phone]), await meet(chat, y, [phone])];
  await unmerge(node.hub, a, b, agent, 'brother and sister');
  await node.stop();
  node = await open(); // nothing of it is only remembered
  await meet(chat, x, [phone]);
  await meet(chat, y, [phone, attested('email', 'family@example.com')]);
  const c = await meet(chat, z, [attested('email', 'family@example.com')]);
  expect(await membersOf(node.hub, c)).toEqual([b, c]);
  await meet(chat, z, [attested('email', 'family@example.com'), attested('wxid', 'w1')]);
  await meet(chat, x, [phone, attested('wxid', 'w1')]);
  expect([await membersOf(node.hub, a), await membersOf(node.hub, c)]).toEqual([[a], [b, c]]);
  await merge(node.hub, a, c, agent, 'one person after all');
  expect(await membersOf(node.hub, a)).toEqual([a, b, c]);
  await unmerge(node.hub, a, b, agent, 'no');
  expect(await membersOf(node.hub, c)).toEqual([a, c]);
});

test('who shares an address with two people is joined with neither', async () => {
  const phone = attested('phone', '81312345678');
  const [a, b] = [await meet(chat, unique(), [phone]), await meet(chat, unique(), [phone])];
  await unmerge(node.hub, b, a, agent, 'colleagues');
  const c = await meet(chat, unique(), [phone]);
  expect(await membersOf(node.hub, c)).toEqual([c]);
  expect((await suggestions(node.hub, c)).map(each => each.contactId).toSorted()).toEqual([a, b]);
});

test('many at once with one attested phone end as one person', async () => {
  const phone = attested('phone', '5511987654321');
  const all = await Promise.all(Array.from({ length: 12 }, () => meet(chat, unique(), [phone])));
  expect(await membersOf(node.hub, all[0] ?? '')).toEqual(all.toSorted());
});

test('fields of several contacts: corrections first, conflicts kept with their source', async () => {
  const a = await meet(chat, unique(), [], { name: 'Li', attributes: { city: 'Xi\'an', plan: 'gold' } });
  const b = await meet(mail, `${unique()}@example.com`, [], { attributes: { city: 'Chengdu' } });
  await merge(node.hub, b, a, agent, 'same');
  expect(await person(node.hub, b)).toMatchObject({ name: 'Li', attributes: { city: 'Xi\'an', plan: 'gold' }, conflicts: ['city'], fields: { city: { conflict: true, values: [{ value: 'Xi\'an', contactId: a, source: { by: 'channel', id: chat.id } }, { value: 'Chengdu', contactId: b, source: { by: 'channel', id: mail.id } }] } } });
  await node.hub.store.contacts.change(b, { name: 'Li Na', attributes: { city: 'Beijing', 'a b': '$name' } }, { by: 'agent', id: agent.id, at: node.hub.now() });
  const view = await person(node.hub, a);
  expect(view).toMatchObject({ name: 'Li Na', attributes: { city: 'Beijing', 'a b': '$name' } });
  expect(view.fields['city']?.values).toContainEqual({ value: 'Chengdu', contactId: b, source: { by: 'channel', id: mail.id, at: expect.any(Date) }, replaced: true });
  await unmerge(node.hub, b, b, agent, '');
  expect(await person(node.hub, a)).toMatchObject({ name: 'Li', attributes: { city: 'Xi\'an' }, conflicts: [] });
});

test('a number that moved goes on as the new one; long after, the old one is a stranger\'s', async () => {
  const [old, fresh] = ['+44 7700 900001', '+44 7700 900002'];
  const a = await meet(sms, old);
  await say(sms, old, 'from the old number');
  const { contactId: b, joined } = await moved(node.hub, sms, { value: old, stable: true }, { value: fresh, stable: true });
  expect(joined).toBe(true);
  await moved(node.hub, sms, { value: old, stable: true }, { value: fresh, stable: true });
  expect(await membersOf(node.hub, b)).toEqual([a, b]);
  expect((await person(node.hub, b)).edges).toHaveLength(1);
  node.hub.known.contacts.clear();
  expect(await meet(sms, old)).toBe(a); // late, but theirs
  ahead += 40 * day;
  node.hub.known.contacts.clear();
  const stranger = await meet(sms, old);
  expect([a, b]).not.toContain(stranger);
  expect(await membersOf(node.hub, stranger)).toEqual([stranger]);
  expect((await suggestions(node.hub, stranger))).toEqual([]);
  node.hub.known.contacts.clear();
  expect(await meet(sms, old)).toBe(stranger);
});

test('a platform\'s own ids cannot be forged: who was vouched for as one is joined with who writes from it, whichever came first', async () => {
  const early = await meet(whats, 'lid-1');
  const number = await meet(whats, 'pn-1', [attested('whatsapp', 'lid-1')]);
  expect(await membersOf(node.hub, number)).toEqual([early, number]);
  const first = await meet(whats, 'pn-2', [attested('whatsapp', 'lid-2'), attested('whatsapp', 'lid-2-old')]);
  const second = await meet(whats, 'lid-2');
  expect(await membersOf(node.hub, second)).toEqual([first, second]);
  const liar = await meet(whats, 'pn-3', [claimed('whatsapp', 'lid-1')]);
  expect(await membersOf(node.hub, liar)).toEqual([liar]);
});

test('what is known costs no query, with or without further addresses', async () => {
  const value = unique();
  const from = { value, stable: true, also: [attested('phone', '12025550143'), claimed('email', 'q@example.com')] };
  const first = await identify(node.hub, chat, from);
  const { contacts } = node.hub.store;
  const asked: string[] = [];
  node.hub.store.contacts = new Proxy(contacts, { get(target, name, self) { asked.push(String(name)); return Reflect.get(target, name, self); } });
  try {
    expect(await identify(node.hub, chat, from)).toEqual({ contactId: first.contactId, met: true });
    expect(await identify(node.hub, chat, { value, stable: true })).toEqual({ contactId: first.contactId, met: true });
    expect(asked).toEqual([]);
    await identify(node.hub, chat, { ...from, also: [attested('phone', '12025550199')] });
    expect(asked).toContain('claim');
  } finally {
    node.hub.store.contacts = contacts;
  }
});

test('no flood of addresses grows without end, and nonsense is not kept', async () => {
  const value = unique();
  for (let round = 0; round < 8; round++) await meet(chat, value, Array.from({ length: 30 }, (_, index) => claimed('email', `m${round}-${index}@example.com`)));
  const id = await meet(chat, value, [claimed('phone', 'call me'), claimed('email', 'no mail'), claimed('email', 'a\u200b@example.com'), claimed('', 'x'), claimed('x'.repeat(200), 'x'), claimed('remark', 'y'.repeat(1000))]);
  const kept = await node.hub.store.contacts.claimsOf([id]);
  expect(kept.length).toBe(100);
  expect(kept.every(each => each.kind === 'email' && /^m\d/.test(each.value))).toBe(true);
});
