/** `npm run bench -- bot [FOLDER]`: how often the bot without a model answers, how often rightly, on each data set of a folder. faq/README.md says how to read it. */
import { join, resolve } from 'node:path';
import type { Finding } from '../../bots/bot.ts';
import { localeOf } from '../../bots/locale.ts';
import { retrievalBot } from '../../bots/retrieval/retrieval.ts';
import { answerIndex, type AnswerIndex } from '../../server/answers/search.ts';
import { readSets } from './faq/read.ts';
import { roundsOf, type Asked } from './faq/rounds.ts';

export const name = 'bot';

const OURS = join(import.meta.dirname, 'faq');
/** Answered precision that has to be reached in each set. */
const PRECISION = 0.95;

type Judged = { covered: boolean; top1: boolean; top3: boolean; answered: boolean; right: boolean; askedBack: boolean };

async function judge(index: AnswerIndex, { text, expected }: Asked): Promise<Judged> {
  const search = (words: string, locale: 'zh-CN' | 'en'): Promise<Finding[]> => Promise.resolve(index.search(words, locale));
  const found = await search(text, localeOf(text, 'en'));
  const said = await retrievalBot.answer([{ from: 'contact', text }], { search }, { locale: 'en' }, new AbortController().signal);
  const answered = said.kind === 'reply' && said.sources.length > 0;
  return {
    covered: expected !== null, top1: found[0]?.answerId === expected, top3: found.slice(0, 3).some((finding) => finding.answerId === expected),
    answered, right: answered && said.sources[0]?.id === expected, askedBack: said.kind === 'reply' && said.choices !== undefined,
  };
}

const share = (part: number, whole: number): number => (whole > 0 ? Math.round((part / whole) * 1_000) / 1_000 : 0);

/** Figures of each set, `SET/FIGURE`. */
export async function run(words: string[] = []): Promise<Record<string, number | boolean | string>> {
  const figures: Record<string, number | boolean | string> = {};
  let reached = true;
  for (const set of readSets(words[0] === undefined ? OURS : resolve(words[0]))) {
    const began = performance.now();
    const judged: Judged[] = [];
    let answers = 0;
    for (const { knowledge, asked } of roundsOf(set)) {
      const index = answerIndex();
      for (const answer of knowledge) index.add(answer);
      answers = Math.max(answers, knowledge.length);
      for (const one of asked) judged.push(await judge(index, one));
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
      uncovered: uncovered.length, handedOver: share(handedOver, uncovered.length), uncoveredAskedBack: share(uncovered.filter((one) => one.askedBack).length, uncovered.length),
      uncoveredAnswered: share(uncovered.filter((one) => one.answered).length, uncovered.length), seconds: Math.round(performance.now() - began) / 1_000,
    }).map(([key, value]) => [`${set.name}/${key}`, value])));
  }
  return { ...figures, reached };
}
