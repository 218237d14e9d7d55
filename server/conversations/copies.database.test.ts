/** Copies of a mail: the agent says who gets them; what cannot be is refused before anything is stored. */
import { z } from 'zod';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ChannelKind, Inbox, Outbound } from '../../connectors/connector.ts';
import { eventually } from '../../test/setup/eventually.ts';
import { startNode, type Node } from '../../test/setup/hub.ts';
import { testMongod } from '../../test/setup/mongo.ts';
import { createChannel } from '../channels/change.ts';
import { reply } from './speak.ts';

const agent = { kind: 'agent' as const, id: 'aaaaaaaaaaaaaaaaaaaaaaaa' };
const sent: Outbound[] = [];
const inboxes = new Map<string, Inbox>();

const post = (kind: string, copies: boolean): ChannelKind => ({
  manifest: {
    kind, label: { 'zh-CN': kind, en: kind }, icon: 'i-lucide-mail', official: true, config: z.object({}), carries: { html: false, attachments: true, typing: false, receipts: true, copies },
    limits: { textLength: 1000, attachmentBytes: 1000 }, units: 1, sending: 'idempotent', burstMs: 0,
  },
  create: async () => ({
    async start(given) { inboxes.set(kind, given); },
    async send(message) { sent.push(message); return { externalId: message.key }; },
    async stop() {},
  }),
});

let node: Node;
beforeAll(async () => {
  node = await startNode(testMongod('copies').uri, { kinds: [post('pigeon', true), post('telegraph', false)], soleNode: true });
  for (const kind of ['pigeon', 'telegraph']) await createChannel(node.hub, { kind, name: kind, config: {}, bot: false });
});
afterAll(async () => { await node?.stop(); });

async function asked(kind: string): Promise<string> {
  const customer = `wang@${kind}.test`;
  await inboxes.get(kind)?.receive({ externalId: `${kind}-1`, thread: 'matter', from: { value: customer, stable: true }, content: { text: 'Where is it?' } });
  const found = node.hub.channels.ids().find(id => node.hub.channels.get(id)?.channel.kind === kind) ?? '';
  return await node.hub.store.conversations.findByThread({ channelId: found, key: 'matter' }) ?? '';
}

test('whom the agent named gets a copy, each once, and never the customer again', async () => {
  const id = await asked('pigeon');
  const { entry } = await reply(node.hub, id, agent, { text: 'On its way', email: { cc: ['li@example.test', 'LI@example.test', 'wang@pigeon.test'], bcc: ['boss@example.test', 'li@example.test'] } });
  expect(entry.content?.email).toMatchObject({ to: ['wang@pigeon.test'], cc: ['li@example.test'], bcc: ['boss@example.test'] });
  const mail = await eventually(() => sent.find(each => each.key === entry.id));
  expect(mail.content.email).toMatchObject({ cc: ['li@example.test'], bcc: ['boss@example.test'] });
  expect(mail.locale).toBe('en');
  const { entry: alone } = await reply(node.hub, id, agent, { text: 'For you only', email: { cc: [], bcc: [] } });
  expect(alone.content?.email?.cc).toEqual([]);
  expect((await reply(node.hub, id, agent, { text: 'As the channel is set' })).entry.content?.email).toBeUndefined();
});

test('a channel that knows no copies says so, and nothing is said', async () => {
  const id = await asked('telegraph');
  const before = (await node.hub.heads.get(id))?.seq;
  await expect(reply(node.hub, id, agent, { text: 'x', email: { cc: ['li@example.test'], bcc: [] } })).rejects.toMatchObject({ code: 'invalid', words: { 'zh-CN': '该渠道不支持抄送。' } });
  expect((await node.hub.heads.get(id))?.seq).toBe(before);
});
