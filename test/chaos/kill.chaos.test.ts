/** Under load, server or mongod die at random moments; afterwards every acknowledged message is there exactly once, in order, every effect happened, and every head is its fold. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import mongoose from 'mongoose';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { openMongod, type Mongod } from '../../server/store/mongod.ts';
import { mongodUri } from '../../server/store/mongod-set.ts';
import { eventually } from '../setup/eventually.ts';
import { call, freePort, startServer, type Server } from '../setup/server.ts';
import { startApiSystem, type ApiSystem } from '../simulators/api-system.ts';
import { check } from './checker.ts';
import { answering, apiCustomer, visitor } from './load.ts';

const kills = Number(process.env['KILLS'] ?? 50);
const Made = z.looseObject({ id: z.string(), secrets: z.record(z.string(), z.string()).optional() });

let dataDir: string;
let mongod: Mongod;
let uri: string;
let server: Server;
let system: ApiSystem;
let channels: { api: string; chat: string };
let token: string;
let env: Record<string, string>;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'hubbub-chaos-'));
  mongod = await openMongod({ dataDir, binary: process.env['MONGOD_BINARY'], cacheGB: 0.25, log: () => undefined });
  uri = mongodUri(mongod.port, 'chaos');
  env = { MONGODB_URI: uri, HUB_PORT: String(await freePort()), HUB_DATA_DIR: dataDir, HUB_LOG_LEVEL: 'silent' };
  server = await startServer(env);
  const port = await freePort();
  const api = (await server.api('POST', '/channels', { kind: 'api', name: 'chaos', config: { replyUrl: `http://127.0.0.1:${port}/`, allowPrivateReplyUrl: true } })).as(Made);
  system = await startApiSystem({ secret: api.secrets?.['secret'] ?? '', hub: `${server.url}/hooks/api/${api.id}`, port });
  const chat = (await server.api('POST', '/channels', { kind: 'webchat', name: 'chaos' })).as(Made);
  await server.api('POST', '/answers', { question: '退款多久到账', answer: '退款在 3 个工作日内原路退回。', locale: 'zh-CN' });
  channels = { api: api.id, chat: chat.id };
  token = (await server.api('POST', '/tokens', { name: 'answering', role: 'agent' })).as(z.looseObject({ token: z.string() })).token;
});
afterEach(async () => {
  await server?.kill();
  await system?.stop();
  await mongod?.stop();
  await rm(dataDir, { recursive: true, force: true });
});

const asProgram = (method: string, path: string, body?: unknown) => call(server.url, method, path, body, { authorization: `Bearer ${token}` });

/** Customers, visitors and answers until the signal; then what was acknowledged. */
function underLoad(stopping: AbortSignal) {
  const customers = Array.from({ length: 12 }, (_, index) => apiCustomer(system, channels.api, `customer-${index}`, stopping));
  const visitors = Array.from({ length: 4 }, () => visitor(server.url, channels.chat, stopping));
  const answers = answering(asProgram, channels.api, stopping);
  return async () => ({ said: await Promise.all([...customers, ...visitors].map(({ done }) => done)), replies: await answers });
}

/** Effects still under way, and heads still to be written. */
const underWay = async () => { const { unsettled, unfolded } = await check(uri, [], []); return unsettled.length + unfolded.length; };

test(`${kills} kills at random moments: nothing acknowledged is lost, doubled, reordered or left undone`, { timeout: 15 * 60_000 }, async () => {
  const stop = new AbortController();
  const finish = underLoad(stop.signal);
  for (let kill = 0; kill < kills; kill++) {
    await pause(200 + Math.random() * 1200);
    if (kill % 5 === 4) {
      const before = mongod.pid;
      process.kill(before, 'SIGKILL');
      await eventually(() => mongod.pid !== before, 30_000);
    } else {
      await server.kill();
      server = await startServer(env);
    }
  }
  await pause(1000);
  stop.abort();
  const { said, replies } = await finish();
  await eventually(async () => (await underWay()) === 0, 60_000).catch(() => undefined);
  const { counted, ...findings } = await check(uri, said, replies);
  expect(findings).toEqual({ lost: [], twice: [], outOfOrder: [], gaps: [], unfolded: [], unsettled: [] });
  expect(counted).toBeGreaterThan(kills * 10);
  expect(said.every(({ ids }) => ids.length > 3)).toBe(true);
  // Every reply reached the other system, and what it took in is what was said to it.
  const told = system.replies().map(reply => reply.text);
  expect(replies.filter(id => !told.includes(`answer ${id}`))).toEqual([]);
  expect(replies.length).toBeGreaterThan(kills);
  expect(new Set(told).size).toBe(told.length);
});

test('with the guarantees switched off the checker sees it', { timeout: 120_000 }, async () => {
  const client = await mongoose.mongo.MongoClient.connect(uri);
  const entries = client.db().collection('entries');
  await entries.dropIndex('platform');
  const words = { id: 'said-once', thread: 'customer-0', from: { id: 'customer-0' }, text: 'hello' };
  await system.insist(words);
  await system.insist(words);
  await system.insist({ ...words, id: 'said-later' });
  await system.insist({ ...words, id: 'never-kept' });
  await eventually(async () => (await client.db().collection('heads').countDocuments({ seq: 4 })) === 1);
  await entries.deleteOne({ externalId: 'never-kept' });
  await entries.updateOne({ externalId: 'said-later' }, { $set: { 'changes.unread': 99 } });
  const found = await check(uri, [{ channelId: channels.api, thread: 'customer-0', ids: ['said-later', 'said-once', 'never-kept'] }], ['reply-000000']);
  await client.close();
  expect(found).toMatchObject({ lost: ['never-kept', 'reply-000000'], twice: ['said-once'], outOfOrder: ['customer-0'] });
  expect(found.unfolded).toHaveLength(1);
});
