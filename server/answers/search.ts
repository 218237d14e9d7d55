/** Finding the answer to a question: an index in memory, no I/O. Measured in test/bench/answers.ts. */
import type { Finding } from '../../bots/bot.ts';
import type { Locale } from '../conversations/schema.ts';
import { evidenceOf, marking, weighed } from './evidence.ts';
import { postings, type Term } from './postings.ts';
import { profiles, type Counted } from './profiles.ts';
import { COEFFICIENTS, confidenceOf, features, likeness, rankOf, type Known, type Match, type Measured } from './rules/calibration.ts';
import { gramsOf } from './rules/grams.ts';
import { coefficientsOf, type Rehearsed } from './rules/rehearsal.ts';
import { keyOf } from './rules/text.ts';
import { analyse, knownWords } from './rules/tokens.ts';
import { vocabulary } from './rules/typo.ts';
import type { Indexed } from './schema.ts';
import { votesOf } from './votes.ts';

/** Whether who asks may hear it now; what may not be heard is as if it were not there. */
export type Allowed = (value: Indexed) => boolean;

/** A finding with what was measured, for the receipt and for fitting. */
export type Scored = Finding & Measured & { exact: boolean };

const RERANKED = 80;
/** Of the answers found, so many are weighed by all their wordings. */
const WEIGHED = 20;
/** Above every rank there is. */
const FIRST = 10;
/** A base with fewer wordings says too little of itself. */
const FEWEST_REHEARSED = 20;
/** From so many wordings, and so many an answer, a base has said what a no or a strange name is worth in it. */
const FEWEST_TRIED = 40;
const WORDINGS_TRIED = 3;
const LARGE = 20_000;
const FOUND = 5;
// Enough to recognise what an answer is about; the rest of a long answer is not what is asked for.
const BODY_CHARACTERS = 400;
/** An answer in another language is better than none, and worse than one in the customer's. */
const OTHER_LANGUAGE = 0.6;
const EXACT = 0.99;
/** The same question with two different answers: nobody can know which is meant. */
const AMBIGUOUS = 0.6;

/** Tokens that name a thing, not what to do with it or what is wanted of it. */
const THINGS = new Set(['=', 'w', 'b', 'u', '#']);
/** Those of them long enough to name one thing; a single character is in too many words. */
const NAMES = new Set(['=', 'w', 'b']);

const NOTHING: Match = { question: 0, about: 0, answered: 0, margin: 0, mass: 0, number: false, aspect: false, others: 0, strange: 0, unrelated: false, clash: false, denial: null };

type Wording = { answer: Entry; number: number; text: string; terms: Int32Array; negated: boolean; key: string; body: boolean };
/** A question as it is compared: its terms, and where the term with a number stands among them. */
type Question = { slots: ReadonlyMap<number, number>; terms: Term[]; whole: number; negated: boolean };
type Entry = { value: Indexed; said: string; wordings: number[]; body: ReadonlySet<number> };

/** Answers to search in. `search` is best first; its confidence is a probability, see rules/calibration.ts. */
export type AnswerIndex = {
  add(answer: Indexed): void;
  /** Adds the answer, in place of the one with its id if there is one. */
  replace(answer: Indexed): void;
  remove(id: string): void;
  /** Begins to find out in steps how sure is sure in this base, when it has changed much; resolves when that is known for the first time. Until then, and where nobody asks, the numbers fitted on public sets are used. */
  ready(breathe: () => Promise<unknown>): Promise<void>;
  /** The same in one go: for who has nobody waiting. */
  settle(): void;
  search(text: string, locale: Locale, allowed?: Allowed): Scored[];
  readonly size: number;
};

/** An empty index. Adding costs the same however many there are. */
export function answerIndex(): AnswerIndex & { /** What the base says of itself, for fitting. */ rehearsed(): Rehearsed[] } {
  const entries = new Map<string, Entry>();
  const index = postings();
  const wordings = new Map<number, Wording>();
  const exact = new Map<string, Set<number>>();
  const counts = profiles();
  let asked = 0;
  const inLocale = new Map<Locale, number>();
  const tally = (locale: Locale, by: 1 | -1): void => void inLocale.set(locale, (inLocale.get(locale) ?? 0) + by);
  let settling: Promise<void> | undefined;
  let settledAt = 0;
  let learnt = false;
  let known: Known = { coefficients: COEFFICIENTS, tried: false };
  const spelling = vocabulary();
  for (const word of knownWords) spelling.add(word);

  function word(entry: Entry, text: string, body: boolean): Int32Array {
    const { tokens, negated, key } = analyse(text);
    for (const token of tokens) if (token.startsWith('w')) spelling.add(token.slice(1));
    const kept = body ? tokens.filter((token) => !/^[u.~?]/.test(token)) : tokens;
    const { number, terms } = index.add(kept);
    wordings.set(number, { answer: entry, number, text, terms, negated, key, body });
    entry.wordings.push(number);
    if (!body) exact.set(key, (exact.get(key) ?? new Set()).add(number));
    return terms;
  }

  const countedOf = (entry: Entry): Counted[] => entry.wordings.flatMap((number) => {
    const wording = wordings.get(number);
    return wording && !wording.body ? [wording] : [];
  });

  function add(value: Indexed): void {
    remove(value.id);
    const entry: Entry = { value, said: keyOf(value.answer), wordings: [], body: new Set() };
    entries.set(value.id, entry);
    tally(value.locale, 1);
    const asWritten = new Map([value.question, ...value.variants].map((text) => [keyOf(text), text]));
    for (const text of asWritten.values()) word(entry, text, false);
    counts.add(value.id, countedOf(entry));
    asked += asWritten.size;
    entry.body = new Set(word(entry, value.answer.slice(0, BODY_CHARACTERS), true));
  }

  function remove(id: string): void {
    const entry = entries.get(id);
    if (!entry) return;
    entries.delete(id);
    tally(entry.value.locale, -1);
    counts.remove(id, countedOf(entry));
    asked -= countedOf(entry).length;
    for (const number of entry.wordings) {
      const wording = wordings.get(number);
      if (!wording) continue;
      index.remove(number, wording.terms);
      wordings.delete(number);
      const same = exact.get(wording.key);
      if (same?.delete(number) && same.size === 0) exact.delete(wording.key);
    }
  }

  function compare(wording: Wording, { slots, terms, whole, negated }: Question): Match {
    let matched = 0;
    let weight = 0;
    let things = 0;
    let sharedThings = 0;
    let does = false;
    const held = new Uint8Array(terms.length);
    if (!wording.body) {
      for (const id of wording.terms) {
        const slot = slots.get(id);
        const kind = index.kindOf(id);
        const termWeight = index.weigh(id);
        weight += termWeight;
        if (kind === '!') does = true;
        if (THINGS.has(kind)) things += termWeight;
        if (slot === undefined) continue;
        held[slot] = 1;
        matched += termWeight;
        if (THINGS.has(kind)) sharedThings += termWeight;
      }
    }
    const rest = { beside: 0, number: false, aspect: false, others: 0, strange: 0, named: 0, shared: 0, wanted: 0, done: 0 };
    terms.forEach((term, slot) => {
      const inWording = held[slot] === 1;
      const inBody = !inWording && wording.answer.body.has(term.id);
      if (NAMES.has(term.kind)) rest.named++;
      if (NAMES.has(term.kind) && (inWording || inBody)) rest.shared++;
      if (term.kind === '!') rest.wanted++;
      if (term.kind === '!' && inWording) rest.done++;
      if (inWording) return;
      if (inBody) rest.beside += term.weight / 2;
      else if (term.id < 0) rest.strange += term.weight;
      if (inBody) return;
      if (term.kind === '#') rest.number = true;
      if (term.kind === '?') rest.aspect = true;
      if (term.kind === '=' || term.kind === '!') rest.others++;
    });
    return {
      question: (matched + rest.beside) / whole, answered: weight > 0 ? matched / weight : 0,
      about: things > 0 ? sharedThings / things : weight > 0 ? matched / weight : rest.beside > 0 ? 0.5 : 0,
      margin: 0, mass: matched + rest.beside, number: rest.number, aspect: rest.aspect, others: rest.others, strange: rest.strange / whole,
      unrelated: rest.named > 0 && rest.shared === 0, clash: does && rest.wanted > 0 && rest.done === 0,
      denial: wording.body || wording.negated === negated ? null : negated ? 'asked' : 'written',
    };
  }

  const search = (text: string, locale: Locale, allowed: Allowed = () => true): Scored[] => find(text, locale, allowed, false);

  function find(text: string, locale: Locale, allowed: Allowed, blind: boolean): Scored[] {
    const { tokens, negated, key } = analyse(text, (stemmed) => (index.knows(`w${stemmed}`) ? stemmed : spelling.correct(stemmed)));
    const terms = index.terms(tokens);
    const whole = terms.reduce((sum, term) => sum + term.weight, 0) || 1;
    const compared: Question = { slots: new Map(terms.map((term, slot) => [term.id, slot])), terms, whole, negated };
    const question = weighed(terms, gramsOf(text), counts);
    const same = new Set(blind ? [] : [...(exact.get(key) ?? [])].slice(0, RERANKED));
    const found = new Map<Entry, Wording[]>();
    for (const number of new Set([...same, ...index.best(terms, RERANKED)])) {
      const wording = wordings.get(number);
      if (!wording || !allowed(wording.answer.value)) continue;
      const held = found.get(wording.answer);
      if (held) held.push(wording);
      else found.set(wording.answer, [wording]);
    }
    const likely = [...found].map(([entry, near]) => {
      let like = -1;
      let match = NOTHING;
      for (const wording of near) {
        const compares = compare(wording, compared);
        const likes = likeness(compares);
        if (likes > like) [like, match] = [likes, compares];
      }
      const language = entry.value.locale === locale ? 1 : OTHER_LANGUAGE;
      const matchesAll = near.some((wording) => same.has(wording.number));
      return { entry, near, match, language, exact: matchesAll, like: (matchesAll ? 1 : like) * language };
    }).toSorted((a, b) => b.like - a.like).slice(0, WEIGHED);
    const read = likely.map((hit) => ({ ...hit, near: hit.near.filter((wording) => !wording.body), profile: counts.of(hit.entry.value.id, () => countedOf(hit.entry)) }));
    const votes = votesOf(question, read.flatMap(({ near, profile }, place) => near.map((wording) => ({ wording, profile, answer: place }))), read.length, index.kindOf, counts);
    const hits = marking(question, () => read.map((hit, place) => {
      const votesFor = votes.of[place] ?? 0;
      const evidence = { ...evidenceOf(question, hit.near, hit.profile, hit.entry.body, index.kindOf, index.chance, counts), votes: votesFor, unexplained: votes.strange };
      return { ...hit, evidence, rank: (hit.exact ? FIRST : rankOf(evidence, hit.match)) * hit.language };
    }));
    const ranked = hits.toSorted((a, b) => b.rank - a.rank || b.like - a.like).slice(0, FOUND);
    return ranked.map((hit, place) => {
      const rival = ranked.find((other) => other !== hit && other.entry.said !== hit.entry.said && other.entry.value.locale === hit.entry.value.locale);
      const lead = hit.rank - (rival?.rank ?? 0);
      const margin = hit.like - (rival?.like ?? 0);
      const match = { ...hit.match, margin: place === 0 ? margin : Math.min(0, margin) };
      const { value } = hit.entry;
      const certain = rival?.exact && rival.rank >= hit.rank ? AMBIGUOUS : EXACT;
      const language = value.locale === locale ? 1 : OTHER_LANGUAGE;
      const voteLead = hit.evidence.votes - Math.max(0, ...hits.flatMap((other) => (other.entry === hit.entry || other.entry.said === hit.entry.said ? [] : [other.evidence.votes])));
      const measured = { match, evidence: hit.evidence, rank: hit.rank, lead: place === 0 ? lead : Math.min(0, lead), voteLead, answers: inLocale.get(value.locale) ?? 0 };
      const confidence = hit.exact ? certain * (certain === EXACT ? 1 : language) : Math.min(EXACT, confidenceOf(measured, known)) * language;
      return { answerId: value.id, question: value.question, answer: value.answer, locale: value.locale, url: value.url, confidence, ...measured, exact: hit.exact };
    });
  }

  // Again only when the base has grown or shrunk by an eighth: what an answer more or less says of the others is nothing.
  const stale = (): boolean => Math.abs(asked - settledAt) * 8 > settledAt;

  function settle(): void {
    if (!stale()) return;
    settledAt = asked;
    learn([...rehearse()].flat());
  }

  function ready(breathe: () => Promise<unknown>): Promise<void> {
    if (!settling && stale()) settling = inSteps(breathe).catch(() => undefined).finally(() => { settling = undefined; });
    return learnt ? Promise.resolve() : settling ?? Promise.resolve();
  }

  async function inSteps(breathe: () => Promise<unknown>): Promise<void> {
    settledAt = asked;
    const rehearsed: Rehearsed[] = [];
    for (const some of rehearse()) {
      rehearsed.push(...some);
      await breathe();
    }
    learn(rehearsed);
  }

  function learn(rehearsed: Rehearsed[]): void {
    learnt = true;
    const tried = rehearsed.filter((one) => one.covered).length >= FEWEST_TRIED && asked >= WORDINGS_TRIED * entries.size;
    known = { coefficients: coefficientsOf(rehearsed, COEFFICIENTS), tried };
  }

  /** Asks some of the wordings as if they, and then as if their answers, had never been written; a step for each. */
  function* rehearse(): Generator<Rehearsed[]> {
    if (asked < FEWEST_REHEARSED) return;
    const all = [...wordings.values()].filter((wording) => !wording.body);
    const most = Math.min(asked > LARGE ? 60 : 300, all.length);
    for (let i = 0; i < most; i++) {
      const wording = all[Math.floor((i * all.length) / most)];
      // Taken away meanwhile: it says nothing any more.
      if (!wording || wordings.get(wording.number) !== wording) continue;
      const { value } = wording.answer;
      const own = countedOf(wording.answer);
      const profile = counts.of(value.id, () => own);
      const judged = (covered: boolean): Rehearsed[] => {
        const [top] = find(wording.text, value.locale, () => true, true);
        return top ? [{ x: features(top), covered, right: covered && top.answerId === value.id }] : [];
      };
      const rest = own.length > 1 ? index.without([wording], () => counts.without(profile, wording, () => judged(true))) : [];
      const whole = wording.answer.wordings.flatMap((number) => wordings.get(number) ?? []);
      yield [...rest, ...index.without(whole, () => counts.without(profile, 'all', () => judged(false)))];
    }
  }

  return { add, replace: add, remove, ready, settle, search, rehearsed: () => [...rehearse()].flat(), get size() { return entries.size; } };
}
