/**
 * Fits the confidence to a folder of data sets: `node test/bench/faq/fit.ts FOLDER` prints COEFFICIENTS for
 * server/answers/rules/calibration.ts, and the floor at which 95 of 100 answers are right. Every set is a base of several shapes, a third of its answers unknown; README.md names the sets.
 */
import { createHash } from 'node:crypto';
import { localeOf } from '../../../bots/locale.ts';
import { features } from '../../../server/answers/rules/calibration.ts';
import { dot, fitted } from '../../../server/answers/rules/regression.ts';
import { coefficientsOf, type Rehearsed } from '../../../server/answers/rules/rehearsal.ts';
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
const LABELLED = 1.5;
/** Of what is answered at the floor, so much is right when a third of the questions is uncovered. */
const PRECISION = 0.95;

/** A question with what was measured. */
type Sample = { x: number[]; right: boolean; covered: boolean; exact: boolean; weight: number };
/** What was asked of one base, and what it says of itself. */
type Asked = { samples: Sample[]; rehearsed: Rehearsed[] };

const hash = (text: string): number => createHash('sha1').update(text).digest().readUInt32BE(0);
const shuffled = <T>(items: T[], key: (item: T) => string): T[] => items.map((item) => ({ item, order: hash(key(item)) })).toSorted((a, b) => a.order - b.order).map(({ item }) => item);

function samplesOf(set: DataSet, { wordings, answers = Infinity }: (typeof SHAPES)[number], times: number): Asked[] {
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
  const samples = weighed(asked.flatMap(({ text, expected }) => {
    const [top] = index.search(text, localeOf(text, 'en'));
    return top ? [{ x: features(top), right: top.answerId === expected, covered: expected !== null, exact: top.exact }] : [];
  }), times);
  return [{ samples, rehearsed: index.rehearsed() }];
}

/** Each base says as much as any other of its set. */
function weighed(samples: Omit<Sample, 'weight'>[], times: number): Sample[] {
  const covered = samples.filter((one) => one.covered).length;
  return samples.map((one) => ({ ...one, weight: times * (one.covered ? (1 - UNCOVERED) / covered : UNCOVERED / (samples.length - covered)) }));
}

const folder = process.argv[2];
if (folder === undefined) throw new Error('which folder?');
// Bases of one set say much the same: together they say as much as the root of their number.
const bases = readSets(folder).flatMap((set) => SHAPES.flatMap((shape) => samplesOf(set, shape, 1 / Math.sqrt(SHAPES.length))));
// What somebody wrote as answers in their own words, with text: there are few of these, so each counts for more.
const labelled = readBases().filter((base) => !base.heldOut).flatMap((base) => PARTS.flatMap((parts) => Array.from({ length: parts }, (_, part): Asked => {
  const answers = base.answers.filter((_answer, i) => i % parts === part);
  const index = indexOf(answers);
  const outcomes = ask(index, base.asked, new Set(answers.map(({ id }) => id)));
  const times = LABELLED / Math.sqrt(PARTS.reduce((sum, one) => sum + one, 0));
  return { samples: weighed(outcomes.flatMap(({ found: [top], right, asked }) => (top ? [{ x: features(top), right, covered: asked.expected !== null, exact: top.exact }] : [])), times), rehearsed: index.rehearsed() };
})));
const samples = [...bases, ...labelled].flatMap((one) => one.samples).filter((one) => !one.exact);
const total = samples.reduce((sum, one) => sum + one.weight, 0);
const none = (samples[0]?.x ?? []).map(() => 0);
const coefficients = fitted(samples.map((one) => ({ ...one, weight: one.weight / total })), none, none.map((_, i) => (i === 0 ? 0 : RIDGE)));
const rounded = coefficients.map((value) => Math.round(value * 100) / 100);
console.log('COEFFICIENTS', JSON.stringify(rounded));

// Each base by its own coefficients, as it will be in service.
const scored = bases.flatMap(({ samples: asked, rehearsed }) => {
  const own = coefficientsOf(rehearsed, rounded);
  const all = (covered: boolean): number => asked.filter((one) => one.covered === covered).length;
  return asked.map((one) => ({ ...one, score: one.exact ? Infinity : dot(one.x, own), weight: one.covered ? 2 / 3 / all(true) : 1 / 3 / all(false) }));
}).toSorted((a, b) => b.score - a.score);
let said = 0;
let right = 0;
let floor = Infinity;
for (const one of scored) {
  said += one.weight;
  if (one.right) right += one.weight;
  if (right / said >= PRECISION) floor = one.score;
}
console.log('FLOOR, whatever the size', floor.toFixed(2));
