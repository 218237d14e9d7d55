/** Lines of a PDF -> blocks: it knows no paragraphs, so size and distance tell. */
import type { Block } from '../schema.ts';
import { joined } from './markdown.ts';

/** A line as it stands on its page; `y` grows upwards. */
export type Line = { text: string; size: number; y: number };

const isNumber = (text: string): boolean => /^[-–—]?\s*(?:第\s*)?\d{1,4}\s*(?:页)?(?:\s*[/of共]+\s*\d{1,4}\s*页?)?\s*[-–—]?$|^page \d{1,4}(?: of \d{1,4})?$/i.test(text);
const isItem = (text: string): boolean => /^(?:[-•·▪◦●○■]|\d{1,3}[.)、])\s*\S/.test(text);

/** What stands at the top or bottom of most pages, numbers aside, is no part of the text. */
function running(pages: Line[][]): ReadonlySet<string> {
  const count = new Map<string, number>();
  for (const lines of pages) for (const text of new Set([lines[0], lines[1], lines.at(-1), lines.at(-2)].flatMap((line) => (line ? [mask(line.text)] : [])))) count.set(text, (count.get(text) ?? 0) + 1);
  return new Set([...count].filter(([, times]) => times >= 3 && times > pages.length / 2).map(([text]) => text));
}
const mask = (text: string): string => text.replace(/\d+/g, '#');

/** The size most letters have. */
function bodySize(lines: Line[]): number {
  const letters = new Map<number, number>();
  for (const { size, text } of lines) letters.set(size, (letters.get(size) ?? 0) + text.length);
  return [...letters].toSorted((a, b) => b[1] - a[1])[0]?.[0] ?? 0;
}

/** All blocks of all pages; a paragraph may go on over the page. */
export function pdfBlocks(pages: Line[][]): Block[] {
  const repeated = running(pages);
  const kept = pages.map((lines) => lines.filter(({ text }, at) => !(isNumber(text) || ((at < 2 || at >= lines.length - 2) && repeated.has(mask(text))))));
  const all = kept.flat();
  const body = bodySize(all);
  const isHeading = ({ size, text }: Line) => size >= body * 1.15 && text.length <= 120;
  const sizes = [...new Set(all.filter(isHeading).map(({ size }) => size))].toSorted((a, b) => b - a);
  const blocks: Block[] = [];
  let last: Line | null = null;
  for (const lines of kept) {
    lines.forEach((line, at) => {
      const open = blocks.at(-1);
      const above = at > 0 ? last : null;
      const distance = above ? above.y - line.y : 0;
      const apart = above ? distance > line.size * 1.8 || distance < 0 : open?.kind === 'list' || !/[\p{L}，,、-]$/u.test(open?.text ?? '');
      if (isHeading(line)) {
        const level = Math.min(6, sizes.indexOf(line.size) + 1);
        if (open?.kind === 'heading' && open.level === level && !apart) open.text = joined(open.text, line.text);
        else blocks.push({ kind: 'heading', level, text: line.text });
      } else if (isItem(line.text)) {
        if (open?.kind === 'list' && !apart) open.text += `\n${line.text}`;
        else blocks.push({ kind: 'list', text: line.text });
      } else if (line.text.includes(' | ')) {
        if (open?.kind === 'table') open.text += `\n${line.text}`;
        else blocks.push({ kind: 'table', text: line.text });
      } else if (open && (open.kind === 'text' || open.kind === 'list') && !apart) open.text = hyphened(open.text, line.text);
      else blocks.push({ kind: 'text', text: line.text });
      last = line;
    });
  }
  return blocks;
}

/** A word that was parted at the end of a line is one again. */
const hyphened = (before: string, line: string): string => (/[a-z]-$/.test(before) && /^[a-z]/.test(line) ? before.slice(0, -1) + line : joined(before, line));
