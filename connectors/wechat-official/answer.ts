/** What WeChat's pushes are answered with. */

/** Bytes of one push; real ones have a few thousand. */
export const bodyLimit = 1_000_000;
export const plainText = 'text/plain; charset=utf-8';

/** Plain text, whatever somebody put into it. */
export const say = (status: number, text: string): Response => new Response(text, { status, headers: { 'content-type': plainText, 'x-content-type-options': 'nosniff' } });

/** Null when there is more than the limit; the rest is not read. */
export async function readBody(request: Request): Promise<Uint8Array | null> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of request.body ?? []) {
    size += part.byteLength;
    if (size > bodyLimit) return null;
    parts.push(part);
  }
  return Buffer.concat(parts, size);
}
