/**
 * Questions that are alike, one after the other. A question joins the cluster it is most like on average, by the weight of the tokens
 * the bot's own index compares (answers/rules/tokens.ts), or begins one. Deterministic; a question never moves once it is placed.
 */
import { analyse, KIND_WEIGHT } from '../../answers/rules/tokens.ts';

/** Shared weight over mean weight, from which two questions are one matter. */
export const ALIKE = 0.6;
/** One denies and the other does not, or they want different things done: alike in words, not in matter. */
const OPPOSED = 0.6;

const WEIGHTS = new Map<string, number>(Object.entries(KIND_WEIGHT));

/** Whose order it is says nothing of the matter. */
const WHICH = /(?:订单(?:编?号)?|运单号?|单号|order(?: number| no\.?| id)?|parcel|tracking number)[\s:：#是]*(?:\*{3}|[a-z]{0,4}\d{4,}[\w-]*)/giu;

/** A question as it is compared. */
export type Reading = { tokens: Map<string, number>; weight: number; negated: boolean };

/** Reads a question: what names a thing, an act or a wish; numbers of orders and stop words are left out. */
export function reading(text: string): Reading {
  const { tokens: all, negated } = analyse(text.replace(WHICH, ' ').trim() || text);
  const said = all.filter(token => !/^[.~]/.test(token) && !/^#\d{4,}/.test(token));
  const pairs = said.filter(token => token.startsWith('b')).join('');
  // A character that stands in a pair is counted there.
  const telling = said.filter(token => !token.startsWith('u') || !pairs.includes(token.slice(1)));
  const tokens = new Map((telling.length ? telling : all).map(token => [token, WEIGHTS.get(token.charAt(0)) ?? 0]));
  return { tokens, weight: sum(tokens.values()), negated };
}

const sum = (values: Iterable<number>) => [...values].reduce((total, value) => total + value, 0);
const acts = (tokens: Iterable<string>) => [...tokens].filter(token => token.startsWith('!'));

/** How alike two texts are: 0..1. */
export function likeness(one: Reading, other: Reading): number {
  const shared = sum([...one.tokens].flatMap(([token, weight]) => (other.tokens.has(token) ? [weight] : [])));
  return (one.weight + other.weight > 0 ? 2 * shared / (one.weight + other.weight) : 0) * opposition(one, acts(other.tokens.keys()), other.negated);
}

function opposition({ tokens, negated }: Reading, theirs: string[], denied: boolean): number {
  const wanted = acts(tokens.keys());
  const clash = wanted.length > 0 && theirs.length > 0 && !wanted.some(act => theirs.includes(act));
  return (clash ? OPPOSED : 1) * (negated === denied ? 1 : OPPOSED);
}

type Middle = { id: string; count: number; weight: number; denied: number; tokens: Map<string, number> };

/** Clusters that grow by one question at a time. */
export function clusters() {
  const middles: Middle[] = [];
  const numbers = new Map<string, number>();
  const holding = new Map<string, Set<number>>();

  function add(question: Reading, locale: string, cluster: string): void {
    const name = `${locale}/${cluster}`;
    const number = numbers.get(name) ?? middles.push({ id: cluster, count: 0, weight: 0, denied: 0, tokens: new Map() }) - 1;
    numbers.set(name, number);
    const middle = middles[number];
    if (!middle) return;
    middle.count++;
    middle.weight += question.weight;
    if (question.negated) middle.denied++;
    for (const token of question.tokens.keys()) {
      middle.tokens.set(token, (middle.tokens.get(token) ?? 0) + 1);
      const key = locale + token;
      holding.set(key, (holding.get(key) ?? new Set()).add(number));
    }
  }

  function nearest(question: Reading, locale: string): { id: string; likeness: number } | null {
    const shared = new Map<number, number>();
    for (const [token, weight] of question.tokens) {
      for (const number of holding.get(locale + token) ?? []) {
        const middle = middles[number];
        if (middle) shared.set(number, (shared.get(number) ?? 0) + weight * (middle.tokens.get(token) ?? 0) / middle.count);
      }
    }
    let best: { id: string; likeness: number } | null = null;
    for (const [number, weight] of shared) {
      const middle = middles[number];
      if (!middle) continue;
      const most = 2 * weight / (question.weight + middle.weight / middle.count);
      if (most < ALIKE) continue;
      const theirs = acts(middle.tokens.keys()).filter(act => (middle.tokens.get(act) ?? 0) * 2 >= middle.count);
      const found = most * opposition(question, theirs, middle.denied * 2 > middle.count);
      if (found >= ALIKE && (!best || found > best.likeness || (found === best.likeness && middle.id < best.id))) best = { id: middle.id, likeness: found };
    }
    return best;
  }

  return {
    /** Puts back a question whose cluster is known. */
    restore: (text: string, locale: string, cluster: string): void => add(reading(text), locale, cluster),
    /** Finds the question's cluster, or begins one that is named after it. */
    place({ id, text, locale }: { id: string; text: string; locale: string }): string {
      const question = reading(text);
      const cluster = nearest(question, locale)?.id ?? id;
      add(question, locale, cluster);
      return cluster;
    },
  };
}
