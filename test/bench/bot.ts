/** `npm run bench -- bot [FOLDER]`: how often the bot without a model answers, how often rightly, on each data set of a folder; where HUB_EMBEDDINGS_URL is set, by words alone and then by meaning beside them. faq/README.md says how to read it. */
import { join, resolve } from 'node:path';
import type { Finding } from '../../bots/bot.ts';
import { embedder } from '../../bots/embeddings/embedder.ts';
import { localeOf } from '../../bots/locale.ts';
import { retrievalBot } from '../../bots/retrieval/retrieval.ts';
import { meaningful } from '../../server/answers/meaning.ts';
import type { Indexed } from '../../server/answers/schema.ts';
import { readConfig } from '../../server/config.ts';
import { memoryStore } from '../../server/embeddings/testing/memory-store.ts';
import { openVectors, type Vectors } from '../../server/embeddings/vectors.ts';
import { answerIndex } from '../../server/answers/search.ts';
import { readSets } from './faq/read.ts';
import { roundsOf, type Asked } from './faq/rounds.ts';

export const name = 'bot';

const OURS = join(import.meta.dirname, 'faq');
/** Answered precision that has to be reached in each set. */
const PRECISION = 0.95;

type Judged = { covered: boolean; top1: boolean; top3: boolean; answered: boolean; right: boolean; askedBack: boolean; offered: boolean };

type Search = (words: string, locale: 'zh-CN' | 'en') => Promise<Finding[]>;

async function judge(search: Search, knowledge: ReadonlyMap<string, Indexed>, { text, expected }: Asked): Promise<Judged> {
  const found: Finding[] = await search(text, localeOf(text, 'en'));
  const said = await retrievalBot.answer([{ from: 'contact', text }], { search }, { locale: 'en' }, new AbortController().signal);
  const answered = said.kind === 'reply' && said.sources.length > 0;
  return {
    covered: expected !== null, top1: found[0]?.answerId === expected, top3: found.slice(0, 3).some((finding) => finding.answerId === expected),
    answered, right: answered && said.sources[0]?.id === expected, askedBack: said.kind === 'reply' && said.choices !== undefined,
    offered: said.kind === 'reply' && said.choices?.includes(knowledge.get(expected ?? '')?.question.slice(0, 80) ?? '\0') === true,
  };
}

const share = (part: number, whole: number): number => (whole > 0 ? Math.round((part / whole) * 1_000) / 1_000 : 0);

/** What is searched in, filled. */
async function filled(knowledge: readonly Indexed[], vectors: Vectors | undefined): Promise<Search> {
  if (!vectors) {
    const index = answerIndex();
    for (const answer of knowledge) index.add(answer);
    index.settle();
    return (text, locale) => Promise.resolve(index.search(text, locale));
  }
  const index = meaningful(vectors);
  for (const answer of knowledge) index.replace(answer);
  await vectors.settled();
  return (text, locale) => index.search(text, locale, () => true, { patient: true });
}

/** Figures of each set, `SET/FIGURE`. */
export async function run(words: string[] = []): Promise<Record<string, number | boolean | string>> {
  const { embeddings } = readConfig();
  const alone = await measured(words, undefined);
  if (!embeddings) return alone;
  const log = { warn: (...said: unknown[]) => console.error(...said), info: () => undefined };
  const vectors = openVectors({ embedder: embedder(embeddings), store: memoryStore(), now: () => new Date(), log });
  const beside = await measured(words, vectors);
  await vectors.stop();
  return { ...alone, ...Object.fromEntries(Object.entries(beside).filter(([key]) => key !== 'reached').map(([key, value]) => [`${key} with ${embeddings.model}`, value])), reached: alone['reached'] === true && beside['reached'] === true };
}

async function measured(words: string[], vectors: Vectors | undefined): Promise<Record<string, number | boolean | string>> {
  const figures: Record<string, number | boolean | string> = {};
  let reached = true;
  for (const set of readSets(words[0] === undefined ? OURS : resolve(words[0]))) {
    const began = performance.now();
    const judged: Judged[] = [];
    let answers = 0;
    for (const { knowledge, asked } of roundsOf(set)) {
      const search = await filled(knowledge, vectors);
      const known = new Map(knowledge.map((answer) => [answer.id, answer]));
      answers = Math.max(answers, knowledge.length);
      for (const one of asked) judged.push(await judge(search, known, one));
    }
    const covered = judged.filter((one) => one.covered);
    const uncovered = judged.filter((one) => !one.covered);
    const answered = judged.filter((one) => one.answered);
    const right = answered.filter((one) => one.right).length;
    const precision = share(right, answered.length);
    const handedOver = uncovered.filter((one) => !one.answered && !one.askedBack).length;
    reached &&= answered.length === 0 || precision >= PRECISION;
    Object.assign(figures, Object.fromEntries(Object.entries({
      answers, asked: covered.length, top1: share(covered.filter((one) => one.top1).length, covered.length), top3: share(covered.filter((one) => one.top3).length, covered.length),
      coverage: share(covered.filter((one) => one.answered).length, covered.length), precision, precisionCovered: share(right, answered.filter((one) => one.covered).length),
      offered: share(covered.filter((one) => one.offered).length, covered.length), uncovered: uncovered.length, handedOver: share(handedOver, uncovered.length), uncoveredAskedBack: share(uncovered.filter((one) => one.askedBack).length, uncovered.length),
      uncoveredAnswered: share(uncovered.filter((one) => one.answered).length, uncovered.length), seconds: Math.round(performance.now() - began) / 1_000,
    }).map(([key, value]) => [`${set.name}/${key}`, value])));
  }
  return { ...figures, reached };
}
