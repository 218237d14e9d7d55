/** A bot that lets a language model put found answers into words. What it cannot show a source for is never sent. */
import { AIMessage, HumanMessage, createAgent, createMiddleware, modelCallLimitMiddleware, tool, toolCallLimitMiddleware } from 'langchain';
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Locale } from '../../server/conversations/schema.ts';
import type { Bot, BotHandOver, Finding, Reply, Tools, Turn } from '../bot.ts';
import { localeOf } from '../locale.ts';
import { burstOf, handOver, retrievalBot, withoutSearch } from '../retrieval/retrieval.ts';
import { chosen } from '../retrieval/signals.ts';
import { summary } from '../retrieval/words.ts';
import { judge, type Judged } from './grounding.ts';
import { chatModel, PATIENCE, policy, type Llm, type Patience } from './model.ts';
import { shownAs, systemPrompt } from './prompt.ts';

const TURNS = 20;
const TURN_CHARACTERS = 8_000;
const READ_CHARACTERS = 16_000;
const MODEL_CALLS = 4;
const TOOL_CALLS = 5;
const SHOWN = 5;

// Newest first until the reading is full: a long history never pushes out what was just asked.
function messagesOf(turns: Turn[]): (HumanMessage | AIMessage)[] {
  let left = READ_CHARACTERS;
  const messages: (HumanMessage | AIMessage)[] = [];
  for (const turn of turns.slice(-TURNS).toReversed()) {
    const text = turn.text.slice(0, Math.min(TURN_CHARACTERS, left));
    left -= text.length;
    if (text.trim() === '') continue;
    messages.unshift(turn.from === 'contact' ? new HumanMessage(text) : new AIMessage(text));
  }
  return messages;
}

/** A bot on the model; `patience` shortens the waits in tests. */
export function langchainBot(llm: Llm, patience: Partial<Patience> = {}): Bot {
  const limits = { ...PATIENCE, ...patience };
  const model = chatModel(llm, limits);
  const calls = policy(limits);
  const spent = { day: '', tokens: 0 };

  async function ask(turns: Turn[], tools: Tools, locale: Locale, stopping: AbortSignal): Promise<Judged> {
    const canary = `hub-${randomUUID()}`;
    const shown: Finding[] = [];
    const search = tool(
      async ({ query }) => {
        stopping.throwIfAborted();
        const found = (await tools.search(query.slice(0, 2_000), localeOf(query, locale))).slice(0, SHOWN);
        const first = shown.length + 1;
        shown.push(...found);
        return shownAs(found, first);
      },
      { name: 'search', description: 'Finds answers of the company to a question.', schema: z.object({ query: z.string().describe("The question, in the customer's language") }) },
    );
    const agent = createAgent({
      model, tools: [search], systemPrompt: systemPrompt(locale, canary),
      middleware: [
        modelCallLimitMiddleware({ runLimit: MODEL_CALLS, exitBehavior: 'error' }),
        toolCallLimitMiddleware({ runLimit: TOOL_CALLS, exitBehavior: 'continue' }),
        createMiddleware({ name: 'Patience', wrapModelCall: (request, next) => calls.execute(async () => next(request), stopping) }),
      ],
    });
    const { messages } = await agent.invoke({ messages: messagesOf(turns) }, { signal: stopping, recursionLimit: 3 * (MODEL_CALLS + TOOL_CALLS) });
    for (const message of messages) if (AIMessage.isInstance(message)) spent.tokens += message.usage_metadata?.total_tokens ?? 0;
    const last = messages.at(-1);
    return judge(AIMessage.isInstance(last) ? last.text : '', shown, burstOf(turns).said.join('\n'), canary);
  }

  function affordable(): boolean {
    const day = new Date().toISOString().slice(0, 10);
    if (spent.day !== day) Object.assign(spent, { day, tokens: 0 });
    return spent.tokens < limits.tokensPerDay;
  }

  async function answer(turns: Turn[], tools: Tools, context: { locale: Locale }, stopping: AbortSignal): Promise<Reply | BotHandOver> {
    stopping.throwIfAborted();
    const burst = burstOf(turns);
    const locale = localeOf(burst.said.join(' '), localeOf(burst.before.join(' '), context.locale));
    const quick = withoutSearch(burst, locale);
    if (quick) return quick;
    const retrieved = () => retrievalBot.answer(turns, tools, context, stopping);
    if ((burst.afterAskBack && chosen(burst.said.join(' ')) !== undefined) || !affordable()) return retrieved();
    const over = new AbortController();
    const timer = setTimeout(() => over.abort(new Error('the turn took too long')), limits.turnMs);
    try {
      const judged = await ask(turns, tools, locale, AbortSignal.any([stopping, over.signal]));
      if ('reply' in judged) return judged.reply;
      const fallback = await retrieved();
      // The model read the findings and none answers: that outweighs the likeness of words.
      if (judged.refused !== 'no-answer' || fallback.kind === 'hand-over' || fallback.choices) return fallback;
      const found = await tools.search(burst.said.join(' '), locale);
      return handOver('low-confidence', summary(locale, 'low-confidence', burst.said, found, { askedBack: burst.afterAskBack, answered: false }), found);
    } catch {
      stopping.throwIfAborted();
      // The model is down or talks nonsense. Its error may quote the customer or the key, so it goes no further.
      const fallback = await retrieved();
      if (fallback.kind === 'reply' || fallback.reason !== 'low-confidence') return fallback;
      const found = fallback.tried.map(({ question, answerId, confidence }) => ({ question, answerId, confidence, answer: '', locale }));
      return { ...fallback, reason: 'error', summary: summary(locale, 'error', burst.said, found, { askedBack: burst.afterAskBack, answered: false }) };
    } finally {
      clearTimeout(timer);
      over.abort();
    }
  }

  return { name: 'langchain', answer };
}
