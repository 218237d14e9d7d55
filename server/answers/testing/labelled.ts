/** The labelled questions of fixtures/labelled.txt, read and asked. */
import { readFileSync } from 'node:fs';
import { Locale } from '../../conversations/schema.ts';
import type { Indexed } from '../schema.ts';
import { answerIndex, type AnswerIndex, type Scored } from '../search.ts';

/** How a question stands to its base: asks for an answer, comes near one, asks for one that was left out, or is about something else. */
export type Label = 'paraphrase' | 'near' | 'left-out' | 'outside';
/** A question with the answer that is right for it, or null when none is. */
export type Asked = { text: string; locale: Locale; label: Label; expected: string | null };
/** A knowledge base with its questions. */
export type Base = { name: string; heldOut: boolean; answers: Indexed[]; asked: Asked[] };
/** A question as it was asked of an index. */
export type Outcome = { asked: Asked; found: Scored[]; right: boolean };

/** All bases of the fixture. */
export function readBases(): Base[] {
  const bases: Base[] = [];
  for (const line of readFileSync(new URL('../fixtures/labelled.txt', import.meta.url), 'utf8').split('\n')) {
    const rest = line.slice(2).trim();
    const parts = rest.split('|').map((part) => part.trim());
    const base = bases.at(-1);
    const answer = base?.answers.at(-1);
    if (line.startsWith('## ')) bases.push({ name: line.slice(3), heldOut: line.includes('(held out)'), answers: [], asked: [] });
    else if (line.startsWith('= ')) {
      const [locale, question = '', variants = '', text = ''] = parts;
      const id = `${base?.name}-${base?.answers.length}`;
      base?.answers.push({ id, locale: Locale.parse(locale), question, variants: variants.split(';').map((part) => part.trim()), answer: text });
    } else if (line.startsWith('- ')) base?.asked.push({ text: parts[1] ?? '', locale: Locale.parse(parts[0]), label: 'outside', expected: null });
    else if (answer && line.startsWith('+ ')) base?.asked.push({ text: rest, locale: answer.locale, label: 'paraphrase', expected: answer.id });
    else if (answer && line.startsWith('? ')) base?.asked.push({ text: rest, locale: answer.locale, label: 'near', expected: null });
  }
  return bases;
}

/** An index of the answers given. */
export function indexOf(answers: Indexed[]): ReturnType<typeof answerIndex> {
  const index = answerIndex();
  for (const answer of answers) index.add(answer);
  index.settle();
  return index;
}

/** Asks the questions; one whose answer is not in the index has none. */
export function ask(index: AnswerIndex, asked: Asked[], held: ReadonlySet<string>): Outcome[] {
  return asked.map((one) => {
    const expected = one.expected !== null && held.has(one.expected) ? one.expected : null;
    const found = index.search(one.text, one.locale);
    return { asked: { ...one, expected, label: one.expected !== null && expected === null ? 'left-out' : one.label }, found, right: expected !== null && found[0]?.answerId === expected };
  });
}
