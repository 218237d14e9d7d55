/** The guide is true: its code, taken out of the page, passes the suite that every channel must pass. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const page = readFileSync(join(root, 'docs/add-a-channel.md'), 'utf8');
const out = join(root, '.cache/docs');

const files = [...page.matchAll(/```ts\n\/\/ (\S+)\n([\s\S]*?)```/g)].map(([, path = '', code = '']) => ({ path, code }));
for (const { path, code } of files) {
  const target = join(out, path);
  mkdirSync(dirname(target), { recursive: true });
  // The page's folder is not in connectors/: what it imports from outside itself is.
  const inPlace = code.replaceAll(/'(\.\.\/[^']+)'/g, (_match, from: string) => `'${pathToFileURL(join(root, dirname(path), from)).pathname}'`);
  writeFileSync(target, inPlace);
}
await import(join(out, 'connectors/pigeon/connector.test.ts'));

it('shows every file of the channel, and an entry that the list could have', () => {
  expect(files.map(({ path }) => path.split('/').at(-1))).toEqual(['manifest.ts', 'parse.ts', 'render.ts', 'connector.ts', 'kind.ts', 'connector.test.ts']);
  const list = readFileSync(join(root, 'connectors/index.ts'), 'utf8');
  const shown = /^-(export const channelKinds.*)$/m.exec(page)?.[1];
  expect(list).toContain(shown);
});
