/** One mongod process that cannot outlive us, and the note that lets other processes find it. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

export interface MongodProcess {
  pid: number;
  ended: Promise<number | null>;
  /** Ends it gently, then for certain. */
  end(within: number): Promise<void>;
}

/**
 * The shell holds the read end of a pipe that only we write to. The kernel closes it however we end, SIGKILL included, and
 * the inner shell then ends mongod. The outer one waits for mongod, so that its death is ours to see.
 */
const GUARD = `
exec 3<&0
"$@" </dev/null >/dev/null 2>&1 3<&- &
mongod=$!
echo $mongod
( read _ <&3
  kill -TERM $mongod 2>/dev/null
  for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do kill -0 $mongod 2>/dev/null || exit 0; sleep 0.1; done
  kill -KILL $mongod 2>/dev/null
) >/dev/null 2>&1 &
guard=$!
wait $mongod
code=$?
kill $guard 2>/dev/null
exit $code
`;

/** Starts a mongod that ends when this process ends. */
export async function startMongod(binary: string, options: string[]): Promise<MongodProcess> {
  // There is no such shell on Windows: a leftover there is ended at the next start instead.
  const guarded = process.platform !== 'win32';
  // Detached: Ctrl-C in the terminal reaches us alone, and we stop in our own order.
  const child = guarded
    ? spawn('/bin/sh', ['-c', GUARD, 'hubbub-mongod', binary, ...options], { detached: true, stdio: ['pipe', 'pipe', 'ignore'] })
    : spawn(binary, options, { stdio: 'ignore' });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('exit', (code) => resolve(code));
    child.once('error', reject);
  });
  ended.catch(() => {});
  const pid = guarded ? await firstNumber(child, ended) : (child.pid ?? 0);
  // A script that has finished its work may end although mongod runs: the guard sees to the rest.
  child.unref();
  for (const stream of [child.stdin, child.stdout]) if (stream instanceof Socket) stream.unref();
  return {
    pid,
    ended,
    async end(within) {
      signal(pid, 'SIGTERM');
      const late = setTimeout(() => signal(pid, 'SIGKILL'), within);
      child.ref();
      await ended.catch(() => {});
      clearTimeout(late);
    },
  };
}

async function firstNumber(child: ChildProcess, ended: Promise<unknown>): Promise<number> {
  if (!child.stdout) throw new Error('the mongod guard has no output');
  const lines = createInterface(child.stdout);
  const line = await Promise.race([new Promise<string>((resolve) => { lines.once('line', resolve); }), ended.then(() => '')]);
  lines.close();
  return Number(line) || 0;
}

/** Sends a signal; a process that is gone already is as good. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    if (pid > 0) process.kill(pid, name);
  } catch {
    // gone
  }
}

/** Whether a process lives. */
export function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return pid > 0;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** A name for a live process that a later one with the same number does not share: number and, on Linux, start time. */
export function identity(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [state = 'X', ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // A zombie has ended; only its parent has not looked yet.
    return 'ZX'.includes(state) ? '' : `${pid}:${rest[18]}`;
  } catch {
    return lives(pid) ? `${pid}:` : '';
  }
}

/** Whether a process is a mongod on this data, and not a stranger that got the number. */
export async function servesData(pid: number, dbPath: string): Promise<boolean> {
  if (!lives(pid)) return false;
  const command = process.platform === 'linux'
    ? readQuietly(`/proc/${pid}/cmdline`).split('\0').join(' ')
    : await promisify(execFile)('ps', ['-o', 'command=', '-p', String(pid)]).then(({ stdout }) => stdout, () => '');
  return command.includes('mongod') && command.includes(dbPath);
}

function readQuietly(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
