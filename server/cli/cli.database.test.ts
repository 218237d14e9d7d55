import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mongoose from 'mongoose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { testMongod } from '../../test/setup/mongo.ts';
import { peopleStore } from '../people/store.ts';
import { checkPassword } from '../people/password.ts';
import { hashSecret } from '../people/sign-in.ts';

const { uri } = testMongod('cli');
let dataDir = '';
let db: mongoose.Connection;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'hubbub-cli-'));
  db = await mongoose.createConnection(uri).asPromise();
});
afterAll(async () => {
  await db.close();
  await rm(dataDir, { recursive: true, force: true });
});

/** Runs a command as `npm run hub` does. */
const hub = (...words: string[]) => new Promise<{ code: number; out: string; err: string }>((resolve) => {
  execFile(process.execPath, [join(import.meta.dirname, '..', 'cli.ts'), ...words], { env: { ...process.env, MONGODB_URI: uri, HUB_DATA_DIR: dataDir, HUB_LLM_KEY: 'sk-secret', HUB_PORT: '4' } }, (error, out, err) => {
    resolve({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, out, err });
  });
});

test('a token works, and stands alone on the last line', async () => {
  const { code, out } = await hub('token', 'create', '--name', '集成 ci', '--role', 'admin');
  expect(code).toBe(0);
  expect(out).toMatch(/^hub_[\w-]{43}\n$/);
  const found = await (await peopleStore(db)).findToken(hashSecret(out.trim()), new Date());
  expect(found).toMatchObject({ name: '集成 ci', role: 'admin' });
});

test('a person can be made and given a new password', async () => {
  const first = await hub('user', 'create', '--name', '李雷', '--email', 'Li@Example.com', '--role', 'supervisor');
  expect(first.code).toBe(0);
  const second = await hub('user', 'reset', 'li@example.com');
  expect(second.code).toBe(0);
  expect(second.out).not.toBe(first.out);
  const people = await peopleStore(db);
  const found = await people.findByEmail('li@example.com');
  expect(found?.person).toMatchObject({ name: '李雷', role: 'supervisor', locale: 'zh-CN' });
  expect(await checkPassword(second.out.trim(), found?.passwordHash ?? null)).toBe(true);
  expect(await checkPassword(first.out.trim(), found?.passwordHash ?? null)).toBe(false);
});

test('mistakes are said in words, and nothing is on standard output', async () => {
  await hub('user', 'create', '--name', 'A', '--email', 'taken@example.com');
  for (const [words, expected] of [
    [['user', 'create', '--name', 'B', '--email', 'taken@example.com'], 'has this e-mail address already'],
    [['user', 'create', '--name', 'B', '--email', 'nowhere', '--password', 'x'], '--email: must be an e-mail address'],
    [['user', 'reset', 'nobody@example.com'], 'Nobody here has the address'],
    [['token', 'create', '--name', 'x', '--role', 'king'], 'Allowed choices are agent, supervisor, admin'],
    [['nonsense'], 'unknown command'],
  ] as const) {
    const { code, out, err } = await hub(...words);
    expect([words.join(' '), code, out]).toEqual([words.join(' '), 1, '']);
    expect(err).toContain(expected);
    expect(err).not.toMatch(/\n\s+at /);
  }
});

test('doctor and config print look without showing a secret', async () => {
  const doctor = await hub('doctor');
  expect(doctor.out).toMatch(/ok\s+MongoDB\s+\d+\.\d+\.\d+, set hubbub, by MONGODB_URI/);
  const { out } = await hub('config', 'print', '--markdown');
  expect(out).toContain('| HUB_LLM_KEY | *** (9 characters) | environment |');
  expect(doctor.out + out).not.toContain('sk-secret');
});

test('fold says how many it looked at', async () => {
  expect(await hub('fold')).toMatchObject({ code: 0, out: '0 conversations, 0 put right\n' });
});

test('the demo comes and goes', async () => {
  expect(await hub('demo', 'off')).toMatchObject({ code: 0, out: 'There was no demo.\n' });
  const on = await hub('demo', 'on');
  expect(on).toMatchObject({ code: 0, out: expect.stringMatching(/^\S{12}\n$/) });
  const people = await peopleStore(db);
  const hired = await people.count();
  expect(await hub('fold')).toMatchObject({ code: 0, out: '300 conversations, 0 put right\n' });
  expect((await hub('demo', 'off')).out).toMatch(/^The demo is gone: .*300 heads/);
  expect(await people.count()).toBeLessThan(hired);
});
