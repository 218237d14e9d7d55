/** Everything of a person in one order, by kind and by channel; and who is suggested for what was said. */
import { z } from 'zod';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ChannelKind } from '../../connectors/connector.ts';
import { eventually } from '../../test/setup/eventually.ts';
import { startNode, type Node } from '../../test/setup/hub.ts';
import { testMongod } from '../../test/setup/mongo.ts';
import { createChannel } from '../channels/change.ts';
import type { Channel } from '../channels/schema.ts';
import { append } from '../conversations/append.ts';
import { happened } from '../conversations/happened.ts';
import { timelineKinds, timelineOf, type TimelineItem, type TimelineKind } from '../conversations/person-timeline.ts';
import { receive } from '../conversations/receive.ts';
import type { Content } from '../conversations/schema.ts';
import { noteConsent } from './consent.ts';
import { dismiss, merge, unmerge } from './link.ts';
import { suggestions } from './suggestions.ts';

const agent = { kind: 'agent' as const, id: 'aaaaaaaaaaaaaaaaaaaaaaaa' };
const platform = (kind: string, identity?: string): ChannelKind => ({
  manifest: { kind, ...(identity ? { identity } : {}), label: { 'zh-CN': kind, en: kind }, icon: 'i-lucide-mail', official: true, config: z.object({}), carries: { html: false, attachments: false, typing: false, receipts: false }, limits: { textLength: 1000, attachmentBytes: 0 }, units: 1, sending: 'idempotent', burstMs: 0 },
  create: async () => ({ async start() {}, send: async message => ({ externalId: message.key }), async stop() {} }),
});

let node: Node;
let chat: Channel;
let mail: Channel;
beforeAll(async () => {
  node = await startNode(testMongod('person_timeline').uri, { kinds: [platform('chat'), platform('mail', 'email')], soleNode: true });
  ({ channel: chat } = await createChannel(node.hub, { kind: 'chat', name: 'chat', config: {}, bot: false }));
  ({ channel: mail } = await createChannel(node.hub, { kind: 'mail', name: 'mail', config: {}, bot: false }));
});
afterAll(async () => { await node?.stop(); });

let count = 0;
async function say(channel: Channel, from: string, content: Content, more: object = {}) {
  const externalId = `e${count++}`;
  const { conversationId } = await receive(node.hub, channel, { externalId, thread: from, from: { value: from, stable: true, ...more }, content });
  const identity = await node.hub.store.contacts.findIdentity(channel.kind === 'mail' ? 'email' : `chat:${chat.id}`, from);
  return { conversationId, externalId, contactId: identity?.contactId ?? '' };
}
const read = async (id: string, filter: { kinds?: readonly TimelineKind[]; channelId?: string } = {}, limit = 100) => (await timelineOf(node.hub, id, { kinds: filter.kinds ?? timelineKinds, channelId: filter.channelId, limit })).items;
const brief = (items: TimelineItem[]) => items.map(item => (item.type === 'entry' ? `${item.kind}${item.content?.text ? ` ${item.content.text}` : ''}` : item.type));

test('messages with what was told of them, notes, hand-overs, endings, joins and consents, in order; by kind, by channel, in pages', async () => {
  const { hub } = node;
  const hello = await say(chat, 'ann', { text: 'hello' }, { name: 'Ann' });
  await happened(hub, chat, { kind: 'reaction', externalId: 'r1', thread: 'ann', about: hello.externalId, from: { value: 'ann', stable: true }, emoji: 'ok' });
  await happened(hub, chat, { kind: 'edited', externalId: 'd1', thread: 'ann', about: hello.externalId, content: { text: 'hello!' } });
  await append(hub, hello.conversationId, { kind: 'note', actor: agent, content: { text: 'regular customer' } });
  const letter = await say(mail, 'ann@example.com', { text: 'a letter' });
  await append(hub, letter.conversationId, { kind: 'resolved', actor: agent });
  await merge(hub, letter.contactId, hello.contactId, agent, 'told me so');
  await noteConsent(hub, hello.contactId, { granted: false, purpose: 'marketing', words: 'no adverts' }, agent, true);
  const taken = { kind: 'consent' as const, externalId: 'c1', thread: 'ann', from: { value: 'ann', stable: true }, granted: false, words: 'STOP' };
  await happened(hub, chat, taken);

  const all = await read(letter.contactId);
  const shown = brief(all).filter(each => !each.startsWith('queued'));
  expect(shown).toEqual(['message hello', 'note regular customer', 'message a letter', 'resolved', 'joined', 'consent', 'consent']);
  expect(all.find(item => item.type === 'entry' && item.content?.text === 'hello')).toMatchObject({ told: [{ kind: 'reaction', emoji: 'ok' }, { kind: 'edited', content: { text: 'hello!' } }] });
  expect(all.find(item => item.type === 'joined')).toMatchObject({ by: agent, reason: 'told me so', from: letter.contactId, into: hello.contactId });
  expect(all.filter(item => item.type === 'consent')).toMatchObject([{ words: 'no adverts', by: agent }, { words: 'STOP', by: { kind: 'contact' } }]);
  for (const [kinds, wanted] of [[['note'], ['note regular customer']], [['person'], ['joined', 'consent', 'consent']], [['message'], ['message hello', 'message a letter']]] as const) expect(brief(await read(hello.contactId, { kinds }))).toEqual(wanted);
  expect(brief(await read(hello.contactId, { kinds: ['message', 'note', 'change'], channelId: mail.id })).filter(each => !each.startsWith('queued'))).toEqual(['message a letter', 'resolved']);
  expect(brief(await read(hello.contactId, { channelId: chat.id })).filter(each => !each.startsWith('queued'))).toEqual(['message hello', 'note regular customer', 'consent']);

  for (const limit of [1, 2, 3]) { // nothing twice, nothing missing, whatever the page
    let pages: TimelineItem[] = [];
    let before: string | undefined;
    do {
      const page = await timelineOf(hub, hello.contactId, { kinds: timelineKinds, limit, before });
      expect(page.items.length).toBeLessThanOrEqual(limit);
      pages = [...page.items, ...pages];
      before = page.next;
    } while (before);
    expect(pages).toEqual(await read(hello.contactId));
  }

  await unmerge(hub, hello.contactId, letter.contactId, agent, 'no');
  expect(brief(await read(letter.contactId)).filter(each => !each.startsWith('queued'))).toEqual(['message a letter', 'resolved', 'joined', 'parted']);
});

test('a number in a message, a forwarded mail, the same name in the same place: suggested with the reason and where it stands; no means no', async () => {
  const { hub } = node;
  const owner = await say(chat, 'owner', { text: 'hi' }, { name: 'Owner', also: [{ kind: 'phone', value: '+8613800138777', attested: true }] });
  const writer = await say(mail, 'x@example.com', { text: '我的号码是 13800138777，请联系' });
  const found = await eventually(async () => (await suggestions(hub, owner.contactId)).find(({ contactId }) => contactId === writer.contactId));
  expect(found.reasons).toMatchObject([{ kind: 'phone', value: '8613800138777', said: { conversationId: writer.conversationId, seq: 1, how: 'message' } }]);
  expect((await suggestions(hub, writer.contactId)).map(({ contactId }) => contactId)).toEqual([owner.contactId]);
  await dismiss(hub, writer.contactId, owner.contactId, agent, 'a friend');
  expect(await suggestions(hub, owner.contactId)).toEqual([]);

  const original = await say(mail, 'original@example.com', { text: 'please help' });
  const forwarder = await say(mail, 'boss@example.com', { text: 'see below', email: { subject: 'Fwd', from: 'boss@example.com', to: [], cc: [], messageId: 'm', references: [], forwarded: { address: 'original@example.com' } } });
  const forwarded = await eventually(async () => (await suggestions(hub, original.contactId)).find(({ contactId }) => contactId === forwarder.contactId));
  expect(forwarded.reasons).toMatchObject([{ kind: 'email', said: { how: 'forwarded' } }]);

  const many = await Promise.all(Array.from({ length: 9 }, (_, index) => say(chat, `wang${index}`, { text: 'x' }, { name: '王伟', attributes: { city: index < 2 ? '成都' : `city ${index}` } })));
  expect(await suggestions(hub, many[0]?.contactId ?? '')).toMatchObject([{ contactId: many[1]?.contactId, reasons: [{ kind: 'name-and-city', value: '王伟 · 成都' }] }]);
  expect(await suggestions(hub, many[5]?.contactId ?? '')).toEqual([]);
});
