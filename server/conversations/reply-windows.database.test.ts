/** What the hub says before a send is what the platform says to it: runs of customers' acts, time and sends on four simulated platforms. */
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { listen, hookOf } from '../../test/setup/hook.ts';
import { eventually } from '../../test/setup/eventually.ts';
import { startNode, type Node } from '../../test/setup/hub.ts';
import { testMongod } from '../../test/setup/mongo.ts';
import { dice } from '../../test/simulators/misbehaviour.ts';
import { startTwilioSmsSimulator } from '../../test/simulators/twilio-sms.ts';
import { startWechatOfficialSimulator } from '../../test/simulators/wechat-official.ts';
import { startWecomSimulator } from '../../test/simulators/wecom.ts';
import { startWhatsAppCloudSimulator } from '../../test/simulators/whatsapp-cloud.ts';
import { ConnectorError } from '../../connectors/connector.ts';
import { channelKinds } from '../../connectors/index.ts';
import { createChannel } from '../channels/change.ts';
import type { Channel } from '../channels/schema.ts';
import { storeFile } from '../attachments/store-file.ts';
import { reply } from './speak.ts';
import { closed, messagesOf, windowOf } from './window.ts';
import type { Attachment, Content, Head } from './schema.ts';

const agent = { kind: 'agent' as const, id: 'aaaaaaaaaaaaaaaaaaaaaaaa' };
const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');
let ahead = 0;
const now = () => Date.now() + ahead;

/** How fast a pair may go is another matter, and takes real time. */
const kinds = channelKinds.map((kind) => (kind.manifest.kind === 'whatsapp-cloud' ? { ...kind, manifest: { ...kind.manifest, rate: { perSecond: 80, burst: 80 } } } : kind));

let node: Node;
beforeAll(async () => { node = await startNode(testMongod('reply_windows').uri, { kinds, now: () => new Date(now()), soleNode: true }); });
afterAll(async () => { await node?.stop(); });
const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => { for (const end of ends.splice(0).toReversed()) await end(); ahead = 0; });

/** `acts`: what a customer may do, resolved once it was pushed. `probe`: the platform's answer to one more message, which leaves no trace. */
type Stage = { channel: Channel; thread: string; to: string; acts: Record<string, () => Promise<unknown>>; advance(ms: number): void; arrived(): number; snapshot(): () => void; verdict(send: () => Promise<unknown>): Promise<'yes' | 'over' | 'used-up'> };

const made = async (kind: string, config: Record<string, unknown>) => createChannel(node.hub, { kind, name: kind, config, bot: false });
const byCode = (over: number[], usedUp: number[]) => async (send: () => Promise<unknown>): Promise<'yes' | 'over' | 'used-up'> => {
  const error = await send().then(() => null, (caught: unknown) => caught);
  const code = error instanceof ConnectorError && error.cause && typeof error.cause === 'object' && 'errcode' in error.cause ? Number(error.cause.errcode) : 0;
  if (error && !over.includes(code) && !usedUp.includes(code)) throw error;
  return !error ? 'yes' : over.includes(code) ? 'over' : 'used-up';
};

async function wechat(): Promise<Stage> {
  const simulator = await startWechatOfficialSimulator({ patienceMs: 5_000, retryMs: 50 });
  const { token: _, encodingAesKey: __, ...config } = simulator.config();
  const { channel, secrets } = await made('wechat-official', config);
  await simulator.connect({ url: 'http://127.0.0.1/hooks/x', handle: hookOf(node.hub, () => channel.id), ...secrets });
  ends.push(() => simulator.close());
  const who = 'oWang';
  const event = (name: string) => () => simulator.event(who, name, { EventKey: 'K' });
  const tap = () => simulator.push(who, 'text', { Content: '满意', bizmsgmenuid: '1' });
  return {
    channel, thread: who, to: who, advance: (ms) => simulator.advance(ms), arrived: () => simulator.world.sent.length,
    acts: { say: () => simulator.say(who, 'hi'), menu: event('CLICK'), scan: event('SCAN'), 'scan by menu': event('scancode_push'), 'open a page': event('VIEW'), tap, leave: event('unsubscribe'), follow: event('subscribe') },
    snapshot() {
      const [customers, sent] = [structuredClone(simulator.world.customers), simulator.world.sent.length];
      return () => { for (const [name, customer] of customers) simulator.world.customers.set(name, customer); simulator.world.sent.length = sent; };
    },
    verdict: byCode([45015, 40003], [45047]),
  };
}

async function wecom(): Promise<Stage> {
  let channelId = '';
  const simulator = await startWecomSimulator({ accounts: [{ id: 'wkSales', name: '售前' }], deliver: (request) => hookOf(node.hub, () => channelId)(request) });
  const { channel, secrets } = await made('wecom', { corpId: simulator.corpId, secret: simulator.secret, apiBase: simulator.url, welcome: '', pollSeconds: 3_600 });
  channelId = channel.id;
  simulator.connect({ url: 'http://127.0.0.1/hooks/x', token: secrets['token'] ?? '', encodingAesKey: secrets['encodingAesKey'] ?? '' });
  ends.push(() => simulator.close());
  const session = () => simulator.sessions.of('wkSales', 'wmLi');
  return {
    channel, thread: 'wkSales:wmLi', to: 'wmLi', advance: (ms) => simulator.pass(ms), arrived: () => simulator.history().received.length,
    acts: { say: async () => simulator.say('wmLi', 'hi'), enter: async () => simulator.enter('wmLi') },
    snapshot() { const [before, sent] = [structuredClone(session()), simulator.history().received.length]; return () => { Object.assign(session(), before); simulator.forget(sent); }; },
    verdict: byCode([95024, 95002], [95001]),
  };
}

async function whatsapp(): Promise<Stage> {
  const simulator = await startWhatsAppCloudSimulator({ now, pair: { burst: 1_000, everyMs: 1 } });
  const { verifyToken: _, ...config } = simulator.config();
  const { channel, secrets } = await made('whatsapp-cloud', config);
  const site = await listen(hookOf(node.hub, () => channel.id));
  await simulator.connect({ url: `${site.url}/hooks/x`, verifyToken: secrets['verifyToken'] ?? '' });
  simulator.customer('8613800138000');
  ends.push(() => site.close(), () => simulator.close());
  return {
    channel, thread: '8613800138000', to: '8613800138000', advance: () => undefined, arrived: () => simulator.account.sent.length,
    acts: { say: () => simulator.say('8613800138000', 'hi') },
    snapshot() { const sent = simulator.account.sent.length; return () => { simulator.account.sent.length = sent; }; },
    async verdict(send) { const before = simulator.account.sent.length; await send(); return simulator.account.sent.length > before ? 'yes' : 'over'; },
  };
}

async function twilio(customer: string): Promise<Stage> {
  const simulator = await startTwilioSmsSimulator({ now: () => new Date(now()) });
  const { channel } = await made('twilio-sms', simulator.config());
  simulator.connect({ url: `http://127.0.0.1:1/hooks/twilio-sms/${channel.id}`, take: hookOf(node.hub, () => channel.id) });
  ends.push(() => simulator.close());
  return {
    channel, thread: customer, to: customer, advance: () => undefined, arrived: () => simulator.history().received.length,
    acts: { say: () => simulator.say(customer, 'hi').taken },
    snapshot() { const before = simulator.history().received.length; return () => { for (const { id } of simulator.history().received.slice(before)) simulator.drop(id); }; },
    async verdict(send) {
      const before = simulator.history().received.length;
      await send();
      await pause(60);
      return simulator.history().received.length > before ? 'yes' : 'over';
    },
  };
}

const stages: [string, (seed: number) => Promise<Stage>, number][] = [
  ['WeChat Official Account', wechat, 45], ['WeCom', wecom, 40], ['WhatsApp', whatsapp, 20], ['WhatsApp by Twilio', (seed) => twilio(`whatsapp:+1415555${2_000 + seed}`), 20], ['SMS', (seed) => twilio(`+1415555${3_000 + seed}`), 10],
];
const waits = [5_000, 40_000, 61_000, 30 * 60_000, 11 * 3_600_000, 25 * 3_600_000, 49 * 3_600_000];

describe.each(stages)('%s', (_name, start, steps) => {
  it.each([1, 2])('run %i: the hub knows before what the platform says', async (seed) => {
    const stage = await start(seed);
    const roll = dice(seed * 7_919 + steps);
    const pick = <One>(list: readonly One[]): One => list[Math.floor(roll() * list.length)] ?? (() => { throw new Error('nothing to pick'); })();
    const { hub } = node;
    const place = { channelId: stage.channel.id, key: stage.thread };
    const head = async (): Promise<Head | null> => { const id = await hub.store.conversations.findByThread(place); return id ? hub.heads.get(id) : null; };
    const entries = async () => { const found = await head(); return found ? (await hub.store.conversations.readEntries(found.id, { after: 0 })).length : 0; };
    const picture = async (): Promise<Attachment> => storeFile(hub, { name: 'p.png', type: 'image/png', bytes: png }, agent);
    const verdicts = { yes: 0, over: 0, 'used-up': 0 };
    let isGone = false;
    const act = async (name: string): Promise<void> => {
      const before = await entries();
      // WeChat knows its events by the second.
      ahead += 1_500;
      stage.advance(1_500);
      await stage.acts[name]?.();
      if (name === 'leave' || name === 'follow') isGone = name === 'leave';
      await eventually(async () => await entries() > before);
    };
    await act('say');
    const sendOne = async (files: number): Promise<void> => {
      const found = await head();
      if (!found) throw new Error('no conversation');
      const content: Content = { text: `words ${roll()}`, attachments: await Promise.all(Array.from({ length: files }, picture)) };
      const messages = messagesOf(hub, found.thread, content);
      const reason = await closed(hub, found.id, found.thread, content);
      const window = await windowOf(hub, found.id, found.thread);
      // The platform is asked for each of the messages, and forgets that it was.
      const forget = stage.snapshot();
      let platform: 'yes' | 'over' | 'used-up' = 'yes';
      const connector = hub.channels.get(stage.channel.id)?.connector;
      for (const [index, message] of messages.entries()) {
        if (platform === 'yes') platform = await stage.verdict(async () => connector?.send({ key: `probe-${roll()}-${index}`, again: false, thread: stage.thread, to: stage.to, content: message, speaker: { kind: 'agent', name: 'x' }, history: [], file: async () => png, link: async () => `${'http://127.0.0.1:1'}/x` }));
      }
      forget();
      const ours = reason === null ? 'yes' : window?.open.length ? 'used-up' : 'over';
      expect(ours, `${JSON.stringify({ files, window, reason })}`).toBe(platform);
      verdicts[ours] += 1;
      if (reason !== null || isGone) return;
      const before = stage.arrived();
      const { entry } = await reply(hub, found.id, agent, { text: content.text ?? '', attachments: (content.attachments ?? []).map(({ id }) => id) });
      await eventually(async () => (await hub.store.conversations.getById(entry.id))?.delivery?.state !== 'queued', 20_000);
      await eventually(() => stage.arrived() === before + messages.length);
      expect((await hub.store.conversations.getById(entry.id))?.delivery?.state).toMatch(/sent|delivered|read/);
    };
    for (let step = 0; step < steps; step += 1) {
      const chance = roll();
      // Pictures by Twilio would have to be fetched from us; who left first has to come back.
      if (chance < 0.55) await sendOne(stage.channel.kind === 'twilio-sms' ? 0 : pick([0, 0, 1, 2]));
      else if (chance < 0.85) await act(isGone ? 'follow' : pick(Object.keys(stage.acts).filter((name) => name !== 'follow')));
      else { const ms = pick(waits); ahead += ms; stage.advance(ms); }
    }
    expect(verdicts.yes).toBeGreaterThan(3);
    if (stage.thread !== stage.to || stage.channel.kind === 'wechat-official') expect(verdicts['used-up']).toBeGreaterThan(0);
    if (stage.channel.kind === 'twilio-sms' && !stage.to.startsWith('whatsapp:')) expect(verdicts).toMatchObject({ over: 0, 'used-up': 0 });
  }, 120_000);
});

it('what came late counts from when it was said', async () => {
  const stage = await wechat();
  const { hub } = node;
  await stage.acts['say']?.();
  ahead += 47 * 3_600_000;
  stage.advance(47 * 3_600_000);
  const found = await hub.heads.get(await hub.store.conversations.findByThread({ channelId: stage.channel.id, key: stage.thread }) ?? '');
  if (!found) throw new Error('no conversation');
  const inbox = hub.channels.get(stage.channel.id)?.inbox;
  const tap = (externalId: string, sentAt: Date) => inbox?.happened({ kind: 'event', externalId, thread: stage.thread, from: { value: stage.thread, stable: true }, name: 'CLICK', text: { 'zh-CN': '点击', en: 'tapped' }, sentAt });
  await tap('late-tap', new Date(now() - 90_000));
  expect(await windowOf(hub, found.id, found.thread)).toMatchObject({ left: 5, open: [{ left: 5 }] });
  await tap('tap', new Date(now()));
  expect(await windowOf(hub, found.id, found.thread)).toMatchObject({ left: 8, open: [{ left: 3 }, { left: 5 }] });
});
