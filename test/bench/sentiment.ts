/**
 * How well feelings are read off a message: accuracy and F1 on the labelled files named on the command line (or in BENCH_FILE), else on two small sets of ours: `own`, which the words were chosen with, and `unseen`, which they were not (keep it so).
 * A file has lines `text,label` (or `label,text`; comma or tab), with or without a head. Where it knows two labels only, every message gets one of the two;
 * where it knows only calm ones (plain questions), what is told is how often the alarm was a false one.
 * With HUB_LLM_URL and HUB_LLM_MODEL set, the model reads messages of each file too, and both are judged on these.
 */
import { basename, join } from 'node:path';
import { chooseWriter } from '../../bots/choose.ts';
import type { Writer } from '../../bots/writer.ts';
import { readConfig } from '../../server/config.ts';
import { classify, isUnsure, leaningOf } from '../../server/sentiment/rules/classify.ts';
import type { Mood } from '../../server/sentiment/schema.ts';
import { MOODS, rowsOf, type Row } from './sentiment/read.ts';

export const name = 'sentiment';

type Figures = Record<string, number | string>;
/** What was said of a message; null: nothing that could be believed. */
type Read = { label: Mood; said: Mood | null };

/** Of each file, spread over it: a model is slow and costs. */
const MOST_ASKED = 200;
const AT_ONCE = 4;

const share = (of: number, all: number): number => (all === 0 ? 0 : of / all);
const round = (value: number): number => Math.round(value * 1_000) / 1_000;
const moodsOf = (rows: readonly { label: Mood }[]): Mood[] => MOODS.filter((mood) => rows.some(({ label }) => label === mood));
const ofTwo = (moods: readonly Mood[]): boolean => moods.length === 2 && !moods.includes('neutral');
const reader = (moods: readonly Mood[]) => (text: string): Mood => (ofTwo(moods) ? (leaningOf(text) < 0 ? 'negative' : 'positive') : classify(text).mood);

function byMood(read: readonly Read[], moods: readonly Mood[]) {
  return moods.map((mood) => {
    const hits = read.filter(({ label, said }) => label === mood && said === mood).length;
    const precision = share(hits, read.filter(({ said }) => said === mood).length);
    const recall = share(hits, read.filter(({ label }) => label === mood).length);
    return { mood, precision, recall, f1: share(2 * precision * recall, precision + recall) };
  });
}

function overall(read: readonly Read[], moods: readonly Mood[]): Figures {
  const f1 = byMood(read, moods);
  const calm = read.filter(({ label }) => label === 'neutral');
  return {
    accuracy: round(share(read.filter(({ label, said }) => label === said).length, read.length)), 'F1 macro': round(share(f1.reduce((sum, each) => sum + each.f1, 0), f1.length)),
    ...(calm.length > 0 ? { 'false alarms (calm taken for bad)': round(share(calm.filter(({ said }) => said === 'negative').length, calm.length)) } : {}),
  };
}

function measure(rows: readonly Row[]): Figures {
  const moods = moodsOf(rows);
  const says = reader(moods);
  // A hub is warm.
  for (const { text } of rows.slice(0, 1_000)) says(text);
  const start = performance.now();
  const read = rows.map(({ text, label }) => ({ label, said: says(text) }));
  const micros = ((performance.now() - start) * 1_000) / rows.length;
  return {
    messages: rows.length, ...overall(read, moods),
    ...Object.fromEntries(byMood(read, moods).flatMap(({ mood, precision, recall, f1: each }) => [[`F1 ${mood}`, round(each)], [`precision ${mood}`, round(precision)], [`recall ${mood}`, round(recall)]])),
    ...Object.fromEntries(moods.map((mood) => [`${mood} taken for ${moods.join(' / ')}`, moods.map((other) => read.filter(({ label, said }) => label === mood && said === other).length).join(' / ')])),
    'us a message': round(micros),
  };
}

/** The model on its own, and as it works in a hub: asked only where words and weights are not sure. What it does not answer is read as before there. */
async function measureModel(rows: readonly Row[], writer: Writer): Promise<Figures> {
  const moods = moodsOf(rows);
  const asked = ofTwo(moods) ? moods : MOODS;
  const says = reader(moods);
  const some = rows.filter((_row, i) => Math.floor((i * MOST_ASKED) / rows.length) !== Math.floor(((i - 1) * MOST_ASKED) / rows.length));
  const read: (Read & { text: string })[] = [];
  let away = 0;
  let ms = 0;
  const waiting = some.values();
  await Promise.all(Array.from({ length: AT_ONCE }, async () => {
    for (const { text, label } of waiting) {
      const start = performance.now();
      const said = await writer.readMood(text, asked, { stopping: AbortSignal.timeout(10_000) }).catch(() => { away++; return null; });
      ms += performance.now() - start;
      read.push({ text, label, said });
    }
  }));
  const told = (figures: Figures, as: string): [string, number | string][] => Object.entries(figures).map(([key, value]) => [`${as}: ${key}`, value]);
  return Object.fromEntries([
    ...told({ messages: read.length, ...overall(read, moods), 'no answer': read.filter(({ said }) => said === null).length, 'of these away': away, 'ms a message': Math.round(ms / Math.max(1, read.length)) }, `model ${writer.model}`),
    ...told({ ...overall(read.map(({ text, label, said }) => ({ label, said: (isUnsure(text) ? said : null) ?? says(text) })), moods), asked: round(share(read.filter(({ text }) => isUnsure(text)).length, read.length)) }, 'model where unsure'),
    ...told(overall(read.map(({ text, label }) => ({ label, said: says(text) })), moods), 'the same messages without'),
  ]);
}

/** Measures each file, or ours. */
export async function run(files: readonly string[] = []): Promise<Figures> {
  const given = files.length > 0 ? files : process.env['BENCH_FILE'] ? [process.env['BENCH_FILE']] : ['own.csv', 'unseen.csv'].map((file) => join(import.meta.dirname, 'sentiment', file));
  const writer = chooseWriter({ llm: readConfig().llm });
  const all: Figures = {};
  for (const file of given) {
    const rows = rowsOf(file);
    if (rows.length === 0) throw new Error(`${basename(file)} has no line with a text and a label we know.`);
    const figures = { ...measure(rows), ...(writer ? await measureModel(rows, writer) : {}) };
    for (const [key, value] of Object.entries(figures)) all[given.length > 1 ? `${basename(file)}: ${key}` : key] = value;
  }
  return { ...all, ...(writer ? {} : { model: 'none is configured (HUB_LLM_URL, HUB_LLM_MODEL): its accuracy is not shown here' }) };
}
