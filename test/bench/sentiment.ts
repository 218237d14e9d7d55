/**
 * How well feelings are read off a message: accuracy and F1 on the labelled files named on the command line (or in BENCH_FILE), else on two small sets of ours: `own`, which the words were chosen with, and `unseen`, which they were not (keep it so).
 * A file has lines `text,label` (or `label,text`; comma or tab), with or without a head. Where it knows two labels only, every message gets one of the two;
 * where it knows only calm ones (plain questions), what is told is how often the alarm was a false one.
 */
import { basename, join } from 'node:path';
import { classify, leaningOf } from '../../server/sentiment/rules/classify.ts';
import { MOODS, rowsOf, type Row } from './sentiment/read.ts';

export const name = 'sentiment';

function measure(rows: Row[]): Record<string, number | string> {
  const moods = MOODS.filter((mood) => rows.some(({ label }) => label === mood));
  const two = moods.length === 2 && !moods.includes('neutral');
  const start = performance.now();
  const read = rows.map(({ text, label }) => ({ label, said: two ? (leaningOf(text) < 0 ? 'negative' as const : 'positive' as const) : classify(text).mood }));
  const micros = ((performance.now() - start) * 1_000) / rows.length;
  const share = (of: number, all: number): number => (all === 0 ? 0 : of / all);
  const f1 = moods.map((mood) => {
    const hits = read.filter(({ label, said }) => label === mood && said === mood).length;
    const precision = share(hits, read.filter(({ said }) => said === mood).length);
    const recall = share(hits, read.filter(({ label }) => label === mood).length);
    return { mood, precision, recall, f1: share(2 * precision * recall, precision + recall) };
  });
  const round = (value: number): number => Math.round(value * 1_000) / 1_000;
  return {
    messages: rows.length, accuracy: round(share(read.filter(({ label, said }) => label === said).length, read.length)), 'F1 macro': round(share(f1.reduce((sum, each) => sum + each.f1, 0), f1.length)),
    ...Object.fromEntries(f1.flatMap(({ mood, precision, recall, f1: each }) => [[`F1 ${mood}`, round(each)], [`precision ${mood}`, round(precision)], [`recall ${mood}`, round(recall)]])),
    ...Object.fromEntries(moods.map((mood) => [`${mood} taken for ${moods.join(' / ')}`, moods.map((other) => read.filter(({ label, said }) => label === mood && said === other).length).join(' / ')])),
    ...(moods.includes('neutral') ? { 'false alarms (calm taken for bad)': round(share(read.filter(({ label, said }) => label === 'neutral' && said === 'negative').length, read.filter(({ label }) => label === 'neutral').length)) } : {}),
    'us a message': round(micros),
  };
}

/** Measures each file, or ours. */
export async function run(files: readonly string[] = []): Promise<Record<string, number | string>> {
  const given = files.length > 0 ? files : process.env['BENCH_FILE'] ? [process.env['BENCH_FILE']] : ['own.csv', 'unseen.csv'].map((file) => join(import.meta.dirname, 'sentiment', file));
  return Object.assign({}, ...given.map((file) => {
    const rows = rowsOf(file);
    if (rows.length === 0) throw new Error(`${basename(file)} has no line with a text and a label we know.`);
    return Object.fromEntries(Object.entries(measure(rows)).map(([key, value]) => [given.length > 1 ? `${basename(file)}: ${key}` : key, value]));
  }));
}
