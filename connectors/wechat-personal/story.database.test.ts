/** A personal account at the real hub, on a bad day: what is on the phone is what is stored, once; what was sent is on the phone, once, or shown for what it is. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createChannel } from '../../server/channels/change.ts';
import { reply } from '../../server/conversations/speak.ts';
import { eventually } from '../../test/setup/eventually.ts';
import { startNode, type Node } from '../../test/setup/hub.ts';
import { testMongod } from '../../test/setup/mongo.ts';
import { startWechatPersonalSimulator, type WechatPersonalSimulator } from '../../test/simulators/wechat-personal.ts';
import { wechatPersonalConnector } from './connector.ts';
import { wechatPersonal } from './kind.ts';
import { Config } from './manifest.ts';
import { steady } from './supervisor.ts';

const Entry = z.looseObject({
  conversationId: z.unknown().transform(String), kind: z.string(), externalId: z.string().optional(), key: z.string().optional(), actor: z.looseObject({ kind: z.string() }),
  content: z.looseObject({ text: z.string().optional() }).optional(), delivery: z.looseObject({ state: z.string() }).optional(),
});
// The pace of a person would make this an evening's work.
const quick = {
  manifest: { ...wechatPersonal.manifest, rate: undefined },
  create: async (config: Record<string, unknown>, { id }: { id: string }) => wechatPersonalConnector(Config.parse(config), `wechat-personal:${id}`, { ...steady, callMs: 1_500, limitedMs: 200 }),
};
const agent = { kind: 'agent', id: 'a'.repeat(24) } as const;
const customers = Array.from({ length: 30 }, (_, index) => `顾客${index}`);

let node: Node;
let sim: WechatPersonalSimulator;
let channelId = '';
beforeAll(async () => {
  node = await startNode(testMongod('wechat_personal_story').uri, { kinds: [quick], soleNode: true });
  sim = await startWechatPersonalSimulator({ seed: 5 });
  sim.signIn();
  channelId = (await createChannel(node.hub, { kind: 'wechat-personal', name: '个人微信', bot: false, config: sim.connect() })).channel.id;
  await isReady();
}, 60_000);
afterAll(async () => {
  await node?.stop();
  await sim?.close();
});

const isReady = () => eventually(() => node.hub.channels.health(channelId)?.state === 'ready', 20_000);
const entries = async () => z.array(Entry).parse(await node.db.collection('entries').find().toArray());
const from = async (kind: string) => (await entries()).filter((entry) => entry.kind === 'message' && entry.actor.kind === kind);

describe('a bad day', () => {
  it('300 messages in, some twice, some late: each is stored once', async () => {
    sim.order({ duplicates: 0.1, reordered: 0.1, delayMs: 30 });
    for (let round = 0; round < 10; round += 1) await Promise.all(customers.map((name) => sim.say(name, `第${round}句 ${name}`).told));
    await eventually(async () => (await from('contact')).length >= 300, 60_000);
    const byId = (a: { id?: string }, b: { id?: string }): number => String(a.id).localeCompare(String(b.id));
    const stored = (await from('contact')).map((entry) => ({ id: entry.externalId, text: entry.content?.text }));
    expect(stored.toSorted(byId)).toEqual(sim.history().said.map(({ id, text }) => ({ id, text })).toSorted(byId));
    expect(new Set((await from('contact')).map((entry) => entry.conversationId)).size).toBe(customers.length);
  }, 120_000);

  it('120 answers out through refusals, lies, hangs and cut lines: once on the phone, or shown for what it is', async () => {
    const to = new Map((await from('contact')).map((entry) => [entry.content?.text?.split(' ')[1] ?? '', entry.conversationId]));
    sim.order({ limited: 0.05, failing: 0.05, lying: 0.05, hanging: 0.02, cut: 0.03 });
    for (let round = 0; round < 4; round += 1) {
      await Promise.all(customers.map((name) => reply(node.hub, to.get(name) ?? '', agent, { text: `答${round} ${name}` })));
    }
    const settled = await eventually(async () => {
      const all = await from('agent');
      return all.length === 120 && all.every((entry) => entry.delivery && entry.delivery.state !== 'queued') && all;
    }, 150_000);
    const onPhone = Map.groupBy(sim.history().received, ({ text }) => text);
    const count: Record<string, number> = {};
    for (const entry of settled) {
      const times = onPhone.get(entry.content?.text ?? '')?.length ?? 0;
      const state = entry.delivery?.state ?? '';
      count[`${state}:${times}`] = (count[`${state}:${times}`] ?? 0) + 1;
    }
    process.stdout.write(`state:times on the phone ${JSON.stringify(count)}\n`);
    // Sent means once; refused means never; unknown means at most once, and a person decides.
    expect(Object.keys(count).filter((each) => !/^(sent|delivered|read):1$|^failed:0$|^unknown:[01]$/.test(each))).toEqual([]);
    expect((count['sent:1'] ?? 0) + (count['delivered:1'] ?? 0)).toBeGreaterThan(95);
    expect((await entries()).filter((entry) => entry.kind === 'echo' || entry.kind === 'echoed')).toEqual([]);
  }, 200_000);
});
