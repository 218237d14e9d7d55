/** What we say, taken apart into the messages that WhatsApp takes: each a content of its own. Pure. */
import type { Attachment, Content } from '../../server/conversations/schema.ts';
import { lengths } from './manifest.ts';

/** In the order in which they are sent. Words stand below the first file that may have some, else ahead of everything. */
export function messagesOf(content: Content): Content[] {
  const { template, attachments = [], choices = [], location, cards = [], quote } = content;
  if (template) return [content];
  const text = wordsOf(content);
  const captioned = choices.length === 0 && text.length <= lengths.caption ? attachments.find(hasCaption) : undefined;
  // Words that do not fit above the buttons go ahead of them.
  const asked = choices.length > 0 && text.length <= lengths.body ? text : '';
  const messages: Content[] = [
    ...(captioned || asked ? [] : split(text, lengths.text).map((piece): Content => ({ text: piece }))),
    ...attachments.map((attachment): Content => ({ attachments: [attachment], ...(attachment === captioned && text && { text }) })),
    ...(location ? [{ location }] : []), ...(cards.length > 0 ? [{ cards }] : []), ...(choices.length > 0 ? [{ choices, ...(asked && { text: asked }) }] : []),
  ];
  const [first = content, ...rest] = messages;
  return [quote && first !== content ? { ...first, quote } : first, ...rest];
}

/** Sounds and stickers have no words below them. */
const hasCaption = ({ type, role }: Attachment): boolean => !type.startsWith('audio/') && role !== 'sticker' && !/^image\/webp|^application\/ogg/.test(type);

/** Text, link and sources: what has no form of its own here. */
function wordsOf({ text = '', link, sources = [] }: Content): string {
  const linked = link ? [link.title, link.description, link.url ?? link.app].filter(Boolean).join('\n') : '';
  const known = sources.map((source) => `- ${source.title}${source.url ? ` ${source.url}` : ''}`).join('\n');
  return [text, linked, known].map((part) => part.trim()).filter(Boolean).join('\n\n');
}

/** Pieces of at most so many characters, broken at a line, else at a space, never inside a character. */
export function split(text: string, most: number): string[] {
  const pieces: string[] = [];
  let rest = text.trim();
  while (rest.length > most) {
    const head = rest.slice(0, most);
    const line = head.lastIndexOf('\n');
    const space = head.lastIndexOf(' ');
    const at = line > most / 2 ? line : space > most / 2 ? space : /[\uD800-\uDBFF]$/.test(head) ? most - 1 : most;
    pieces.push(rest.slice(0, at).trimEnd());
    rest = rest.slice(at).trimStart();
  }
  return rest ? [...pieces, rest] : pieces;
}
