/** WeCom at the real server, on a bad day: callbacks get lost, calls fail, the server is killed again and again, and yet both sides hold the same. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { testMongod } from '../../test/setup/mongo.ts';
import { eventually } from '../../test/setup/eventually.ts';
import { conversationsOf, timelineOf } from '../../test/setup/inbox.ts';
import { freePort, startServer, type Server } from '../../test/setup/server.ts';
import { startWecomSimulator, type WecomSimulator } from '../../test/simulators/wecom.ts';
import { addressCheck } from '../../test/simulators/wecom-callback.ts';

const Made = z.looseObject({ id: z.string(), webhookUrl: z.string(), secrets: z.object({ token: z.string().regex(/^[0-9A-Za-z]{32}$/), encodingAesKey: z.string().regex(/^[0-9A-Za-z]{43}$/) }) });

const accounts = [{ id: 'wkSales', name: '售前' }, { id: 'wkService', name: '售后' }];
let server: Server;
let simulator: WecomSimulator;
let made: z.infer<typeof Made>;
let env: Record<string, string> = {};
beforeAll(async () => {
  env = { MONGODB_URI: testMongod('wecom_story').uri, HUB_DATA_DIR: await mkdtemp(join(tmpdir(), 'hubbub-wecom-')), HUB_PORT: String(await freePort()) };
  server = await startServer(env);
  simulator = await startWecomSimulator({ seed: 7, accounts, tokenless: 100_000 });
  const { corpId, secret, url } = simulator;
  made = (await server.api('POST', '/channels', { kind: 'wecom', name: '微信客服', bot: false, config: { corpId, secret, apiBase: url, pollSeconds: 5 } })).as(Made);
  simulator.connect({ url: made.webhookUrl, ...made.secrets });
});
afterAll(async () => {
  await simulator?.close();
  await server?.stop();
  await rm(env['HUB_DATA_DIR'] ?? '', { recursive: true, force: true });
});

const conversations = () => conversationsOf(server);
const timeline = (id: string) => timelineOf(server, id);
async function stored(by: string): Promise<{ id: string | undefined; thread: string; text: string | undefined }[]> {
  const known = await conversations();
  return (await Promise.all([...known].map(async ([thread, id]) => (await timeline(id)).filter((one) => one.kind === 'message' && one.actor.kind === by).map((one) => ({ id: one.externalId, thread, text: one.content?.text }))))).flat();
}

const customers = Array.from({ length: 20 }, (_, index) => ({ id: `wm${index}`, account: accounts[index % 2]?.id ?? '' }));
const lives = 3;
const rounds = 6;

describe('a bad day', () => {
  it('the address is checked with the secrets that were made', async () => {
    const answer = await fetch(`${made.webhookUrl}?${addressCheck({ url: '', ...made.secrets }, simulator.corpId, 'a word')}`);
    expect([answer.status, await answer.text()]).toEqual([200, 'a word']);
  });

  it(`360 messages, 30 % of the callbacks lost, calls failing, ${lives} kills: the stored set is the sent set, in order, nothing twice`, async () => {
    simulator.order({ dropped: 0.3, duplicates: 0.1, reordered: 0.1, delayMs: 30, limited: 0.05, failing: 0.05, lying: 0.05, hanging: 0.005, cut: 0.05 });
    for (let life = 1; life <= lives; life += 1) {
      for (let round = 1; round <= rounds; round += 1) {
        for (const { id, account } of customers) {
          simulator.say(id, `message ${life}.${round} of ${id}`, { account });
          await pause(4);
        }
      }
      await server.kill();
      server = await startServer(env);
    }
    const said = simulator.history().said;
    expect(said).toHaveLength(lives * rounds * customers.length);
    const all = await eventually(async () => { const found = await stored('contact'); return found.length >= said.length && found; }, 90_000);
    const place = new Map(customers.map(({ id, account }) => [id, `${account}:${id}`]));
    const byThread = <One extends { thread: string }>(list: One[]) => Object.groupBy(list, ({ thread }) => thread);
    expect(byThread(all)).toEqual(byThread(said.map(({ id, customer, text }) => ({ id, thread: place.get(customer) ?? '', text }))));
    expect(simulator.counts.dropped).toBeGreaterThan(50);
    expect((await server.api('GET', '/quarantine')).body).toMatchObject({ items: [] });
  }, 300_000);

  it('80 replies through the same: each arrives once, in order', async () => {
    const known = await conversations();
    await Promise.all(customers.map(async ({ id, account }) => {
      for (let round = 0; round < 4; round += 1) expect((await server.api('POST', `/conversations/${known.get(`${account}:${id}`)}/messages`, { text: `reply ${round} to ${id}` })).status).toBe(201);
    }));
    const words = () => simulator.history().received.map(({ customer, text }) => ({ customer, text }));
    await eventually(async () => (await Promise.all([...known.values()].map(timeline))).flat().filter((one) => one.actor.kind === 'agent' && one.delivery?.state === 'sent').length === 80, 150_000);
    const expected = customers.flatMap(({ id }) => Array.from({ length: 4 }, (_, round) => ({ customer: id, text: `reply ${round} to ${id}` })));
    expect(Object.groupBy(words(), ({ customer }) => customer)).toEqual(Object.groupBy(expected, ({ customer }) => customer));
  }, 240_000);

  it('a voice note, a recall, a colleague in WeCom and a message that failed later are seen', async () => {
    simulator.order({});
    const customer = 'wm0';
    const thread = `wkSales:${customer}`;
    const id = (await conversations()).get(thread) ?? '';
    simulator.show(customer, 'voice', { type: 'audio/amr', name: 'voice.amr', bytes: new Uint8Array(2_000).fill(7) }, 'wkSales');
    const { id: oops } = simulator.say(customer, 'oops', { account: 'wkSales' });
    simulator.event({ event_type: 'user_recall_msg', external_userid: customer, recall_msgid: oops }, 'wkSales');
    simulator.put({ msgtype: 'text', origin: 5, servicer_userid: 'ZhangSan', external_userid: customer, text: { content: 'from the WeCom app' } }, 'wkSales');
    const failing = simulator.history().received.findLast((one) => one.customer === customer)?.id;
    simulator.event({ event_type: 'msg_send_fail', external_userid: customer, fail_msgid: failing, fail_type: 10 }, 'wkSales');
    const seen = await eventually(async () => {
      const items = await timeline(id);
      return items.some((one) => one.delivery?.state === 'failed') && items.some((one) => one.content?.attachments?.some(({ size }) => size === 2_000)) && items;
    }, 20_000);
    expect(seen.find((one) => one.kind === 'recalled')).toMatchObject({ about: oops });
    expect(seen.find((one) => one.content?.text === 'from the WeCom app')).toMatchObject({ kind: 'message', actor: { kind: 'program' } });
    expect(seen.find((one) => one.externalId === failing)?.delivery).toMatchObject({ state: 'failed', reason: { 'zh-CN': '未送达：客户拒收', en: 'Not delivered: the customer refuses messages' } });
    expect(seen.flatMap((one) => one.content?.attachments ?? [])).toMatchObject([{ role: 'voice', size: 2_000 }]);
    expect((await server.api('POST', `/channels/${made.id}/test`)).body).toMatchObject({ checks: Array.from({ length: 5 }, () => ({ ok: true })) });
  }, 60_000);
});
