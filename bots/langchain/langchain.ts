/** A bot that lets a language model put found answers into words. What it cannot show a source for is never sent. */
import { AIMessage, HumanMessage, createAgent, createMiddleware, modelCallLimitMiddleware, tool, toolCallLimitMiddleware } from 'langchain';
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Locale } from '../../server/conversations/schema.ts';
import type { Bot, BotHandOver, Context, Finding, Reply, Tools, Turn } from '../bot.ts';
import { forbiddenTopic } from '../guard/conduct.ts';
import { FENCE, type Fence } from '../guard/fence.ts';
import { localeOf } from '../locale.ts';
import { recorded } from '../recordings.ts';
import { burstOf, continued, handOver, retrievalBot, withoutSearch } from '../retrieval/retrieval.ts';
import { chosen } from '../retrieval/signals.ts';
import { summary } from '../retrieval/words.ts';
import { standing, waits, type Round } from '../tools/flow.ts';
import { actionTools, once, type Used } from './actions.ts';
import { checked } from './checked.ts';
import type { Judged } from './grounding.ts';
import { chatModel, PATIENCE, policy, type Llm, type Patience } from './model.ts';
import { paid } from './paid.ts';
import { replayed } from './replayed.ts';
import { shownAs, systemPrompt } from './prompt.ts';

const TURNS = 20;
const TURN_CHARACTERS = 8_000;
const READ_CHARACTERS = 16_000;
const MODEL_CALLS = 4;
const TOOL_CALLS = 5;
const SHOWN = 5;

// Newest first until the reading is full: a long history never pushes out what was just asked.
function messagesOf(turns: Turn[], hide: (text: string) => string): (HumanMessage | AIMessage)[] {
  let left = READ_CHARACTERS;
  const messages: (HumanMessage | AIMessage)[] = [];
  for (const turn of turns.slice(-TURNS).toReversed()) {
    const text = hide(turn.text).slice(0, Math.min(TURN_CHARACTERS, left));
    left -= text.length;
    if (text.trim() === '') continue;
    messages.unshift(turn.from === 'contact' ? new HumanMessage(text) : new AIMessage(text));
  }
  return messages;
}

/** Rejects when the signal aborts, though what it is raced with may not listen. */
const aborted = (signal: AbortSignal): Promise<never> => new Promise((_resolve, reject) => {
  signal.addEventListener('abort', () => reject(signal.reason), { once: true });
});

const isSpent = async (spend: Context['spend']): Promise<boolean> => !(await spend?.left() ?? true);

/** A bot on the model; `patience` shortens the waits in tests, which also show what happens without a fence. */
export function langchainBot(llm: Llm, patience: Partial<Patience> = {}, fence: Fence = FENCE): Bot {
  const limits = { ...PATIENCE, ...patience };
  const model = chatModel(llm, limits);
  const calls = policy(limits);

  async function ask(turns: Turn[], tools: Tools, locale: Locale, { conduct, spend }: Context, stopping: AbortSignal, used: Used): Promise<Judged> {
    const canary = `hub-${randomUUID()}`;
    const prompt = systemPrompt(locale, canary, conduct, (tools.actions?.length ?? 0) > 0);
    const personal = fence.personal(conduct?.hidden);
    const shown: Finding[] = [];
    const search = tool(
      async ({ query }) => {
        stopping.throwIfAborted();
        const found = (await tools.search(query.slice(0, 2_000), localeOf(query, locale)))
          .filter(({ question, answer }) => fence.mayBeShown(`${question}\n${answer}`)).slice(0, SHOWN);
        const first = shown.length + 1;
        shown.push(...found);
        return shownAs(found, first);
      },
      { name: 'search', description: 'Finds answers of the company to a question.', schema: z.object({ query: z.string().describe("The question, in the customer's language") }) },
    );
    const acts = actionTools({ turns, said: burstOf(turns).said, tools, locale, stopping, today: new Date() }, used, personal, (finding) => shown.push(finding));
    const agent = createAgent({
      model, tools: [search, ...acts], systemPrompt: prompt,
      middleware: [
        modelCallLimitMiddleware({ runLimit: MODEL_CALLS, exitBehavior: 'error' }),
        toolCallLimitMiddleware({ runLimit: TOOL_CALLS, exitBehavior: 'continue' }),
        createMiddleware({
          name: 'Patience',
          // Booked try by try: a turn that ends badly was paid for as well.
          wrapModelCall: async (request, next) => replayed({ model: llm.model, settings: { temperature: 0, tools: request.tools.map(({ name }) => name) }, prompt, messages: request.messages, secret: canary }, async () => {
            if (recorded.getStore() && await isSpent(spend)) throw new Error('the budget of the day is spent');
            return calls.execute(async () => paid({
              call: async () => next(request), asked: () => prompt + request.messages.map(({ text }) => text).join(''), message: (said) => (AIMessage.isInstance(said) ? said : undefined), model: llm.model, spend,
            }), stopping);
          }),
        }),
      ],
    });
    const { messages } = await agent.invoke({ messages: messagesOf(turns, personal.hide) }, { signal: stopping, recursionLimit: 3 * (MODEL_CALLS + TOOL_CALLS) });
    const last = messages.at(-1);
    const words = AIMessage.isInstance(last) ? last.text : '';
    return checked(words, { shown, asked: burstOf(turns).said.join('\n'), said: turns.map((turn) => turn.text).join('\n'), canary, prompt, fence, personal, ...(conduct ? { promises: conduct.promises } : {}) });
  }

  async function answer(turns: Turn[], given: Tools, context: Context, stopping: AbortSignal): Promise<Reply | BotHandOver> {
    stopping.throwIfAborted();
    const tools = once(given);
    const burst = burstOf(turns);
    const locale = localeOf(burst.said.join(' '), localeOf(burst.before.join(' '), context.locale));
    const retrieved = () => retrievalBot.answer(turns, tools, context, stopping);
    const heard = turns.filter(({ from }) => from === 'contact').map(({ text }) => text);
    const alone = withoutSearch(burst, locale, context.conduct) !== undefined || (burst.afterAskBack && chosen(burst.said.join(' ')) !== undefined)
      // What a regression case heard before it hears again for nothing; only what is new is not asked.
      || !fence.mayAskModel(heard) || (!recorded.getStore() && await isSpent(context.spend));
    if (alone) return retrieved();
    // An answer to our own question needs no model, and a yes is never a model's to give.
    const round: Round = { turns, said: burst.said, tools, locale, stopping, today: new Date() };
    const going = await continued(round, (text) => tools.search(text, localeOf(text, locale)));
    if (going) return going;
    if (waits(standing(turns))) return retrieved();
    const used: Used = { settled: Promise.withResolvers() };
    const rounds = { askedBack: burst.afterAskBack, answered: false };
    const over = new AbortController();
    const timer = setTimeout(() => over.abort(new Error('the turn took too long')), limits.turnMs);
    try {
      const signal = AbortSignal.any([stopping, over.signal]);
      const judged = await Promise.race([ask(turns, tools, locale, context, signal, used), aborted(signal), used.settled.promise]);
      if ('settled' in judged) return judged.settled;
      const leftToPeople = 'reply' in judged && forbiddenTopic(judged.reply.text, context.conduct?.forbidden ?? []) !== undefined;
      if ('reply' in judged && !leftToPeople) return { ...judged.reply, ...(used.reply?.tool ? { tool: used.reply.tool } : {}) };
      const why = 'reply' in judged ? 'forbidden' : judged.refused;
      if (why === 'promise' || why === 'forbidden') {
        const found = await tools.search(burst.said.join(' '), locale);
        return { ...handOver('low-confidence', summary(locale, why, burst.said, found, rounds), found), reason: 'policy' };
      }
      // What a tool found is said plainly where the model found no words that hold.
      if (used.reply) return used.reply;
      const fallback = await retrieved();
      // The model read the findings and none answers: that outweighs the likeness of words.
      if (why !== 'no-answer' || fallback.kind === 'hand-over' || fallback.choices) return fallback;
      const found = await tools.search(burst.said.join(' '), locale);
      return handOver('low-confidence', summary(locale, 'low-confidence', burst.said, found, rounds), found);
    } catch {
      stopping.throwIfAborted();
      if (used.reply) return used.reply;
      // The model is down or talks nonsense. Its error may quote the customer or the key, so it goes no further.
      const fallback = await retrieved();
      if (fallback.kind === 'reply' || fallback.reason !== 'low-confidence') return fallback;
      const found = fallback.tried.map(({ question, answerId, confidence }) => ({ question, answerId, confidence, answer: '', locale }));
      return { ...fallback, reason: 'error', summary: summary(locale, 'error', burst.said, found, rounds) };
    } finally {
      clearTimeout(timer);
      over.abort();
    }
  }

  return { name: 'langchain', answer };
}
