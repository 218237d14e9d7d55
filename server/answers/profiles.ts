/** What the wordings of an answer have in common, counted; and how often each piece of a word comes up in all of them. */
import { LRUCache } from 'lru-cache';
import { BUCKETS, gramsOf } from './rules/grams.ts';

/** All wordings of one answer as one text: how often each term and each piece of a word comes up in it. */
export type Profile = { terms: Map<number, number>; termsTotal: number; grams: Map<number, number>; gramsTotal: number; of: ReadonlyMap<number, Int32Array> };
/** A wording as it is counted. */
export type Counted = { number: number; terms: Int32Array; text: string };

/** Counted again when needed: those of a hundred thousand answers would not fit. */
const KEPT = 4_000;

const bump = (counts: Map<number, number>, key: number, by: number): number => {
  const next = (counts.get(key) ?? 0) + by;
  if (next > 0) counts.set(key, next);
  else counts.delete(key);
  return next;
};

/** Profiles by answer, and the numbers of answers that hold a term or a piece. */
export function profiles() {
  const kept = new LRUCache<string, Profile>({ max: KEPT });
  const termAnswers: number[] = [];
  const gramAnswers = new Uint32Array(BUCKETS);
  const gramWordings = new Uint32Array(BUCKETS);
  let answers = 0;
  let gramsTotal = 0;

  // Thousands are asked for in one search.
  const rarities = new Float64Array(2_048);
  let raritiesOf = -1;
  function rarity(held: number): number {
    if (raritiesOf !== answers) {
      rarities.fill(0);
      raritiesOf = answers;
    }
    const known = rarities[held];
    if (known !== undefined && known > 0) return known;
    const computed = Math.log(1 + (answers + 20) / (held + 0.5));
    if (held < rarities.length) rarities[held] = computed;
    return computed;
  }

  function count(wordings: Counted[]): Profile {
    const profile = { terms: new Map<number, number>(), termsTotal: 0, grams: new Map<number, number>(), gramsTotal: 0, of: new Map<number, Int32Array>() };
    for (const { number, terms, text } of wordings) {
      const grams = gramsOf(text);
      profile.of.set(number, grams);
      for (const term of terms) bump(profile.terms, term, 1);
      for (const gram of grams) bump(profile.grams, gram, 1);
      profile.termsTotal += terms.length;
      profile.gramsTotal += grams.length;
    }
    return profile;
  }

  function tally(profile: Profile, by: 1 | -1): void {
    answers += by;
    gramsTotal += by * profile.gramsTotal;
    for (const term of profile.terms.keys()) termAnswers[term] = (termAnswers[term] ?? 0) + by;
    for (const [gram, times] of profile.grams) {
      gramAnswers[gram] = (gramAnswers[gram] ?? 0) + by;
      gramWordings[gram] = (gramWordings[gram] ?? 0) + by * times;
    }
  }

  function shift(profile: Profile, { number, terms, text }: Counted, by: 1 | -1): void {
    const turned = by === 1 ? 1 : 0;
    const grams = profile.of.get(number) ?? gramsOf(text);
    for (const term of terms) if (bump(profile.terms, term, by) === turned) termAnswers[term] = (termAnswers[term] ?? 0) + by;
    for (const gram of grams) {
      if (bump(profile.grams, gram, by) === turned) gramAnswers[gram] = (gramAnswers[gram] ?? 0) + by;
      gramWordings[gram] = (gramWordings[gram] ?? 0) + by;
    }
    profile.termsTotal += by * terms.length;
    profile.gramsTotal += by * grams.length;
    gramsTotal += by * grams.length;
  }

  return {
    /** Counts an answer in, or out again. */
    add(id: string, wordings: Counted[]): void {
      const profile = count(wordings);
      tally(profile, 1);
      if (kept.size < KEPT) kept.set(id, profile);
    },
    remove(id: string, wordings: Counted[]): void {
      tally(count(wordings), -1);
      kept.delete(id);
    },
    of(id: string, wordings: () => Counted[]): Profile {
      let profile = kept.get(id);
      if (!profile) kept.set(id, profile = count(wordings()));
      return profile;
    },
    /** Runs something as if a wording of an answer, or all of it, were not there. */
    without<T>(profile: Profile, hidden: Counted | 'all', run: () => T): T {
      if (hidden === 'all') tally(profile, -1);
      else shift(profile, hidden, -1);
      try {
        return run();
      } finally {
        if (hidden === 'all') tally(profile, 1);
        else shift(profile, hidden, 1);
      }
    },
    /** How much a term says about which answer is meant: the fewer answers hold it, the more. */
    telling: (term: number): number => rarity(termAnswers[term] ?? 0),
    gramTelling: (gram: number): number => rarity(gramAnswers[gram] ?? 0),
    /** How likely a piece is in any wording. */
    gramChance: (gram: number): number => ((gramWordings[gram] ?? 0) + 0.5) / (gramsTotal + 100),
  };
}
