/** Secrets at rest: AES-256-GCM, bound to the place they are kept in, so a ciphertext moved to another row does not open. */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

export type Vault = ReturnType<typeof vault>;

/** @param key 32 bytes; whoever has it reads every channel's secrets */
export function vault(key: Uint8Array) {
  return {
    /** @param place what the secret belongs to, e.g. channel id and field; needed again to open */
    seal(text: string, place: string): string {
      const iv = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(place));
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64');
    },
    /** Throws when the key is another one, the place differs or a bit was changed. */
    open(sealed: string, place: string): string {
      const bytes = Buffer.from(sealed, 'base64');
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12)).setAAD(Buffer.from(place)).setAuthTag(bytes.subarray(12, 28));
      return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8');
    },
  };
}
