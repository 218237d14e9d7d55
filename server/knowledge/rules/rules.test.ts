import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Block } from '../schema.ts';
import { compare } from './diff.ts';
import { formatOf } from './format.ts';
import { readMarkdown } from './markdown.ts';
import { pdfBlocks, type Line } from './pdf-blocks.ts';
import { readSitemap } from './sitemap.ts';
import { columns, cut, SIZES, split } from './split.ts';

const text = (said: string): Block => ({ kind: 'text', text: said });

test('a heading begins a passage, and passages know the headings above them', () => {
  const pieces = split([{ kind: 'heading', level: 1, text: 'Help' }, text('Intro.'), { kind: 'heading', level: 2, text: 'Returns' }, text('One.'), { kind: 'heading', level: 3, text: 'How long?' }, text('Ten days.'), { kind: 'heading', level: 2, text: 'Pay' }, text('Card.')]);
  expect(pieces.map(({ headings, text: said, question }) => [headings.join('/'), said, question])).toEqual([['Help', 'Intro.', undefined], ['Help/Returns', 'One.', undefined], ['Help/Returns/How long?', 'Ten days.', 'How long?'], ['Help/Pay', 'Card.', undefined]]);
});

test('short paragraphs are joined to a readable size; Chinese counts double', () => {
  expect(split(Array.from({ length: 6 }, () => text('a'.repeat(200)))).map(({ text: said }) => said.length)).toEqual([604, 604]);
  expect(split(Array.from({ length: 6 }, () => text('退'.repeat(100)))).map(({ text: said }) => said.length)).toEqual([304, 304]);
});

test('a list stays whole with the line that announces it; a long table is cut between rows, under its head', () => {
  const list: Block = { kind: 'list', text: Array.from({ length: 20 }, (_, i) => `- step ${i} of many that follow`).join('\n') };
  expect(split([text('Do this:'), list])).toMatchObject([{ text: expect.stringMatching(/^Do this:\n\n- step 0[\s\S]*step 19/) }]);
  const rows = Array.from({ length: 100 }, (_, i) => `model ${i} | ${i} EUR | in stock`);
  const pieces = split([{ kind: 'table', text: ['Model | Price | Stock', ...rows].join('\n') }]);
  expect(pieces.length).toBeGreaterThan(2);
  expect(pieces.every(({ text: said }) => said.startsWith('Model | Price | Stock\nmodel'))).toBe(true);
  expect(pieces.flatMap(({ text: said }) => said.split('\n').slice(1).filter((line) => line !== 'Model | Price | Stock' && line !== '')).toSorted()).toEqual(rows.toSorted());
});

test('long texts are cut at sentences, nothing is lost, nothing is too long, and it takes no time', () => {
  expect(cut('一二三四五。'.repeat(200)).every((part) => part.endsWith('。') && columns(part) <= SIZES.most)).toBe(true);
  fc.assert(fc.property(fc.string({ unit: 'grapheme', maxLength: 5_000 }), (said) => {
    const parts = cut(said, 200);
    expect(parts.length === 1 ? parts[0]?.trim() : parts.join('').replace(/\s/g, '')).toBe(parts.length === 1 ? said.trim() : said.replace(/\s/g, ''));
    expect(parts.every((part) => columns(part) <= 200)).toBe(true);
  }), { numRuns: 50 });
  const start = performance.now();
  for (const said of ['x'.repeat(300_000), 'a. '.repeat(100_000), '\n'.repeat(300_000), '。'.repeat(200_000)]) split([text(said)]);
  expect(performance.now() - start).toBeLessThan(3_000);
});

test('what is the same keeps its id, what is alike has changed, the rest came or went', () => {
  const old = (id: string, said: string) => ({ id, headings: ['H'], text: said });
  const { ids, changes, same } = compare([old('1', 'We deliver in three days.'), old('2', 'Lamps last ten years.'), old('3', 'Same.'), old('4', 'Same.')], [{ headings: ['H'], text: 'Same.' }, { headings: ['H'], text: 'We deliver within five days.' }, { headings: ['H'], text: '可以开具电子发票。' }, { headings: ['H'], text: 'Same.' }]);
  expect(ids).toEqual(['3', '1', null, '4']);
  expect(same).toBe(2);
  expect(changes.map(({ kind, before, after }) => [kind, before, after])).toEqual([['changed', 'We deliver in three days.', 'We deliver within five days.'], ['added', undefined, '可以开具电子发票。'], ['removed', 'Lamps last ten years.', undefined]]);
});

test('of so many that comparing all with all would take minutes, what is not the same is new or gone', () => {
  const many = (count: number, mark: string) => Array.from({ length: count }, (_, i) => ({ id: `${i}`, headings: [], text: i === 0 ? 'stays' : `passage ${i} ${mark}` }));
  const kinds = (count: number) => { const { changes, same } = compare(many(count, 'a'), many(count, 'b')); return { same, kinds: [...new Set(changes.map(({ kind }) => kind))].toSorted() }; };
  expect(kinds(50)).toEqual({ same: 1, kinds: ['changed'] });
  expect(kinds(5_000)).toEqual({ same: 1, kinds: ['added', 'removed'] });
});

test('Markdown: headings of both kinds, lists, tables and code whole, marks away', () => {
  expect(readMarkdown('---\ntitle: "Guide"\n---\n# One\nText **bold** and [a link](https://x.example).\n\nTwo\n---\n- a\n  more\n- b\n\n| x | y |\n|---|---|\n| 1 | 2 |\n\n```\n# no heading\n```\n价格是 3*4，\n不变。')).toEqual({
    title: 'Guide',
    blocks: [
      { kind: 'heading', level: 1, text: 'One' }, { kind: 'text', text: 'Text bold and a link.' }, { kind: 'heading', level: 2, text: 'Two' }, { kind: 'list', text: '- a\n  more\n- b' },
      { kind: 'table', text: 'x | y\n1 | 2' }, { kind: 'code', text: '# no heading' }, { kind: 'text', text: '价格是 3*4，不变。' },
    ],
  });
});

test('any Markdown ends, soon', () => {
  fc.assert(fc.property(fc.array(fc.constantFrom('# a', '- b', '| c |', '---', '', '```', 'text', '> q', '  ', '===', '1. x', '<!-- -->', '***'), { maxLength: 40 }), (lines) => { readMarkdown(lines.join('\n')); }));
  const start = performance.now();
  for (const part of ['[', '*', '`', '**a', '![](', '<', '| ', '- \n', '_']) readMarkdown(part.repeat(20_000));
  expect(performance.now() - start).toBeLessThan(3_000);
});

test('lines of a PDF become headings and paragraphs; what runs along the pages and hyphens go', () => {
  const page = (number: number, ...lines: [string, number?][]): Line[] => [{ text: 'Lantern manual', size: 8, y: 800 }, ...lines.map(([said, size = 10], i) => ({ text: said, size, y: 760 - i * 12 })), { text: `Page ${number}`, size: 8, y: 20 }];
  expect(pdfBlocks([page(1, ['Care', 18], ['Clean the glass with wa-'], ['ter and a soft cloth and']), page(2, ['then let it dry.'], ['1. Open'], ['2. Close']), page(3, ['灯芯需要'], ['每年更换。'])])).toEqual([
    { kind: 'heading', level: 1, text: 'Care' }, { kind: 'text', text: 'Clean the glass with water and a soft cloth and then let it dry.' }, { kind: 'list', text: '1. Open\n2. Close' }, { kind: 'text', text: '灯芯需要每年更换。' },
  ]);
});

test('site maps: pages, an index, a plain list, nothing else', () => {
  expect(readSitemap('<?xml version="1.0"?><urlset><url><loc> https://a.example/?x=1&amp;y=2 </loc></url><url><loc><![CDATA[https://a.example/b]]></loc></url></urlset>')).toEqual({ kind: 'pages', urls: ['https://a.example/?x=1&y=2', 'https://a.example/b'] });
  expect(readSitemap('<s:sitemapindex xmlns:s="x"><s:sitemap><s:loc>https://a.example/1.xml</s:loc></s:sitemap></s:sitemapindex>')).toEqual({ kind: 'sitemaps', urls: ['https://a.example/1.xml'] });
  expect(readSitemap('https://a.example/1\r\nhttps://a.example/2\n')?.urls).toHaveLength(2);
  expect(readSitemap('<html><body>https://a.example</body></html>')).toBeNull();
});

test.each([
  ['%PDF-1.7', 'x.txt', '', 'pdf'], ['PK\u0003\u0004..[Content_Types].xml', 'a.docx', '', 'docx'], ['PK\u0003\u0004..xl/workbook.xml', 'a.zip', '', null], ['\n<!DOCTYPE html>', 'a', 'text/plain', 'html'],
  ['<?xml version="1.0"?><urlset xmlns="">', 'sitemap.xml', 'text/xml', 'sitemap'], ['# a', 'readme.md', 'text/plain', 'markdown'], ['a,b', 'x', 'text/csv; charset=gbk', 'csv'], ['hello', 'x', '', 'text'], ['hello', 'x', 'image/png', null],
  ['\u0089PNG\r\n\u001a\n\0', 'x.txt', 'text/html', null], ['\u00ff\u00feh\0i\0', 'a.txt', '', 'text'],
  ['hello', 'broken.pdf', '', null], ['hello', 'broken.docx', '', null], ['hello', 'x', 'application/pdf', null], ['<html>gone', 'manual.pdf', 'text/html', 'html'],
] as const)('%j named %s of type %s is %s', (head, name, type, format) => expect(formatOf(head, name, type)).toBe(format));
