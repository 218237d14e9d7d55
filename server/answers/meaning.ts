/** One base, searched by words and, where a model of meaning is configured, by meaning beside it. Without the model it is the search by words. */
import { setImmediate as breathe, setTimeout as pause } from 'node:timers/promises';
import type { Finding } from '../../bots/bot.ts';
import { ANSWER_FLOOR } from '../../bots/retrieval/retrieval.ts';
import type { Spend } from '../../bots/spend.ts';
import type { Locale } from '../conversations/schema.ts';
import type { Vectors } from '../embeddings/vectors.ts';
import { groupedIndex } from './grouped.ts';
import { joined, type Candidate, type Usual } from './rules/similarity.ts';
import type { Indexed } from './schema.ts';
import type { Allowed } from './search.ts';
import { similarIndex, type Near } from './similar.ts';

/** All searches of a turn together wait so long for meaning, for the vectors and for the comparing; who tries a question, longer. */
const waitMs = { customer: 400, trial: 3_000 };
const FOUND = 5;
/** As for words: better than none, and worse than one in the customer's. */
const OTHER_LANGUAGE = 0.6;

/** One turn's wait: what is left of it, and `failed` once the model was silent in it. */
export type Waiting = { patient: boolean; spend?: Spend | undefined; leftMs?: number; failed?: boolean };

class TooLate extends Error {}

export type Meaningful = {
  replace(answer: Indexed): void;
  remove(id: string): void;
  /** Resolves when it is known how sure is sure in it; later it is found out anew beside the work. */
  ready(): Promise<void>;
  /** Whether all is read by its meaning that ever will be, waited for so long. */
  meant(ms: number): Promise<boolean>;
  clear(): void;
  /** Best first. */
  search(text: string, locale: Locale, allowed: Allowed, waiting: Waiting): Promise<Finding[]>;
  readonly size: number;
};

/** An empty base. */
export function meaningful(vectors?: Vectors): Meaningful {
  const words = groupedIndex();
  const similar = vectors && similarIndex(vectors);

  /** Undefined where it is not known in time. */
  async function nearest(text: string, locale: Locale, allowed: Allowed, { until, waiting }: { until: number; waiting: Waiting }): Promise<{ near: Near[]; usual: Usual } | undefined> {
    const left = (): number => Math.floor(until - performance.now());
    if (!similar || !vectors || left() <= 0) return undefined;
    await inTime(similar.ready(breathe), left());
    // Nobody pays for a vector that nothing can be compared with.
    if (!similar.usual() || left() <= 0) return undefined;
    const to = await vectors.ask(text, { waitMs: left(), spend: waiting.spend });
    if (!to) waiting.failed = true;
    const usual = similar.usual();
    if (!to || !usual) return undefined;
    try {
      const near = await similar.near(to, locale, allowed, async () => {
        await breathe();
        if (left() <= 0) throw new TooLate();
      });
      return { near, usual };
    } catch (error) {
      if (error instanceof TooLate) return undefined;
      throw error;
    }
  }

  async function search(text: string, locale: Locale, allowed: Allowed, waiting: Waiting): Promise<Finding[]> {
    await words.ready(breathe);
    const found = words.search(text, locale, allowed);
    // What words are sure of is sent to nobody.
    if (!similar || waiting.failed || (found[0]?.confidence ?? 0) >= ANSWER_FLOOR) return found;
    const since = performance.now();
    const leftMs = waiting.leftMs ?? (waiting.patient ? waitMs.trial : waitMs.customer);
    const meant = await nearest(text, locale, allowed, { until: since + leftMs, waiting });
    waiting.leftMs = leftMs - (performance.now() - since);
    if (!meant) return found;
    const { near, usual } = meant;
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
    async meant(ms) {
      const until = performance.now() + ms;
      return await inTime(vectors?.settled(), ms) && inTime(similar?.ready(breathe), until - performance.now());
    },
    clear: () => similar?.clear(),
    get size() { return words.size; },
  };
}

/** Whether it is done within so long. */
async function inTime(work: Promise<void> = Promise.resolve(), ms: number): Promise<boolean> {
  const over = new AbortController();
  const late = pause(Math.max(0, ms), false, { signal: over.signal }).catch(() => false);
  return Promise.race([work.then(() => true), late]).finally(() => over.abort());
}
