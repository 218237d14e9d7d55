/** Reads data sets of questions with the answer that is right for each. README.md says in which forms. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { z } from 'zod';

/** A question and the id of its answer; null where nothing in the knowledge covers it. */
export type Line = { text: string; answerId: string | null };
/** What is known of an answer besides the ways it was asked for. */
export type Written = { question?: string; answer: string };
/** `asked` is there where somebody parted the test questions from the wordings themselves. */
export type DataSet = { name: string; lines: Line[]; asked: Line[]; answers: Map<string, Written> };

const Rows = z.array(z.array(z.string()));
const EXTENSIONS = new Set(['.csv', '.tsv', '.txt']);
const QUESTION = /^(?:questions?|query|queries|text|sentence|utterance|phrasings?|wording|content|q|问题|问句|问|用户问题|标准问题?|相似问题?|文本)$/i;
const ID = /^(?:answer[ _-]?id|id|label|intent|category|class|answer|target|a|faq[ _-]?id|答案|答案id|答案编号|编号|标签|意图|类别|回答)$/i;
const NOTHING = /^(?:|-+|none|null|nil|n\/a|oos|ood|out[ _-]of[ _-]scope|无|没有)$/i;

/** All data sets of a folder, or the one that a file or folder of files is. */
export function readSets(path: string): DataSet[] {
  if (statSync(path).isFile()) return [readSet(nameOf(path), [path])];
  const entries = readdirSync(path, { withFileTypes: true }).filter((entry) => !entry.name.startsWith('.')).toSorted((a, b) => a.name.localeCompare(b.name));
  const files = entries.filter((entry) => entry.isFile() && EXTENSIONS.has(extname(entry.name).toLowerCase())).map((entry) => entry.name);
  // Files of one set share what is left of their names without `answers`, `test` and the like; without such a rest the folder is one set.
  const groups = Map.groupBy(files, (file) => stemOf(file) || basename(path));
  const here = [...groups].map(([name, parts]) => readSet(name, parts.map((part) => join(path, part))));
  return [...here, ...entries.filter((entry) => entry.isDirectory()).flatMap((entry) => readSets(join(path, entry.name)))].filter((set) => set.lines.length + set.asked.length > 0);
}

const ROLE = /(?:^|[-_. ])(answers?|test|dev|valid(?:ation)?|eval|asked|queries|train(?:ing)?|questions?|wordings?|phrasings?|faq|knowledge|kb|uncovered|unanswerable|none|oos)$/i;
const nameOf = (path: string): string => basename(path, extname(path));
const roleOf = (path: string): string => ROLE.exec(nameOf(path))?.[1]?.toLowerCase() ?? '';
function stemOf(path: string): string {
  let name = nameOf(path);
  while (ROLE.test(name)) name = name.replace(ROLE, '');
  return name;
}

function readSet(name: string, paths: string[]): DataSet {
  const set: DataSet = { name, lines: [], asked: [], answers: new Map() };
  for (const path of paths) {
    const role = roleOf(path);
    const rows = rowsOf(path);
    if (paths.length > 1 && role.startsWith('answer')) for (const [id, written] of answersOf(rows)) set.answers.set(id, written);
    else if (/^(?:uncovered|unanswerable|none|oos)$/.test(role)) set.asked.push(...linesOf(rows).map(({ text }) => ({ text, answerId: null })));
    else if (paths.length > 1 && /^(?:test|eval|asked|queries)$/.test(role)) set.asked.push(...linesOf(rows));
    // What others tune on is of no use here: neither a wording nor a fair question.
    else if (!/^(?:dev|valid)/.test(role) || paths.length === 1) set.lines.push(...linesOf(rows));
  }
  return set;
}

function rowsOf(path: string): string[][] {
  const text = readFileSync(path, 'utf8');
  const [first = ''] = text.split('\n', 1);
  const delimiter = ['\t', ',', ';', '|'].find((mark) => first.includes(mark)) ?? ',';
  const options = { delimiter, bom: true, trim: true, relax_quotes: true, relax_column_count: true, skip_empty_lines: true };
  try {
    return Rows.parse(parse(text, options));
  } catch {
    // A quote that is never closed is part of what somebody typed.
    return Rows.parse(parse(text, { ...options, quote: null }));
  }
}

/** Without a header the first column is the question, the last the id: a comma more is one somebody forgot to quote. */
function linesOf(rows: string[][]): Line[] {
  const [first = []] = rows;
  const question = first.findIndex((cell) => QUESTION.test(cell));
  const named = first.findIndex((cell, column) => column !== question && /id$|编号$/i.test(cell) && ID.test(cell));
  const id = named >= 0 ? named : first.findIndex((cell, column) => column !== question && ID.test(cell));
  const headed = question >= 0 && (id >= 0 || first.length === 1);
  return (headed ? rows.slice(1) : rows).flatMap((row) => {
    const surplus = headed ? Math.max(0, row.length - first.length) : Math.max(0, row.length - 2);
    const cells = surplus > 0 ? [...row.slice(0, headed ? question : 0), row.slice(headed ? question : 0, (headed ? question : 0) + surplus + 1).join(', '), ...row.slice((headed ? question : 0) + surplus + 1)] : row;
    const text = cells[headed ? question : 0] ?? '';
    const answerId = cells[headed ? id : 1] ?? '';
    return text === '' ? [] : [{ text, answerId: NOTHING.test(answerId) ? null : answerId }];
  });
}

function answersOf(rows: string[][]): [string, Written][] {
  const [first = []] = rows;
  const headed = first.some((cell) => /^(?:answer[ _-]?id|id|编号|答案id|答案编号)$/i.test(cell));
  const at = (pattern: RegExp, otherwise: number): number => (headed ? first.findIndex((cell) => pattern.test(cell)) : otherwise);
  const id = at(/id$|编号$/i, 0);
  const question = at(/^(?:question|title|q|标准问题?|问题|标题)$/i, first.length > 2 ? 1 : -1);
  const answer = at(/^(?:answer|text|body|content|a|答案|回答|内容)$/i, first.length > 2 ? 2 : 1);
  return (headed ? rows.slice(1) : rows).flatMap((row) => {
    const key = row[id] ?? '';
    const asked = row[question] ?? '';
    return key === '' ? [] : [[key, { answer: row[answer] || asked || key, ...(asked === '' ? {} : { question: asked }) }]];
  });
}
