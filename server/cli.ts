/** The command line: `npm run hub -- COMMAND`. Works beside a running server or without one. */
import { Command } from 'commander';
import { z } from 'zod';
import { demoCommands } from './cli/demo.ts';
import { doctorCommands } from './cli/doctor.ts';
import { peopleCommands } from './cli/people.ts';
import { withReach } from './cli/reach.ts';
import { repairCommands } from './cli/repair.ts';
import { routingCommands } from './cli/routing.ts';
import { settingsCommands } from './cli/settings.ts';
import { ConfigError } from './config.ts';
import { Problem } from './problem.ts';

const program = new Command('npm run hub --').description('Hubbub, the customer-conversation hub').showHelpAfterError();
peopleCommands(program, withReach);
settingsCommands(program);
doctorCommands(program);
repairCommands(program, withReach);
routingCommands(program, withReach);
demoCommands(program, withReach);

try {
  await program.parseAsync();
} catch (error) {
  process.stderr.write(`${inWords(error)}\n`);
  process.exitCode = 1;
}

function inWords(error: unknown): string {
  if (error instanceof z.ZodError) return error.issues.map(({ path, message }) => `${path.length > 0 ? `--${path.join('.')}: ` : ''}${message}`).join('\n');
  if (error instanceof Problem) return [error.message, ...Object.entries(error.fields).map(([field, text]) => `  ${field} ${text}`)].join('\n');
  if (error instanceof ConfigError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
