/** One document, whatever it is, as its reader understands it. */
import { readMarkdown } from '../rules/markdown.ts';
import { MOST_PASSAGES, split } from '../rules/split.ts';
import type { Format, Reading, Split } from '../schema.ts';
import { Trouble } from '../trouble.ts';
import { decode } from './decode.ts';

export type Task = { format: Exclude<Format, 'sitemap'>; bytes: Uint8Array; charset: string };

/** Readers are loaded when they are first needed. Throws a Trouble, or whatever a library throws at a broken file. */
async function read({ format, bytes, charset }: Task): Promise<Reading> {
  const reading = await byFormat(format, bytes, charset);
  if (reading.blocks.every(({ kind, text }) => kind === 'heading' || text.trim() === '')) {
    throw new Trouble('没有可读的文字。若页面靠脚本显示内容，请上传其文字版本。', 'There is no text to read. If a script draws the page, upload its text instead.');
  }
  return reading;
}

/** Reads it and splits it into passages. */
export async function readAndSplit(task: Task): Promise<Split> {
  const { title, blocks } = await read(task);
  const pieces = split(blocks);
  if (pieces.length > MOST_PASSAGES) throw new Trouble(`文档超过 ${MOST_PASSAGES} 段：请拆分后再添加。`, `The document has more than ${MOST_PASSAGES} passages: split it.`);
  return { title, pieces };
}

async function byFormat(format: Task['format'], bytes: Uint8Array, charset: string): Promise<Reading> {
  switch (format) {
    case 'pdf': return await (await import('./pdf.ts')).readPdf(bytes);
    case 'docx': return await (await import('./docx.ts')).readDocx(bytes);
    case 'html': return (await import('./html.ts')).readHtml(bytes, charset);
    case 'csv': return (await import('./csv.ts')).readCsv(decode(bytes, charset));
    case 'markdown': return readMarkdown(decode(bytes, charset));
    case 'text': return (await import('./text.ts')).readText(decode(bytes, charset));
  }
}
