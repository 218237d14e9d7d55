import type { Indexed } from '../answers/schema.ts';
import type { KnowledgeDocument, Passage } from './schema.ts';

const longest = 500;

/** A passage as the bot searches it: asked for by its headings, alone and together. */
export function indexed({ title, url, topics, validFrom, validUntil, audience }: KnowledgeDocument, { id, headings, question, text, locale }: Passage): Indexed {
  const last = headings.at(-1) ?? '';
  const asked = question ?? ([...new Set(headings)].join(' › ') || title || text);
  const variants = [...new Set([last, headings.slice(-2).join(' ')])].filter((each) => each !== '' && each !== asked && headings.length > 1);
  return { id, question: asked.slice(0, longest), variants, answer: text, locale, ...(url ? { url } : {}), ...(topics?.length ? { topics } : {}), ...(validFrom ? { validFrom } : {}), ...(validUntil ? { validUntil } : {}), ...(audience ? { audience } : {}) };
}
