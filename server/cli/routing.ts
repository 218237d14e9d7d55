import { readFile, writeFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import type { Command } from 'commander';
import { Problem } from '../problem.ts';
import { apply, exported, objections, planned } from '../routing-rules/as-code.ts';
import type { Wrong } from '../routing-rules/rules/document.ts';
import { planInWords } from '../routing-rules/rules/plan.ts';
import { fromYaml, toYaml } from '../routing-rules/yaml.ts';
import { answer, note, type Reach, type WithReach } from './reach.ts';

/** Exit code of a plan that would change something. */
const wouldChange = 2;

/** What the file wants. A Problem names every mistake with its line. */
async function read(reach: Reach, file: string) {
  const written = fromYaml(file === '-' ? await text(process.stdin) : await readFile(file, 'utf8').catch((error: unknown) => { throw new Problem('invalid', `${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`); }));
  const plan = await planned(reach, written.value);
  const named = ({ path, message, line = written.lineOf(path) }: Wrong & { line?: number | undefined }) => `${file}${line ? `:${line}` : ''}: ${path.length > 0 ? `${path.join('.')}: ` : ''}${message}`;
  const wrong = written.wrong.length > 0 ? written.wrong : plan.wrong;
  if (wrong.length > 0) throw new Problem('invalid', wrong.map(named).join('\n'));
  return plan;
}

/** `routing export`, `routing plan`, `routing apply`. */
export function routingCommands(program: Command, withReach: WithReach): void {
  const routing = program.command('routing').description('queues, calendars, routing policy and rules as one YAML file');
  routing.command('export').description('write them to a file, or to standard output')
    .argument('[file]', 'absent: standard output')
    .action(async (file?: string) => {
      const yaml = toYaml(await withReach(exported));
      if (file) { await writeFile(file, yaml); note(`Written to ${file}`); } else answer(yaml.trimEnd());
    });
  routing.command('plan').description(`say what a file would change, field by field; exit code 0: nothing, ${wouldChange}: something, 1: the file is wrong`)
    .argument('<file>', '- for standard input')
    .action(async (file: string) => {
      const { changes, refused } = await withReach(async (reach) => {
        const plan = await read(reach, file);
        return { ...plan, refused: Object.values(await objections(reach, plan.document, plan.changes)).flat() };
      });
      answer(planInWords(changes));
      for (const why of refused) note(`would be refused: ${why}`);
      if (changes.length > 0) process.exitCode = wouldChange;
    });
  routing.command('apply').description('make it so: all is checked first, nothing is written when something is wrong')
    .argument('<file>', '- for standard input').option('--force', 'remove queues in which somebody waits, or which a channel or rule uses')
    .action(async (file: string, { force = false }: { force?: boolean }) => {
      await withReach(async (reach) => {
        const { document, changes } = await read(reach, file);
        const refused = await objections(reach, document, changes);
        const why = [...refused.calendars, ...(force ? [] : refused.queues)];
        if (why.length > 0) throw new Problem('conflict', `Nothing was changed.\n${why.join('\n')}${refused.queues.length > 0 && !force ? '\n--force removes queues all the same.' : ''}`);
        answer(planInWords(changes));
        if (changes.length > 0) await apply(reach, document, changes);
      });
    });
}
