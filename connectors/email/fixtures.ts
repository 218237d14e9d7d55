/** The fixture mails, for tests: real-shaped, each odd in its own way. */
import { readFileSync, readdirSync } from 'node:fs';

const folder = new URL('./fixtures/', import.meta.url);

/** Names of all fixtures, without the ending. */
export const fixtureNames: string[] = readdirSync(folder).filter((name) => name.endsWith('.eml')).map((name) => name.slice(0, -4)).toSorted();

/** The raw bytes of one. */
export const fixture = (name: string): Buffer => readFileSync(new URL(`${name}.eml`, folder));
