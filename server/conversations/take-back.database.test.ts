/** Sending and taking back at the same moment, at two nodes: one of them happens. */
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ConnectorError, type ChannelKind, type Inbox, type Outbound } from '../../connectors/connector.ts';
import { eventually } from '../../test/setup/eventually.ts';
import { startNode, type Node } from '../../test/setup/hub.ts';
import { testMongod } from '../../test/setup/mongo.ts';
import { createChannel } from '../channels/change.ts';
import type { Channel } from '../channels/schema.ts';
import { retryDelivery } from './retry.ts';
import type { Entry } from './schema.ts';
import { reply } from './speak.ts';
import { takeBack } from './take-back.ts';

const agent = { kind: 'agent' as const, id: 'aaaaaaaaaaaaaaaaaaaaaaaa' };
const sent: { by: string; text: string; thread: string }[] = [];
const inboxes = new Map<string, Inbox>();
let send: (message: Outbound) => Promise<void> = async () => undefined;

const kind = (name: string, sending: 'idempotent' | 'in-doubt'): ChannelKind => ({
  manifest: {
    kind: name, label: { 'zh-CN': name, en: name }, icon: 'i-lucide-radio', official: true, config: z.object({}), carries: { html: false, attachments: false, typing: false, receipts: false },
    limits: { textLength: 1000, attachmentBytes: 0 }, units: 1, sending, burstMs: 0, identity: 'phone',
  },
  create: async () => ({
    async start(inbox) { inboxes.set(name, inbox); inbox.health({ state: 'ready' }); },
    async send(message) {
      if (name !== 'other') await send(message);
      sent.push({ by: name, text: message.content.text ?? '', thread: message.thread });
      return { externalId: `${name}-${message.key}` };
    },
    async stop() {},
  }),
});
const kinds = [kind('plain', 'idempotent'), kind('doubting', 'in-doubt'), kind('other', 'idempotent')];

let nodes: [Node, Node];
const channels = new Map<string, Channel>();
beforeAll(async () => {
  const { uri } = testMongod('take_back');
  const first = await startNode(uri, { kinds, soleNode: true });
  for (const each of ['plain', 'doubting', 'other']) channels.set(each, (await createChannel(first.hub, { kind: each, name: each, config: {}, bot: false })).channel);
  nodes = [first, await startNode(uri, { kinds })];
});
afterAll(async () => { for (const node of nodes ?? []) await node.stop(); });

const channelOf = (name: string): Channel => {
  const found = channels.get(name);
  if (!found) throw new Error('no channel');
  return found;
};
/** A conversation with one customer who writes on two channels. */
async function conversationWith(name: string, phone: string): Promise<string> {
  for (const where of ['other', name]) await inboxes.get(where)?.receive({ externalId: `${phone}-${where}`, thread: phone, from: { value: phone, stable: true }, content: { text: 'hello' } });
  // Heads are written a moment later.
  return eventually(() => nodes[0].hub.store.conversations.findByThread({ channelId: channelOf(name).id, key: phone }));
}
const wanted = (id: string, phone: string, doubtful = false) => ({ to: { channelId: channelOf('other').id, key: phone, address: phone }, into: id, by: agent, doubtful });
const messages = async (id: string): Promise<Entry[]> => (await nodes[0].hub.store.conversations.readEntries(id, { after: 0 })).filter(entry => entry.kind === 'message' && entry.actor.kind === 'agent');
const arrivals = (phone: string) => sent.filter(({ thread }) => thread === phone);

test.each(['plain', 'doubting'])('%s: what is being sent right now is not taken back; its sender finishes', async (name) => {
  const phone = name === 'plain' ? '+14155550001' : '+14155550002';
  const id = await conversationWith(name, phone);
  const { promise: held, resolve } = Promise.withResolvers<void>();
  let trying = false;
  send = async () => { trying = true; await held; };
  const { entry } = await reply(nodes[0].hub, id, agent, { text: 'under way' });
  await eventually(() => trying);
  expect(await takeBack(nodes[1].hub, id, entry.seq, wanted(id, phone))).toBeNull();
  resolve();
  await eventually(async () => (await messages(id))[0]?.delivery?.state === 'sent');
  expect(arrivals(phone)).toEqual([{ by: name, text: 'under way', thread: phone }]);
});

test('120 replies whose channel comes and goes, taken back at both nodes at any moment: each goes out once', async () => {
  let calls = 0;
  send = async () => {
    calls += 1;
    await pause(calls % 7);
    if (calls % 3 !== 0) throw new ConnectorError('unreachable', 'away');
  };
  const phones = Array.from({ length: 12 }, (_, index) => `+1415555${1000 + index}`);
  const ids = new Map<string, string>();
  for (const [index, phone] of phones.entries()) ids.set(phone, await conversationWith(index % 2 ? 'plain' : 'doubting', phone));
  await Promise.all(phones.map(async (phone, index) => {
    const id = ids.get(phone) ?? '';
    for (let round = 0; round < 10; round += 1) {
      const { entry } = await reply(nodes[0].hub, id, agent, { text: `${phone} ${round}` });
      if ((round + index) % 2) continue;
      void pause((round * 13 + index) % 60).then(() => Promise.all(nodes.map(({ hub }) => takeBack(hub, id, entry.seq, wanted(id, phone)))));
    }
  }));
  // Nobody passes on by hand here: the outbox finds what was taken back.
  await eventually(async () => { send = async () => undefined; return (await Promise.all([...ids.values()].map(messages))).flat().every(({ delivery, due }) => !due && delivery?.state !== 'queued'); }, 50_000);
  const all = (await Promise.all([...ids.values()].map(messages))).flat();
  const withdrawn = all.filter(({ delivery }) => delivery?.state === 'withdrawn');
  expect(withdrawn.length).toBeGreaterThan(5);
  const texts = phones.flatMap(phone => Array.from({ length: 10 }, (_, round) => `${phone} ${round}`));
  expect(phones.flatMap(arrivals).map(({ text }) => text).toSorted()).toEqual(texts.toSorted());
  expect(phones.flatMap(arrivals).filter(({ by }) => by === 'other').map(({ text }) => text).toSorted()).toEqual(withdrawn.map(({ content }) => content?.text).toSorted());
  for (const phone of phones) for (const by of ['plain', 'doubting', 'other']) { const own = arrivals(phone).filter(each => each.by === by).map(({ text }) => text); expect(own).toEqual(own.toSorted()); }
}, 90_000);

test('a doubtful one is taken back only by who was warned; the truth of the platform wins afterwards', async () => {
  const phone = '+14155550009';
  const id = await conversationWith('doubting', phone);
  // No word of a platform: the hub cannot know what became of it.
  send = async () => { throw new Error('the connection broke'); };
  const { entry } = await reply(nodes[0].hub, id, agent, { text: 'perhaps' });
  await eventually(async () => (await messages(id))[0]?.effects[0]?.attempts === 1);
  expect(await takeBack(nodes[0].hub, id, entry.seq, wanted(id, phone))).toBeNull();
  const taken = await takeBack(nodes[0].hub, id, entry.seq, wanted(id, phone, true));
  expect(taken?.delivery?.state).toBe('withdrawn');
  if (taken) nodes[0].hub.effects.schedule(taken, new Date());
  await eventually(() => arrivals(phone).some(({ by }) => by === 'other'));
  await inboxes.get('doubting')?.receipt({ externalId: 'late', key: entry.id, state: 'delivered' });
  expect((await messages(id))[0]?.delivery).toMatchObject({ state: 'delivered' });
});

test('the conversation it was to go on in is gone: it has failed in words, and goes out where it was when sent again', async () => {
  const phone = '+14155550010';
  const id = await conversationWith('plain', phone);
  send = async () => { throw new ConnectorError('unreachable', 'away'); };
  const { entry } = await reply(nodes[0].hub, id, agent, { text: 'to nowhere' });
  await eventually(async () => (await messages(id))[0]?.effects[0]?.attempts === 1);
  const taken = await takeBack(nodes[0].hub, id, entry.seq, { ...wanted(id, phone), into: 'f'.repeat(24) });
  if (taken) nodes[0].hub.effects.schedule(taken, new Date());
  await eventually(async () => (await messages(id))[0]?.delivery?.state === 'failed');
  const [failed] = await messages(id);
  expect(failed?.delivery?.reason).toMatchObject({ en: expect.stringMatching(/send it again/) });
  expect(failed?.due).toBeUndefined();
  send = async () => undefined;
  await retryDelivery(nodes[0].hub, id, entry.seq);
  await eventually(() => arrivals(phone).length > 0);
  expect(arrivals(phone)).toEqual([{ by: 'plain', text: 'to nowhere', thread: phone }]);
});
