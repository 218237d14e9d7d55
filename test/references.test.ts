/** The project references refuse a wrong arrow: each is written into a copy of the project, and the compiler must say no. */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');
const skip = /(^|\/)(node_modules|dist|testing|fixtures)(\/|$)|\.test\.ts$/;
let copy = '';

beforeAll(() => {
  mkdirSync(join(root, '.cache'), { recursive: true });
  // Inside the project, so that packages are found; the caches of the real build are not touched.
  copy = mkdtempSync(join(root, '.cache', 'arrows-'));
  for (const name of ['tsconfig.json', 'package.json', 'server', 'connectors/connector.ts', 'connectors/tsconfig.json', 'connectors/webchat', 'bots/bot.ts', 'bots/tsconfig.json', 'client/tsconfig.json']) {
    cpSync(join(root, name), join(copy, name), { recursive: true, filter: (path) => !skip.test(path.slice(root.length)) });
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
});
afterAll(() => rmSync(copy, { recursive: true, force: true }));

/** What the compiler says of a project once this file is in it. */
const compile = (project: string, file?: string, text = ''): string => {
  if (file) {
    mkdirSync(join(copy, dirname(file)), { recursive: true });
    writeFileSync(join(copy, file), text);
  }
  try {
    const { stdout, stderr } = spawnSync(process.execPath, [join(root, 'node_modules', 'vue-tsc', 'bin', 'vue-tsc.js'), '-b', project, '--pretty', 'false'], { cwd: copy, encoding: 'utf8' });
    return stdout + stderr;
  } finally {
    if (file) rmSync(join(copy, file));
  }
};
const some = (path: string) => {
  expect(existsSync(join(copy, path)), `${path} is what the wrong arrow points at`).toBe(true);
  return path;
};

test('rules as they are compile, so what follows is refused for its arrow', () => {
  expect(compile('server/tsconfig.rules.json')).toBe('');
});

test.each([
  ['a rule to a use case', 'server/tsconfig.rules.json', 'server/conversations/rules/wrong.ts', `import '../receive.ts';`, 'server/conversations/receive.ts'],
  ['a schema to a rule', 'server/tsconfig.schema.json', 'server/wrong/schema.ts', `import '../conversations/rules/apply.ts';`, 'server/conversations/rules/apply.ts'],
  ['a connector to a store', 'connectors', 'connectors/wrong/connector.ts', `import '../../server/conversations/store.ts';`, 'server/conversations/store.ts'],
  ['a bot to a use case', 'bots', 'bots/wrong/wrong.ts', `import '../../server/conversations/receive.ts';`, 'server/conversations/receive.ts'],
  ['a screen to a rule', 'client', 'client/wrong.vue', `<script setup lang="ts">\nimport '../server/conversations/rules/apply.ts';\n</script>\n<template><p /></template>`, 'server/conversations/rules/apply.ts'],
])('no arrow from %s', (_, project, file, text, target) => {
  some(target);
  const said = compile(project, file, text);
  expect(said).toContain('TS6307');
  expect(said).toContain(target);
}, 120_000);

test('a rule cannot reach the network, timers, the process, files or a page', () => {
  const reaches = ['fetch("x")', 'setTimeout(() => {}, 1)', 'process.exit()', 'import("node:fs")', 'document.title'];
  const said = compile('server/tsconfig.rules.json', 'server/conversations/rules/wrong.ts', reaches.map((reach, index) => `export const wrong${index} = () => ${reach};\n`).join(''));
  const refused = reaches.filter((_, index) => new RegExp(`wrong\\.ts\\(${index + 1},\\d+\\): error TS(2304|2307|2580|2584|2591)`).test(said));
  expect(refused).toEqual(reaches);
}, 120_000);
