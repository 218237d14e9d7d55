/** Public addresses of files: signed, for some days, for platforms and customers who cannot sign in. */
import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';

const dayMs = 86_400_000;
/** Bytes of the signature: nobody guesses 128 bits. */
const signatureBytes = 16;

export type FileLinks = ReturnType<typeof fileLinks>;

/** @param secret the hub's own key; the links' key is made from it, so neither tells the other */
export function fileLinks(secret: Uint8Array) {
  const key = new Uint8Array(hkdfSync('sha256', secret, '', 'hubbub file links', 32));
  const sign = (id: string, day: string): string => createHmac('sha256', key).update(`${id}/${day}`).digest().subarray(0, signatureBytes).toString('base64url');
  return {
    /** Works at least so many days, to the end of a day: asked again on one day, it is the same token. */
    token(id: string, now: Date, days: number): string {
      const day = (Math.floor(now.getTime() / dayMs) + days + 1).toString(36);
      return `${id}.${day}.${sign(id, day)}`;
    },
    /** The file a token is for; 'expired' is only said of one we made. */
    read(token: string, now: Date): { id: string } | 'expired' | null {
      const [, id = '', day = '', signature = ''] = /^([0-9a-f]{24})\.([0-9a-z]{1,8})\.([A-Za-z0-9_-]{22})$/.exec(token) ?? [];
      const given = Buffer.from(signature, 'base64url');
      const own = Buffer.from(sign(id, day), 'base64url');
      if (id === '' || given.length !== own.length || !timingSafeEqual(given, own)) return null;
      return Number.parseInt(day, 36) * dayMs > now.getTime() ? { id } : 'expired';
    },
  };
}
