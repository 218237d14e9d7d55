/** Judges the answers to the labelled questions: `quality.test.ts` says how good they must be. */
import { ask, indexOf, type Base, type Outcome } from './labelled.ts';

/**
 * The same base in several sizes, as customers have three answers or thirty: whole, in halves, thirds, and each
 * language alone. A question whose answer was left out must then not be answered: that is most of what teaches doubt.
 */
export function outcomes(bases: Base[]): Outcome[] {
  return bases.flatMap((base) =>
    [1, 2, 3, 6, 12].flatMap((parts) =>
      Array.from({ length: parts }, (_, part) => {
        const answers = base.answers.filter((_answer, i) => i % parts === part);
        return ask(indexOf(answers), base.asked, new Set(answers.map((answer) => answer.id)));
      }).flat(),
    ),
  );
}

/** How far the confidence can be believed: squared error, and the gap between what it says and what is so. */
export function judge(all: Outcome[], answerFloor: number, askFloor: number) {
  const judged = all.map(({ found: [top], right, asked }) => ({
    label: asked.label, right, text: asked.text, found: top?.question,
    confidence: top?.confidence ?? 0,
  }));
  const bins = Array.from({ length: 10 }, (_, bin) => judged.filter((one) => Math.min(9, Math.floor(one.confidence * 10)) === bin));
  const mean = (list: number[]): number => (list.length > 0 ? list.reduce((a, b) => a + b, 0) / list.length : 0);
  const share = (list: typeof judged, test: (one: (typeof judged)[number]) => boolean): number => mean(list.map((one) => (test(one) ? 1 : 0)));
  const of = (label: string) => judged.filter((one) => one.label === label);
  return {
    questions: judged.length,
    brier: mean(judged.map((one) => (one.confidence - (one.right ? 1 : 0)) ** 2)),
    ece: bins.reduce((sum, bin) => sum + (bin.length / judged.length) * Math.abs(mean(bin.map((one) => one.confidence)) - share(bin, (one) => one.right)), 0),
    hitAt1: share(of('paraphrase'), (one) => one.right),
    answered: share(of('paraphrase'), (one) => one.right && one.confidence >= answerFloor),
    answeredWrong: share(of('paraphrase'), (one) => !one.right && one.confidence >= answerFloor),
    askedBack: share(of('paraphrase'), (one) => one.confidence >= askFloor && one.confidence < answerFloor),
    nearAnswered: share(of('near'), (one) => one.confidence >= answerFloor),
    outsideAnswered: share(of('outside'), (one) => one.confidence >= answerFloor),
    outsideAsked: share(of('outside'), (one) => one.confidence >= askFloor),
    wrong: judged.filter((one) => !one.right && one.confidence >= answerFloor),
    missed: judged.filter((one) => one.label === 'paraphrase' && !one.right),
    unsure: judged.filter((one) => one.label === 'paraphrase' && one.right && one.confidence < askFloor),
    outsideAbove: judged.filter((one) => one.label === 'outside' && one.confidence >= askFloor),
  };
}
