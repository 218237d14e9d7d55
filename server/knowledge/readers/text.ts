import type { Reading } from '../schema.ts';
import { joined } from '../rules/markdown.ts';

/** Plain text: an empty line parts paragraphs; the first short line is the title. */
export function readText(source: string): Reading {
  const text = source.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n');
  const paragraphs = text.split(/\n[ \t]*\n+/).map((each) => each.trim()).filter((each) => each !== '');
  const blocks = paragraphs.map((paragraph) => {
    const lines = paragraph.split('\n').map((line) => line.trim());
    const list = lines.length > 1 && lines.filter((line) => /^(?:[-*•·]|\d{1,3}[.)、])\s*/.test(line)).length > lines.length / 2;
    return list ? { kind: 'list' as const, text: lines.join('\n') } : { kind: 'text' as const, text: lines.reduce(joined, '') };
  });
  const first = text.trimStart().split('\n', 1)[0]?.trim() ?? '';
  return { title: first.length <= 80 ? first : '', blocks };
}
