/** How a message feels, by words, rules and fitted weights: no model, no network, the same answer every time. Pure. */
import type { Mood, Sentiment } from '../schema.ts';
import { FURY, SARCASM, signs } from './lexicon.ts';
import { likely, weighPieces } from './ngrams.ts';
import { begins, boostedAt, breakAt, clauses, ends, found, HAS, latinAt, LONGEST, plainOf, read, rescan, scan } from './scan.ts';

/** How far before a word its negation and its degree may stand: characters of Chinese, or some English words. */
const REACH = { han: 4, latin: 16 } as const;
const reach = (word: number): number => (latinAt(begins[word] ?? 0) ? REACH.latin : REACH.han);
const gap = (word: number, next: number): number => (begins[next] ?? 0) - (ends[word] ?? 0);

const EXCESS = 1;
const HEDGED = 0.6;

/** What the words say that were scanned last: clear feelings, and courtesy by itself. */
const said = { sum: 0, polite: 0 };

function weigh(weight: number): void {
  const { words } = read;
  for (let i = 0; i < words; i++) {
    const word = found[i];
    if (word === undefined || (word.feeling === 0 && !word.excess)) continue;
    const next = i + 1 < words && clauses[i + 1] === clauses[i] ? found[i + 1] : undefined;
    if (word.excess) {
      // 'Too' anything is a complaint, unless it is said of something good.
      if ((next === undefined || gap(i, i + 1) > 2 || (next.feeling === 0 && !next.negates)) && !breakAt(ends[i] ?? 0)) said.sum -= weight * EXCESS;
      continue;
    }
    // '很' before a feeling is its degree; a degree that is a feeling itself ('好') counts only where no feeling follows.
    if (word.degree !== 0 && next !== undefined && next.feeling !== 0 && gap(i, i + 1) <= 1) continue;
    // A negation that happens to be a weak feeling ("can't help") is one or the other.
    if (word.negates && next !== undefined && Math.abs(next.feeling) > Math.abs(word.feeling) && gap(i, i + 1) <= reach(i + 1)) continue;
    let strength = word.feeling;
    let turned = 0;
    for (let j = i - 1; j >= 0 && clauses[j] === clauses[i]; j--) {
      const before = found[j];
      if (before === undefined || gap(j, i) > reach(i)) break;
      if (before.degree !== 0) strength *= before.degree < 1 && strength < 0 ? HEDGED : before.degree;
      if (before.negates) turned++;
      else if (before.degree === 0 && Math.abs(before.feeling) >= 1) break;
    }
    if (boostedAt(ends[i] ?? 0)) strength *= 1.4;
    // Not good is bad; not bad is hardly good.
    if (turned % 2 === 1) strength = strength > 0 ? -0.8 * Math.max(strength, 1.2) : -0.35 * strength;
    if (strength > 0 && strength < 1) said.polite += weight * strength;
    else said.sum += weight * strength;
  }
}

const BUT = /(?<=[,，。.!！;；\s]|^)(但是?|可是|不过|然而|只是|就是|唯一|美中不足|but|however|although|though|yet)(?=[^a-z]|$)/u;
// 'Tasty, only a little late' praises; 'tasty, but they were late' does not.
const CAVEAT = /^(?:只是|就是|唯一|美中不足|although|though)$/u;

/** What each part counts that a 'but' divides: what follows it is what is meant; what follows a mere caveat is not. */
function weighParts(parts: string[]): void {
  for (let i = 0; i < parts.length; i += 2) {
    const [before, after] = [parts[i - 1], parts[i + 1]];
    rescan(parts[i] ?? '');
    weigh((before === undefined ? 1 : CAVEAT.test(before) ? CAVEATS : MEANT) * (after === undefined || CAVEAT.test(after) ? 1 : GRANTED));
  }
}
const MEANT = 1.3;
const GRANTED = 0.6;
const CAVEATS = 0.6;

/** 'Would you trouble yourself' asks; it does not complain. */
const COURTESY = /麻烦(?:一下|了|(?=你|您|帮|请|问|给|查|看|再|发|把|告))|不好意思|打扰(?:一下|了)|辛苦(?=帮|您帮|你帮)|excuse me|sorry to bother/gu;
const MOST_POLITE = 0.8;
const often = (strength: number, count: number): number => (count === 0 ? 0 : strength * (1 + 0.3 * (Math.min(3, count) - 1)));

/** The sum of all feelings, without bounds; about 1 is one clear word. */
export function feelingOf(text: string): number {
  scan(text);
  const { has, blame, denies } = read;
  const whole = (has & (HAS.courtesy | HAS.but | HAS.sarcasm | SIGNED)) === 0 ? '' : plainOf();
  const plain = (has & HAS.courtesy) === 0 ? whole : whole.replace(COURTESY, ' ');
  const parts = (has & HAS.but) === 0 ? [plain] : plain.split(BUT);
  said.sum = 0;
  said.polite = 0;
  if (parts.length === 1 && plain === whole) weigh(1);
  else weighParts(parts);
  // Courtesy is no praise, however much of it there is.
  let sum = said.sum + Math.min(said.polite, MOST_POLITE);
  if ((has & HAS.sarcasm) !== 0 && SARCASM.test(plain)) sum = -Math.max(Math.abs(sum), 1.4);
  sum += often(-0.35, blame) + often(-0.3, denies);
  if ((has & SIGNED) !== 0) sum = signed(text, whole, sum, has);
  return sum;
}

const SIGNED = HAS.sign | HAS.face | HAS.bracket | HAS.run | HAS.star | HAS.waited | HAS.times | HAS.minutes | HAS.capitals;

function signed(text: string, plain: string, words: number, has: number): number {
  const shown = text.slice(0, LONGEST);
  let sum = words;
  for (const [needs, pattern, strength] of signs) if ((has & HAS[needs]) !== 0) sum += often(strength, plain.match(pattern)?.length ?? 0);
  const shouted = ((has & HAS.run) !== 0 && /!{2,}|！{2,}/u.test(shown)) || ((has & HAS.capitals) !== 0 && (shown.match(/\b[A-Z]{3,}\b/g)?.length ?? 0) >= 2 && !/[a-z]/.test(shown.replace(/\b[a-z]{1,2}\b/g, '')));
  return shouted ? sum * 1.25 : sum;
}

/** How much the weights add at most. It is less than any floor: by themselves they make no mood, they weigh in where words speak. */
const ADDED = 0.7;
/** How much of what the words say is taken away from what reads like a plain request. */
const CALMED = 0.3;

/** The same with what the weights say besides: what a mood is read off. */
export const leaningOf = (text: string): number => joined(text, feelingOf(text));

function joined(text: string, words: number): number {
  weighPieces(text);
  const { negative, positive } = likely;
  return words * (1 - CALMED * (1 - negative - positive)) + ADDED * (positive - negative);
}

/** Less than so much is no feeling: a polite word, one weak hint. */
const FLOOR = { negative: -0.75, positive: 0.85 } as const;

/** 'Does it come out large or small?' */
const CHOICE = /[偏是要选用走买发].{1,10}还是.{1,6}$/u;
const QUESTION = /[?？吗嘛呢]\s*$|^(?:请问|how (?:do|can|to)|what|when|where|why|can i|is there|do you)|怎么|怎样|如何|为什么|为何|为啥|什么原因/iu;
const REPROACH = /怎么(?:还|又|回事|搞)|为(?:什么|何|啥)(?:还|又)|[!！]/u;

/** One message: its mood, a score of -1..1, and whether it needs a person by itself: that is for words alone to say. */
export function classify(text: string): Sentiment {
  const words = feelingOf(text);
  const leaning = joined(text, words);
  // Courtesy is no praise, whatever the weights make of it.
  const sum = words > MOST_POLITE ? leaning : Math.min(leaning, MOST_POLITE);
  const score = Math.round(Math.tanh(sum / 3) * 100) / 100;
  const furious = words <= -6.5 || (words <= -1.4 && !asks(text, words) && FURY.test(folded(text)));
  // Nothing is called bad that the words alone would not: the weights may calm an alarm, they never raise one.
  const mood: Mood = furious ? 'negative' : sum >= FLOOR.positive ? 'positive' : Math.max(words, sum) > FLOOR.negative || asks(text, Math.min(words, sum)) ? 'neutral' : 'negative';
  return { mood, score: score === 0 ? 0 : score, furious };
}

/** How near a floor is near; how far the weights must lean; below which likelihood of calm they suspect something where words say nothing. */
const NEAR = 0.6;
const LEANS = 0.4;
const CALM = 0.6;

/** Whether a second reading is worth its price: it hangs by a word, or words and weights part. What is furious is not asked about. */
export function isUnsure(text: string): boolean {
  if (text.trim().length < 2 || classify(text).furious) return false;
  const words = feelingOf(text);
  const sum = joined(text, words);
  const { negative, positive } = likely;
  // A plain question is the bulk of all messages.
  if (sum > FLOOR.negative && QUESTION.test(text.trim())) return negative > positive + LEANS;
  if (Math.abs(words) < 0.3) return 1 - negative - positive < CALM && /\p{L}{3}/u.test(text);
  const parted = words <= FLOOR.negative ? positive > negative + LEANS : words >= FLOOR.positive && negative > positive + LEANS;
  return parted || Math.min(Math.abs(sum - FLOOR.negative), Math.abs(sum - FLOOR.positive)) < NEAR;
}

// "怎么退款？" and "how do I cancel?" ask; they do not complain, unless more is said.
function asks(text: string, sum: number): boolean {
  if (sum <= -3) return false;
  const shown = text.trim();
  return CHOICE.test(shown) || (sum > -1.3 && QUESTION.test(shown) && !REPROACH.test(text));
}

function folded(text: string): string {
  scan(text);
  return plainOf();
}
