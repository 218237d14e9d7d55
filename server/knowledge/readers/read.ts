/** One document, whatever it is, as its reader understands it. */
import { readMarkdown } from '../rules/markdown.ts';
import type { Format, Reading } from '../schema.ts';
import { Trouble } from '../trouble.ts';
import { decode } from './decode.ts';

export type Task = { format: Exclude<Format, 'sitemap'>; bytes: Uint8Array; charset: string };

/** Readers are loaded when they are first needed. Throws a Trouble, or whatever a library throws at a broken file. */
export async function read({ format, bytes, charset }: Task): Promise<Reading> {
  const reading = await byFormat(format, bytes, charset);
  if (reading.blocks.every(({ kind, text }) => kind === 'heading' || text.trim() === '')) {
    throw new Trouble('没有可读的文字。若页面靠脚本显示内容，请上传其文字版本。', 'There is no text to read. If a script draws the page, upload its text instead.');
  }
  return reading;
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
