/** WhatsApp at the real server, on a bad day: what was said and what arrived is the same on both sides. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Words } from '../../server/conversations/schema.ts';
import { inLanguage } from '../connector.ts';
import { testMongod } from '../../test/setup/mongo.ts';
import { eventually } from '../../test/setup/eventually.ts';
import { conversationsOf, timelineOf } from '../../test/setup/inbox.ts';
import { startServer, type Server } from '../../test/setup/server.ts';
import { startWhatsAppCloudSimulator, type WhatsAppCloudSimulator } from '../../test/simulators/whatsapp-cloud.ts';

const Made = z.looseObject({ id: z.string(), webhookUrl: z.string(), secrets: z.object({ verifyToken: z.string() }) });

let server: Server;
let simulator: WhatsAppCloudSimulator;
let channelId = '';
/** The database address, and a folder of our own: secrets must open again after the restart. */
let env: Record<string, string> = {};
beforeAll(async () => {
  env = { MONGODB_URI: testMongod('whatsapp_cloud_story').uri, HUB_DATA_DIR: await mkdtemp(join(tmpdir(), 'hubbub-whatsapp-')) };
  server = await startServer(env);
  simulator = await startWhatsAppCloudSimulator({ seed: 11 });
  const { verifyToken: _, ...config } = simulator.config();
  const made = (await server.api('POST', '/channels', { kind: 'whatsapp-cloud', name: 'WhatsApp', bot: false, config })).as(Made);
  channelId = made.id;
  expect(await simulator.connect({ url: made.webhookUrl, verifyToken: made.secrets.verifyToken })).toBe(true);
});
afterAll(async () => {
  await simulator?.close();
  await server?.stop();
  await rm(env['HUB_DATA_DIR'] ?? '', { recursive: true, force: true });
});

const conversations = () => conversationsOf(server);
const timeline = (id: string) => timelineOf(server, id);
const reply = async (id: string, text: string): Promise<void> => { expect((await server.api('POST', `/conversations/${id}/messages`, { text })).status).toBe(201); };

describe('a bad day', () => {
  // A third is known by number, a third by number and user id, a third hides the number.
  const customers = Array.from({ length: 30 }, (_, index) => [`86138001${3000 + index}`, `CN.both${index}`, `US.hidden${index}`][index % 3] ?? '');
  const beats = ['8615900000001', '8615900000002', '8615900000003', '8615900000004'];

  it('300 messages in: each is stored once, with its own words, in its own conversation', async () => {
    for (const [index, key] of customers.entries()) if (key.startsWith('CN.')) simulator.customer(key, { userId: key, phone: `86139001${3000 + index}` });
    simulator.order({ duplicates: 0.1, reordered: 0.1, delayMs: 30 });
    for (let round = 0; round < 10; round += 1) await Promise.all(customers.map((key) => simulator.say(key, `message ${round} of ${key}`)));
    const known = await eventually(async () => { const found = await conversations(); return found.size === customers.length && found; });
    const stored = (await Promise.all([...known].map(async ([customer, id]) => (await timeline(id)).filter((one) => one.kind === 'message').map((one) => ({ id: one.externalId, customer, text: one.content?.text }))))).flat();
    const byId = (a: { id?: string | undefined }, b: { id?: string | undefined }): number => String(a.id).localeCompare(String(b.id));
    expect(stored).toHaveLength(300);
    expect(stored.toSorted(byId)).toEqual(simulator.history().said.toSorted(byId));
  }, 120_000);

  it('120 replies out through 429, 500 before and after the deed, hangs and cuts: each arrives once and its receipt is known', async () => {
    await Promise.all(beats.map((key) => simulator.say(key, 'keeps the channel busy')));
    const known = await eventually(async () => { const found = await conversations(); return found.size === customers.length + beats.length && found; });
    simulator.order({ duplicates: 0.1, reordered: 0.1, delayMs: 30, limited: 0.05, failing: 0.05, lying: 0.05, hanging: 0.02, cut: 0.05 });
    const texts = new Map<string, string>();
    await Promise.all(customers.map(async (key) => {
      for (let round = 0; round < 4; round += 1) {
        texts.set(`reply ${round} to ${key}`, key);
        await reply(known.get(key) ?? '', `reply ${round} to ${key}`);
      }
    }));
    // Silence means something only where others get through.
    let beat = 0;
    const heart = setInterval(() => { beat += 1; const key = beats[beat % beats.length] ?? ''; void reply(known.get(key) ?? '', `beat ${beat}`).catch(() => undefined); }, 3_000);
    const ours = async () => (await Promise.all(customers.map((key) => timeline(known.get(key) ?? '')))).flat().filter((one) => one.kind === 'message' && one.actor.kind === 'agent');
    const isDone = (state: string | undefined): boolean => state === 'delivered' || state === 'read';
    const settled = await eventually(async () => {
      const all = await ours();
      return all.length === 120 && all.every((one) => isDone(one.delivery?.state)) && all;
    }, 280_000).catch(async (error: Error) => {
      throw new Error(`${error.message}: ${JSON.stringify((await ours()).filter((one) => !isDone(one.delivery?.state)).map((one) => [one.content?.text, one.delivery]))}`);
    }).finally(() => clearInterval(heart));
    const received = simulator.history().received.filter((one) => one.text.startsWith('reply'));
    expect(received.map((one) => one.text).toSorted()).toEqual([...texts.keys()].toSorted());
    expect(received.every((one) => texts.get(one.text) === one.customer)).toBe(true);
    expect(new Map(settled.map((one) => [one.externalId, one.content?.text]))).toEqual(new Map(received.map((one) => [one.id, one.text])));
    for (const key of customers) {
      const mine = received.filter((one) => one.customer === key).map((one) => one.text);
      expect(mine).toEqual(mine.toSorted());
    }
    const { fates } = simulator;
    for (const fate of ['limited', 'failing', 'lying', 'cut']) expect(fates.get(fate), fate).toBeGreaterThan(0);
    simulator.order({});
  }, 300_000);

  it('a voice note comes later, byte for byte; a word from the phone app is ours', async () => {
    const ogg = Buffer.concat([Buffer.from('T2dnUwACAAAAAAAAAAA=', 'base64'), Buffer.alloc(5_000, 7)]);
    await simulator.sendFile('8613700000001', 'audio', ogg, 'audio/ogg; codecs=opus', { voice: true });
    await simulator.echo('8613700000001', '我在手机上看到了');
    const id = await eventually(async () => (await conversations()).get('8613700000001'));
    const file = await eventually(async () => (await timeline(id)).flatMap((one) => one.content?.attachments ?? []).find((one) => one.size > 0));
    expect(file).toMatchObject({ role: 'voice', size: ogg.length });
    const got = await fetch(`${server.url}/api/v1/attachments/${file.id}`, { headers: { cookie: server.cookie } });
    expect(Buffer.from(await got.arrayBuffer()).equals(ogg)).toBe(true);
    const echo = (await timeline(id)).find((one) => one.content?.text === '我在手机上看到了');
    expect([echo?.kind, echo?.actor.kind, echo?.delivery?.state]).toEqual(['message', 'program', 'sent']);
  }, 60_000);

  it('a customer who hides the number and then changes it stays in one conversation', async () => {
    const phone = '8613700000002';
    await simulator.say(phone, 'one');
    simulator.customer(phone, { userId: 'CN.77' });
    await simulator.say(phone, 'two');
    delete simulator.customer(phone).phone;
    await simulator.say('CN.77', 'three');
    await simulator.changeNumber('CN.77', '8613700000003', 'CN.78');
    await simulator.say('CN.78', 'four');
    const id = await eventually(async () => (await conversations()).get(phone));
    expect((await timeline(id)).filter((one) => one.kind === 'message').map((one) => one.content?.text)).toEqual(['one', 'two', 'three', 'four']);
    await reply(id, 'to the address of today');
    const arrived = await eventually(() => simulator.history().received.find((one) => one.text === 'to the address of today'));
    expect(arrived.customer).toBe('CN.78');
  }, 60_000);

  it('what fails late is shown as failed, in words', async () => {
    const phone = '8613700000004';
    await simulator.say(phone, 'hello');
    const id = await eventually(async () => (await conversations()).get(phone));
    simulator.customer(phone, { lastIn: Date.now() - 25 * 3_600_000 });
    await reply(id, 'too late');
    const failed = await eventually(async () => (await timeline(id)).find((one) => one.delivery?.state === 'failed'));
    expect(failed).toMatchObject({ content: { text: 'too late' }, delivery: { reason: { 'zh-CN': expect.stringMatching(/24 小时.*131047/), en: expect.stringMatching(/approved template.*131047/) } } });
    expect(simulator.history().received.some((one) => one.text === 'too late')).toBe(false);
  }, 60_000);

  it('the checks of the console pass', async () => {
    const { checks } = (await server.api('POST', `/channels/${channelId}/test`)).as(z.looseObject({ checks: z.array(z.looseObject({ name: Words, ok: z.boolean() })) }));
    expect(checks.map(({ name, ok }) => [inLanguage(name, 'en'), ok])).toEqual([['Access token', true], ['Phone number', true], ['App secret', true], ['Webhook', true]]);
  });

  it('what Meta could not bring while the hub was away comes when it is back', async () => {
    await server.kill();
    const taken = simulator.say('8613700000009', 'anybody there?');
    server = await startServer({ ...env, HUB_PORT: new URL(server.url).port });
    await taken;
    expect(await eventually(async () => (await conversations()).get('8613700000009'))).toBeDefined();
  }, 120_000);
});
