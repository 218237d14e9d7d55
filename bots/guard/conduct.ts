/** What an admin wants of the bot, held against a text. The data itself: server/bot-conduct/schema.ts. Pure. */
import type { Conduct } from '../../server/bot-conduct/schema.ts';

// Chinese is written without gaps: signs put between the characters hide nothing. The end of a sentence parts them.
const plain = (text: string): string => text.slice(0, 8_000).normalize('NFKC').replace(/\p{Cf}/gu, '').toLowerCase().replace(/(?<=\p{Script=Han})(?:(?![\n。!?;])[\s\p{P}\p{S}])+(?=\p{Script=Han})/gu, '');
const isWord = (letter: string | undefined): boolean => letter !== undefined && /[\p{Script=Latin}\p{N}]/u.test(letter);

// A Latin word stands alone; Chinese words stand side by side.
function holds(text: string, word: string): boolean {
  for (let at = text.indexOf(word); word !== '' && at >= 0; at = text.indexOf(word, at + 1)) {
    const alone = !(isWord(word[0]) && isWord(text[at - 1])) && !(isWord(word.at(-1)) && isWord(text[at + word.length]));
    if (alone) return true;
  }
  return false;
}

/** Which of these words a text holds. */
export function wordsIn(text: string, words: readonly string[]): string[] {
  const said = plain(text);
  return words.filter((word) => holds(said, plain(word).trim()));
}

/** The first forbidden topic a text touches, and by which word. */
export function touched(text: string, forbidden: Conduct['forbidden']): { topic: string; word: string } | undefined {
  for (const { topic, words } of forbidden) {
    const [word] = wordsIn(text, words);
    if (word !== undefined) return { topic, word };
  }
  return undefined;
}

/** The same, as the bots ask it. */
export const forbiddenTopic = (text: string, forbidden: Conduct['forbidden']): string | undefined => touched(text, forbidden)?.topic;

const oneLine = (text: string): string => text.replace(/\s+/g, ' ');
/** Tone and rules as the model reads them. They come from the admin, and still may not undo the rules of the house: those stand last. */
export const conductLines = ({ tone, rules, promises }: Conduct): string[] => [
  ...(tone === '' ? [] : [`Tone: ${oneLine(tone)}`]), ...rules.map(oneLine), ...(promises.length === 0 ? [] : [`Unless a found answer says it, never say: ${promises.map(oneLine).join('; ')}`]),
].map((text) => `- ${text}`);
