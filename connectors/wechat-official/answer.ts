/** What WeChat's pushes are answered with. */
import { bytesWithin } from '../wire/capped.ts';

/** Bytes of one push; real ones have a few thousand. */
export const bodyLimit = 1_000_000;
export const plainText = 'text/plain; charset=utf-8';

/** Plain text, whatever somebody put into it. */
export const say = (status: number, text: string): Response => new Response(text, { status, headers: { 'content-type': plainText, 'x-content-type-options': 'nosniff' } });

/** Null when there is more than the limit; the rest is not read. */
export const readBody = (request: Request): Promise<Uint8Array | null> => bytesWithin(request.body, bodyLimit);
