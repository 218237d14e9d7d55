/** What a bot does in one turn, written down around its tools: the bot knows nothing of it. */
import type { Action, Finding, Tools } from '../../bots/bot.ts';
import type { Spend, Used } from '../../bots/spend.ts';
import type { Locale } from '../conversations/schema.ts';

/** `found` best first. */
export type Searched = { text: string; locale: Locale; ms: number; found: Finding[] };
export type Called = { name: string; ms: number; outcome: string };
export type Recording = { searches: Searched[]; calls: Called[]; used: Used[] };

/** The same tools and account, which write down what is asked of them. A search or a tool that fails is written down as well. */
export function recorded(tools: Tools, spend: Spend): { tools: Tools; spend: Spend; recording: Recording } {
  const recording: Recording = { searches: [], calls: [], used: [] };
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
      ...(tools.actions ? { actions: tools.actions.map(action => watched(action, recording.calls)) } : {}),
    },
    spend: {
      left: () => spend.left(),
      book(used) {
        recording.used.push(used);
        spend.book(used);
      },
    },
  };
}

function watched(action: Action, calls: Called[]): Action {
  return {
    ...action,
    async run(...input) {
      const since = performance.now();
      const call: Called = { name: action.name, ms: 0, outcome: 'failed' };
      calls.push(call);
      try {
        const outcome = await action.run(...input);
        call.outcome = outcome.kind;
        return outcome;
      } finally {
        call.ms = performance.now() - since;
      }
    },
  };
}
