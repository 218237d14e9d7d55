/** Markdown -> blocks. Only what matters for passages is understood: headings, fences, lists, tables, paragraphs. */
import type { Block, Reading } from '../schema.ts';

/** Without marks of emphasis, links and pictures: what is read aloud. */
export function inline(text: string): string {
  return text
    .replace(/!\[([^\]\n]{0,500})\]\([^)\n]{0,2000}\)/g, '$1').replace(/\[([^\]\n]{1,500})\]\([^)\n]{0,2000}\)/g, '$1')
    .replace(/<(https?:\/\/[^>\s]{1,2000})>/g, '$1').replace(/<\/?[a-z][^>\n]{0,500}>/gi, '')
    .replace(/(\*\*|__)(?=\S)([^\n]{1,1000}?)(?<=\S)\1/g, '$2').replace(/(?<![\p{L}\p{N}*])\*(?=\S)([^*\n]{1,1000})\*(?!\*)/gu, '$1')
    .replace(/`([^`\n]{1,1000})`/g, '$1').replace(/\\([!-/:-@[-`{-~])/g, '$1').trim();
}

const isItem = (line: string): boolean => /^\s*(?:[-*+]|\d{1,9}[.)])\s+/.test(line);
const isRow = (line: string): boolean => /^\s*\|.*\|\s*$/.test(line);
const isRule = (line: string): boolean => /^\s*\|?[\s:|-]*-[\s:|-]*\|?\s*$/.test(line) && line.includes('|');

/** Blocks of a Markdown text; front matter gives the title if it has one. */
export function readMarkdown(source: string): Reading {
  const text = source.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n');
  const front = /^---\n([\s\S]{0,10000}?)\n---\n/.exec(text);
  const lines = text.slice(front?.[0].length ?? 0).split('\n');
  const blocks: Block[] = [];
  let at = 0;
  const takeWhile = (test: (line: string, from: number) => boolean): string[] => {
    const from = at;
    while (at < lines.length && test(lines[at] ?? '', at - from)) at += 1;
    return lines.slice(from, at);
  };
  while (at < lines.length) {
    const line = lines[at] ?? '';
    const heading = /^ {0,3}(#{1,6})\s+(.*?)\s*#*\s*$/.exec(line);
    const fence = /^ {0,3}(```+|~~~+)/.exec(line)?.[1];
    const under = /^ {0,3}(=+|-{2,})\s*$/.exec(lines[at + 1] ?? '')?.[1];
    if (line.trim() === '' || /^<!--.*-->$/.test(line.trim())) at += 1;
    else if (heading) {
      blocks.push({ kind: 'heading', level: heading[1]?.length ?? 1, text: inline(heading[2] ?? '') });
      at += 1;
    } else if (fence) {
      at += 1;
      const code = takeWhile((each) => !each.trim().startsWith(fence));
      at += 1;
      blocks.push({ kind: 'code', text: code.join('\n') });
    } else if (under && !isItem(line) && !isRow(line)) {
      blocks.push({ kind: 'heading', level: under.startsWith('=') ? 1 : 2, text: inline(line) });
      at += 2;
    } else if (isRow(line)) {
      const rows = takeWhile(isRow).filter((row) => !isRule(row));
      blocks.push({ kind: 'table', text: rows.map((row) => row.trim().replace(/^\||\|$/g, '').split('|').map(inline).join(' | ')).join('\n') });
    } else if (isItem(line)) {
      const items = takeWhile((each, place) => each.trim() !== '' && (place === 0 || isItem(each) || /^\s+\S/.test(each)) || (each.trim() === '' && isItem(lines[at + 1] ?? '')));
      blocks.push({ kind: 'list', text: items.filter((item) => item.trim() !== '').map((item) => item.replace(/^(\s*(?:(?:[-*+]|\d{1,9}[.)])\s+)?)(.*)$/, (_all, mark: string, rest: string) => mark + inline(rest))).join('\n') });
    } else {
      const paragraph = takeWhile((each, place) => each.trim() !== '' && (place === 0 || !(isItem(each) || isRow(each) || /^ {0,3}(?:#{1,6}\s|```|~~~|[-=]{2,}\s*$)/.test(each))));
      const said = inline(paragraph.map((each) => each.replace(/^\s*>\s?/, '').trim()).reduce(joined, ''));
      if (said !== '' && !/^[-*_\s]{3,}$/.test(said)) blocks.push({ kind: 'text', text: said });
    }
  }
  const named = /^title:\s*["']?(.+?)["']?\s*$/m.exec(front?.[1] ?? '')?.[1];
  return { title: named ?? blocks.find((block) => block.kind === 'heading')?.text ?? '', blocks };
}

/** Two lines of a paragraph as one: Chinese takes no space between. */
export function joined(before: string, line: string): string {
  return before === '' ? line : /\p{Script=Han}$|[，。；：、！？]$/u.test(before) && /^[\p{Script=Han}，。；：、！？]/u.test(line) ? before + line : `${before} ${line}`;
}
