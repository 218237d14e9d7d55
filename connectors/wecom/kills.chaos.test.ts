/** M6 of the channel: 30 % of the callbacks are lost and the server is killed 20 times in the middle of it; the stored set is the sent set. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { eventually } from '../../test/setup/eventually.ts';
import { testMongod } from '../../test/setup/mongo.ts';
import { freePort, startServer, type Server } from '../../test/setup/server.ts';
import { startWecomSimulator, type WecomSimulator } from '../../test/simulators/wecom.ts';

const Made = z.looseObject({ webhookUrl: z.string(), secrets: z.object({ token: z.string(), encodingAesKey: z.string() }) });
const Conversations = z.looseObject({ items: z.array(z.looseObject({ id: z.string() })) });
const Timeline = z.looseObject({ items: z.array(z.looseObject({ kind: z.string(), externalId: z.string().optional(), content: z.looseObject({ text: z.string().optional() }).optional() })) });

const customers = Array.from({ length: 10 }, (_, index) => `wm${index}`);
const kills = 20;
let server: Server;
let simulator: WecomSimulator;
let env: Record<string, string> = {};
beforeAll(async () => {
  env = { MONGODB_URI: testMongod('wecom_kills').uri, HUB_DATA_DIR: await mkdtemp(join(tmpdir(), 'hubbub-wecom-')), HUB_PORT: String(await freePort()) };
  server = await startServer(env);
  simulator = await startWecomSimulator({ seed: 23, tokenless: 100_000, page: 7 });
  const { corpId, secret, url } = simulator;
  const made = (await server.api('POST', '/channels', { kind: 'wecom', name: '微信客服', bot: false, config: { corpId, secret, apiBase: url, pollSeconds: 5 } })).as(Made);
  simulator.connect({ url: made.webhookUrl, ...made.secrets });
});
afterAll(async () => {
  await simulator?.close();
  await server?.stop();
  await rm(env['HUB_DATA_DIR'] ?? '', { recursive: true, force: true });
});

test(`${kills} kills lose nothing and repeat nothing`, async () => {
  simulator.order({ dropped: 0.3, duplicates: 0.1, reordered: 0.1, delayMs: 30, limited: 0.05, failing: 0.05, lying: 0.05, cut: 0.05 });
  let over = false;
  const talking = (async () => {
    for (let count = 0; !over; count += 1) {
      const customer = customers[count % customers.length] ?? '';
      simulator.say(customer, `word ${count}`);
      await pause(40);
    }
  })();
  for (let kill = 1; kill <= kills; kill += 1) {
    // At another moment each time: while fetching, while storing, before the cursor is kept.
    await pause(50 + (kill * 37) % 400);
    await server.kill();
    server = await startServer(env);
  }
  over = true;
  await talking;
  const said = simulator.history().said.map(({ id, text }) => ({ id, text }));
  const ids = async () => (await server.api('GET', '/conversations?view=all&limit=100')).as(Conversations).items.map(({ id }) => id);
  const words = async (id: string) => {
    const found = [];
    for (let after = 0; ; after += 100) {
      const { items } = (await server.api('GET', `/conversations/${id}/timeline?after=${after}&limit=100`)).as(Timeline);
      found.push(...items.filter(({ kind }) => kind === 'message').map((one) => ({ id: one.externalId ?? '', text: one.content?.text ?? '' })));
      if (items.length < 100) return found;
    }
  };
  const all = await eventually(async () => { const found = (await Promise.all((await ids()).map(words))).flat(); return found.length >= said.length && found; }, 90_000);
  const sorted = (list: typeof said) => list.toSorted((a, b) => a.id.localeCompare(b.id));
  expect(sorted(all)).toEqual(sorted(said));
  expect(said.length).toBeGreaterThan(300);
  expect(simulator.counts.dropped).toBeGreaterThan(60);
}, 400_000);
