/** SMS and WhatsApp at the real server, on a bad day: what was said and what arrived is the same on both sides. */
import { setTimeout as pause } from 'node:timers/promises';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { testMongod } from '../../test/setup/mongo.ts';
import { eventually } from '../../test/setup/eventually.ts';
import { conversationsOf, timelineOf } from '../../test/setup/inbox.ts';
import { startServer } from '../../test/setup/server.ts';
import type { Server } from '../../test/setup/server.ts';
import { startTwilioSmsSimulator } from '../../test/simulators/twilio-sms.ts';
import type { TwilioSmsSimulator } from '../../test/simulators/twilio-sms.ts';

const Made = z.looseObject({ id: z.string(), webhookUrl: z.string() });

let server: Server;
let simulator: TwilioSmsSimulator;
let mongo = '';
beforeAll(async () => {
  mongo = testMongod('twilio_story').uri;
  server = await startServer({ MONGODB_URI: mongo });
  simulator = await startTwilioSmsSimulator({ seed: 7 });
  const made = (await server.api('POST', '/channels', { kind: 'twilio-sms', name: 'SMS', bot: false, config: simulator.config() })).as(Made);
  simulator.connect({ url: made.webhookUrl });
});
afterAll(async () => {
  await simulator?.close();
  await server?.stop();
});

const conversations = () => conversationsOf(server);
const timeline = (id: string) => timelineOf(server, id);

describe('a bad day', () => {
  const customers = Array.from({ length: 30 }, (_, index) => (index % 2 ? `whatsapp:+1415666${1000 + index}` : `+1415555${1000 + index}`));

  it('300 messages in: each is stored once, with its own words, in its own conversation', async () => {
    simulator.order({ duplicates: 0.1, reordered: 0.1, delayMs: 30 });
    for (let round = 0; round < 10; round += 1) await Promise.all(customers.map((customer) => simulator.say(customer, `message ${round} of ${customer}`).taken));
    await simulator.quiet();
    const known = await eventually(async () => { const found = await conversations(); return found.size === customers.length && found; });
    const stored = (await Promise.all([...known].map(async ([customer, id]) => (await timeline(id)).filter((one) => one.kind === 'message').map((one) => ({ id: one.externalId, customer, text: one.content?.text }))))).flat();
    const byId = (a: { id?: string | undefined }, b: { id?: string | undefined }): number => String(a.id).localeCompare(String(b.id));
    expect(stored).toHaveLength(300);
    expect(stored.toSorted(byId)).toEqual(simulator.history().said.toSorted(byId));
  }, 120_000);

  it('120 replies out through 429, 500 before and after the deed, hangs and cuts: each arrives once and its receipt is known', async () => {
    simulator.order({ duplicates: 0.1, reordered: 0.1, delayMs: 30, limited: 0.05, failing: 0.05, lying: 0.05, hanging: 0.02, cut: 0.05 });
    const known = await conversations();
    const texts = new Map<string, string>();
    await Promise.all([...known].map(async ([customer, id]) => {
      for (let round = 0; round < 4; round += 1) {
        const text = `reply ${round} to ${customer}`;
        texts.set(text, customer);
        expect((await server.api('POST', `/conversations/${id}/messages`, { text })).status).toBe(201);
      }
    }));
    const ours = async () => (await Promise.all([...known.values()].map(timeline))).flat().filter((one) => one.kind === 'message' && one.actor.kind === 'agent');
    const settled = await eventually(async () => {
      const all = await ours();
      return all.length === 120 && all.every((one) => one.delivery?.state === 'delivered' || one.delivery?.state === 'read') && all;
    }, 240_000).catch(async (error: Error) => {
      throw new Error(`${error.message}: ${JSON.stringify((await ours()).filter((one) => one.delivery?.state !== 'delivered' && one.delivery?.state !== 'read').map((one) => [one.content?.text, one.delivery]))}`);
    });
    const { received } = simulator.history();
    expect(received.map((one) => one.text).toSorted()).toEqual([...texts.keys()].toSorted());
    expect(received.every((one) => texts.get(one.text) === one.customer)).toBe(true);
    expect(new Map(settled.map((one) => [one.externalId, one.content?.text]))).toEqual(new Map(received.map((one) => [one.id, one.text])));
    expect(new Set(simulator.calls().map(({ fate }) => fate))).toEqual(new Set(['ok', 'limited', 'failing', 'lying', 'hanging', 'cut']));
    simulator.order({});
  }, 300_000);

  it('a picture comes later, byte for byte; STOP is no message but a wish', async () => {
    const bytes = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');
    await simulator.say('+14157770000', 'look', {}, [{ type: 'image/png', bytes }]).taken;
    await simulator.say('+14157770000', 'STOP').taken;
    const id = await eventually(async () => (await conversations()).get('+14157770000'));
    const file = await eventually(async () => (await timeline(id)).flatMap((one) => one.content?.attachments ?? []).find((one) => one.size > 0));
    expect(file).toMatchObject({ type: 'image/png', size: bytes.length });
    const got = await fetch(`${server.url}/api/v1/attachments/${file.id}`, { headers: { cookie: server.cookie } });
    expect(Buffer.from(await got.arrayBuffer()).equals(bytes)).toBe(true);
    await pause(200);
    expect((await timeline(id)).filter((one) => one.kind === 'message').map((one) => one.content?.text)).toEqual(['look']);
  });

  it('our files: Twilio fetches them for WhatsApp from a signed link, remade where it does not take the kind; an SMS gets the link', async () => {
    await simulator.say('whatsapp:+14157770002', 'send me the plan').taken;
    await simulator.say('+14157770003', 'send me the plan').taken;
    const known = await eventually(async () => { const found = await conversations(); return found.has('whatsapp:+14157770002') && found.has('+14157770003') && found; });
    const picture = await sharp({ create: { width: 60, height: 40, channels: 3, background: '#c00' } }).webp().toBuffer();
    const uploaded = z.looseObject({ id: z.string() }).parse(await (await fetch(`${server.url}/api/v1/attachments?name=plan.webp`, { method: 'POST', headers: { cookie: server.cookie, 'content-type': 'application/octet-stream' }, body: new Uint8Array(picture) })).json());
    for (const customer of ['whatsapp:+14157770002', '+14157770003']) expect((await server.api('POST', `/conversations/${known.get(customer)}/messages`, { text: 'here it is', attachments: [uploaded.id] })).status).toBe(201);
    const [got] = await eventually(() => simulator.fetched().length > 0 && simulator.fetched());
    expect(got).toMatchObject({ type: 'image/jpeg', url: expect.stringContaining(`${server.url}/files/`) });
    const text = await eventually(() => simulator.history().received.find(({ customer }) => customer === '+14157770003')?.text);
    expect(text).toMatch(/^here it is\nplan\.jpg: http:\/\/127\.0\.0\.1:\d+\/files\/\S+$/);
    expect((await fetch(text.split(': ')[1] ?? '')).headers.get('content-type')).toBe('image/jpeg');
  });

  it('what Twilio could not bring while the hub was away comes when it is back', async () => {
    await server.kill();
    const { taken } = simulator.say('+14157770001', 'anybody there?');
    const port = new URL(server.url).port;
    server = await startServer({ MONGODB_URI: mongo, HUB_PORT: port });
    await taken;
    expect(await eventually(async () => (await conversations()).get('+14157770001'))).toBeDefined();
  }, 120_000);
});
