/** Fits the calibration to the labelled questions and judges it. `node server/answers/testing/fit.ts` prints both. */
import { confidenceOf, features } from '../rules/calibration.ts';
import { ask, indexOf, readBases, type Base, type Outcome } from './labelled.ts';

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

// What is asked in the wild, about: most questions are about the trade, some of them about what nobody wrote down.
const SHARE = { paraphrase: 0.55, near: 0.2, 'left-out': 0.15, outside: 0.1 };

/** Logistic regression with a small ridge, by gradient descent. Weights make up for how often a label occurs. */
export function fit(all: Outcome[], steps = 6_000): number[] {
  const asked = Map.groupBy(all, (one) => one.asked.label);
  const samples = all.flatMap(({ found: [top], right, asked: { label, locale } }) => (top && !top.exact && top.locale === locale ? [{ x: features(top), y: right ? 1 : 0, weight: SHARE[label] / (asked.get(label)?.length ?? 1) }] : []));
  const weights = Array.from(samples[0]?.x ?? [], () => 0);
  const momentum = weights.map(() => 0);
  for (let step = 0; step < steps; step++) {
    const gradient = weights.map((w, i) => (i === 0 ? 0 : 0.0005 * w));
    for (const { x, y, weight } of samples) {
      let sum = 0;
      for (let i = 0; i < x.length; i++) sum += (x[i] ?? 0) * (weights[i] ?? 0);
      const error = 1 / (1 + Math.exp(-sum)) - y;
      for (let i = 0; i < x.length; i++) gradient[i] = (gradient[i] ?? 0) + weight * error * (x[i] ?? 0);
    }
    for (let i = 0; i < weights.length; i++) {
      momentum[i] = 0.9 * (momentum[i] ?? 0) + (gradient[i] ?? 0);
      weights[i] = (weights[i] ?? 0) - 0.5 * (momentum[i] ?? 0);
    }
  }
  return weights.map((w) => Math.round(w * 100) / 100);
}

/** How far the confidence can be believed: squared error, and the gap between what it says and what is so. */
export function judge(all: Outcome[], answerFloor: number, askFloor: number, coefficients?: readonly number[]) {
  const judged = all.map(({ found: [top], right, asked }) => ({
    label: asked.label, right, text: asked.text, found: top?.question,
    confidence: !top ? 0 : top.exact || !coefficients ? top.confidence : confidenceOf(top, undefined, coefficients),
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

if (process.argv[1] === import.meta.filename) {
  const bases = readBases();
  const fitted = outcomes(bases.filter((base) => !base.heldOut));
  const coefficients = fit(fitted);
  console.log('COEFFICIENTS', JSON.stringify(coefficients));
  for (const base of bases) {
    console.log(base.name);
    console.log(judge(ask(indexOf(base.answers), base.asked, new Set(base.answers.map((answer) => answer.id))), 0.7, 0.35, coefficients));
  }
  for (const [name, part] of [['fitted, all sizes', fitted], ['held out, all sizes', outcomes(bases.filter((base) => base.heldOut))]] as const) {
    for (const floor of [0.65, 0.7, 0.75, 0.8]) {
      const { wrong, missed, unsure, outsideAbove, ...figures } = judge(part, floor, 0.35, coefficients);
      console.log(name, floor, JSON.stringify(figures, (_key, value: unknown) => (typeof value === 'number' ? Math.round(value * 1000) / 1000 : value)));
    }
  }
}
