/** One base, searched by words and, where a model of meaning is configured, by meaning beside it. Without the model it is the search by words. */
import { setImmediate as breathe } from 'node:timers/promises';
import type { Finding } from '../../bots/bot.ts';
import type { Spend } from '../../bots/spend.ts';
import type { Locale } from '../conversations/schema.ts';
import type { Vectors } from '../embeddings/vectors.ts';
import { groupedIndex } from './grouped.ts';
import { joined, type Candidate } from './rules/similarity.ts';
import type { Indexed } from './schema.ts';
import type { Allowed } from './search.ts';
import { similarIndex } from './similar.ts';

/** A customer waits so long for the vector of what they ask, and only once in a turn; who tries a question, longer. */
const waitMs = { customer: 400, trial: 2_000 };
/** Of a base with so many answers no customer waits until it is known what is usual in it. */
const LARGE = 200;
const FOUND = 5;
/** As for words: better than none, and worse than one in the customer's. */
const OTHER_LANGUAGE = 0.6;

/** One turn's wait: `failed` once the model was silent in it. */
export type Waiting = { patient: boolean; spend?: Spend | undefined; failed?: boolean };

export type Meaningful = {
  replace(answer: Indexed): void;
  remove(id: string): void;
  /** Resolves when it is known how sure is sure in it; later it is found out anew beside the work. */
  ready(): Promise<void>;
  clear(): void;
  /** Best first. */
  search(text: string, locale: Locale, allowed: Allowed, waiting: Waiting): Promise<Finding[]>;
  readonly size: number;
};

/** An empty base. */
export function meaningful(vectors?: Vectors): Meaningful {
  const words = groupedIndex();
  const similar = vectors && similarIndex(vectors);

  async function search(text: string, locale: Locale, allowed: Allowed, waiting: Waiting): Promise<Finding[]> {
    // On its way while the words are looked for.
    const asked = waiting.failed ? undefined : vectors?.ask(text, { waitMs: waiting.patient ? waitMs.trial : waitMs.customer, spend: waiting.spend });
    await words.ready(breathe);
    const found = words.search(text, locale, allowed);
    const to = await asked;
    if (asked && !to) waiting.failed = true;
    if (!similar || !to) return found;
    const settled = similar.ready(breathe);
    if (waiting.patient || words.size < LARGE) await settled;
    const usual = similar.usual();
    if (!usual) return found;
    const near = await similar.near(to, locale, allowed, breathe);
    const pieces = new Map<string, Omit<Finding, 'confidence'>>(near.map(({ value: { id, question, answer, locale: of, url } }) => [id, { answerId: id, question, answer, locale: of, ...(url === undefined ? {} : { url }) }]));
    for (const { answerId, question, answer, locale: of, url } of found) pieces.set(answerId, { answerId, question, answer, locale: of, ...(url === undefined ? {} : { url }) });
    const byWords = new Map(found.map(one => [one.answerId, one]));
    const byMeaning = new Map(near.map(one => [one.value.id, one]));
    const candidates = [...pieces.keys()].map((id): Candidate => {
      const [said, meant] = [byWords.get(id), byMeaning.get(id)];
      return { id, ...(said ? { confidence: said.confidence } : {}), ...(meant ? { alike: meant } : {}) };
    });
    return joined(candidates, usual).slice(0, FOUND).flatMap(({ id, confidence, similarity }) => {
      const piece = pieces.get(id);
      // Words have counted the other language already.
      return piece ? [{ ...piece, confidence: piece.locale === locale || byWords.has(id) ? confidence : confidence * OTHER_LANGUAGE, ...(similarity === undefined ? {} : { similarity }) }] : [];
    });
  }

  return {
    search,
    replace(answer) {
      words.replace(answer);
      similar?.replace(answer);
    },
    remove(id) {
      words.remove(id);
      similar?.remove(id);
    },
    ready: () => words.ready(breathe),
    clear: () => similar?.clear(),
    get size() { return words.size; },
  };
}
