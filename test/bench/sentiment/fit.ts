/**
 * Fits the weights of server/sentiment/rules/weights.ts: `node test/bench/sentiment/fit.ts FOLDER` reads every file of the
 * folder (`text,label`) and writes them. The same files make the same weights. README.md names the files that the shipped ones come from.
 */
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PLACES, piecesOf, places } from '../../../server/sentiment/rules/ngrams.ts';
import { rowsOf } from './read.ts';

const ROUNDS = 6;
const PACE = 0.1;
/** Pulls every weight towards nothing, so that what was seen once says little. */
const RIDGE = 2e-5;
/** A mood of one language counts as so many messages at least and at most, however many there are. */
const LEAST = 1, MOST = 4;

type Sample = { places: Uint32Array; bad: number; good: number; weight: number };

const folder = process.argv[2];
if (folder === undefined) throw new Error('which folder?');
const isChinese = (text: string): boolean => /\p{Script=Han}/u.test(text);
const rows = readdirSync(folder).filter((file) => file.endsWith('.csv')).toSorted().flatMap((file) => rowsOf(join(folder, file)).map((row) => ({ ...row, group: `${isChinese(row.text)}/${row.label}` })));
const sizes = new Map([...Map.groupBy(rows, ({ group }) => group)].map(([group, some]) => [group, some.length]));
const usual = rows.length / sizes.size;
const samples = rows.map(({ text, label, group }): Sample => ({
  places: places.slice(0, piecesOf(text)), bad: label === 'negative' ? 1 : 0, good: label === 'positive' ? 1 : 0,
  weight: Math.min(MOST, Math.max(1 / MOST, LEAST * usual / (sizes.get(group) ?? usual))),
}));

/** The same order on every machine. */
function shuffle(list: Sample[], seed: number): void {
  let state = seed;
  for (let i = list.length - 1; i > 0; i--) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const j = Math.floor((state / 2 ** 32) * (i + 1));
    const [a, b] = [list[i], list[j]];
    if (a && b) [list[i], list[j]] = [b, a];
  }
}

// Logistic regression of three moods, calm being the one that the others are measured against; steps by AdaGrad.
const table = new Float64Array(2 * PLACES);
const steps = new Float64Array(2 * PLACES).fill(1e-2);
const bias = [0, 0];
for (let round = 0; round < ROUNDS; round++) {
  shuffle(samples, round + 1);
  for (const { places: own, bad, good, weight } of samples) {
    const share = 1 / Math.sqrt(own.length + 1);
    let [zBad = 0, zGood = 0] = bias;
    for (const place of own) {
      zBad += (table[place] ?? 0) * share;
      zGood += (table[PLACES + place] ?? 0) * share;
    }
    const [eBad, eGood] = [Math.exp(zBad), Math.exp(zGood)];
    const all = 1 + eBad + eGood;
    [bad - eBad / all, good - eGood / all].forEach((wrong, mood) => {
      bias[mood] = (bias[mood] ?? 0) + 0.002 * weight * wrong;
      for (const place of own) {
        const at = mood * PLACES + place;
        const value = table[at] ?? 0;
        const pull = weight * wrong * share - RIDGE * value;
        const step = (steps[at] ?? 0) + pull * pull;
        steps[at] = step;
        table[at] = value + (PACE * pull) / Math.sqrt(step);
      }
    });
  }
}

const most = table.reduce((found, value) => Math.max(found, Math.abs(value)), 0);
// A few weights are far out; what they lose is a better step for all others.
const sorted = Float64Array.from(table, Math.abs).toSorted();
const scale = Math.min(most, sorted[Math.floor(sorted.length * 0.9995)] ?? most) / 127;
const bytes = Int8Array.from(table, (value) => Math.max(-127, Math.min(127, Math.round(value / scale))));
const rounded = (value: number): number => Math.round(value * 1e6) / 1e6;
writeFileSync(join(import.meta.dirname, '../../../server/sentiment/rules/weights.ts'), `/** Fitted by test/bench/sentiment/fit.ts, which says how; numbers for pieces of words, not for anybody to edit. */
export const SCALE = ${rounded(scale)};
export const BIAS = [${bias.map(rounded).join(', ')}] as const;
export const WEIGHTS = '${Buffer.from(bytes.buffer).toString('base64')}';
`);
console.log(`${rows.length} messages; ${bytes.filter((byte) => byte !== 0).length} of ${bytes.length} weights say something`);
