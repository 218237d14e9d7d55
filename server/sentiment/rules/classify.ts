/** How a message feels, by words and rules: no model, no network, the same answer every time. Pure. */
import type { Mood, Sentiment } from '../schema.ts';
import { degrees, feelings, FOLD, FURY, negations, SARCASM, signs } from './lexicon.ts';

const LONGEST = 2_000;
const isLatin = (code: number): boolean => (code >= 97 && code <= 122) || (code >= 48 && code <= 57) || code === 39;

type Role = { feeling?: number; degree?: number; negates?: true };
type Word = Role & { at: number; end: number };

/** First character -> words that begin with it, longest first. */
const roles = new Map<string, Role>();
for (const [word, feeling] of feelings) roles.set(word, { ...roles.get(word), feeling });
for (const [word, degree] of degrees) roles.set(word, { ...roles.get(word), degree });
for (const word of negations) roles.set(word, { ...roles.get(word), negates: true });
const byFirst = new Map<string, string[]>();
for (const word of roles.keys()) byFirst.set(word[0] ?? '', [...byFirst.get(word[0] ?? '') ?? [], word]);
for (const words of byFirst.values()) words.sort((a, b) => b.length - a.length);

const folded = (text: string): string => {
  const plain = text.slice(0, LONGEST).normalize('NFKC').replace(/[\u2018\u2019]/g, "'").toLowerCase();
  return plain.replace(/[\u4E00-\u9FFF]/g, (letter) => FOLD.get(letter) ?? letter);
};

function wordsOf(text: string): Word[] {
  const words: Word[] = [];
  for (let at = 0; at < text.length;) {
    const latin = isLatin(text.charCodeAt(at));
    const begins = !latin || at === 0 || !isLatin(text.charCodeAt(at - 1));
    const word = begins ? byFirst.get(text[at] ?? '')?.find((one) => text.startsWith(one, at) && !(isLatin(one.charCodeAt(one.length - 1)) && isLatin(text.charCodeAt(at + one.length)))) : undefined;
    if (word === undefined) at++;
    else {
      words.push({ ...roles.get(word), at, end: at + word.length });
      at += word.length;
    }
  }
  return words;
}

/** How far before a word its negation and its degree may stand: characters of Chinese, or some English words. */
const REACH = { han: 4, latin: 16 } as const;

function scoreClause(clause: string): { sum: number; polite: number } {
  const words = wordsOf(clause);
  let sum = 0;
  let polite = 0;
  for (const [i, word] of words.entries()) {
    if (word.feeling === undefined) continue;
    // '很' before a feeling is its degree; a degree that is a feeling itself ('好') counts only where no feeling follows.
    const next = words[i + 1];
    if (word.degree !== undefined && next?.feeling !== undefined && next.at - word.end <= 1) continue;
    // A negation that happens to be a weak feeling ("can't help") is one or the other.
    if (word.negates && next?.feeling !== undefined && Math.abs(next.feeling) > Math.abs(word.feeling) && next.at - word.end <= reach(clause, next)) continue;
    let strength = word.feeling;
    let turned = 0;
    for (let j = i - 1; j >= 0; j--) {
      const before = words[j];
      if (!before || word.at - before.end > reach(clause, word)) break;
      if (before.degree !== undefined) strength *= before.degree;
      if (before.negates) turned++;
      else if (before.feeling !== undefined && before.degree === undefined && Math.abs(before.feeling) >= 1) break;
    }
    if (/^(?:极了|死了|爆了|透了|到家|得很|得不行|得要命|炸了)/.test(clause.slice(word.end))) strength *= 1.4;
    // Not good is bad; not bad is hardly good.
    if (turned % 2 === 1) strength = strength > 0 ? -0.8 * Math.max(strength, 1.2) : -0.35 * strength;
    if (strength > 0 && strength < 1) polite += strength;
    else sum += strength;
  }
  return { sum, polite };
}
const reach = (clause: string, word: Word): number => (isLatin(clause.charCodeAt(word.at)) ? REACH.latin : REACH.han);

const BUT = /(?<=[,，\s]|^)(?:但是?|可是|不过|然而|只是|就是|but|however|although|though|yet)(?=[^a-z]|$)/u;

/** 'Would you trouble yourself' asks; it does not complain. */
const COURTESY = /麻烦(?:一下|了|(?=你|您|帮|请|问|给|查|看|再|发|把|告))|不好意思|打扰(?:一下|了)|辛苦(?=帮|您帮|你帮)|excuse me|sorry to bother/gu;
const MOST_POLITE = 0.8;

/** The sum of all feelings, without bounds; about 1 is one clear word. */
export function feelingOf(text: string): number {
  const shown = text.slice(0, LONGEST);
  const plain = folded(text).replace(COURTESY, ' ');
  let sum = 0;
  let polite = 0;
  const halves = plain.split(BUT);
  for (const [i, half] of halves.entries()) {
    // What follows 'but' is what is meant.
    const weight = halves.length === 1 ? 1 : i === halves.length - 1 ? 1.3 : 0.6;
    for (const clause of half.split(/[,.!?;:，。！？；：\n~～]+/u)) {
      if (clause.trim() === '') continue;
      const scored = scoreClause(clause);
      sum += weight * scored.sum;
      polite += weight * scored.polite;
    }
  }
  // Courtesy is no praise, however much of it there is.
  sum += Math.min(polite, MOST_POLITE);
  if (SARCASM.test(plain)) sum = -Math.max(Math.abs(sum), 1.4);
  for (const [pattern, strength] of signs) {
    const count = Math.min(3, shown.normalize('NFKC').match(pattern)?.length ?? 0);
    if (count > 0) sum += strength * (1 + 0.3 * (count - 1));
  }
  const shouted = /!{2,}|！{2,}/u.test(shown) || ((shown.match(/\b[A-Z]{3,}\b/g)?.length ?? 0) >= 2 && !/[a-z]/.test(shown.replace(/\b[a-z]{1,2}\b/g, '')));
  return shouted ? sum * 1.25 : sum;
}

/** Less than so much is no feeling: a polite word, one weak hint. */
const FLOOR = { negative: -0.75, positive: 0.85 } as const;

/** 'Does it come out large or small?' */
const CHOICE = /[偏是要选用走买发].{1,10}还是.{1,6}$/u;

/** One message: its mood, a score of -1..1, and whether it needs a person by itself. */
export function classify(text: string): Sentiment {
  const sum = feelingOf(text);
  // "怎么退款？" and "how do I cancel?" ask; they do not complain, unless more is said.
  const asks = sum < 0 && ((sum > -3 && CHOICE.test(text.trim())) || (sum > -1.3 && /[?？吗呢]\s*$|^(?:请问|怎么|如何|how (?:do|can|to)|what|when|where|can i|is there|do you)/iu.test(text.trim()) && !/怎么(?:还|又|回事|搞)|为什么还/u.test(text)));
  const mood: Mood = asks || (sum > FLOOR.negative && sum < FLOOR.positive) ? 'neutral' : sum < 0 ? 'negative' : 'positive';
  const score = Math.round(Math.tanh(sum / 3) * 100) / 100;
  return { mood, score: score === 0 ? 0 : score, furious: mood === 'negative' && (sum <= -6.5 || (sum <= -1.4 && FURY.test(folded(text)))) };
}
