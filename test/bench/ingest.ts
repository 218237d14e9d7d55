/** API-channel webhook in -> durable -> on an agent's socket, against the bare pipeline in the same run on the same MongoDB. */
import { spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { openMongod } from '../../server/store/mongod.ts';
import { mongodUri } from '../../server/store/mongod-set.ts';
import { freePort, startServer } from '../setup/server.ts';
import { agentSocket, closedLoop, connection, openLoop, sightings, type Figures, type Shot } from './load.ts';

export const name = 'ingest';

const conversations = 5000;
const seconds = Number(process.env['BENCH_SECONDS'] ?? 4);
const text = 'Hello, my order 20260714-55812 has not arrived yet, could you please check where it is? 谢谢您的帮助。'.padEnd(200, '.');
const lines = 256;
/** More a second than either can take. */
const most = 15_000;

type Round = { at32: Figures; at128: Figures; at300: Figures; at1000: Figures };
type Target = { port: number; cookie: string; path: string; secret: string };

let run0 = 0;

/** Requests made before the clock runs: signing is the other system's work, not ours. */
function magazine({ path, secret }: Target, count: number): () => Shot {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const run = ++run0;
  const stamp = Math.floor(Date.now() / 1000);
  const ready = Array.from({ length: count }, (_, index): Shot => {
    const id = `b${run}-${index}`;
    const thread = `c${(index * 7919) % conversations}`;
    const body = JSON.stringify({ id, thread, from: { id: thread, name: thread }, text });
    const signature = createHmac('sha256', key).update(`${id}.${stamp}.${body}`).digest('base64');
    const head = `POST ${path} HTTP/1.1\r\nHost: hub\r\nContent-Type: application/json\r\nwebhook-id: ${id}\r\nwebhook-timestamp: ${stamp}\r\nwebhook-signature: v1,${signature}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n`;
    return { id, bytes: Buffer.concat([Buffer.from(head), Buffer.from(body)]) };
  });
  return () => {
    const shot = ready.pop();
    if (!shot) throw new Error('the magazine is empty: make it larger');
    return shot;
  };
}

async function measure(target: Target): Promise<Round> {
  const eyes = sightings();
  const agent = await agentSocket(target.port, target.cookie, eyes.seen);
  // Fresh for each stage: a server closes a line on which nothing is asked for ten seconds.
  const open = () => Promise.all(Array.from({ length: lines }, () => connection(target.port)));
  await closedLoop(await open(), 16, 2, magazine(target, 2 * most), eyes);
  const round = {
    at300: await openLoop(await open(), 300, seconds, magazine(target, 300 * (seconds + 1)), eyes),
    at1000: await openLoop(await open(), 1000, seconds, magazine(target, 1000 * (seconds + 1)), eyes),
    at32: await closedLoop(await open(), 32, seconds, magazine(target, seconds * most), eyes),
    at128: await closedLoop(await open(), 128, seconds, magazine(target, seconds * most), eyes),
  };
  agent.close();
  return round;
}

const Made = z.looseObject({ id: z.string(), secrets: z.record(z.string(), z.string()) });
const Page = z.looseObject({ items: z.array(z.looseObject({ id: z.string() })), next: z.string().optional() });

/** The hub with 5,000 conversations that agents hold. */
async function startHub(uri: string) {
  const server = await startServer({ MONGODB_URI: uri, HUB_LOG_LEVEL: 'error' });
  const made = (await server.api('POST', '/channels', { kind: 'api', name: 'bench', config: {} })).as(Made);
  const target: Target = { port: Number(new URL(server.url).port), cookie: server.cookie, path: `/hooks/api/${made.id}`, secret: made.secrets['secret'] ?? '' };
  const shots = magazine(target, conversations);
  const sends = await Promise.all(Array.from({ length: 64 }, () => connection(target.port)));
  let left = conversations;
  await Promise.all(sends.map(async send => { while (left-- > 0) await send(shots().bytes); }));
  const { user } = (await server.api('GET', '/session')).as(z.looseObject({ user: z.looseObject({ id: z.string() }) }));
  const ids: string[] = [];
  for (let cursor: string | undefined, more = true; more; more = cursor !== undefined) {
    const page = (await server.api('GET', `/conversations?view=waiting&limit=100${cursor ? `&cursor=${cursor}` : ''}`)).as(Page);
    ids.push(...page.items.map(item => item.id));
    cursor = page.next;
  }
  await Promise.all(Array.from({ length: 32 }, async () => { for (let id = ids.pop(); id; id = ids.pop()) await server.api('POST', `/conversations/${id}/assign`, { agentId: user.id }); }));
  return { server, target };
}

async function startBare(uri: string) {
  const port = await freePort();
  const child = spawn(process.execPath, [join(import.meta.dirname, 'bare-pipeline.ts'), uri, String(port)], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  return { child, target: { port, cookie: '', path: '/in', secret: 'whsec_AAAA' } };
}

/** Three rounds of each, turn by turn; the middle ratio counts. */
export async function run(): Promise<Record<string, number | boolean | string>> {
  const dataDir = await mkdtemp(join(tmpdir(), 'hubbub-bench-'));
  const mongod = await openMongod({ dataDir, binary: process.env['MONGOD_BINARY'], cacheGB: 1, log: () => undefined });
  const rounds: { hub: Round; bare: Round }[] = [];
  try {
    const hub = await startHub(mongodUri(mongod.port, 'hub'));
    const bare = await startBare(mongodUri(mongod.port, 'bare'));
    try {
      for (let turn = 0; turn < 3; turn++) {
        const round = { bare: await measure(bare.target), hub: await measure(hub.target) };
        process.stderr.write(`round ${turn + 1}: at 32 ${round.hub.at32.perSecond} of ${round.bare.at32.perSecond}/s, at 300/s p99 ${round.hub.at300.p99} (${round.bare.at300.p99}) ms\n`);
        rounds.push(round);
      }
    } finally {
      bare.child.kill();
      await hub.server.stop();
    }
  } finally {
    await mongod.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
  const middle = (pick: (round: { hub: Round; bare: Round }) => number) => rounds.map(pick).toSorted((a, b) => a - b)[1] ?? NaN;
  const ratio = Math.round(middle(({ hub, bare }) => hub.at32.perSecond / bare.at32.perSecond) * 100) / 100;
  const result = {
    ratio, perSecond: middle(({ hub }) => hub.at32.perSecond), p50: middle(({ hub }) => hub.at300.p50), p99: middle(({ hub }) => hub.at300.p99),
    limitPerSecond: middle(({ bare }) => bare.at32.perSecond),
    ratioAt128: Math.round(middle(({ hub, bare }) => hub.at128.perSecond / bare.at128.perSecond) * 100) / 100, perSecondAt128: middle(({ hub }) => hub.at128.perSecond),
    p50At1000: middle(({ hub }) => hub.at1000.p50), p99At1000: middle(({ hub }) => hub.at1000.p99),
    limitP50: middle(({ bare }) => bare.at300.p50), limitP99: middle(({ bare }) => bare.at300.p99), limitP99At1000: middle(({ bare }) => bare.at1000.p99),
  };
  return { ...result, reached: ratio >= 0.5 && result.perSecond >= 2000 && result.p50 < 3 && result.p99 < 15 && result.p99At1000 < 30 };
}
