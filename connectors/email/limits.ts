/** Guards against mails that are built to keep a parser busy. */

/** Honest mails have a few dozen parts; the parser takes seconds for tens of thousands. */
const mostParts = 2_000;

/** Throws when the mail has more parts than any honest one. */
export function refuseTooManyParts(raw: Uint8Array): void {
  const bytes = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength);
  if (count(bytes, '\n--') <= mostParts) return;
  // Many lines begin with two dashes in a listing too: only declared boundaries count.
  const text = bytes.toString('latin1');
  const boundaries = new Set([...text.matchAll(/boundary\s*=\s*("[^"\r\n]{1,200}"|[^\s;"]{1,200})/gi)].slice(0, 10_000).map(([, value = '']) => value.replaceAll('"', '').trim()));
  let parts = 0;
  for (const [, rest = ''] of text.matchAll(/\n--([^\r\n]{1,200})/g)) {
    if (boundaries.has(rest.trim()) || boundaries.has(rest.trim().replace(/--$/, ''))) parts += 1;
    if (parts > mostParts) throw new Error(`the mail has more than ${mostParts} parts`);
  }
}

function count(bytes: Buffer, mark: string): number {
  let found = 0;
  for (let at = bytes.indexOf(mark); at >= 0 && found <= mostParts; at = bytes.indexOf(mark, at + 1)) found += 1;
  return found;
}
