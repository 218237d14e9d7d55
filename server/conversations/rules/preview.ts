import type { Content } from '../schema.ts';

const longest = 120;

/** One line for lists: the text, or what came instead of text. */
export function previewOf(content: Content): string {
  const text = (content.text ?? '').replace(/\s+/g, ' ').trim();
  if (text) return [...text.slice(0, longest * 2)].slice(0, longest).join('');
  const first = content.attachments?.[0];
  if (first) return `[${first.name.slice(0, longest - 2)}]`;
  return content.email?.subject.slice(0, longest) ?? '';
}
