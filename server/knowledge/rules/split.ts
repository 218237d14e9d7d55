/** Blocks -> passages: a heading begins a new one, paragraphs are joined to a readable size, lists and tables stay whole where they can. */
import type { Block, Piece } from '../schema.ts';

/** Sizes in columns: a Chinese character takes two, as on a screen; so 300 characters of Chinese are as much as 100 words of English. */
export const SIZES = { good: 600, most: 1_200 };

/** More than this is no document for customers; the reader is told. */
export const MOST_PASSAGES = 20_000;

const wide = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u3000-\u303f\uff00-\uffef]/gu;

/** Length as it fills a line. */
export const columns = (text: string): number => text.length + (text.match(wide)?.length ?? 0);

// A sentence ends with its mark; a full stop only before a space, so that 3.5 stays whole.
const SENTENCES = /[^。！？!?.\n]*(?:[。！？!?]+["”』」）)]*|\.+["”)]*(?=\s|$)|\.|\n+|$)\s*/gu;

/** Cuts a long text at its lines, else its sentences, else where the size is reached. */
export function cut(text: string, most = SIZES.most): string[] {
  if (columns(text) <= most) return [text];
  const lines = text.split('\n');
  const parts = lines.length > 1 ? lines.map((line) => `${line}\n`) : (text.match(SENTENCES) ?? [text]).filter((part) => part !== '');
  const pieces = parts.length > 1 ? parts.flatMap((part) => cut(part, most)) : slices(text, most);
  const joined: string[] = [];
  let size = 0;
  for (const piece of pieces) {
    const width = columns(piece);
    if (joined.length > 0 && size + width <= most) {
      joined[joined.length - 1] += piece;
      size += width;
    } else {
      joined.push(piece);
      size = width;
    }
  }
  return joined.map((piece) => piece.trim()).filter((piece) => piece !== '');
}

function slices(text: string, most: number): string[] {
  const characters = [...text];
  const step = Math.max(1, Math.floor(most / 2));
  return Array.from({ length: Math.ceil(characters.length / step) }, (_, i) => characters.slice(i * step, (i + 1) * step).join(''));
}

/** The rows of a long table, each piece under its first row again. */
function cutTable(text: string): string[] {
  const [head = '', ...rows] = text.split('\n');
  if (columns(text) <= SIZES.most || columns(head) > SIZES.good) return cut(text);
  return cut(rows.join('\n'), SIZES.most - columns(head)).map((part) => `${head}\n${part}`);
}

const isQuestion = (text: string): boolean => text.length <= 200 && /[?？]["”』」]?$/.test(text.trim());

/** All passages of a document, in order. */
export function split(blocks: Block[]): Piece[] {
  const pieces: Piece[] = [];
  const path: { level: number; text: string }[] = [];
  let open: string[] = [];
  let size = 0;
  const headings = () => path.map(({ text }) => text);
  const close = () => {
    const text = open.join('\n\n').trim();
    const last = path.at(-1)?.text ?? '';
    if (text !== '') pieces.push({ headings: headings(), text, ...(isQuestion(last) ? { question: last } : {}) });
    open = [];
    size = 0;
  };
  for (const block of blocks) {
    if (block.kind === 'heading') {
      close();
      while ((path.at(-1)?.level ?? 0) >= block.level) path.pop();
      path.push({ level: block.level, text: block.text.slice(0, 200) });
    } else if (block.kind === 'entry') {
      close();
      pieces.push({ headings: headings(), question: block.question.slice(0, 500), text: block.text.slice(0, 10_000) });
    } else {
      for (const part of block.kind === 'table' ? cutTable(block.text) : cut(block.text)) {
        const width = columns(part);
        // A line that announces a list stays with it, even when both together are a little much.
        const announced = /[:：]$/.test(open.at(-1) ?? '') && (block.kind === 'list' || block.kind === 'table' || block.kind === 'code');
        if (size > 0 && size + width > (announced ? SIZES.most : SIZES.good)) close();
        open.push(part);
        size += width;
      }
    }
  }
  close();
  return pieces;
}
