/** Whatever happens in which order, with a restart in between: what was kept beside the work is what all entries say when they are read anew. */
import mongoose from 'mongoose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import type { Bot } from '../../bots/bot.ts';
import type { ChannelKind } from '../../connectors/connector.ts';
import { eventually } from '../../test/setup/eventually.ts';
import { startNode, type Node } from '../../test/setup/hub.ts';
import { testMongod } from '../../test/setup/mongo.ts';
import { createChannel } from '../channels/change.ts';
import type { Channel } from '../channels/schema.ts';
import { merge, unmerge } from '../contacts/link.ts';
import { append } from '../conversations/append.ts';
import { happened } from '../conversations/happened.ts';
import { receive } from '../conversations/receive.ts';
import { thumbs } from '../conversations/schema.ts';
import { Problem } from '../problem.ts';
import { caseFromMessage } from '../training/from-message.ts';
import { rebuild } from './refresh.ts';

const seed = 20_261;
const steps = 130;
const hour = 3_600_000;
const agent = { kind: 'agent', id: 'a'.repeat(24) } as const;
const kind: ChannelKind = {
  manifest: {
    kind: 'chat', label: { 'zh-CN': 'chat', en: 'chat' }, icon: 'i-lucide-mail', official: true, config: z.object({}), carries: { html: false, attachments: false, typing: false, receipts: false, reactions: true },
    limits: { textLength: 1000, attachmentBytes: 0 }, units: 1, sending: 'idempotent', burstMs: 0,
  },
  create: async () => ({ async start(inbox) { inbox.health({ state: 'ready' }); }, send: async message => ({ externalId: `sent-${message.key}` }), async stop() {} }),
};
/** Does as it is told by the last word. */
const bot: Bot = {
  name: 'told',
  async answer(turns) {
    const asked = turns.at(-1)?.text ?? '';
    if (asked.startsWith('person')) return { kind: 'hand-over', reason: 'asked', summary: '', tried: [], skills: [] };
    return { kind: 'reply', text: `about ${asked}`, confidence: 0.9, sources: asked.startsWith('which') ? [] : [{ id: 'x', title: 'x' }], ...(asked.startsWith('which') ? { choices: ['a', 'b'] } : {}) };
  },
};

const { uri } = testMongod('bot_numbers_rebuild');
let node: Node;
let channel: Channel;
let ahead = 0;
const open = () => startNode(uri, { kinds: [kind], bot, soleNode: true, now: () => new Date(Date.UTC(2026, 10, 2) + ahead) });
beforeAll(async () => {
  node = await open();
  ({ channel } = await createChannel(node.hub, { kind: 'chat', name: 'chat', config: {}, bot: true }));
});
afterAll(async () => { await node?.stop(); });

let state = seed;
const dice = (sides: number): number => { state = (state * 1_103_515_245 + 12_345) % 2_147_483_648; return Math.floor((state / 2_147_483_648) * sides); };
const one = <T>(list: readonly T[]): T | undefined => list[dice(list.length)];

const customers = ['ann', 'ben', 'cho', 'dee', 'eve'];
const conversations = new Set<string>();
let sent = 0;

const replies = async (id: string) => (await node.hub.store.conversations.readEntries(id, {})).filter(each => each.kind === 'message' && each.actor.kind === 'bot' && each.externalId);
const contactOf = async (id: string | undefined) => (id ? (await node.hub.heads.get(id))?.contactId : undefined);

/** What the rules forbid just now does not happen. */
async function step(): Promise<void> {
  ahead += dice(9) * hour;
  const who = one(customers) ?? '';
  const id = one([...conversations]);
  switch (dice(15)) {
    case 0: case 1: case 2: case 3: {
      const { conversationId, seq } = await receive(node.hub, channel, { externalId: `m${++sent}`, thread: who, from: { value: who, stable: true }, content: { text: `${one(['how', 'which', 'how', 'how', 'how', 'how', 'how', 'person'])} ${sent}` } });
      conversations.add(conversationId);
      await eventually(async () => { const head = await node.hub.heads.get(conversationId); return head && (head.handler !== 'bot' || head.lastReplySeq > seq); });
      return;
    }
    case 4: case 11: case 12: if (id) await append(node.hub, id, { kind: 'resolved', actor: agent }); return;
    case 5: if (id && dice(3) === 0) await append(node.hub, id, { kind: 'we-said', actor: agent, content: { text: 'a colleague' } }); return;
    case 6: if (id && dice(3) === 0) await append(node.hub, id, { kind: 'queued', actor: agent, queueId: null }); return;
    case 7: case 8: case 13: case 14: {
      const said = id ? one(await replies(id)) : undefined;
      if (said?.thread && said.externalId) await happened(node.hub, channel, { kind: 'reaction', externalId: `r${++sent}`, thread: said.thread.key, from: { value: said.thread.key, stable: true }, about: said.externalId, emoji: one([thumbs.up, thumbs.up, thumbs.down, '', '\u{2764}']) ?? '' });
      return;
    }
    case 9: {
      const said = id ? one(await replies(id)) : undefined;
      if (id && said && dice(3) === 0) await caseFromMessage(node.hub, { conversationId: id, seq: said.seq, because: 'not-true' }, { id: agent.id, name: 'x' });
      return;
    }
    default: {
      const [first, second] = [await contactOf(id), await contactOf(one([...conversations]))];
      if (!first || !second || first === second) return;
      if (dice(3) > 0) await merge(node.hub, first, second, agent, 'dice');
      else await unmerge(node.hub, first, second, agent, 'dice');
    }
  }
}

const kept = async (db: mongoose.Connection) => (await db.collection('bot_episodes').find().sort({ _id: 1 }).toArray()).map(doc => JSON.stringify(doc));

test(`${steps} random things, with two restarts: kept beside the work as it is when it is made anew`, async () => {
  for (let at = 0; at < steps; at++) {
    await step().catch((error: unknown) => { if (!(error instanceof Problem)) throw error; });
    if (at === 20 || at === 40) {
      await node.stop();
      node = await open();
    }
  }
  await node.stop(); // what waits is taken before it ends
  const db = await mongoose.createConnection(uri).asPromise();
  const beside = await kept(db);
  await db.close();
  node = await open();
  const shown = await node.hub.store.botNumbers.between('2026-11-01', '2027-12-31', node.hub.now());
  expect(beside.length).toBeGreaterThan(10);
  await rebuild(node.hub);
  expect(beside).toEqual(await kept(node.db));
  await node.db.collection('bot_days').updateMany({}, { $unset: { added: true } });
  expect(await node.hub.store.botNumbers.between('2026-11-01', '2027-12-31', node.hub.now())).toEqual(shown);
  // Not by being empty of what is hard.
  const flags = new Set((await node.db.collection<{ _id: mongoose.mongo.ObjectId; flags: string[] }>('bot_episodes').find().toArray()).flatMap(doc => doc.flags));
  for (const flag of ['clean', 'met', 'handed-over', 'asked-back', 'good', 'bad', 'reopened']) expect(flags).toContain(flag);
});
