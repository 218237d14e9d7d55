/** The Official Account at the real server, on a bad day: what was said and what arrived is the same on both sides. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Words } from '../../server/conversations/schema.ts';
import { inLanguage } from '../connector.ts';
import { eventually } from '../../test/setup/eventually.ts';
import { conversationsOf, timelineOf } from '../../test/setup/inbox.ts';
import { testMongod } from '../../test/setup/mongo.ts';
import { startServer } from '../../test/setup/server.ts';
import type { Server } from '../../test/setup/server.ts';
import { startWechatOfficialSimulator } from '../../test/simulators/wechat-official.ts';
import type { WechatOfficialSimulator } from '../../test/simulators/wechat-official.ts';

const Made = z.looseObject({ id: z.string(), webhookUrl: z.string(), secrets: z.object({ token: z.string().regex(/^[0-9A-Za-z]{32}$/), encodingAesKey: z.string().regex(/^[0-9A-Za-z]{43}$/) }) });

let server: Server;
let simulator: WechatOfficialSimulator;
let channelId = '';
let env: Record<string, string> = {};
beforeAll(async () => {
  // A folder of its own: the key of the secrets must be there after the kill.
  env = { MONGODB_URI: testMongod('wechat_official_story').uri, HUB_DATA_DIR: await mkdtemp(join(tmpdir(), 'hubbub-wechat-official-')) };
  server = await startServer(env);
  simulator = await startWechatOfficialSimulator({ seed: 11, retryMs: 100 });
  const { token: _token, encodingAesKey: _key, ...config } = simulator.config();
  const made = (await server.api('POST', '/channels', { kind: 'wechat-official', name: '公众号', bot: false, config })).as(Made);
  channelId = made.id;
  // As a person does it: the secrets we made are entered at WeChat, and WeChat checks the address.
  expect(await simulator.connect({ url: made.webhookUrl, ...made.secrets })).toEqual({ verified: true });
});
afterAll(async () => {
  await simulator?.close();
  await server?.stop();
  await rm(env['HUB_DATA_DIR'] ?? '', { recursive: true, force: true });
});

const conversations = () => conversationsOf(server);
const timeline = (id: string) => timelineOf(server, id);
const conversationOf = (customer: string): Promise<string> => eventually(async () => (await conversations()).get(customer));

describe('a bad day', () => {
  const customers = Array.from({ length: 30 }, (_, index) => `oCustomer${String(index).padStart(3, '0')}`);

  it('checks itself from the console', async () => {
    const { checks } = (await server.api('POST', `/channels/${channelId}/test`)).as(z.looseObject({ checks: z.array(z.looseObject({ name: Words, ok: z.boolean() })) }));
    expect(checks.map(({ name, ok }) => [inLanguage(name, 'en'), ok])).toEqual([['IP whitelist', true], ['Access token', true], ['Callback', true], ['Media upload', true]]);
  });

  it('300 messages in, some twice and out of order: each is stored once, with its own words, in its own conversation', async () => {
    simulator.order({ duplicates: 0.1, reordered: 0.1, delayMs: 30, hanging: 0.1, failing: 0.1 });
    for (let round = 0; round < 10; round += 1) await Promise.all(customers.map((customer) => simulator.say(customer, `第 ${round} 句，${customer}`)));
    expect(simulator.lost).toEqual([]);
    const known = await eventually(async () => { const found = await conversations(); return found.size === customers.length && found; });
    const stored = (await Promise.all([...known].map(async ([customer, id]) => (await timeline(id)).filter((one) => one.kind === 'message').map((one) => ({ id: String(one.externalId), customer, text: one.content?.text ?? '' }))))).flat();
    const byId = (a: { id: string }, b: { id: string }): number => a.id.localeCompare(b.id);
    expect(stored).toHaveLength(300);
    expect(stored.toSorted(byId)).toEqual(simulator.history().said.toSorted(byId));
  }, 120_000);

  it('120 replies out through 429, 500 before and after the deed, hangs and cuts: none twice, none lost in silence', async () => {
    simulator.order({ duplicates: 0.1, reordered: 0.1, delayMs: 30, limited: 0.05, failing: 0.03, lying: 0.05, hanging: 0.03, cut: 0.03 });
    const known = await conversations();
    const texts = new Map<string, string>();
    await Promise.all([...known].map(async ([customer, id]) => {
      for (let round = 0; round < 4; round += 1) {
        const text = `答复 ${round} 给 ${customer}`;
        texts.set(text, customer);
        expect((await server.api('POST', `/conversations/${id}/messages`, { text })).status).toBe(201);
      }
    }));
    const ours = async () => (await Promise.all([...known.values()].map(timeline))).flat().filter((one) => one.kind === 'message' && one.actor.kind === 'agent');
    const settled = await eventually(async () => { const all = await ours(); return all.length === 120 && all.every((one) => one.delivery?.state !== 'queued') && all; }, 240_000);
    const { received } = simulator.history();
    const arrived = received.map((one) => one.text);
    expect(new Set(arrived).size).toBe(arrived.length);
    expect(received.every((one) => texts.get(one.text) === one.customer)).toBe(true);
    // WeChat knows no keys: what it never answered to and never recorded is shown as unknown, and nothing else is.
    const textsIn = (...states: string[]): string[] => settled.filter((one) => states.includes(one.delivery?.state ?? '')).map((one) => one.content?.text ?? '');
    expect(textsIn('failed')).toEqual([]);
    expect(textsIn('sent').filter((text) => !arrived.includes(text))).toEqual([]);
    expect(textsIn('sent', 'unknown').toSorted()).toEqual([...texts.keys()].toSorted());
    // What arrived although WeChat answered 500 is found in its chat records, unless those calls fail as well.
    expect(textsIn('unknown').filter((text) => arrived.includes(text)).length).toBeLessThan(4);
    expect(textsIn('unknown').length).toBeLessThan(40);
    expect(simulator.fates().size).toBeGreaterThanOrEqual(5);
  }, 300_000);

  it('a sixth reply is stopped here, before WeChat is asked', async () => {
    simulator.order({});
    await simulator.say('oQuota', '在吗');
    const id = await conversationOf('oQuota');
    const say = (text: string) => server.api('POST', `/conversations/${id}/messages`, { text });
    for (let index = 1; index <= 5; index += 1) expect((await say(`quota ${index}`)).status).toBe(201);
    const sixth = await say('quota 6');
    expect([sixth.status, sixth.body]).toEqual([409, expect.objectContaining({ detail: expect.stringMatching(/window|more messages|writes again/) })]);
    await eventually(() => simulator.history().received.filter((one) => one.customer === 'oQuota').length === 5, 30_000);
    await simulator.say('oQuota', '还在吗');
    expect((await say('quota 7')).status).toBe(201);
    await eventually(() => simulator.history().received.some((one) => one.text === 'quota 7'), 30_000);
  }, 60_000);

  it('a hub that is killed while it sends says nothing twice, and shows what nobody can tell', async () => {
    const people = customers.slice(0, 20).map((customer) => `${customer}k`);
    await Promise.all(people.map((customer) => simulator.say(customer, '在吗')));
    const known = await eventually(async () => { const found = await conversations(); return people.every((customer) => found.has(customer)) && found; });
    const ids = people.map((customer) => known.get(customer) ?? '');
    await Promise.all(ids.map((id, index) => server.api('POST', `/conversations/${id}/messages`, { text: `kill ${index}` })));
    await eventually(() => simulator.history().received.some((one) => one.text.startsWith('kill ')), 30_000);
    await server.kill();
    server = await startServer({ ...env, HUB_PORT: new URL(server.url).port });
    const replies = await eventually(async () => {
      const all = (await Promise.all(ids.map(timeline))).flat().filter((one) => one.kind === 'message' && one.actor.kind === 'agent');
      return all.length === 20 && all.every((one) => one.delivery?.state !== 'queued') && all;
    }, 90_000);
    const arrived = simulator.history().received.map((one) => one.text).filter((text) => text.startsWith('kill '));
    expect(new Set(arrived).size).toBe(arrived.length);
    expect(replies.map((one) => one.delivery?.state).filter((state) => state !== 'sent' && state !== 'unknown')).toEqual([]);
    expect(replies.filter((one) => one.delivery?.state === 'sent' && !arrived.includes(one.content?.text ?? ''))).toEqual([]);
    expect(await simulator.say(people[0] ?? '', '还在')).toMatchObject({ taken: true });
  }, 150_000);

  it('pictures and voices come after their message; follows, taps and unknown kinds are on the timeline', async () => {
    const picture = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');
    await simulator.event('oRich', 'subscribe', { EventKey: 'qrscene_shop-42' });
    await simulator.event('oRich', 'CLICK', { EventKey: 'TALK_TO_US' });
    await simulator.image('oRich', picture);
    await simulator.voice('oRich', Buffer.from('#!AMR\n0123456789'), '我的快递到哪里了');
    await simulator.push('oRich', 'hologram', { Shape: 'cube' });
    const id = await conversationOf('oRich');
    const entries = await eventually(async () => { const all = await timeline(id); const files = all.flatMap((one) => one.content?.attachments ?? []); return files.length === 3 && files.every((one) => one.size > 0) && all; }, 30_000);
    expect(entries.map((one) => one.content?.text).filter((text) => text)).toEqual(expect.arrayContaining(['扫码关注了公众号（场景 shop-42）', '点击了菜单“TALK_TO_US”', '我的快递到哪里了']));
    expect(entries.some((one) => one.content?.unreadable?.kind === 'hologram')).toBe(true);
    const [image, voice] = entries.flatMap((one) => one.content?.attachments ?? []);
    expect([image?.type, voice?.role]).toEqual(['image/png', 'voice']);
    const got = await fetch(`${server.url}/api/v1/attachments/${image?.id}`, { headers: { cookie: server.cookie } });
    expect(Buffer.from(await got.arrayBuffer()).equals(picture)).toBe(true);
  }, 60_000);
});
