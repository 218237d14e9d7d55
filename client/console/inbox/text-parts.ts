/** Splits plain text into links, mentions and the rest; nothing is ever read as HTML. */

export type TextPart = { text: string; href?: string; mention?: boolean };

const pattern = /(https?:\/\/[^\s<>"'，。；）]+[^\s<>"'，。；）.,;:!?)])|((?:^|(?<=\s))@[^\s@，。：:]{1,40})/g;

/** Parts in order; joined they are the text again. */
export function textParts(text: string): TextPart[] {
  const parts: TextPart[] = [];
  let at = 0;
  for (const match of text.matchAll(pattern)) {
    if (match.index > at) parts.push({ text: text.slice(at, match.index) });
    parts.push(match[1] ? { text: match[0], href: match[0] } : { text: match[0], mention: true });
    at = match.index + match[0].length;
  }
  if (at < text.length) parts.push({ text: text.slice(at) });
  return parts;
}
