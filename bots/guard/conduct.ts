/** How an admin wants the bot to behave: a tone, rules, and topics it leaves to people. Data, checked at the edge. */
import { z } from 'zod';

const line = z.string().trim().min(1).max(300);

/** A topic the bot does not speak about: any of its words in a question or an answer, and people take over. */
export const ForbiddenTopic = z.strictObject({ topic: line.max(80), words: z.array(line.max(80)).min(1).max(100) });
/** What an admin's page edits and a release keeps. */
export const Conduct = z.strictObject({
  tone: z.string().trim().max(300).default(''),
  rules: z.array(line).max(30).default([]),
  forbidden: z.array(ForbiddenTopic).max(100).default([]),
});
export type Conduct = z.infer<typeof Conduct>;

const plain = (text: string): string => text.slice(0, 8_000).normalize('NFKC').replace(/\p{Cf}/gu, '').toLowerCase();
const isWord = (letter: string | undefined): boolean => letter !== undefined && /[\p{Script=Latin}\p{N}]/u.test(letter);

// A Latin word stands alone; Chinese words stand side by side.
function holds(text: string, word: string): boolean {
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    const alone = !(isWord(word[0]) && isWord(text[at - 1])) && !(isWord(word.at(-1)) && isWord(text[at + word.length]));
    if (alone) return true;
  }
  return false;
}

/** The first forbidden topic a text touches. */
export function forbiddenTopic(text: string, forbidden: Conduct['forbidden']): string | undefined {
  const said = plain(text);
  return forbidden.find(({ words }) => words.some((word) => holds(said, plain(word).trim())))?.topic;
}

/** Tone and rules as the model reads them. They come from the admin, and still may not undo the rules of the house: those stand last. */
export const conductLines = ({ tone, rules }: Conduct): string[] => [...(tone === '' ? [] : [`Tone: ${oneLine(tone)}`]), ...rules.map(oneLine)].map((text) => `- ${text}`);
const oneLine = (text: string): string => text.replace(/\s+/g, ' ');
