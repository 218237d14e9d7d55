/** What a bot looks for in one turn, written down around its tools: the bot knows nothing of it. */
import type { Finding, Tools } from '../../bots/bot.ts';
import type { Spend, Used } from '../../bots/spend.ts';
import type { Locale } from '../conversations/schema.ts';

/** `found` best first. */
export type Searched = { text: string; locale: Locale; ms: number; found: Finding[] };
export type Recording = { searches: Searched[]; used: Used[] };

/** Tools and account that write down what is asked of them. A search that fails is written down as well. @param toolsOf the tools, given who pays for them */
export function recorded(toolsOf: (spend: Spend) => Tools, account: Spend): { tools: Tools; spend: Spend; recording: Recording } {
  const recording: Recording = { searches: [], used: [] };
  const spend: Spend = {
    left: () => account.left(),
    book(used) {
      recording.used.push(used);
      account.book(used);
    },
  };
  const tools = toolsOf(spend);
  return {
    recording,
    tools: {
      ...tools,
      async search(text, locale) {
        const since = performance.now();
        const searched: Searched = { text, locale, ms: 0, found: [] };
        recording.searches.push(searched);
        try {
          searched.found = await tools.search(text, locale);
          return searched.found;
        } finally {
          searched.ms = performance.now() - since;
        }
      },
    },
    spend,
  };
}
