import type { Command } from 'commander';
import { readConfig } from '../config.ts';
import { answer, note } from './reach.ts';

/** `config print`. */
export function settingsCommands(program: Command): void {
  const config = program.command('config').description('the settings of this machine');
  config.command('print').description('every setting, its value (secrets masked), where it came from and what it is for')
    .option('--markdown', 'as a table for a document')
    .action(({ markdown }: { markdown?: boolean }) => {
      const { table, warnings } = readConfig();
      for (const warning of warnings) note(warning);
      const rows = [['Name', 'Value', 'From', 'Meaning'], ...table.map(({ name, value, from, meaning }) => [name, value || '-', from, meaning])];
      if (markdown) rows.splice(1, 0, rows[0]?.map(() => '---') ?? []);
      const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
      for (const row of rows) {
        answer(markdown ? `| ${row.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |` : row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '));
      }
    });
}
