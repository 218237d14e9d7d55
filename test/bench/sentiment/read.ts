/** Reads files of labelled messages. */
import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import type { Mood } from '../../../server/sentiment/schema.ts';

const LABELS: Record<Mood, RegExp> = {
  negative: /^(?:neg\w*|-1|-|n|bad|消极|负面|负向|负|差评|坏|不满意?|愤怒|angry|complaint|[12] ?stars?)$/i,
  neutral: /^(?:neu\w*|neutral|none|o|mixed|中性|中立|中|一般|无|3 ?stars?)$/i,
  positive: /^(?:pos\w*|\+1|\+|p|good|积极|正面|正向|正|好评|好|满意|happy|[45] ?stars?)$/i,
};
export const MOODS: Mood[] = ['negative', 'neutral', 'positive'];
export type Row = { text: string; label: Mood };

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

/** The lines of a file that have a text and a label we know. */
export function rowsOf(path: string): Row[] {
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
