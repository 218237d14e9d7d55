import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { profileAt } from './profile.ts';

let folder = '';
const key = 'whsec_0123456789abcdef0123456789abcdef';
const noise = randomBytes(300_000);
beforeEach(async () => { folder = join(await mkdtemp(join(tmpdir(), 'hubbub-profile-')), 'channel'); });
afterEach(() => rm(join(folder, '..'), { recursive: true, force: true }));

const at = (name: string): string => join(folder, 'profile', 'session', name);
async function browse(): Promise<void> {
  for (const name of ['Default/IndexedDB', 'Default/Cache', 'Default/空']) await mkdir(at(name), { recursive: true });
  await Promise.all([writeFile(at('Default/IndexedDB/login'), 'the secret login'), writeFile(at('Default/空/文件'), noise), writeFile(at('Default/nothing'), ''), writeFile(at('Default/Cache/big'), noise), symlink('host-1', at('SingletonLock'))]);
}

it('is one sealed file after a stop, and the same folder after the next start', async () => {
  const profile = profileAt(folder, key);
  expect(await profile.open()).toBeNull();
  await browse();
  await profile.close();
  expect(existsSync(profile.path)).toBe(false);
  const sealed = join(folder, 'profile.sealed');
  expect((await readFile(sealed)).includes('the secret login')).toBe(false);
  expect((await stat(sealed)).mode & 0o777).toBe(0o600);
  expect((await stat(folder)).mode & 0o777).toBe(0o700);

  expect(await profileAt(folder, key).open()).toBeNull();
  expect(await readFile(at('Default/IndexedDB/login'), 'utf8')).toBe('the secret login');
  expect((await readFile(at('Default/空/文件'))).equals(noise)).toBe(true);
  expect((await readFile(at('Default/nothing'))).length).toBe(0);
  expect(existsSync(at('Default/Cache'))).toBe(false);
});

it('uses the open folder that a crash left, which is newer than the sealed file', async () => {
  const profile = profileAt(folder, key);
  await profile.open();
  await browse();
  await profile.close();
  await profile.open();
  await writeFile(at('Default/IndexedDB/login'), 'a newer login');
  expect(await profileAt(folder, key).open()).toBeNull();
  expect(await readFile(at('Default/IndexedDB/login'), 'utf8')).toBe('a newer login');
  expect(existsSync(at('SingletonLock'))).toBe(false);
});

it.each([
  ['another key', async () => undefined, 'whsec_another-key-another-key-another'],
  ['a changed byte', async (file: string) => { const bytes = await readFile(file); bytes[200] = (bytes[200] ?? 0) ^ 1; await writeFile(file, bytes); }, key],
  ['a cut file', async (file: string) => writeFile(file, (await readFile(file)).subarray(0, 1_000)), key],
  ['an empty file', async (file: string) => writeFile(file, ''), key],
] as const)('sets a login aside that cannot be read: %s', async (_, harm, secret) => {
  const profile = profileAt(folder, key);
  await profile.open();
  await browse();
  await profile.close();
  await harm(join(folder, 'profile.sealed'));
  expect(await profileAt(folder, secret).open()).toEqual({ 'zh-CN': expect.stringContaining('重新关联手机'), en: expect.stringContaining('linked again') });
  expect(existsSync(at('Default'))).toBe(false);
  expect(existsSync(join(folder, 'profile.sealed.unreadable'))).toBe(true);
});

it('leaves nothing after signing out', async () => {
  const profile = profileAt(folder, key);
  await profile.open();
  await browse();
  await profile.close();
  await profile.open();
  await profile.wipe();
  expect([existsSync(profile.path), existsSync(join(folder, 'profile.sealed'))]).toEqual([false, false]);
});
