/** All answers as a file, written while they are read. */
import { pipeline } from 'node:stream/promises';
import type { Writable } from 'node:stream';
import { stringify } from 'csv-stringify/sync';
import type { Hub } from '../hub.ts';
import { cellsOf, COLUMNS } from './rules/sheet.ts';
import type { FileFormat } from './schema.ts';

async function* lines(hub: Hub, format: FileFormat): AsyncGenerator<string> {
  // Without the mark Excel reads UTF-8 as something else.
  if (format === 'csv') yield `\uFEFF${stringify([[...COLUMNS]], { record_delimiter: '\r\n' })}`;
  for await (const { createdAt: _made, updatedAt: _changed, ...answer } of hub.store.answers.all()) {
    yield format === 'csv' ? stringify([cellsOf(answer)], { record_delimiter: '\r\n' }) : `${JSON.stringify(answer)}\n`;
  }
}

/** Writes what the bot knows; what the reader does not take waits. */
export const exportAnswers = (hub: Hub, format: FileFormat, to: Writable): Promise<void> => pipeline(lines(hub, format), to);
