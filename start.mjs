/**
 * What a fresh clone lacks before `npm start` and `npm test`: packages and the built client. Plain JavaScript without
 * dependencies, because it runs on the machine's own Node before Node 24 and TypeScript are there.
 * `--packages` leaves the client alone.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const OLDEST = [20, 19];
const root = dirname(fileURLToPath(import.meta.url));
const at = (...path) => join(root, ...path);
const BUILT = at('.cache', 'client-built');
const PAGES = [at('client', 'console', 'dist', 'index.html'), at('client', 'widget', 'dist')];

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1])) {
  fail(`Hubbub needs Node ${OLDEST.join('.')} or newer to set itself up; this is ${process.versions.node} (${process.execPath}).`);
}
if (!installed()) {
  say('Installing packages ...');
  npm(['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'], 'Installing the packages failed.');
}
if (!runsTypeScript()) {
  fail('The Node 24 that comes with the package "node" is missing: its install script did not run. Try: npm rebuild node');
}
if (!process.argv.includes('--packages') && existsSync(at('client', 'console', 'vite.config.ts')) && existsSync(at('client', 'widget', 'vite.config.ts'))) {
  const wanted = clientHash();
  if (!PAGES.every((page) => existsSync(page)) || read(BUILT) !== wanted) {
    say('Building the client ...');
    npm(['run', '--silent', 'build', '--', '--logLevel', 'warn'], 'Building the client failed.');
    mkdirSync(dirname(BUILT), { recursive: true });
    writeFileSync(BUILT, wanted);
  }
}

/** npm keeps what it installed in node_modules/.package-lock.json, written last: it must agree with our lock file. */
function installed() {
  const wanted = JSON.parse(read(at('package-lock.json')) || '{}').packages ?? {};
  const have = JSON.parse(read(at('node_modules', '.package-lock.json')) || '{}').packages;
  if (!have) return false;
  return Object.entries(wanted).every(([path, { version, link, optional }]) => {
    if (path === '' || link) return true;
    // An optional package of another platform is rightly absent.
    return have[path] ? have[path].version === version : Boolean(optional);
  });
}

/** The scripts take the package's Node from node_modules/.bin; a machine with Node 24 of its own needs none. */
function runsTypeScript() {
  if (existsSync(at('node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node'))) return true;
  return major > 22 || (major === 22 && minor >= 18);
}

/** Of everything the client is built from. */
function clientHash() {
  const hash = createHash('sha256');
  const add = (path) => hash.update(path.slice(root.length)).update(readFileSync(path));
  const walk = (folder, keep) => {
    for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) {
        if (entry.name !== 'dist' && entry.name !== 'node_modules') walk(path, keep);
      } else if (keep(entry.name)) add(path);
    }
  };
  walk(at('client'), (name) => !name.endsWith('.test.ts') && !name.endsWith('.md'));
  walk(at('server'), (name) => name === 'schema.ts');
  add(at('package-lock.json'));
  return hash.digest('hex');
}

function npm(words, complaint) {
  const { npm_execpath: script } = process.env;
  const env = { ...process.env, NODE_ENV: 'production' };
  const { status } = script
    ? spawnSync(process.execPath, [script, ...words], { cwd: root, stdio: ['ignore', 2, 2], env })
    : spawnSync('npm', words, { cwd: root, stdio: ['ignore', 2, 2], env, shell: process.platform === 'win32' });
  if (status !== 0) fail(complaint);
}

function read(path) {
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}

/** Standard output stays empty: `npm run hub -- token create` prints a token there. */
function say(text) {
  process.stderr.write(`${text}\n`);
}

function fail(text) {
  say(text);
  process.exit(1);
}
