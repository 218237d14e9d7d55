/** WhatsApp Web at a real hub on a bad day: what was said and what arrived is the same on both sides, or is said to be unknown. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createChannel } from '../../server/channels/change.ts';
import { reply } from '../../server/conversations/speak.ts';
import type { Entry } from '../../server/conversations/schema.ts';
import { eventually } from '../../test/setup/eventually.ts';
import { startNode, type Node } from '../../test/setup/hub.ts';
import { testMongod } from '../../test/setup/mongo.ts';
import { alive } from '../../test/simulators/whatsapp-web-stage.ts';
import { startWhatsappWebSimulator, type WhatsappWebSimulator } from '../../test/simulators/whatsapp-web.ts';
import type { ChannelKind } from '../connector.ts';
import { whatsappWebConnector } from './connector.ts';
import { whatsappWeb } from './kind.ts';
import { Config } from './manifest.ts';
import { usualPace } from './supervisor.ts';

const agent = { kind: 'agent' as const, id: 'aaaaaaaaaaaaaaaaaaaaaaaa' };
const customers = Array.from({ length: 20 }, (_, index) => `86139000${1000 + index}`);
const rounds = 15;

let phone: WhatsappWebSimulator;
let node: Node;
let dataDir = '';
let channelId = '';
beforeAll(async () => {
  phone = await startWhatsappWebSimulator({ seed: 11, scanned: true });
  dataDir = await mkdtemp(join(tmpdir(), 'hubbub-whatsapp-story-'));
  const pace = { ...usualPace, beatMs: 500, ladder: { ...usualPace.ladder, backOffMs: [200], failures: 50 } };
  const kind: ChannelKind = {
    // In earnest the hub sends one message in three seconds.
    manifest: { ...whatsappWeb.manifest, rate: { perSecond: 200, burst: 200 } },
    create: async (config, channel) => whatsappWebConnector(Config.parse(config), { ...channel, dataDir }, { ...phone.tuning, pace, sendMs: 3_000 }),
  };
  node = await startNode(testMongod('whatsapp_web_story').uri, { kinds: [kind], soleNode: true });
  const { channel, secrets } = await createChannel(node.hub, { kind: 'whatsapp-web', name: 'Shop', bot: false, config: { riskAccepted: true, warmUpDays: 0 } });
  channelId = channel.id;
  expect(Object.keys(secrets)).toEqual(['sessionKey']);
  await eventually(() => node.hub.channels.health(channelId)?.state === 'ready', 60_000);
}, 120_000);
afterAll(async () => {
  await node?.stop();
  await phone?.close();
  await rm(dataDir, { recursive: true, force: true });
});

const entries = async (): Promise<Entry[]> => (await node.db.collection<Omit<Entry, 'id'>>('entries').find({ kind: 'message', 'thread.channelId': channelId }).toArray()).map(({ _id, ...rest }) => ({ id: String(_id), ...rest }));
/** The one that runs now: after an earlier kill the next one needs a moment. */
const killBrowser = async (): Promise<void> => {
  const pid = await eventually(async () => {
    const written = Number(await readFile(join(dataDir, 'browser.pid'), 'utf8').catch(() => ''));
    return written > 0 && alive(written) && written;
  }, 30_000);
  process.kill(pid, 'SIGKILL');
};

it('300 messages in, twice, out of order, with the browser killed twice: each is stored once', async () => {
  phone.order({ duplicates: 0.1, reordered: 0.1, delayMs: 30 });
  for (let round = 0; round < rounds; round += 1) {
    if (round === 5 || round === 10) await killBrowser();
    await Promise.all(customers.map((customer) => phone.say(`${customer}@c.us`, `message ${round} of ${customer}`)));
  }
  const said = phone.history().said.map(({ id, customer, text }) => [id, customer.replace('@c.us', ''), text]).toSorted();
  expect(said).toHaveLength(300);
  await eventually(async () => (await entries()).filter(({ actor }) => actor.kind === 'contact').length >= 300, 60_000);
  const stored = (await entries()).filter(({ actor }) => actor.kind === 'contact').map(({ externalId, thread, content }) => [externalId, thread?.key, content?.text]).toSorted();
  expect(stored).toEqual(said);
}, 120_000);

it('120 replies out through refusals, lost answers and a killed browser: none twice, none silent', async () => {
  phone.order({ failing: 0.05, lying: 0.05, hanging: 0.02 });
  const conversations = new Map((await entries()).map(({ thread, conversationId }) => [thread?.key ?? '', conversationId]));
  expect(conversations.size).toBe(customers.length);
  const texts: string[] = [];
  for (let round = 0; round < 6; round += 1) {
    await Promise.all([...conversations].map(async ([customer, id]) => {
      texts.push(`reply ${round} to ${customer}`);
      await reply(node.hub, id, agent, { text: `reply ${round} to ${customer}` });
    }));
  }
  await eventually(() => phone.sent().length > 20, 60_000);
  await killBrowser();
  const ours = async (): Promise<Entry[]> => (await entries()).filter(({ actor }) => actor.kind === 'agent');
  await eventually(async () => (await ours()).every(({ delivery }) => delivery && delivery.state !== 'queued' && delivery.state !== 'sent'), 150_000);
  const arrivedTexts = (): Set<string> => new Set(phone.history().received.map(({ text }) => text));
  // Every doubt about a message that did arrive is settled by what the page tells later.
  await eventually(async () => (await ours()).every(({ content, delivery }) => delivery?.state !== 'unknown' || !arrivedTexts().has(content?.text ?? '')), 30_000);
  const { received } = phone.history();
  const arrived = arrivedTexts();
  expect(received.length).toBe(arrived.size);
  const all = await ours();
  expect(all.map(({ content }) => content?.text).toSorted()).toEqual(texts.toSorted());
  for (const { content, delivery } of all) {
    const text = content?.text ?? '';
    if (delivery?.state === 'delivered' || delivery?.state === 'read') expect(arrived).toContain(text);
    else if (delivery?.state === 'failed') expect(arrived).not.toContain(text);
    else expect(delivery).toMatchObject({ state: 'unknown', reason: expect.anything() });
  }
  const states = Object.groupBy(all, ({ delivery }) => delivery?.state ?? 'none');
  expect((states.delivered?.length ?? 0) + (states.read?.length ?? 0)).toBeGreaterThan(80);
  expect(states.failed?.length ?? 0).toBeGreaterThan(0);
}, 240_000);
