/** `npm test`: sets up what the suites need, runs them all, and ends with the line "N passed, N failed". Names as arguments choose suites. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { z } from 'zod';
import { install, type Package } from './setup/packages.ts';

/** `broken`: the tests that failed; `shaky`: those that failed once and passed when they ran again, alone. */
type Outcome = { passed: number; failed: number; skipped: number; note?: string; broken?: string[]; shaky?: string[] };
/** `again`: its tests wait for other processes, which a busy machine may hold up: what failed is run once more. */
type Suite = { name: string; needs: Package[]; minutes: number; asRoot?: true; again?: true; run(suite: Suite): Promise<Outcome> };

const Report = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  numTodoTests: z.number(),
  success: z.boolean(),
  testResults: z.array(z.object({ name: z.string(), assertionResults: z.array(z.object({ status: z.string(), fullName: z.string() })) })),
});
type Report = z.infer<typeof Report>;

/** More failures than that are no accident of the machine. */
const mostShaky = 6;

const root = join(import.meta.dirname, '..');
const reports = join(root, '.cache', 'tests');
const CI = process.env['CI'] === 'true' || process.env['CI'] === '1';
const say = (text: string) => process.stdout.write(`${text}\n`);

/** A mail server of our own. */
const post: Package[] = ['openssl', 'postfix', 'dovecot-core', 'dovecot-imapd', 'dovecot-lmtpd'];

const suites: Suite[] = [
  { name: 'types', needs: [], minutes: 5, run: script },
  { name: 'lint', needs: [], minutes: 2, run: script },
  { name: 'unused', needs: [], minutes: 2, run: script },
  { name: 'unit', needs: [], minutes: 10, run: project },
  { name: 'database', needs: ['libcurl4'], minutes: 20, again: true, run: project },
  { name: 'mail', needs: ['libcurl4', ...post], minutes: 15, asRoot: true, again: true, run: project },
  { name: 'e2e', needs: ['libcurl4', 'chromium', 'fonts-noto-cjk', ...post], minutes: 20, asRoot: true, again: true, run: project },
  { name: 'chaos', needs: ['libcurl4'], minutes: 20, again: true, run: project },
];

const chosen = process.argv.slice(2);
const strangers = chosen.filter((name) => !suites.some((suite) => suite.name === name));
if (strangers.length > 0) {
  say(`No such suite: ${strangers.join(', ')}. There are: ${suites.map(({ name }) => name).join(', ')}.`);
  process.exit(2);
}
const running = suites.filter(({ name }) => chosen.length === 0 || chosen.includes(name));

await rm(reports, { recursive: true, force: true });
await mkdir(reports, { recursive: true });
const absent = new Set(await install([...new Set(running.flatMap(({ needs }) => needs))], say));

const rows: Array<Outcome & { name: string; seconds: number }> = [];
for (const suite of running) {
  const began = performance.now();
  const missing = suite.needs.filter((name) => absent.has(name));
  say(`\n== ${suite.name}`);
  const outcome = missing.length > 0 ? lacks(`apt-get install ${missing.join(' ')}`)
    : suite.asRoot && process.getuid?.() !== 0 ? lacks('to run as root, as Postfix does')
    : await suite.run(suite);
  rows.push({ name: suite.name, seconds: (performance.now() - began) / 1000, ...outcome });
}

say('\nsuite       passed  failed  skipped  seconds');
for (const { name, passed, failed, skipped, seconds, note } of rows) {
  say(`${name.padEnd(10)}${String(passed).padStart(8)}${String(failed).padStart(8)}${String(skipped).padStart(9)}${seconds.toFixed(1).padStart(9)}${note ? `  ${note}` : ''}`);
}
for (const { name, broken = [], shaky = [] } of rows) {
  for (const test of broken) say(`failed: ${name}  ${test}`);
  for (const test of shaky) say(`shaky: ${name}  ${test} (failed once, passed alone: find out why)`);
}
const sum = (key: 'passed' | 'failed' | 'skipped') => rows.reduce((total, row) => total + row[key], 0);
const failed = sum('failed');
say(`\n${sum('passed')} passed, ${failed} failed${sum('skipped') > 0 ? `, ${sum('skipped')} skipped` : ''}`);
process.exitCode = failed > 0 ? 1 : 0;

/** What cannot run here is skipped and says so; in CI a skip would hide it, so there it has failed. */
function lacks(what: string): Outcome {
  return CI ? { passed: 0, failed: 1, skipped: 0, note: `needs: ${what}` } : { passed: 0, failed: 0, skipped: 1, note: `skipped, needs: ${what}` };
}

/** A script of package.json is one test. */
async function script(suite: Suite): Promise<Outcome> {
  const code = await command(suite, 'npm', ['run', '--silent', suite.name]);
  return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 };
}

/** A vitest project. What it counts is read from its report, and a file that does not even load is a failure. */
async function project(suite: Suite): Promise<Outcome> {
  const { code, report } = await vitest(suite);
  if (!report) return { passed: 0, failed: 1, skipped: 0, note: 'no report' };
  const broken = failures(report);
  const skipped = report.numPendingTests + report.numTodoTests;
  const outcome = { passed: report.numPassedTests, failed: report.numFailedTests + (CI ? skipped : 0), skipped: CI ? 0 : skipped, broken: broken.map(({ test }) => test) };
  if (suite.again && broken.length > 0 && broken.length <= mostShaky && outcome.failed === broken.length) return again(suite, outcome, [...new Set(broken.map(({ file }) => file))]);
  if (outcome.failed > 0) return outcome;
  if (outcome.passed === 0) return { ...outcome, failed: 1, note: 'ran no test' };
  return code === 0 && report.success ? outcome : { ...outcome, failed: 1, note: 'an error outside of the tests' };
}

/** The files that failed, once more and alone. Every test of them must pass then. */
async function again(suite: Suite, first: Outcome & { broken: string[] }, files: string[]): Promise<Outcome> {
  say(`\n== ${suite.name}, again: ${files.join(', ')}`);
  const { code, report } = await vitest(suite, files);
  if (code !== 0 || !report?.success) return first;
  return { passed: first.passed + first.failed, failed: 0, skipped: first.skipped, shaky: first.broken };
}

async function vitest(suite: Suite, files: string[] = []): Promise<{ code: number | null; report: Report | null }> {
  const file = join(reports, `${suite.name}${files.length > 0 ? '-again' : ''}.json`);
  const program = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const code = await command(suite, process.execPath, [program, 'run', '--project', suite.name, ...files, '--reporter=default', '--reporter=json', `--outputFile.json=${file}`]);
  return { code, report: existsSync(file) ? Report.parse(JSON.parse(await readFile(file, 'utf8'))) : null };
}

function failures({ testResults }: Report): { file: string; test: string }[] {
  return testResults.flatMap(({ name, assertionResults }) => {
    const file = relative(root, name);
    return assertionResults.flatMap(({ status, fullName }) => (status === 'failed' ? [{ file, test: `${file} > ${fullName}` }] : []));
  });
}

function command(suite: Suite, program: string, words: string[]): Promise<number | null> {
  return new Promise((resolve) => {
    const child = spawn(program, words, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
    const late = setTimeout(() => {
      say(`${suite.name} took longer than ${suite.minutes} minutes and was ended`);
      child.kill('SIGKILL');
    }, suite.minutes * 60_000);
    child.once('exit', (code) => {
      clearTimeout(late);
      resolve(code);
    });
    child.once('error', (error) => {
      say(`${program} does not run: ${error.message}`);
      resolve(1);
    });
  });
}
