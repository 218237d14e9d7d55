import { parseHTML } from 'linkedom';
import mammoth from 'mammoth';
import type { Reading } from '../schema.ts';
import { Trouble } from '../trouble.ts';
import { blocksOf } from './blocks-of-html.ts';
import { checkUnpacked } from './unpacked.ts';

const mostUnpacked = 100 * 1024 * 1024;

/** A Word document: its headings, paragraphs, lists and tables. Pictures are left out. */
export async function readDocx(bytes: Uint8Array): Promise<Reading> {
  const buffer = Buffer.from(bytes);
  checkUnpacked(buffer, mostUnpacked);
  const { value } = await mammoth.convertToHtml({ buffer }, { convertImage: mammoth.images.imgElement(async () => ({ src: '' })), styleMap: ["p[style-name='Title'] => h1:fresh"] }).catch((cause: unknown) => {
    throw new Trouble('无法读取该 Word 文件，可能已损坏或加密：请用 Word 打开后另存为 .docx。', 'The Word file cannot be read; it may be broken or encrypted: open it in Word and save it as .docx.', { cause });
  });
  const blocks = blocksOf(parseHTML(`<html><body>${value}</body></html>`).document);
  return { title: blocks.find(({ kind }) => kind === 'heading')?.text ?? '', blocks };
}
