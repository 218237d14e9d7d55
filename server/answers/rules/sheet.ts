/** Answers as lines of a table: what a spreadsheet may do to them is undone when they come back. */
import type { AnswerInput } from '../schema.ts';

/** An answer as it is exported. */
export type Line = AnswerInput & { id: string };

export const COLUMNS = ['id', 'question', 'answer', 'locale', 'variants', 'topics', 'validFrom', 'validUntil', 'channels', 'identified', 'url', 'group'] as const;
export type Column = (typeof COLUMNS)[number];

/** What people call the columns. */
const NAMES: Record<string, Column> = {
  编号: 'id', 问题: 'question', 标准问题: 'question', questions: 'question', q: 'question', 答案: 'answer', 回答: 'answer', a: 'answer', 语言: 'locale', language: 'locale', 相似问法: 'variants', 相似问: 'variants', 'other ways to ask': 'variants',
  主题: 'topics', topic: 'topics', 生效时间: 'validFrom', 失效时间: 'validUntil', 渠道: 'channels', 仅限已识别客户: 'identified', 链接: 'url', 分组: 'group',
  ...Object.fromEntries(COLUMNS.map(column => [column.toLowerCase(), column])),
};

/** Which column each cell of a heading row is; null where the row is no heading. A column nobody knows is named. */
export function columnsOf(row: string[]): (Column | { unknown: string })[] | null {
  const columns = row.map(cell => NAMES[cell.trim().toLowerCase()] ?? { unknown: cell.trim() });
  return columns.includes('question') ? columns : null;
}

// A cell that begins so is a formula to Excel, Calc or Sheets, and runs on the reader's machine; full-width forms too.
const FORMULA = /^'*[=+\-@\t\r\uFF1D\uFF0B\uFF0D\uFF20]/u;

/** A cell that no spreadsheet computes. */
export const guarded = (cell: string): string => (FORMULA.test(cell) ? `'${cell}` : cell);
/** The cell as it was. */
export const unguarded = (cell: string): string => (cell.startsWith("'") && FORMULA.test(cell) ? cell.slice(1) : cell);

/** Several in one cell, parted by |. */
export const joined = (parts: readonly string[]): string => parts.map(part => part.replace(/[\\|]/g, '\\$&')).join(' | ');
/** The parts of a cell. */
export function parted(cell: string): string[] {
  const parts = [''];
  for (const piece of cell.match(/\\[\\|]|[^|\\]+|[|\\]/g) ?? []) {
    if (piece === '|') parts.push('');
    else parts.push(`${parts.pop() ?? ''}${/^\\[\\|]$/.test(piece) ? piece.slice(1) : piece}`);
  }
  return parts.map(part => part.trim()).filter(part => part !== '');
}

/** An answer's cells, in the order of COLUMNS. */
export function cellsOf({ id, question, answer, locale, variants, topics, validFrom, validUntil, audience, url, group }: Line): string[] {
  const { channels, identified } = audience ?? {};
  return [id, question, answer, locale, joined(variants), joined(topics), validFrom, validUntil, joined(channels ?? []), identified === undefined ? '' : String(identified), url, group].map(cell => guarded(cell ?? ''));
}

const day = /^\d{4}-\d{2}-\d{2}$/;
const truth: Record<string, boolean> = { true: true, yes: true, 是: true, 1: true, false: false, no: false, 否: false, 0: false };

/** What a row says, as the fields of an answer still to be checked. A column that is there and empty says 'none'. */
export function fieldsOfRow(row: string[], columns: (Column | { unknown: string })[]): Record<string, unknown> {
  const said: Record<string, unknown> = {};
  const audience: Record<string, unknown> = {};
  const variants: string[] = [];
  for (const [place, raw] of row.entries()) {
    const cell = unguarded(raw.trim());
    const column = columns[place] ?? 'variants';
    if (typeof column === 'object') { if (cell) said[column.unknown] = cell; continue; }
    if (column === 'variants') { variants.push(...parted(cell)); said['variants'] = variants; continue; }
    if (column === 'topics') said['topics'] = parted(cell);
    else if (column === 'channels') audience['channels'] = parted(cell);
    else if (column === 'identified') audience['identified'] = cell === '' ? undefined : truth[cell.toLowerCase()] ?? cell;
    else if (column === 'validFrom') said[column] = day.test(cell) ? `${cell}T00:00:00Z` : cell || null;
    else if (column === 'validUntil') said[column] = day.test(cell) ? `${cell}T23:59:59Z` : cell || null;
    else if (column === 'url' || column === 'group') said[column] = cell || null;
    else if (cell || column === 'question' || column === 'answer') said[column] = cell;
  }
  if (columns.includes('channels') || columns.includes('identified')) said['audience'] = Object.values(audience).some(each => each !== undefined && !(Array.isArray(each) && each.length === 0)) ? audience : null;
  return said;
}
