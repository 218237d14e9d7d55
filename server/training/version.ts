/** The name of a version: the same words have the same name, whoever wrote them when. */
import { hash } from 'node:crypto';
import type { Indexed } from '../answers/schema.ts';
import { Conduct } from '../bot-conduct/schema.ts';
import type { PinnedTool } from '../bot-tools/schema.ts';

/** When it was written is not what it says. */
const ASIDE = new Set(['createdAt', 'updatedAt']);

/** A piece as it is kept in a release. */
export const pieceOf = <Piece extends Indexed>(item: Piece): Piece => ({ ...item, ...Object.fromEntries([...ASIDE].map(key => [key, undefined])) });

const sorted = (_key: string, value: unknown): unknown =>
  (typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.fromEntries(Object.entries(value).filter(([key]) => !ASIDE.has(key)).toSorted(([a], [b]) => (a < b ? -1 : 1))) : value);

/** 128 bits of SHA-256, as hex: two different pieces of one house never meet, and 10,000 names take 160 kB. */
export const versionOf = (item: Indexed | Conduct | PinnedTool): string => hash('sha256', JSON.stringify(item, sorted)).slice(0, 32);

/** One name for many. */
export const digestOf = (names: string[]): string => hash('sha256', names.join('\n')).slice(0, 32);

const silent = versionOf(Conduct.parse({}));
/** The name of a release: of its pieces, its conduct and its tools. A conduct that says nothing adds nothing, as before there was one, and so do no tools. */
export const digestOfRelease = (names: string[], conduct: Conduct, tools: readonly PinnedTool[]): string => {
  const version = versionOf(conduct);
  return digestOf([...names, ...(version === silent ? [] : [`conduct ${version}`]), ...tools.map(tool => `tool ${versionOf(tool)}`).toSorted()]);
};
