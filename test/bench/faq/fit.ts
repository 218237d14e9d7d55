/**
 * Fits the confidence to a folder of data sets: `node test/bench/faq/fit.ts FOLDER` prints COEFFICIENTS and USUAL for
 * server/answers/rules/. Every set is a base of several shapes, a third of its answers unknown; README.md names the sets.
 */
import { createHash } from 'node:crypto';
import { localeOf } from '../../../bots/locale.ts';
import { features } from '../../../server/answers/rules/calibration.ts';
import { answerIndex } from '../../../server/answers/search.ts';
import { ask, indexOf, readBases } from '../../../server/answers/testing/labelled.ts';
import { readSets, type DataSet } from './read.ts';

/** How many wordings each answer has, and how many answers are taken of the set at most. */
const SHAPES = [{ wordings: 1 }, { wordings: 3 }, { wordings: 8 }, { wordings: 4, answers: 30 }, { wordings: 4, answers: 31 }, { wordings: 2, answers: 15 }, { wordings: 2, answers: 16 }];
const UNKNOWN = 1 / 3;
/** Of all that is asked, so much is taken to be uncovered while fitting. */
const UNCOVERED = 0.4;
const MOST_ASKED = 500;
const RIDGE = 0.0002;
/** In how many parts the labelled bases are taken, and for how many other bases a part counts. */
const PARTS = [1, 2, 3];
const LABELLED = 3;

/** A question with what was measured; `s` is its score. */
type Sample = { x: number[]; right: boolean; covered: boolean; exact: boolean; weight: number; s: number };

const hash = (text: string): number => createHash('sha1').update(text).digest().readUInt32BE(0);
const shuffled = <T>(items: T[], key: (item: T) => string): T[] => items.map((item) => ({ item, order: hash(key(item)) })).toSorted((a, b) => a.order - b.order).map(({ item }) => item);

function samplesOf(set: DataSet, { wordings, answers = Infinity }: (typeof SHAPES)[number]): Sample[] {
  const unique = [...new Map([...set.lines, ...set.asked].map((line) => [line.text, line])).values()];
  const byAnswer = Map.groupBy(unique.filter((line) => line.answerId !== null), (line) => line.answerId ?? '');
  const groups = shuffled([...byAnswer], ([id]) => `${id} ${wordings} ${answers}`).map(([id, lines]) => ({ id, texts: shuffled(lines, ({ text }) => `${text} ${answers}`).map(({ text }) => text) }))
    .filter(({ texts }) => texts.length > 1).slice(0, answers);
  if (groups.every(({ texts }) => texts.length < wordings)) return [];
  const unknown = groups.slice(0, Math.round(groups.length * UNKNOWN));
  const index = answerIndex();
  const covered = groups.slice(unknown.length).flatMap(({ id, texts }) => {
    const kept = Math.min(wordings, texts.length - 1);
    const [question = '', ...variants] = texts.slice(0, kept);
    index.add({ id, question, variants, answer: `#${id}`, locale: localeOf(texts.join(' '), 'en') });
    return texts.slice(kept, kept + 12).map((text) => ({ text, expected: id }));
  });
  const strange = unique.filter((line) => line.answerId === null).slice(0, MOST_ASKED / 4).map(({ text }) => text);
  const uncovered = [...unknown.flatMap(({ texts }) => texts.slice(0, 12)), ...strange].map((text) => ({ text, expected: null }));
  const few = (list: { text: string; expected: string | null }[]) => shuffled(list, ({ text }) => text).slice(0, MOST_ASKED);
  const asked = [...few(covered), ...few(uncovered)];
  return weighed(asked.flatMap(({ text, expected }) => {
    const [top] = index.search(text, localeOf(text, 'en'));
    return top ? [{ x: features(top), right: top.answerId === expected, covered: expected !== null, exact: top.exact }] : [];
  }));
}

/** Each base says as much as any other. */
function weighed(samples: Omit<Sample, 'weight' | 's'>[], times = 1): Sample[] {
  const covered = samples.filter((one) => one.covered).length;
  return samples.map((one) => ({ ...one, s: 0, weight: times * (one.covered ? (1 - UNCOVERED) / covered : UNCOVERED / (samples.length - covered)) }));
}

const dot = (x: number[], w: number[]): number => x.reduce((sum, value, i) => sum + value * (w[i] ?? 0), 0);

/** Logistic regression by Newton's method. */
function fit(samples: Sample[]): number[] {
  const total = samples.reduce((sum, one) => sum + one.weight, 0);
  let w: number[] = Array.from(samples[0]?.x ?? [], () => 0);
  for (let step = 0; step < 10; step++) {
    const gradient = w.map((value, i) => (i === 0 ? 0 : -RIDGE * value));
    const hessian = w.map((_, i) => w.map((__, j): number => (i === j ? RIDGE : 0)));
    for (const { x, right, weight } of samples) {
      const p = 1 / (1 + Math.exp(-dot(x, w)));
      x.forEach((a, i) => {
        gradient[i] = (gradient[i] ?? 0) + (weight / total) * ((right ? 1 : 0) - p) * a;
        const row = hessian[i] ?? [];
        x.forEach((b, j) => { row[j] = (row[j] ?? 0) + (weight / total) * p * (1 - p) * a * b; });
      });
    }
    const by = solved(hessian, gradient);
    w = w.map((value, i) => value + (by[i] ?? 0));
  }
  return w.map((value) => Math.round(value * 100) / 100);
}

// Gauss and Jordan; the ridge keeps the pivots from nothing.
function solved(matrix: number[][], right: number[]): number[] {
  const rows = matrix.map((row, i) => [...row, right[i] ?? 0]);
  rows.forEach((pivot, i) => rows.forEach((row, k) => {
    const factor = k === i ? 0 : (row[i] ?? 0) / (pivot[i] ?? 1);
    if (factor !== 0) pivot.forEach((value, j) => { row[j] = (row[j] ?? 0) - factor * value; });
  }));
  return rows.map((row, i) => (row.at(-1) ?? 0) / (row[i] ?? 1));
}

const folder = process.argv[2];
if (folder === undefined) throw new Error('which folder?');
const bases = readSets(folder).flatMap((set) => SHAPES.map((shape) => samplesOf(set, shape)));
// What somebody wrote as answers in their own words, with text: there are few of these, so each counts for more.
const labelled = readBases().filter((base) => !base.heldOut).flatMap((base) => PARTS.flatMap((parts) => Array.from({ length: parts }, (_, part) => {
  const answers = base.answers.filter((_answer, i) => i % parts === part);
  const outcomes = ask(indexOf(answers), base.asked, new Set(answers.map(({ id }) => id)));
  return weighed(outcomes.flatMap(({ found: [top], right, asked }) => (top ? [{ x: features(top), right, covered: asked.expected !== null, exact: top.exact }] : [])), LABELLED);
})));
const samples = [...bases, ...labelled].flat();
const coefficients = fit(samples.filter((one) => !one.exact));
for (const one of samples) one.s = one.exact ? 99 : dot(one.x, coefficients);
const share = (list: Sample[], from: number): number => Math.round((1_000 * list.reduce((sum, one) => sum + (one.s >= from && !one.exact ? one.weight : 0), 0)) / samples.reduce((sum, one) => sum + (one.covered === list[0]?.covered && !one.exact ? one.weight : 0), 0)) / 1_000;
const steps = Array.from({ length: 15 }, (_, i) => i / 2 - 1);
console.log('COEFFICIENTS', JSON.stringify(coefficients));
console.log('USUAL', JSON.stringify({
  right: steps.map((from) => share(samples.filter((one) => one.covered && one.right), from)),
  wrong: steps.map((from) => share(samples.filter((one) => one.covered && !one.right), from)),
  uncovered: steps.map((from) => share(samples.filter((one) => !one.covered), from)),
}));
