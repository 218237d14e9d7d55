/** The MongoDB of our own: one node, a replica set (transactions and change streams work), kept in the data directory. */
import { access, mkdir, readFile, rename, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { findMongod } from './mongod-binary.ts';
import { claimData, type Note, releaseData, writeNote } from './mongod-note.ts';
import { identity, type MongodProcess, startMongod } from './mongod-process.ts';
import { becomePrimary, mongodUri, moveMember, SET_OPTIONS } from './mongod-set.ts';

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

const STOP_WITHIN = 10_000;
const LOG_LIMIT = 20 * 1024 * 1024;

/** Uses the mongod that already runs on this data, or starts it and keeps it running until `stop` or our end. */
export async function openMongod(options: OpenMongod): Promise<Mongod> {
  const dataDir = resolve(options.dataDir);
  const dbPath = join(dataDir, 'db');
  await mkdir(dbPath, { recursive: true });
  const noteFile = join(dataDir, 'mongod.json');
  const claim = await claimData(noteFile, dbPath);
  if ('running' in claim) {
    const { pid, port } = claim.running;
    return { uri: mongodUri(port), port, pid, ours: false, stop: async () => {} };
  }
  try {
    return await runMongod({ ...options, dataDir }, noteFile, claim.last);
  } catch (error) {
    await releaseData(noteFile, claim.last);
    throw error;
  }
}

async function runMongod(options: OpenMongod, noteFile: string, last: Note | undefined): Promise<Mongod> {
  const { dataDir, log } = options;
  const dbPath = join(dataDir, 'db');
  const logPath = join(dataDir, 'mongod.log');
  const binary = await findMongod({ binary: options.binary, last: last?.binary, cacheDir: options.cacheDir, log });
  const port = options.port || (await freePort(last?.port));
  await trimLog(logPath);

  const launch = async (ready: typeof becomePrimary, extra: string[]) => {
    const started = await startMongod(binary, [
      '--dbpath', dbPath, '--port', String(port), '--bind_ip', '127.0.0.1', '--quiet', '--logpath', logPath, '--logappend',
      ...(process.platform === 'win32' ? [] : ['--nounixsocket']),
      '--wiredTigerCacheSizeGB', String(options.cacheGB ?? 0.5),
      '--setParameter', 'diagnosticDataCollectionEnabled=false',
      // It serves this machine alone: nobody is to be drained before it stops.
      '--setParameter', 'shutdownTimeoutMillisForSignaledShutdown=100',
      ...extra,
    ]);
    try {
      await ready(port, started);
      return started;
    } catch (cause) {
      await started.end(0);
      throw new Error(`mongod did not start: ${await lastWords(logPath)}`, { cause });
    }
  };
  const note = (pid: number) => writeNote(noteFile, { owner: pid ? identity(process.pid) : '', pid, port, binary });

  const began = performance.now();
  const founded = await access(join(dbPath, 'WiredTiger')).then(() => true, () => false);
  if (founded && port !== last?.port) await (await launch(moveMember, [])).end(STOP_WITHIN);
  const kept = await keepRunning(async () => {
    const started = await launch(becomePrimary, [...SET_OPTIONS, '--oplogSize', '990']);
    await note(started.pid);
    return started;
  }, log);
  log(`MongoDB ready on 127.0.0.1:${port} after ${Math.round(performance.now() - began)} ms, data in ${dbPath}`);
  return {
    uri: mongodUri(port),
    port,
    ours: true,
    get pid() { return kept.pid(); },
    async stop() {
      await kept.stop();
      await note(0);
    },
  };
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

async function trimLog(file: string): Promise<void> {
  const size = await stat(file).then((found) => found.size, () => 0);
  if (size > LOG_LIMIT) await rename(file, `${file}.1`);
}

async function lastWords(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch(() => '');
  const lines = text.split('\n').filter((line) => /"s":"[FE]"/.test(line));
  return lines.at(-1)?.slice(0, 500) ?? `see ${file}`;
}
