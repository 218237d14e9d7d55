/** start.mjs in a clone of its own, with an npm that only notes what it was asked. */
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

let clone = '';
const put = (path: string, text: string) => {
  mkdirSync(dirname(join(clone, path)), { recursive: true });
  writeFileSync(join(clone, path), text);
};
const lock = (packages: object) => JSON.stringify({ packages: { '': {}, ...packages } });
const start = (...words: string[]) => {
  rmSync(join(clone, 'asked'), { force: true });
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(clone, 'start.mjs'), ...words], { encoding: 'utf8', env: { ...process.env, npm_execpath: join(clone, 'npm.mjs') } });
  const asked = existsSync(join(clone, 'asked')) ? readFileSync(join(clone, 'asked'), 'utf8').trim().split('\n') : [];
  return { status, stdout, stderr, asked };
};

beforeEach(() => {
  clone = mkdtempSync(join(tmpdir(), 'hubbub-start-'));
  copyFileSync(join(import.meta.dirname, '..', 'start.mjs'), join(clone, 'start.mjs'));
  put('npm.mjs', `
    import { appendFileSync, copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
    process.chdir(${JSON.stringify(clone)});
    appendFileSync('asked', process.argv.slice(2, 4).join(' ') + '\\n');
    if (process.argv[2] === 'ci') { mkdirSync('node_modules', { recursive: true }); copyFileSync('package-lock.json', 'node_modules/.package-lock.json'); }
    else { mkdirSync('client/console/dist', { recursive: true }); writeFileSync('client/console/dist/index.html', ''); mkdirSync('client/widget/dist', { recursive: true }); }`);
  put('package-lock.json', lock({ 'node_modules/a': { version: '1.0.0' }, 'node_modules/of-another-platform': { version: '1.0.0', optional: true } }));
  put('server/people/schema.ts', 'schema');
  put('server/people/rules.ts', 'rule');
  put('client/console/vite.config.ts', '');
  put('client/widget/vite.config.ts', '');
  put('client/console/app.vue', 'one');
});
afterEach(() => rmSync(clone, { recursive: true, force: true }));

test('a fresh clone is installed and built; then there is nothing to do, and nothing is said', () => {
  expect(start()).toMatchObject({ status: 0, stdout: '', asked: ['ci --include=dev', 'run --silent'] });
  expect(start()).toEqual({ status: 0, stdout: '', stderr: '', asked: [] });
});

test('packages are installed again when the lock file has moved on', () => {
  start();
  put('package-lock.json', lock({ 'node_modules/a': { version: '1.0.1' } }));
  expect(start('--packages').asked).toEqual(['ci --include=dev']);
  put('node_modules/.package-lock.json', lock({ 'node_modules/a': { version: '1.0.1' } }));
  expect(start('--packages').asked).toEqual([]);
});

test('the client is built again when it, or a schema it is built from, has changed', () => {
  start();
  put('client/console/app.vue', 'two');
  expect(start().asked).toEqual(['run --silent']);
  put('server/people/rules.ts', 'another rule');
  put('client/console/app.test.ts', 'a test');
  expect(start().asked).toEqual([]);
  put('server/people/schema.ts', 'another schema');
  expect(start('--packages').asked).toEqual([]);
  expect(start().asked).toEqual(['run --silent']);
  rmSync(join(clone, 'client/widget/dist'), { recursive: true });
  expect(start().asked).toEqual(['run --silent']);
});

test('a failed install ends the start', () => {
  put('npm.mjs', 'process.exit(1)');
  expect(start()).toMatchObject({ status: 1, stderr: 'Installing packages ...\nInstalling the packages failed.\n' });
});

test('an old Node is told what is needed', () => {
  const text = readFileSync(join(clone, 'start.mjs'), 'utf8');
  put('start.mjs', text.replace('const OLDEST = [20, 19]', 'const OLDEST = [99, 1]'));
  expect(start()).toMatchObject({ status: 1, asked: [], stderr: expect.stringMatching(/^Hubbub needs Node 99\.1 or newer to set itself up; this is \d+\./) });
});
