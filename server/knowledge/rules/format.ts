/** What bytes are: told by the bytes, then by the name, then by what the server says. */
import type { Format } from '../schema.ts';

const endings: Record<string, Format> = { md: 'markdown', markdown: 'markdown', csv: 'csv', txt: 'text', html: 'html', htm: 'html', xhtml: 'html' };
const types: Record<string, Format> = { 'text/html': 'html', 'application/xhtml+xml': 'html', 'text/markdown': 'markdown', 'text/x-markdown': 'markdown', 'text/csv': 'csv', 'text/plain': 'text' };

/** @param head the first bytes, one character each  @param name of the file, or the path of the address; null: we cannot read it */
export function formatOf(head: string, name: string, type: string): Format | null {
  const start = head.replace(/^(?:\u00ef\u00bb\u00bf|\u00ff\u00fe|\u00fe\u00ff)/, '').trimStart();
  if (head.slice(0, 1024).includes('%PDF-')) return 'pdf';
  const ending = /\.(\w+)$/.exec(name.toLowerCase())?.[1] ?? '';
  if (head.startsWith('PK\u0003\u0004')) return ending === 'docx' || /wordprocessingml/.test(type) || head.includes('word/') || head.includes('[Content_Types].xml') ? 'docx' : null;
  // A zero byte is in no text but UTF-16, which announces itself.
  if (head.includes('\0') && !/^(?:\u00ff\u00fe|\u00fe\u00ff)/.test(head)) return null;
  if (/^<\?xml|^<(?:urlset|sitemapindex)/i.test(start) && /<(?:\w+:)?(?:urlset|sitemapindex)[\s>]/i.test(start)) return 'sitemap';
  if (/^(?:<!--[\s\S]*?-->\s*)*<(?:!doctype html|html[\s>])/i.test(start)) return 'html';
  // Named a PDF or a Word file, and neither: broken, or something else in its clothes.
  if (/^(?:pdf|docx?)$/.test(ending) || /application\/pdf|wordprocessingml|msword/.test(type)) return null;
  const bare = type.split(';')[0]?.trim().toLowerCase() ?? '';
  return endings[ending] ?? types[bare] ?? (bare === '' || bare.startsWith('text/') || bare === 'application/octet-stream' ? (/[\0-\u0008\u000e-\u001a]/.test(head) ? null : 'text') : null);
}
