/** `npm run bench -- NAME [WORDS] [--json]`: runs test/bench/NAME.ts, which measures us beside a limit in the same run, and shows its figures. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const Figures = z.record(z.string(), z.union([z.number(), z.boolean(), z.string()]));
const Bench = z.object({ name: z.string(), run: z.custom<(words: string[]) => Promise<unknown>>((value) => typeof value === 'function') });

const known = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith('.ts') && /^export const name = '/m.test(readFileSync(join(import.meta.dirname, file), 'utf8')))
  .map((file) => file.slice(0, -'.ts'.length));
const words = process.argv.slice(2);
const json = words.includes('--json');
const [wanted = '', ...rest] = words.filter((word) => word !== '--json');

const takes = wanted === 'bot' ? 1 : wanted === 'sentiment' ? 20 : 0;
if (!known.includes(wanted) || rest.length > takes) {
  process.stderr.write(`Usage: npm run bench -- NAME [WORDS] [--json]. There are: ${known.join(', ')}.\n`);
  process.exit(2);
}
const bench = Bench.parse(await import(`./${wanted}.ts`));
const began = performance.now();
const figures = Figures.parse(await bench.run(rest));
if (json) {
  process.stdout.write(`${JSON.stringify({ name: bench.name, ...figures })}\n`);
} else {
  const width = Math.max(...Object.keys(figures).map((key) => key.length));
  for (const [key, value] of Object.entries(figures)) process.stdout.write(`${key.padEnd(width)}  ${typeof value === 'number' ? value.toLocaleString('en') : value}\n`);
  const reached = figures['reached'] ?? figures['pass'];
  process.stdout.write(`\n${bench.name}: ${reached === undefined ? 'measured' : reached ? 'target reached' : 'TARGET NOT REACHED'} after ${((performance.now() - began) / 1000).toFixed(1)} s\n`);
}
// A bench that left a socket open has measured all the same.
process.exit(0);
