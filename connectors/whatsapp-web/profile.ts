/** The browser's profile is the login. It lies open only while the browser runs; else it is one sealed file. */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import type { Words } from '../connector.ts';
import { pack, unpack } from './archive.ts';
import { endBrowser } from './browser.ts';
import { both } from './words.ts';

const magic = Buffer.from('HUBWA1');
const ivBytes = 12;
const tagBytes = 16;

export type Profile = ReturnType<typeof profileAt>;

/**
 * The profile of one channel, in `folder`.
 * @param secret the channel's session key; with another one the login cannot be read
 */
export function profileAt(folder: string, secret: string) {
  const plain = join(folder, 'profile');
  const sealed = join(folder, 'profile.sealed');
  const pidFile = join(folder, 'browser.pid');
  const key = Buffer.from(hkdfSync('sha256', secret, folder.split(/[/\\]/).at(-1) ?? '', 'whatsapp-web profile', 32));

  async function seal(): Promise<void> {
    const part = `${sealed}.part`;
    const iv = randomBytes(ivBytes);
    const cipher = createCipheriv('aes-256-gcm', key, iv);
    await pipeline(Readable.from(pack(plain)), createGzip({ level: 1 }), cipher, async function* framed(parts: AsyncIterable<Buffer>) {
      yield magic;
      yield iv;
      yield* parts;
      yield cipher.getAuthTag();
    }, createWriteStream(part, { mode: 0o600 }));
    const file = await open(part, 'r+');
    await file.sync().finally(() => file.close());
    await rename(part, sealed);
  }

  async function unseal(): Promise<void> {
    const { size } = await stat(sealed);
    const file = await open(sealed, 'r');
    const head = Buffer.alloc(magic.length + ivBytes);
    const tag = Buffer.alloc(tagBytes);
    await Promise.all([file.read(head, 0, head.length, 0), file.read(tag, 0, tagBytes, size - tagBytes)]).finally(() => file.close());
    if (size < head.length + tagBytes || !head.subarray(0, magic.length).equals(magic)) throw new Error('is not a sealed profile');
    const decipher = createDecipheriv('aes-256-gcm', key, head.subarray(magic.length)).setAuthTag(tag);
    const part = `${plain}.part`;
    await rm(part, { recursive: true, force: true });
    await pipeline(createReadStream(sealed, { start: head.length, end: size - tagBytes - 1 }), decipher, createGunzip(), (bytes: AsyncIterable<Buffer>) => unpack(bytes, part));
    // Only a whole and genuine archive becomes the profile.
    await rename(part, plain);
  }

  const exists = (path: string): Promise<boolean> => stat(path).then(() => true, () => false);
  const remove = async (path: string): Promise<void> => {
    if (!await exists(path)) return;
    // Renamed first: a half removed folder must not be taken for a profile.
    const doomed = `${path}.doomed`;
    await rm(doomed, { recursive: true, force: true });
    await rename(path, doomed);
    await rm(doomed, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  };

  return {
    /** LocalAuth's folder. */
    path: plain,
    /** Makes the profile ready for a browser. Answers with words when an old login could not be read and a new one is needed. */
    async open(): Promise<Words | null> {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const pid = Number(await readFile(pidFile, 'utf8').catch(() => ''));
      if (pid > 1) await endBrowser(pid, plain);
      for (const name of ['SingletonLock', 'SingletonCookie', 'SingletonSocket']) await rm(join(plain, 'session', name), { force: true });
      // After a crash the plain folder is newer than the sealed file.
      if (await exists(plain)) return null;
      let words: Words | null = null;
      if (await exists(sealed)) {
        try {
          await unseal();
          return null;
        } catch (error) {
          await rename(sealed, `${sealed}.unreadable`);
          const why = error instanceof Error ? error.message : String(error);
          words = both(`无法打开保存的登录（${why}）；已另行保存，需要重新关联手机。`, `The stored login could not be opened (${why}); it was set aside and the phone must be linked again.`);
        }
      }
      await mkdir(plain, { recursive: true, mode: 0o700 });
      return words;
    },
    /** Written down so that a browser which outlives a crash of everything is found. */
    noteBrowser: (pid: number): Promise<void> => writeFile(pidFile, String(pid), { mode: 0o600 }),
    /** After a clean stop: packs, encrypts, removes the plain folder. */
    async close(): Promise<void> {
      await rm(pidFile, { force: true });
      if (!await exists(plain)) return;
      await seal();
      await remove(plain);
    },
    /** Throws away what a browser can fetch again: a common cure. */
    async clean(): Promise<void> {
      for (const name of ['Default/Cache', 'Default/Code Cache', 'Default/GPUCache', 'Default/Service Worker', 'ShaderCache', 'GrShaderCache']) {
        await rm(join(plain, 'session', name), { recursive: true, force: true });
      }
    },
    /** Signed out: nothing of the login stays. */
    async wipe(): Promise<void> {
      await remove(plain);
      await rm(sealed, { force: true });
    },
  };
}
