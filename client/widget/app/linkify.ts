/** Text -> pieces of text and links. Pieces are rendered as text, so nothing in them can become markup. */

export type Piece = { text: string; href?: string };

const web = /https?:\/\/[^\s<>"'`{}|\\^\u3000-\u303f\uff00-\uffef]+/gi;

/** Only http and https become links; closing punctuation stays outside. */
export function linkify(text: string): Piece[] {
  const pieces: Piece[] = [];
  let end = 0;
  for (const match of text.matchAll(web)) {
    const url = trimEnd(match[0]);
    const href = safeHref(url);
    if (href === null) continue;
    if (match.index > end) pieces.push({ text: text.slice(end, match.index) });
    pieces.push({ text: url, href });
    end = match.index + url.length;
  }
  if (end < text.length) pieces.push({ text: text.slice(end) });
  return pieces;
}

/** The address if a browser may be sent there; null for javascript:, data: and everything else. */
export function safeHref(url: string | undefined): string | null {
  const parsed = url === undefined ? null : URL.parse(url);
  return parsed && (parsed.protocol === 'https:' || parsed.protocol === 'http:') ? parsed.href : null;
}

function trimEnd(url: string): string {
  const bare = url.replace(/[.,;:!?*]+$/, '');
  return bare.endsWith(')') && !bare.includes('(') ? trimEnd(bare.slice(0, -1)) : bare;
}
