/** A hub in this process, on a database of the test run; several on one database are several nodes. */
import mongoose from 'mongoose';
import pino from 'pino';
import type { Bot } from '../../bots/bot.ts';
import type { Embedder } from '../../bots/embeddings/embedder.ts';
import type { Judge } from '../../bots/judge.ts';
import type { Writer } from '../../bots/writer.ts';
import { retrievalBot } from '../../bots/retrieval/retrieval.ts';
import type { ChannelKind } from '../../connectors/connector.ts';
import { channelKinds } from '../../connectors/index.ts';
import type { Hub } from '../../server/hub.ts';
import type { ReadMoods } from '../../server/sentiment/schema.ts';
import { openHub } from '../../server/open-hub.ts';

export type Node = { hub: Hub; db: mongoose.Connection; stop(): Promise<void> };

/** Opens a node. @param now its clock, for tests of time */
export async function startNode(uri: string, options: { bot?: Bot; judge?: Judge; writer?: Writer; readMoods?: ReadMoods; embedder?: Embedder; kinds?: readonly ChannelKind[]; now?: () => Date; soleNode?: boolean; probeMs?: number; privateHosts?: readonly string[] } = {}): Promise<Node> {
  const db = await mongoose.createConnection(uri, { w: 'majority', journal: true }).asPromise();
  const { hub, stop } = await openHub({
    db, log: pino({ level: 'silent' }), bot: options.bot ?? retrievalBot, judge: options.judge, writer: options.writer, readMoods: options.readMoods ?? 'off', embedder: options.embedder, kinds: options.kinds ?? channelKinds, publicUrl: 'http://127.0.0.1:1',
    secretKey: new Uint8Array(32), soleNode: options.soleNode ?? false, ...(options.privateHosts ? { privateHosts: options.privateHosts } : {}), ...(options.probeMs ? { probeMs: options.probeMs } : {}), ...(options.now ? { now: options.now } : {}),
  });
  return { hub, db, async stop() { await stop(); await db.close(); } };
}
