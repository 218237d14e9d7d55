/** WhatsApp dies under load, half of the replies go on by SMS through another node, that node is killed, WhatsApp comes back: each reply once, in order. */
import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { eventually } from '../../test/setup/eventually.ts';
import { gate, type Gate } from '../../test/setup/gate.ts';
import { conversationsOf } from '../../test/setup/inbox.ts';
import { testMongod } from '../../test/setup/mongo.ts';
import { startServer, type Server } from '../../test/setup/server.ts';
import { startTwilioSmsSimulator, type TwilioSmsSimulator } from '../../test/simulators/twilio-sms.ts';
import { startWhatsAppCloudSimulator, type WhatsAppCloudSimulator } from '../../test/simulators/whatsapp-cloud.ts';

const periodMs = 8_000;
/** A busy machine tells late. */
const slackMs = 3_000;
const Made = z.looseObject({ id: z.string(), webhookUrl: z.string(), secrets: z.object({ verifyToken: z.string().optional() }).optional() });
const Alerts = z.object({ items: z.array(z.looseObject({ channelId: z.string(), what: z.string(), since: z.coerce.date(), waiting: z.number() })) });
const Way = z.looseObject({ thread: z.looseObject({ channelId: z.string(), key: z.string() }), kind: z.string(), refused: z.unknown().optional() });
const Offers = z.object({ items: z.array(z.looseObject({ channel: z.looseObject({ id: z.string() }), replies: z.array(z.object({ seq: z.number(), doubtful: z.boolean() })), ways: z.array(Way) })) });
const Moved = z.object({ moved: z.array(z.object({ seq: z.number(), as: z.number().optional() })), left: z.array(z.number()) });
const Said = z.looseObject({
  seq: z.number(), kind: z.string(), actor: z.looseObject({ kind: z.string() }), thread: z.looseObject({ channelId: z.string() }).optional(), content: z.looseObject({ text: z.string().optional() }).optional(),
  delivery: z.looseObject({ state: z.string(), instead: z.looseObject({ conversationId: z.string(), seq: z.number().optional() }).optional() }).optional(), receipt: z.looseObject({ passedOn: z.looseObject({ seq: z.number() }).optional() }).optional(),
});
const Timeline = z.object({ items: z.array(Said) });

let nodes: Server[] = [];
let whatsapp: WhatsAppCloudSimulator;
let sms: TwilioSmsSimulator;
let door: Gate;
const channels = { whatsapp: '', sms: '' };
const phones = Array.from({ length: 20 }, (_, index) => `1415555${2000 + index}`);
const known = new Map<string, string>();

const node = (index: number): Server => {
  const found = nodes[index];
  if (!found) throw new Error('no such node');
  return found;
};
const said = async (id: string) => (await node(0).api('GET', `/conversations/${id}/timeline?limit=100`)).as(Timeline).items;
const ours = async (id: string) => (await said(id)).filter((entry) => entry.kind === 'message' && entry.actor.kind === 'agent');
const reply = async (phone: string, text: string): Promise<void> => { expect((await node(0).api('POST', `/conversations/${known.get(phone)}/messages`, { text })).status).toBe(201); };
const textsOf = (entries: { content?: { text?: string | undefined } | undefined }[]) => entries.map((entry) => entry.content?.text ?? '');

beforeAll(async () => {
  const env = { MONGODB_URI: testMongod('fail_over').uri, HUB_PROBE_SECONDS: String(periodMs / 1_000), HUB_SECRET_KEY: randomBytes(32).toString('base64') };
  nodes = [await startServer(env)];
  whatsapp = await startWhatsAppCloudSimulator({ seed: 5 });
  sms = await startTwilioSmsSimulator({ seed: 5 });
  door = await gate(whatsapp.url);
  const { verifyToken: _token, ...config } = whatsapp.config();
  const official = (await node(0).api('POST', '/channels', { kind: 'whatsapp-cloud', name: 'WhatsApp', bot: false, config: { ...config, apiBase: door.url } })).as(Made);
  const texts = (await node(0).api('POST', '/channels', { kind: 'twilio-sms', name: 'SMS', bot: false, config: sms.config() })).as(Made);
  Object.assign(channels, { whatsapp: official.id, sms: texts.id });
  await whatsapp.connect({ url: official.webhookUrl, verifyToken: official.secrets?.verifyToken ?? '' });
  sms.connect({ url: texts.webhookUrl });
  await Promise.all(phones.map((phone) => sms.say(`+${phone}`, 'by sms first').taken));
  await Promise.all(phones.map((phone) => whatsapp.say(phone, 'and now here')));
  await eventually(async () => {
    const all = await conversationsOf(node(0));
    for (const phone of phones) { const id = all.get(phone); if (id) known.set(phone, id); }
    return known.size === phones.length;
  });
  const smsOf = await conversationsOf(node(0));
  await Promise.all(phones.map(async (phone) => {
    const [one, other] = await Promise.all([known.get(phone), smsOf.get(`+${phone}`)].map(async (id) => (await node(0).api('GET', `/conversations/${id}`)).as(z.looseObject({ contactId: z.string() })).contactId));
    if (one !== other) expect((await node(0).api('POST', `/contacts/${one}/merge`, { into: other, reason: 'the same number' })).status).toBeLessThan(300);
  }));
  nodes.push(await startServer(env));
}, 240_000);
afterAll(async () => {
  for (const each of nodes) await each.stop();
  await door?.shut();
  await whatsapp?.close();
  await sms?.close();
});

describe('a platform that dies and comes back', () => {
  const half = phones.slice(0, 10);

  it('is known at every node within two periods, and its waiting replies are counted', async () => {
    // It has been seen alive by the canary.
    await eventually(async () => z.looseObject({ canary: z.looseObject({ proven: z.boolean() }).nullable() }).parse((await node(0).api('GET', `/channels/${channels.whatsapp}/health`)).body).canary?.proven, 40_000);
    const early = Promise.all(phones.map((phone) => reply(phone, `${phone} 1`)));
    await pause(60);
    await door.shut();
    const since = Date.now();
    await early;
    for (const round of [2, 3]) await Promise.all(phones.map((phone) => reply(phone, `${phone} ${round}`)));
    for (const each of nodes) {
      const alert = await eventually(async () => (await each.api('GET', '/channel-alerts')).as(Alerts).items.find(({ channelId }) => channelId === channels.whatsapp), 2 * periodMs + slackMs);
      expect(alert.what).toBe('down');
      expect(alert.waiting).toBeGreaterThan(30);
      expect(Math.abs(alert.since.getTime() - since)).toBeLessThan(periodMs * 1.6);
    }
    expect(Date.now() - since).toBeLessThan(2 * periodMs + slackMs);
  }, 120_000);

  it('half go on by SMS, asked for at the other node; it is killed in the middle of the last ones', async () => {
    for (const [index, phone] of half.entries()) {
      const id = known.get(phone) ?? '';
      const [offer] = (await node(1).api('GET', `/conversations/${id}/fail-over`)).as(Offers).items;
      const way = offer?.ways.find(({ kind }) => kind === 'twilio-sms');
      expect(way).toBeDefined();
      expect(way?.refused).toBeUndefined();
      const seqs = offer?.replies.filter(({ doubtful }) => !doubtful).map(({ seq }) => seq) ?? [];
      expect(seqs.length).toBeGreaterThanOrEqual(2);
      const asked = node(1).api('POST', `/conversations/${id}/fail-over`, { seqs, thread: { channelId: way?.thread.channelId, key: way?.thread.key } });
      if (index < 6) {
        const { moved, left } = (await asked).as(Moved);
        expect(moved.map(({ seq }) => seq)).toEqual(seqs.filter((seq) => !left.includes(seq)));
        expect(moved.every(({ as }) => as !== undefined)).toBe(true);
        continue;
      }
      // The last four are cut off, each a little later in its course, and the last of them for good.
      void asked.catch(() => undefined);
      if (index === half.length - 1) { await pause(12); await node(1).kill(); }
    }
    // Nobody may be left between two chairs: what was taken back has gone on.
    await eventually(async () => (await Promise.all(half.map(async (phone) => ours(known.get(phone) ?? '')))).flat().filter(({ delivery }) => delivery?.state === 'withdrawn').every(({ delivery }) => delivery?.instead?.seq !== undefined), 40_000);
  }, 90_000);

  it('back again: every reply arrived once, on one of the two, in order; the alert is gone', async () => {
    await door.open();
    const heart = setInterval(() => { void reply(phones.at(-1) ?? '', 'beat').catch(() => undefined); }, 3_000);
    const isOut = (state: string | undefined) => state !== 'queued' && state !== 'unknown' && state !== 'failed';
    const all = async () => (await Promise.all(phones.map(async (phone) => ours(known.get(phone) ?? '')))).flat().filter(({ content }) => content?.text !== 'beat');
    const entries = await eventually(async () => { const found = await all(); return found.every(({ delivery }) => isOut(delivery?.state)) && found; }, 150_000)
      .catch(async (error: Error) => { throw new Error(`${error.message}: ${JSON.stringify((await all()).filter(({ delivery }) => !isOut(delivery?.state)).map((one) => [one.content?.text, one.delivery]))}`); })
      .finally(() => clearInterval(heart));
    const bySms = sms.history().received.map(({ text }) => text);
    const byWhatsApp = whatsapp.history().received.map(({ text }) => text).filter((text) => text !== 'beat');
    const wanted = phones.flatMap((phone) => [1, 2, 3].map((round) => `${phone} ${round}`));
    expect([...bySms, ...byWhatsApp].toSorted()).toEqual(wanted.toSorted());
    expect(bySms.length).toBeGreaterThanOrEqual(18);
    // Nothing of those who were not asked about went another way.
    expect(bySms.every((text) => half.some((phone) => text.startsWith(phone)))).toBe(true);
    for (const phone of phones) for (const arrived of [bySms, byWhatsApp]) { const own = arrived.filter((text) => text.startsWith(phone)); expect(own).toEqual(own.toSorted()); }
    // Each trace leads to the other.
    const withdrawn = entries.filter(({ delivery }) => delivery?.state === 'withdrawn');
    expect(textsOf(withdrawn).toSorted()).toEqual(bySms.toSorted());
    for (const phone of half) {
      const own = await ours(known.get(phone) ?? '');
      for (const one of own.filter(({ delivery }) => delivery?.state === 'withdrawn')) {
        const other = (await said(one.delivery?.instead?.conversationId ?? '')).find(({ seq }) => seq === one.delivery?.instead?.seq);
        expect(other).toMatchObject({ content: { text: one.content?.text }, thread: { channelId: channels.sms }, receipt: { passedOn: { seq: one.seq } } });
      }
    }
    await eventually(async () => (await node(0).api('GET', '/channel-alerts')).as(Alerts).items.length === 0, 3 * periodMs);
  }, 200_000);

  it('what has gone out is not taken back', async () => {
    const [first] = await ours(known.get(phones[0] ?? '') ?? '');
    const answer = await node(0).api('POST', `/conversations/${known.get(phones[0] ?? '')}/fail-over`, { seqs: [first?.seq], thread: { channelId: channels.sms, key: `+${phones[0]}` } });
    expect(answer.status).toBe(409);
  });
});
