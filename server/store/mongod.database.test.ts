import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import mongoose from 'mongoose';
import { afterEach, expect, test } from 'vitest';
import { testMongod } from '../../test/setup/mongo.ts';
import { lives } from './mongod-process.ts';
import { type Mongod, openMongod } from './mongod.ts';

const undo: Array<() => unknown> = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

const scratch = async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'hubbub-mongod-'));
  undo.push(() => rm(dataDir, { recursive: true, force: true, maxRetries: 30, retryDelay: 100 }));
  return dataDir;
};
const open = async (dataDir: string, port?: number): Promise<Mongod> => {
  const mongod = await openMongod({ dataDir, port, cacheGB: 0.25, log: () => {} });
  undo.push(() => mongod.stop());
  return mongod;
};
const connect = async (uri: string) => {
  const client = await mongoose.mongo.MongoClient.connect(uri);
  undo.push(() => client.close());
  return client;
};
const gone = async (pid: number, within: number) => {
  const began = performance.now();
  while (lives(pid) && performance.now() - began < within) await pause(20);
  return !lives(pid);
};

test('takes transactions and change streams', async () => {
  const client = await connect(testMongod().uri);
  const facts = client.db().collection('facts');
  await facts.insertOne({ first: true });
  const stream = facts.watch();
  undo.push(() => stream.close());
  const next = stream.next();
  await pause(100);
  await client.withSession((session) => session.withTransaction(() => facts.insertOne({ second: true }, { session })));
  expect((await next).operationType).toBe('insert');
  expect(await facts.countDocuments()).toBe(2);
});

test('keeps data and port over a stop, and takes another port when that one is taken', async () => {
  const dataDir = await scratch();
  const first = await open(dataDir);
  await (await connect(first.uri)).db().collection('kept').insertOne({ kept: true });
  await first.stop();
  expect(lives(first.pid)).toBe(false);

  const second = await open(dataDir);
  expect(second.port).toBe(first.port);
  await second.stop();

  const squatter = createServer().listen(first.port, '127.0.0.1');
  undo.push(() => squatter.close());
  const third = await open(dataDir);
  expect(third.port).not.toBe(first.port);
  expect(await (await connect(third.uri)).db().collection('kept').countDocuments()).toBe(1);
});

test('starts again on the same port and data when mongod is killed', async () => {
  const mongod = await open(await scratch());
  const kept = (await connect(mongod.uri)).db().collection('kept');
  for (let round = 1; round <= 3; round += 1) {
    await kept.insertOne({ round }, { writeConcern: { w: 'majority', journal: true } });
    const killed = mongod.pid;
    process.kill(killed, 'SIGKILL');
    await gone(killed, 2_000);
    // The driver tries once more by itself, which is too early while mongod starts.
    await expect.poll(() => kept.countDocuments().catch(() => -1), { timeout: 30_000 }).toBe(round);
    await expect.poll(() => mongod.pid, { timeout: 30_000 }).not.toBe(killed);
  }
});

/** Another process that opens the same data, as the server and the command line do. */
const other = async (dataDir: string): Promise<{ child: ChildProcess; said: { pid: number; port: number; ours: boolean } }> => {
  const source = `
    import { openMongod } from ${JSON.stringify(join(import.meta.dirname, 'mongod.ts'))};
    const { pid, port, ours } = await openMongod({ dataDir: ${JSON.stringify(dataDir)}, cacheGB: 0.25, log: () => {} });
    console.log(JSON.stringify({ pid, port, ours }));
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', source], { stdio: ['ignore', 'pipe', 'inherit'] });
  undo.push(() => child.kill('SIGKILL'));
  const line = await new Promise<string>((resolve, reject) => {
    child.stdout.once('data', (chunk: Buffer) => resolve(chunk.toString()));
    child.once('exit', () => reject(new Error('the other process ended')));
  });
  return { child, said: JSON.parse(line) };
};

test('mongod does not outlive a killed parent, and the next one starts on its data', async () => {
  const dataDir = await scratch();
  const { child, said } = await other(dataDir);
  expect(said.ours).toBe(true);
  child.kill('SIGKILL');
  expect(await gone(said.pid, 5_000)).toBe(true);
  const next = await open(dataDir);
  expect(next.ours).toBe(true);
  expect(next.port).toBe(said.port);
});

test('a parent that is killed and started again at once finds no leftover in its way', async () => {
  const dataDir = await scratch();
  const { child, said } = await other(dataDir);
  child.kill('SIGKILL');
  await once(child, 'exit');
  const next = await open(dataDir);
  expect(next.ours).toBe(true);
  expect(lives(said.pid)).toBe(false);
});

test('a second process uses the running one, and leaves it running', async () => {
  const dataDir = await scratch();
  const mine = await open(dataDir);
  const { child, said } = await other(dataDir);
  expect(said).toEqual({ pid: mine.pid, port: mine.port, ours: false });
  child.kill('SIGKILL');
  await pause(300);
  expect(lives(mine.pid)).toBe(true);
});

test('of two that start at once one runs mongod', async () => {
  const dataDir = await scratch();
  const both = await Promise.all([other(dataDir), other(dataDir)]);
  expect(both.map(({ said }) => said.ours).sort()).toEqual([false, true]);
  expect(both[0].said.pid).toBe(both[1].said.pid);
});

test('says why it cannot start, and can be tried again', async () => {
  const dataDir = await scratch();
  const squatter = createServer();
  const port = await new Promise<number>((resolve) => {
    squatter.listen(0, '127.0.0.1', () => {
      const address = squatter.address();
      resolve(typeof address === 'object' && address ? address.port : 0);
    });
  });
  undo.push(() => squatter.close());
  await expect(open(dataDir, port)).rejects.toThrow(/did not start: .*(in use|SocketException)/i);
  expect(JSON.parse(await readFile(join(dataDir, 'mongod.json'), 'utf8')).owner).toBe('');
  await expect(openMongod({ dataDir, binary: '/nowhere/mongod', log: () => {} })).rejects.toThrow(/\/nowhere\/mongod does not run/);
  const lacking = join(dataDir, 'lacking-mongod');
  await writeFile(lacking, '#!/bin/sh\necho "mongod: error while loading shared libraries: libcurl.so.4" >&2; exit 127\n', { mode: 0o755 });
  await expect(openMongod({ dataDir, binary: lacking, log: () => {} })).rejects.toThrow(/needs libcurl.*apt-get install libcurl4/);
  expect((await open(dataDir)).ours).toBe(true);
});
