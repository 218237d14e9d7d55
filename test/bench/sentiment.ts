/**
 * How well feelings are read off a message: accuracy and F1 on the labelled files named on the command line (or in BENCH_FILE), else on two small sets of ours: `own`, which the words were chosen with, and `unseen`, which they were not (keep it so).
 * A file has lines `text,label` (or `label,text`; comma or tab), with or without a head. Where it knows two labels only, every message gets one of the two.
 */
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { classify, feelingOf } from '../../server/sentiment/rules/classify.ts';
import type { Mood } from '../../server/sentiment/schema.ts';

export const name = 'sentiment';

const LABELS: Record<Mood, RegExp> = {
  negative: /^(?:neg\w*|-1|-|n|bad|消极|负面|负向|负|差评|坏|不满意?|愤怒|angry|complaint|[12] ?stars?)$/i,
  neutral: /^(?:neu\w*|neutral|none|o|mixed|中性|中立|中|一般|无|3 ?stars?)$/i,
  positive: /^(?:pos\w*|\+1|\+|p|good|积极|正面|正向|正|好评|好|满意|happy|[45] ?stars?)$/i,
};
const MOODS: Mood[] = ['negative', 'neutral', 'positive'];
type Row = { text: string; label: Mood };

/** Labels in words speak for themselves; numbers by what others there are: 0/1, -1/0/1, 0/1/2, 1..3, 1..5. */
function reading(labels: string[]): (label: string) => Mood | undefined {
  const numbers = [...new Set(labels.filter((label) => /^-?\d+(?:\.0+)?$/.test(label)).map(Number))].sort((a, b) => a - b);
  const scale: Record<number, Mood> = numbers.includes(-1) ? { [-1]: 'negative', 0: 'neutral', 1: 'positive' }
    : numbers.some((number) => number > 3) ? (numbers.every((number) => number === 0 || number === 4 || number === 2) ? { 0: 'negative', 2: 'neutral', 4: 'positive' } : { 1: 'negative', 2: 'negative', 3: 'neutral', 4: 'positive', 5: 'positive' })
      : numbers.includes(3) ? { 1: 'negative', 2: 'neutral', 3: 'positive' }
        : numbers.includes(0) && numbers.includes(2) ? { 0: 'negative', 1: 'neutral', 2: 'positive' }
          : numbers.includes(2) ? { 1: 'negative', 2: 'positive' } : { 0: 'negative', 1: 'positive' };
  return (label) => (/^-?\d+(?:\.0+)?$/.test(label) ? scale[Number(label)] : MOODS.find((mood) => LABELS[mood].test(label)));
}

function rowsOf(path: string): Row[] {
  const text = readFileSync(path, 'utf8').replace(/^\uFEFF/, '');
  const delimiter = (text.split('\n', 1)[0] ?? '').includes('\t') ? '\t' : ',';
  const table: string[][] = parse(text, { delimiter, relax_column_count: true, relax_quotes: true, skip_empty_lines: true, trim: true });
  const [head = []] = table;
  const named = head.findIndex((cell) => /^(?:label|sentiment|polarity|class|target|y|标签|情感)$/i.test(cell));
  const said = head.findIndex((cell) => /^(?:text|review|comment|content|sentence|message|文本|内容|评论)$/i.test(cell));
  const body = named >= 0 || said >= 0 ? table.slice(1) : table;
  // Without a head: the column with the fewer different values is the label.
  const last = Math.max(1, head.length - 1);
  const variety = (column: number) => new Set(body.slice(0, 2_000).map((row) => row[column])).size;
  const labelAt = named >= 0 ? named : variety(0) < variety(last) ? 0 : last;
  const textAt = said >= 0 ? said : labelAt === 0 ? 1 : 0;
  const read = reading(body.map((row) => row[labelAt] ?? ''));
  return body.flatMap((row) => {
    const label = read(row[labelAt] ?? '');
    // A text with commas that nobody quoted stands in several cells.
    const words = row.length > head.length && textAt === 0 && labelAt === last ? undefined : row[textAt];
    const text = words ?? row.slice(0, -1).join(delimiter);
    const sure = words === undefined ? read(row.at(-1) ?? '') : label;
    return sure && text ? [{ text, label: sure }] : [];
  });
}

function measure(rows: Row[]): Record<string, number | string> {
  const moods = MOODS.filter((mood) => rows.some(({ label }) => label === mood));
  const two = moods.length === 2 && !moods.includes('neutral');
  const start = performance.now();
  const read = rows.map(({ text, label }) => ({ label, said: two ? (feelingOf(text) < 0 ? 'negative' as const : 'positive' as const) : classify(text).mood }));
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
