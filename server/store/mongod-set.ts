/** The single-node replica set inside our mongod: founding it, waiting for it, and naming its member anew when the port moves. */
import { setTimeout as pause } from 'node:timers/promises';
import mongoose from 'mongoose';
import type { MongodProcess } from './mongod-process.ts';

const SET = 'hubbub';
const START_WITHIN = 60_000;

/** The option that makes mongod a member of our set. */
export const SET_OPTIONS = ['--replSet', SET];

/** The address of a database on a mongod of ours; it names the set, so that the driver waits while mongod starts again. */
export const mongodUri = (port: number, database = 'hubbub') => `mongodb://127.0.0.1:${port}/${database}?replicaSet=${SET}`;

/** A client that failed to connect once stays closed, so each try has its own. */
async function connect(port: number, trying: () => boolean) {
  while (trying()) {
    const client = new mongoose.mongo.MongoClient(`mongodb://127.0.0.1:${port}/?directConnection=true`, { serverSelectionTimeoutMS: 1_000 });
    const met = await client.connect().catch(() => client.close());
    if (met) return met;
    await pause(25);
  }
  throw new Error('mongod does not answer');
}

/** Waits until it takes writes; founds the set on the first start. */
export async function becomePrimary(port: number, running: MongodProcess): Promise<void> {
  const host = `127.0.0.1:${port}`;
  const founding = { _id: SET, version: 1, members: [{ _id: 0, host }] };
  const trying = patience(running);
  const client = await connect(port, trying);
  try {
    const admin = client.db('admin');
    for (; trying(); await pause(25)) {
      const hello = await admin.command({ hello: 1 }).catch(() => null);
      if (hello?.['isWritablePrimary']) return;
      if (!hello || hello['setName']) continue;
      if (hello['info'] === 'Does not have a valid replica set config') await admin.command({ replSetInitiate: founding }).catch(() => null);
    }
    throw new Error(`no primary within ${START_WITHIN} ms`);
  } finally {
    await client.close();
  }
}

/**
 * Gives the set's only member its new address. A node that does not find itself in the set's configuration asks whoever
 * listens at the old address and waits for the answer, so this is done on a mongod started outside the set.
 */
export async function moveMember(port: number, running: MongodProcess): Promise<void> {
  const client = await connect(port, patience(running));
  try {
    const sets = client.db('local').collection('system.replset');
    await sets.updateOne({ members: { $size: 1 } }, { $set: { 'members.0.host': `127.0.0.1:${port}` } });
  } finally {
    await client.close();
  }
}

function patience(running: MongodProcess): () => boolean {
  let over = false;
  void running.ended.catch(() => null).then(() => { over = true; });
  const deadline = performance.now() + START_WITHIN;
  return () => !over && performance.now() < deadline;
}
