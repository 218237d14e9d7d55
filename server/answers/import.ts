/** Answers out of a file: every wrong row is named, and nothing is stored unless all are right. The same file again changes nothing. */
import { isDeepStrictEqual } from 'node:util';
import { CsvError, parse } from 'csv-parse/sync';
import { z } from 'zod';
import { fieldsOf } from '../fields.ts';
import type { Hub } from '../hub.ts';
import { Problem } from '../problem.ts';
import { newId } from '../store/id.ts';
import { columnsOf, fieldsOfRow } from './rules/sheet.ts';
import { keyOf } from './rules/text.ts';
import { type Answer, AnswerInput, type ImportOptions, type ImportResult, type WrongRow } from './schema.ts';

const MOST_BYTES = 20_000_000;
const MOST_ROWS = 100_000;
/** A file that is wrong from top to bottom is wrong in one way. */
const MOST_WRONG = 1_000;
const pasted = ['question', 'answer', 'variants'] as const;

type Row = { line: number; said: Record<string, unknown> };

/** Reads, checks and, unless it is a dry run, stores. */
export async function importAnswers(hub: Hub, bytes: AsyncIterable<Uint8Array>, { format, dryRun, locale }: ImportOptions): Promise<ImportResult> {
  const text = decode(await whole(bytes));
  const wrong: WrongRow[] = [];
  const rows = format === 'csv' ? csvRows(text, wrong) : jsonRows(text, wrong);
  if (rows.length > MOST_ROWS) throw new Problem('too-large', `A file has at most ${MOST_ROWS} answers; divide it.`);
  const known = new Map<string, Answer>();
  const byWords = new Map<string, Answer>();
  for await (const answer of hub.store.answers.all()) {
    known.set(answer.id, answer);
    byWords.set(wordsOf(answer), answer);
  }
  const now = hub.now();
  const taken = new Map<string, number>();
  const stored: Answer[] = [];
  let create = 0;
  let same = 0;
  for (const { line, said: { id, ...said } } of rows) {
    const before = (typeof id === 'string' ? known.get(id) : undefined) ?? (typeof said['question'] === 'string' ? byWords.get(wordsOf({ question: said['question'], locale: said['locale'] ?? locale })) : undefined);
    const checked = check({ ...(before ? written(before) : { locale }), ...said }, id);
    if ('fields' in checked) {
      wrong.push(...Object.entries(checked.fields).map(([field, message]) => ({ line, field, message })));
      continue;
    }
    const answer: Answer = { ...checked.input, id: before?.id ?? checked.id ?? newId(), createdAt: before?.createdAt ?? now, updatedAt: now };
    const twice = taken.get(answer.id) ?? taken.get(wordsOf(answer));
    if (twice !== undefined) wrong.push({ line, field: 'question', message: `is the same answer as line ${twice}` });
    taken.set(answer.id, line).set(wordsOf(answer), line);
    if (before && isDeepStrictEqual(written(before), checked.input)) same++;
    else stored.push(answer);
    if (!before) create++;
  }
  wrong.sort((a, b) => a.line - b.line);
  const applied = !dryRun && wrong.length === 0;
  if (applied) {
    await hub.store.answers.put(stored);
    await hub.knowledge.put(stored);
  }
  return { applied, rows: rows.length, create, update: stored.length - create, same, wrong: wrong.slice(0, MOST_WRONG), wrongs: wrong.length };
}

const wordsOf = ({ question, locale }: { question: string; locale: unknown }) => `${String(locale)}:${keyOf(question)}`;
const written = ({ id: _id, createdAt: _made, updatedAt: _changed, ...rest }: Answer) => rest;

const Id = z.string().regex(/^[0-9a-f]{24}$/, 'an id is 24 hex digits; leave it empty for a new answer').optional();

function check(said: Record<string, unknown>, id: unknown): { input: AnswerInput; id: string | undefined } | { fields: Record<string, string> } {
  const input = AnswerInput.safeParse(Object.fromEntries(Object.entries(said).filter(([, value]) => value !== null && value !== undefined)));
  const named = Id.safeParse(id ?? undefined);
  if (input.success && named.success) return { input: input.data, id: named.data };
  return { fields: { ...(named.error ? fieldsOf(named.error, 'id') : {}), ...(input.error ? fieldsOf(input.error) : {}) } };
}

async function whole(bytes: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of bytes) {
    size += part.length;
    if (size > MOST_BYTES) throw new Problem('too-large', `A file is at most ${MOST_BYTES / 1e6} MB; divide it.`);
    parts.push(part);
  }
  if (size === 0) throw new Problem('invalid', 'The file is empty: send its bytes as the body.');
  return Buffer.concat(parts);
}

/** Excel in China saves CSV as GBK: bytes that are not UTF-8 are read as that. */
function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('gb18030').decode(bytes);
  }
}

function csvRows(text: string, wrong: WrongRow[]): Row[] {
  const first = text.split(/\r?\n/, 1)[0] ?? '';
  const delimiter = first.includes('\t') ? '\t' : first.includes(',') || !first.includes(';') ? ',' : ';';
  const found: { line: number; cells: string[] }[] = [];
  let end = 0;
  try {
    parse(text, {
      delimiter, bom: true, relax_column_count: true, relax_quotes: true, skip_empty_lines: true, skip_records_with_empty_values: true, trim: delimiter !== '\t',
      on_record: (cells: string[], { lines }) => {
        // The parser tells where a row ends; a row with line breaks in it begins earlier.
        found.push({ line: Math.max(end + 1, lines - cells.join('').split('\n').length + 1), cells });
        end = lines;
        return null;
      },
    });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    wrong.push({ line: end + 1, field: 'row', message: error.code === 'CSV_QUOTE_NOT_CLOSED' ? 'a quotation mark opens here and is never closed' : error.message });
  }
  const columns = found[0] ? columnsOf(found[0].cells) : null;
  return (columns ? found.slice(1) : found).map(({ line, cells }) => ({ line, said: fieldsOfRow(cells, columns ?? [...pasted]) }));
}

function jsonRows(text: string, wrong: WrongRow[]): Row[] {
  return text.replace(/^\uFEFF/, '').split('\n').flatMap((source, index) => {
    if (source.trim() === '') return [];
    try {
      const said: unknown = JSON.parse(source);
      const row = z.record(z.string(), z.unknown()).safeParse(said);
      if (row.success) return [{ line: index + 1, said: row.data }];
    } catch { /* said below */ }
    wrong.push({ line: index + 1, field: 'row', message: 'is not a JSON object on one line' });
    return [];
  });
}
