import { getDocumentProxy } from 'unpdf';
import type { Reading } from '../schema.ts';
import { pdfBlocks, type Line } from '../rules/pdf-blocks.ts';
import { Trouble } from '../trouble.ts';

const MOST_PAGES = 3_000;

/** A PDF that has text: its lines become paragraphs and headings by their size and distance. */
export async function readPdf(bytes: Uint8Array): Promise<Reading> {
  const pdf = await getDocumentProxy(new Uint8Array(bytes), { verbosity: 0 }).catch((cause: unknown) => {
    if (cause instanceof Error && cause.name === 'PasswordException') throw new Trouble('PDF 有密码保护：请去除密码后再上传。', 'The PDF is protected by a password: take it off and upload it again.', { cause });
    throw new Trouble('PDF 已损坏，无法读取：请重新导出。', 'The PDF is broken and cannot be read: export it again.', { cause });
  });
  if (pdf.numPages > MOST_PAGES) throw new Trouble(`PDF 超过 ${MOST_PAGES} 页：请拆分后再上传。`, `The PDF has more than ${MOST_PAGES} pages: split it.`);
  const pages: Line[][] = [];
  for (let number = 1; number <= pdf.numPages; number += 1) {
    const page = await pdf.getPage(number);
    pages.push(linesOf((await page.getTextContent()).items));
    page.cleanup();
  }
  const { info } = await pdf.getMetadata();
  const named = 'Title' in info && typeof info.Title === 'string' ? info.Title.trim() : '';
  if (pages.every((lines) => lines.length === 0)) {
    throw new Trouble('PDF 中没有文字，可能是扫描件：请先做文字识别（OCR），再上传。', 'The PDF has no text; it is probably scanned: run text recognition (OCR) over it and upload the result.');
  }
  const blocks = pdfBlocks(pages);
  return { title: named || (blocks.find(({ kind }) => kind === 'heading')?.text ?? ''), blocks };
}

type Item = { str: string; transform: number[]; height: number; width: number; hasEOL: boolean };

function linesOf(items: readonly object[]): Line[] {
  const lines: Line[] = [];
  let line: Line & { end: number } | null = null;
  for (const item of items) {
    if (!isItem(item)) continue;
    const [, , , scale = 0, x = 0, y = 0] = item.transform;
    const size = Math.round((item.height || Math.abs(scale)) * 10) / 10;
    if (line && (item.str === '' || Math.abs(y - line.y) < Math.max(size, line.size) * 0.5)) {
      const gap = x - line.end;
      if (item.str !== '') line.text += gap > line.size * 3 ? ` | ${item.str}` : gap > line.size * 0.2 && !line.text.endsWith(' ') ? ` ${item.str}` : item.str;
      line.size = Math.max(line.size, size);
      line.end = x + item.width;
    } else if (item.str.trim() !== '') {
      line = { text: item.str, size, y, end: x + item.width };
      lines.push(line);
    }
    if (item.hasEOL) line = null;
  }
  return lines.map(({ text, size, y }) => ({ text: text.replace(/\s+/g, ' ').trim(), size, y })).filter(({ text }) => text !== '');
}

const isItem = (item: object): item is Item => 'str' in item && typeof item.str === 'string' && 'transform' in item;
