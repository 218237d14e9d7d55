import { parse } from 'csv-parse/sync';
import type { Block, Reading } from '../schema.ts';
import { Trouble } from '../trouble.ts';

const questions = /^(?:questions?|q|问题|标准问题|问)$/i;
const answers = /^(?:answers?|a|reply|答案|回答|答)$/i;

/** A sheet with columns for question and answer is a list of entries; any other sheet's rows are passages, each cell after its heading. */
export function readCsv(source: string): Reading {
  const rows = rowsOf(source.replace(/^\uFEFF/, ''));
  const [head = [], ...body] = rows;
  const question = head.findIndex((cell) => questions.test(cell));
  const answer = head.findIndex((cell) => answers.test(cell));
  const blocks = body.flatMap((row): Block[] => {
    const [asked = '', said = ''] = [row[question], row[answer]];
    if (question >= 0 && answer >= 0) return asked !== '' && said !== '' ? [{ kind: 'entry', question: asked, text: said }] : [];
    const cells = row.flatMap((cell, at) => (cell === '' ? [] : [`${head[at] ? `${head[at]}: ` : ''}${cell}`]));
    return cells.length > 0 ? [{ kind: 'entry', question: row.find((cell) => cell !== '') ?? '', text: cells.join('\n') }] : [];
  });
  return { title: '', blocks };
}

function rowsOf(text: string): string[][] {
  const first = text.split('\n', 1)[0] ?? '';
  const delimiter = ['\t', ';', ','].toSorted((a, b) => first.split(b).length - first.split(a).length)[0] ?? ',';
  try {
    return parse(text, { delimiter, trim: true, relax_column_count: true, relax_quotes: true, skip_empty_lines: true });
  } catch (cause) {
    throw new Trouble('CSV 表格有误（引号未闭合？）：请用表格软件重新导出。', 'The CSV is broken (a quote that is not closed?): export it again from the spreadsheet.', { cause });
  }
}
