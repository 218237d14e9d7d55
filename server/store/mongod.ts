/** The MongoDB of our own: one node, a replica set (transactions and change streams work), kept in the data directory. */
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import mongoose from 'mongoose';
import { z } from 'zod';
import { findMongod } from './mongod-binary.ts';
import { identity, lives, type MongodProcess, servesData, signal, startMongod } from './mongod-process.ts';

export interface Mongod {
  /** For the driver; names the replica set, so that it waits for the primary while mongod restarts. */
  uri: string;
  port: number;
  /** Changes when mongod died and was started again. */
  readonly pid: number;
  /** False when another process of ours runs it: `stop` then leaves it alone. */
  ours: boolean;
  stop(): Promise<void>;
}

export interface OpenMongod {
  dataDir: string;
  port?: number | undefined;
  /** MONGOD_BINARY. */
  binary?: string | undefined;
  cacheDir?: string | undefined;
  cacheGB?: number;
  log: (text: string) => void;
}

/** dataDir/mongod.json: who runs it, where. `port` and `binary` outlive a stop. */
const Note = z.object({ owner: z.string(), pid: z.number(), port: z.number(), binary: z.string().optional() });
type Note = z.infer<typeof Note>;

const SET = 'hubbub';
const START_WITHIN = 60_000;
const STOP_WITHIN = 10_000;
const LOG_LIMIT = 20 * 1024 * 1024;

/** The address of a database on a mongod of ours. */
export const mongodUri = (port: number, database = 'hubbub') => `mongodb://127.0.0.1:${port}/${database}?replicaSet=${SET}`;

/** Uses the mongod that already runs on this data, or starts it and keeps it running until `stop` or our end. */
export async function openMongod(options: OpenMongod): Promise<Mongod> {
  const dataDir = resolve(options.dataDir);
  const dbPath = join(dataDir, 'db');
  await mkdir(dbPath, { recursive: true });
  const noteFile = join(dataDir, 'mongod.json');
  const claimed = await claim(noteFile, dbPath);
  if ('running' in claimed) return shared(claimed.running);

  const { log } = options;
  const me = identity(process.pid);
  try {
    const binary = await findMongod({ binary: options.binary, last: claimed.last?.binary, cacheDir: options.cacheDir, log });
    const port = options.port || (await freePort(claimed.last?.port));
    await trimLog(join(dataDir, 'mongod.log'));
    const start = async () => {
      const started = await startMongod(binary, [
        '--dbpath', dbPath, '--port', String(port), '--bind_ip', '127.0.0.1', '--nounixsocket', '--replSet', SET,
        '--wiredTigerCacheSizeGB', String(options.cacheGB ?? 0.5), '--oplogSize', '990', '--quiet',
        '--logpath', join(dataDir, 'mongod.log'), '--logappend',
        '--setParameter', 'diagnosticDataCollectionEnabled=false',
        // It serves this machine alone: nobody is to be drained before it stops.
        '--setParameter', 'shutdownTimeoutMillisForSignaledShutdown=100',
      ]);
      try {
        await becomePrimary(port, started);
      } catch (cause) {
        await started.end(0);
        throw new Error(`mongod did not start: ${await lastWords(join(dataDir, 'mongod.log'))}`, { cause });
      }
      await writeNote(noteFile, { owner: me, pid: started.pid, port, binary });
      return started;
    };
    const began = performance.now();
    const kept = await keepRunning(start, log);
    log(`MongoDB ready on 127.0.0.1:${port} after ${Math.round(performance.now() - began)} ms, data in ${dbPath}`);
    return {
      uri: mongodUri(port),
      port,
      ours: true,
      get pid() { return kept.pid(); },
      async stop() {
        await kept.stop();
        await writeNote(noteFile, { owner: '', pid: 0, port, binary });
      },
    };
  } catch (error) {
    await release(noteFile, claimed.last);
    throw error;
  }
}

/** Starts it again on the same data whenever it ends before we want it to. */
async function keepRunning(start: () => Promise<MongodProcess>, log: (text: string) => void) {
  let current = await start();
  let stopping = false;
  let restarting = Promise.resolve();
  const watch = () => {
    void current.ended.catch(() => null).then((code) => {
      if (!stopping) restarting = restart(code);
    });
  };
  const restart = async (code: number | null) => {
    log(`MongoDB ended by itself (${code === null ? 'killed' : `code ${code}`}); starting it again`);
    for (let wait = 100; !stopping; wait = Math.min(wait * 2, 5_000)) {
      try {
        current = await start();
        log(`MongoDB is back (pid ${current.pid})`);
        watch();
        return;
      } catch (error) {
        log(`${error instanceof Error ? error.message : error}; next try in ${wait} ms`);
        await pause(wait, undefined, { ref: false });
      }
    }
  };
  watch();
  return {
    pid: () => current.pid,
    async stop() {
      stopping = true;
      await restarting;
      await current.end(STOP_WITHIN);
    },
  };
}

function shared(note: Note): Mongod {
  return { uri: mongodUri(note.port), port: note.port, pid: note.pid, ours: false, stop: async () => {} };
}

/** Takes the right to run mongod on this data, or finds who runs it. */
async function claim(noteFile: string, dbPath: string): Promise<{ running: Note } | { last: Note | undefined }> {
  const me = identity(process.pid);
  const deadline = performance.now() + START_WITHIN;
  for (;;) {
    const note = await readNote(noteFile);
    if (!note || !note.owner || !ownerLives(note.owner)) {
      if (note?.pid) await endLeftover(note.pid, dbPath);
      if (await take(noteFile, { owner: me, pid: 0, port: note?.port ?? 0, binary: note?.binary })) return { last: note };
    } else if (note.pid && lives(note.pid)) {
      return { running: note };
    }
    // Its owner is starting it, or starting it again.
    if (performance.now() > deadline) throw new Error(`Process ${note?.owner} holds ${dbPath} and its mongod does not answer`);
    await pause(50);
  }
}

const ownerLives = (owner: string) => identity(Number(owner.split(':')[0])) === owner;

async function endLeftover(pid: number, dbPath: string): Promise<void> {
  // Its guard is ending it already when its parent has just died.
  for (let waited = 0; await servesData(pid, dbPath); waited += 50) {
    if (waited >= 2_000) signal(pid, 'SIGKILL');
    await pause(50);
  }
}

async function readNote(file: string): Promise<Note | undefined> {
  try {
    return Note.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    return undefined;
  }
}

async function writeNote(file: string, note: Note): Promise<void> {
  const draft = `${file}.${process.pid}`;
  await writeFile(draft, JSON.stringify(note), { mode: 0o600 });
  await rename(draft, file);
}

/** Of two processes that start at once exactly one gets through the `wx`. */
async function take(file: string, note: Note): Promise<boolean> {
  const gate = `${file}.taking`;
  try {
    await writeFile(gate, note.owner, { flag: 'wx' });
  } catch {
    const holder = await readFile(gate, 'utf8').catch(() => '');
    if (holder && !ownerLives(holder)) await rm(gate, { force: true });
    return false;
  }
  try {
    const now = await readNote(file);
    if (now?.owner && ownerLives(now.owner)) return false;
    await writeNote(file, note);
    return true;
  } finally {
    await rm(gate, { force: true });
  }
}

async function release(file: string, last: Note | undefined): Promise<void> {
  await writeNote(file, { owner: '', pid: 0, port: last?.port ?? 0, binary: last?.binary });
}

/** The port of last time if it is still free: the replica set knows itself by it. */
async function freePort(wanted = 0): Promise<number> {
  const tryPort = (port: number) => new Promise<number>((done) => {
    const probe = createServer().once('error', () => done(0));
    probe.listen(port, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => done(address && typeof address === 'object' ? address.port : 0));
    });
  });
  return (wanted && (await tryPort(wanted))) || (await tryPort(0));
}

/** Waits until it takes writes; founds the set on the first start and renames its member when the port has changed. */
async function becomePrimary(port: number, running: MongodProcess): Promise<void> {
  const host = `127.0.0.1:${port}`;
  const config = (version: number) => ({ _id: SET, version, members: [{ _id: 0, host }] });
  let over = false;
  void running.ended.catch(() => null).then(() => { over = true; });
  const deadline = performance.now() + START_WITHIN;
  const trying = () => !over && performance.now() < deadline;

  const connect = async () => {
    // A client that failed to connect once stays closed, so each try has its own.
    while (trying()) {
      const client = new mongoose.mongo.MongoClient(`mongodb://${host}/?directConnection=true`, { serverSelectionTimeoutMS: 1_000 });
      const met = await client.connect().catch(() => client.close());
      if (met) return met;
      await pause(25);
    }
    throw new Error(over ? 'it ended while starting' : 'it does not answer');
  };
  const client = await connect();
  try {
    const admin = client.db('admin');
    for (; trying(); await pause(25)) {
      const hello = await admin.command({ hello: 1 }).catch(() => null);
      if (hello?.['isWritablePrimary']) return;
      if (!hello || (hello['setName'] && hello['me'] === host)) continue;
      const known = await admin.command({ replSetGetConfig: 1 }).then(
        (answer) => answer['config'],
        (error: unknown) => (error instanceof Error && 'codeName' in error && error.codeName === 'NotYetInitialized' ? null : undefined),
      );
      const founding = known === null ? { replSetInitiate: config(1) } : undefined;
      const moving = known && known.members[0]?.host !== host ? { replSetReconfig: config(known.version + 1), force: true } : undefined;
      const command = founding ?? moving;
      if (command) await admin.command(command).catch(() => null);
    }
    throw new Error(over ? 'it ended while starting' : `no primary within ${START_WITHIN} ms`);
  } finally {
    await client.close();
  }
}

async function trimLog(file: string): Promise<void> {
  const size = await stat(file).then((found) => found.size, () => 0);
  if (size > LOG_LIMIT) await rename(file, `${file}.1`);
}

async function lastWords(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch(() => '');
  const lines = text.split('\n').filter((line) => /"s":"[FE]"/.test(line));
  return lines.at(-1)?.slice(0, 500) ?? `see ${file}`;
}
