/** Cases and what models said in their trials, out and in as JSON lines: elsewhere they run to the same verdicts, without a key. */
import { pipeline } from 'node:stream/promises';
import type { Writable } from 'node:stream';
import { fieldsOf } from '../fields.ts';
import type { Hub } from '../hub.ts';
import { Problem } from '../problem.ts';
import { FileLine, mostCases } from './schema.ts';
import type { Case, CaseInput, Recording } from './schema.ts';

const mostBytes = 50_000_000;
const mostWrong = 100;

async function* lines(hub: Hub): AsyncGenerator<string> {
  const { cases, recordings } = hub.store.training;
  const ids: string[] = [];
  for await (const { id, version: _version, createdAt: _made, updatedAt: _changed, by: _by, ...input } of cases.all()) {
    ids.push(id);
    yield `${JSON.stringify({ kind: 'case', id, case: input })}\n`;
  }
  for await (const recording of recordings.of(ids)) yield `${JSON.stringify({ kind: 'recording', recording })}\n`;
}

/** Writes all of them; what the reader does not take waits. */
export const exportCases = (hub: Hub, to: Writable): Promise<void> => pipeline(lines(hub), to);

/** What an import did; nothing is stored unless every line is right. */
export type Imported = { applied: boolean; cases: number; recordings: number; wrong: { line: number; field: string; message: string }[] };

/** Reads, checks, and stores: a case over the one with its id; what was recorded before stays as it was. */
export async function importCases(hub: Hub, bytes: AsyncIterable<Uint8Array>, by: Case['by']): Promise<Imported> {
  const found: { id: string; case: CaseInput }[] = [];
  const said: Recording[] = [];
  const wrong: Imported['wrong'] = [];
  (await whole(bytes)).split('\n').forEach((source, index) => {
    if (source.trim() === '') return;
    const line = FileLine.safeParse(parsed(source));
    if (!line.success) {
      if (wrong.length < mostWrong) wrong.push(...Object.entries(fieldsOf(line.error)).map(([field, message]) => ({ line: index + 1, field, message })));
    } else if (line.data.kind === 'case') found.push({ id: line.data.id, case: line.data.case });
    else said.push(line.data.recording);
  });
  if (found.length > mostCases) throw new Problem('too-large', { 'zh-CN': `一个文件最多 ${mostCases} 条用例。`, en: `A file has at most ${mostCases} cases.` });
  if (wrong.length > 0) return { applied: false, cases: found.length, recordings: said.length, wrong };
  // First what they need to be judged by.
  for (const recording of said) await hub.store.training.recordings.put(recording);
  await hub.store.training.cases.put(found, by, hub.now());
  return { applied: true, cases: found.length, recordings: said.length, wrong };
}

async function whole(bytes: AsyncIterable<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of bytes) {
    size += part.length;
    if (size > mostBytes) throw new Problem('too-large', { 'zh-CN': '文件超过 50 MB。', en: 'A file is at most 50 MB.' });
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8').replace(/^\uFEFF/, '');
}

function parsed(source: string): unknown {
  try {
    return JSON.parse(source);
  } catch {
    return undefined;
  }
}
