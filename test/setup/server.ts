/** The real server as a process of its own, on a free port, for stories that go in at the front door. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { z } from 'zod';

const root = join(import.meta.dirname, '..', '..');

/** Answer of an API call; `json` is parsed on demand with a schema. */
export type Reply = { status: number; body: unknown; as<Out>(schema: z.ZodType<Out>): Out };
export type Server = {
  url: string;
  /** Calls the API as the admin of the fresh hub. */
  api(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Reply>;
  /** The admin's session cookie, `name=value`. */
  cookie: string;
  /** What it printed so far. */
  output(): string;
  process: ChildProcess;
  /** SIGKILL, as a crash would. */
  kill(): Promise<void>;
  /** SIGTERM; resolves with the exit code. */
  stop(): Promise<number | null>;
};

export const admin = { name: '管理员 Ada', email: 'ada@example.com', password: 'correct horse battery' };

/** A TCP port nobody listens on. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  if (!address || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** Calls a server's JSON API. */
export async function call(url: string, method: string, path: string, body: unknown, headers: Record<string, string>): Promise<Reply> {
  const response = await fetch(`${url}/api/v1${path}`, { method, headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers }, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  const text = await response.text();
  const parsed: unknown = text && /json/.test(response.headers.get('content-type') ?? '') ? JSON.parse(text) : text;
  return { status: response.status, body: parsed, as: schema => schema.parse(parsed) };
}

/**
 * Starts the server; makes the first admin, or signs in when there is one.
 * @param env MONGODB_URI or HUB_DATA_DIR at least
 * @param first 'nobody' leaves the server as it starts: with the one-time link in its output and nobody signed in
 */
export async function startServer(env: Record<string, string>, first: 'admin' | 'nobody' = 'admin'): Promise<Server> {
  const port = Number(env['HUB_PORT'] ?? await freePort());
  const url = `http://127.0.0.1:${port}`;
  const child = spawn(join(root, 'node_modules', '.bin', 'node'), [...(env['NODE_FLAGS']?.split(' ') ?? []), 'server/main.ts', ...(env['HUB_ARGS']?.split(' ') ?? [])], {
    cwd: root, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, HUB_LOG_LEVEL: 'warn', HUB_PUBLIC_URL: url, HUB_DATA_DIR: join(tmpdir(), 'hubbub-data-of-tests'), ...env, HUB_PORT: String(port) },
  });
  let output = '';
  child.stdout.on('data', part => { output += String(part); });
  child.stderr.on('data', part => { output += String(part); });
  await ready(url, child, () => output);
  const token = /setup#token=(\S+)/.exec(output)?.[1];
  const signed = first === 'nobody' ? null : token
    ? await fetch(`${url}/api/v1/setup`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ token, ...admin, locale: 'zh-CN' }) })
    : await fetch(`${url}/api/v1/session`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ email: admin.email, password: admin.password }) });
  const cookie = signed?.headers.get('set-cookie')?.split(';')[0] ?? '';
  return {
    url, cookie, process: child, output: () => output,
    api: (method, path, body, headers) => call(url, method, path, body, { cookie, ...headers }),
    async kill() { if (child.exitCode === null && child.signalCode === null) { child.kill('SIGKILL'); await once(child, 'exit'); } },
    async stop() { if (child.exitCode === null && child.signalCode === null) { child.kill('SIGTERM'); await once(child, 'exit'); } return child.exitCode; },
  };
}

async function ready(url: string, child: ChildProcess, output: () => string): Promise<void> {
  for (let waited = 0; waited < 120_000; waited += 50) {
    if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}:\n${output()}`);
    const up = /Hubbub .* is running/.test(output()) && await fetch(`${url}/readyz`).then(response => response.ok, () => false);
    if (up) return;
    await pause(50);
  }
  throw new Error(`the server did not get ready:\n${output()}`);
}
