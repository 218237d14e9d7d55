/** The shared mongod of a test run: started once by vitest (globalSetup), a database of its own for each test file. */
import { randomUUID } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { inject } from 'vitest';
import { openMongod } from '../../server/store/mongod.ts';
import { lives } from '../../server/store/mongod-process.ts';
import { mongodUri } from '../../server/store/mongod-set.ts';

declare module 'vitest' {
  interface ProvidedContext {
    mongodPort: number;
  }
}

const FOLDER = 'hubbub-test-';

/** Takes away what runs that were killed left behind. */
async function sweep(): Promise<void> {
  const left = (await readdir(tmpdir())).filter((name) => name.startsWith(FOLDER) && !lives(Number(name.slice(FOLDER.length))));
  await Promise.all(left.map((name) => rm(join(tmpdir(), name), { recursive: true, force: true })));
}

/** Starts the run's mongod; the projects of one run share it. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  await sweep();
  const dataDir = join(tmpdir(), `${FOLDER}${process.pid}`);
  const mongod = await openMongod({ dataDir, binary: process.env['MONGOD_BINARY'], cacheGB: 0.25, log: () => {} });
  project.provide('mongodPort', mongod.port);
  return async () => {
    if (!mongod.ours) return;
    await mongod.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
}

/** An empty database on the run's mongod: `uri` names it. */
export function testMongod(name = 'test'): { uri: string; database: string; port: number } {
  const port = inject('mongodPort');
  const database = `${name}_${randomUUID().slice(0, 8)}`;
  return { uri: mongodUri(port, database), database, port };
}
