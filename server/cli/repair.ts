import type { Command } from 'commander';
import { rebuild } from '../bot-numbers/refresh.ts';
import { workingSet } from '../conversations/heads.ts';
import { refold } from '../conversations/repair.ts';
import { answer, note, type WithReach } from './reach.ts';

/** `fold` and `numbers`. */
export function repairCommands(program: Command, withReach: WithReach): void {
  program.command('fold').description('compare each conversation with the fold of its timeline, and put right what differs; stop the server first')
    .argument('[conversation]', 'one conversation only')
    .action(async (only?: string) => {
      await withReach(async ({ store, log }) => {
        const heads = workingSet(store.conversations, log);
        const ids = only ? [only] : await store.conversations.touchedLast(Number.MAX_SAFE_INTEGER);
        let wrong = 0;
        for (const id of ids) {
          if (await refold({ store, heads }, id)) continue;
          wrong += 1;
          note(`${id} differed and is right now`);
        }
        await heads.stop();
        answer(`${ids.length} conversations, ${wrong} put right`);
      });
    });
  program.command('numbers').description('count what the bot did anew, from all timelines')
    .action(async () => {
      await withReach(async ({ store, log }) => {
        const heads = workingSet(store.conversations, log);
        answer(`${await rebuild({ store, heads })} conversations counted`);
        await heads.stop();
      });
    });
}
