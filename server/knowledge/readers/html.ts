import { Readability } from '@mozilla/readability';
import { parseHTML } from 'linkedom';
import type { Block, Reading } from '../schema.ts';
import { blocksOf, FURNITURE } from './blocks-of-html.ts';
import { decode } from './decode.ts';

/** The encoding a page names in its head. */
const charsetOf = (bytes: Uint8Array): string => /<meta[^>]{0,200}charset=["']?([\w-]{1,40})/i.exec(Buffer.from(bytes.subarray(0, 4_096)).toString('latin1'))?.[1] ?? '';

/** A page: what it marks as its main part, else what Readability finds, else all but the furniture. */
export function readHtml(bytes: Uint8Array, charset: string): Reading {
  const html = whole(decode(bytes, charset || charsetOf(bytes)));
  const { document } = parseHTML(html);
  const named = textOf(document.querySelector('title')) || textOf(document.querySelector('h1'));
  const [main, ...more] = [...document.querySelectorAll('main, [role=main]')];
  if (main && more.length === 0 && textOf(main) !== '') {
    for (const each of main.querySelectorAll('nav, form, dialog, [aria-hidden=true], [hidden]')) each.remove();
    return titled(named, blocksOf(main));
  }
  const all = parseHTML(html).document;
  for (const each of all.querySelectorAll(FURNITURE)) each.remove();
  const rest = blocksOf(all);
  const article = new Readability(document, { maxElemsToParse: 100_000 }).parse();
  const found = article?.content ? blocksOf(parseHTML(whole(article.content)).document) : [];
  // It is made for articles: of a page of short questions and answers it keeps too little.
  return titled(article?.title || named, sizeOf(found) >= sizeOf(rest) / 2 ? found : rest);
}

/** The parser adds neither html nor body where a page leaves them out. */
const whole = (html: string): string => (/<body[\s>]/i.test(html) ? html : `<html><body>${html.replace(/^\s*<!doctype[^>]*>/i, '')}</body></html>`);

const sizeOf = (blocks: Block[]): number => blocks.reduce((sum, { text }) => sum + text.length, 0);
const textOf = (element: { textContent: string | null } | null): string => (element?.textContent ?? '').replace(/\s+/g, ' ').trim();

/** Every passage stands under the title, unless the page begins with a heading of its own at the top. */
function titled(title: string, blocks: Block[]): Reading {
  const [first] = blocks;
  return { title: title || (first?.kind === 'heading' ? first.text : ''), blocks: title === '' || (first?.kind === 'heading' && first.level === 1) ? blocks : [{ kind: 'heading', level: 1, text: title }, ...blocks.map((block) => (block.kind === 'heading' && block.level === 1 ? { ...block, level: 2 } : block))] };
}
