/** The project's own source files and what they import, for the tests that hold the architecture. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';

export type Import = {
  /** A path from the root for a relative import, else the package's name. */
  to: string;
  /** As it is written. */
  text: string;
  relative: boolean;
  typesOnly: boolean;
};
export type Source = { path: string; text: string; lines: number; imports: Import[]; isTest: boolean };

const root = join(import.meta.dirname, '..', '..');
const folders = ['server', 'connectors', 'bots', 'client', 'test'];
const skipped = new Set(['node_modules', 'dist', '.cache', 'fixtures', 'public']);

/** Every .ts and .vue file of ours. */
export function sources(): Source[] {
  return folders.flatMap((folder) => walk(folder)).filter((path) => /\.(ts|vue)$/.test(path)).map((path) => {
    const text = readFileSync(join(root, path), 'utf8');
    return { path, text, lines: text.split('\n').length - 1, imports: importsOf(path, text), isTest: isTest(path) };
  });
}

const isTest = (path: string) => path.startsWith('test/') || path.includes('/testing/') || path.endsWith('.test.ts');

function walk(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = posix.join(folder, entry.name);
    if (entry.isDirectory()) return skipped.has(entry.name) ? [] : walk(path);
    return [path];
  });
}

/** Reads `import`, `export ... from` and `import()`; a comment that looks like one would be read too. */
export function importsOf(path: string, text: string): Import[] {
  const statements = text.matchAll(/^\s*(?:import|export)\s+(type\s+)?([^;'"]*?\sfrom\s+)?['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)/gm);
  return [...statements].map(([, type, names, still, lazy]) => {
    const written = still ?? lazy ?? '';
    const relative = written.startsWith('.');
    const each = /\{([^}]*)\}/.exec(names ?? '')?.[1]?.split(',').map((name) => name.trim()).filter(Boolean) ?? [];
    return {
      text: written,
      relative,
      to: relative ? posix.join(dirname(path), written.replace(/\?.*$/, '')) : packageOf(written),
      typesOnly: type !== undefined || (each.length > 0 && (names ?? '').trim().startsWith('{') && each.every((name) => name.startsWith('type '))),
    };
  });
}

const packageOf = (text: string) => text.split('/').slice(0, text.startsWith('@') ? 2 : 1).join('/');
