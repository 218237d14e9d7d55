/** Using a tool over several turns. Where it stands is read off the bot's own last message; nothing is kept anywhere else. */
import type { Locale } from '../../server/conversations/schema.ts';
import { inTongue, type ToolInput, type ToolState } from '../../server/bot-tools/schema.ts';
import type { Action, ActionOutcome, BotHandOver, Reply, Tools, Turn } from '../bot.ts';
import { isThanks } from '../retrieval/signals.ts';
import { consents, declines, leaves } from './agree.ts';
import { differs, filled, missing, type Known } from './slots.ts';
import { again, consent, dropped, nothingFound, nothingThere, proof, question, sent, summary, wrong } from './words.ts';

/** One question so often, then people. */
const MOST_ASKS = 3;
const CORRECTION = /^(?:no\b|not\b|sorry\b|wrong\b|oops\b|i mean|i meant|actually|it(?:'s| is)\b|不|错|錯|抱歉|应该|應該|我是说|是)/iu;
const SHORT = 40;

/** One turn: what was said, and what may be done. */
export type Round = { turns: Turn[]; said: string[]; tools: Pick<Tools, 'actions'>; locale: Locale; stopping: AbortSignal; today: Date };
type Out = Reply | BotHandOver;

/** Where the bot stood when it last spoke; undefined when somebody else did. */
export function standing(turns: readonly Turn[]): ToolState | undefined {
  const last = turns.findLast(({ from }) => from !== 'contact');
  return last?.from === 'bot' ? last.tool : undefined;
}
/** It waits for an answer of the customer. */
export const waits = (state: ToolState | undefined): state is ToolState => state?.step === 'input' || state?.step === 'consent';

const stateOf = (action: Action, step: ToolState['step'], inputs: Known, more: Partial<ToolState> = {}): ToolState => ({ tool: action.name, title: { 'zh-CN': inTongue(action.title, 'zh-CN'), en: inTongue(action.title, 'en') }, step, inputs: { ...inputs }, times: 0, ...more });
const say = (text: string, tool: ToolState, choices?: string[]): Reply => ({ kind: 'reply', text, confidence: 1, sources: [], ...(choices ? { choices } : {}), tool });
const give = (round: Round, action: Action, inputs: Known, why: Parameters<typeof summary>[2]): BotHandOver => ({
  kind: 'hand-over', reason: why === 'failed' || why === 'unknown' || why === 'left' ? 'error' : why === 'too-many' || why === 'proof' ? 'policy' : 'low-confidence', summary: summary(action, inputs, why, round.said, round.locale),
  tried: [], skills: [], tool: stateOf(action, 'failed', inputs), ...(why === 'unknown' || why === 'left' ? { say: sent(action, round.locale) } : {}),
});

/** Goes on with what was asked last. Undefined when the customer speaks of something else. */
export async function goOn(round: Round): Promise<Out | undefined> {
  const { turns, said, tools, locale, today } = round;
  const state = standing(turns);
  const action = tools.actions?.find(({ name }) => name === state?.tool);
  if (!state || !action || said.length === 0) return undefined;
  const now = filled(action, state.inputs, said, state.field, today);
  const news = differs(now, state.inputs);
  switch (state.step) {
    case 'done': return news && said.some(text => CORRECTION.test(text.trim()) || text.length <= SHORT && !/\s/.test(text.trim())) ? take(round, action, now, state) : undefined;
    case 'proof': return !action.needsProof && said.every(text => consents([text]) || isThanks(text) || /^(?:done|i did|signed in|logged in|好了|登录了|已登录|验证了)/iu.test(text.trim())) ? take(round, action, state.inputs, state) : undefined;
    case 'input':
      if (said.some(leaves)) return say(dropped(locale), stateOf(action, 'dropped', state.inputs));
      return news ? take(round, action, now, state) : undefined;
    case 'consent': {
      if (consents(said, `${state.title['zh-CN']} ${state.title.en}`)) return end(round, action, state.inputs, await action.run(state.inputs, locale, round.stopping), state);
      // They may have said yes a moment ago, and what they say now be about what is under way already: then only that is true.
      const leaving = said.some(leaves) || said.some(declines);
      if (leaving || news ? !await action.withdraw(state.inputs) : await action.used(state.inputs)) return give(round, action, state.inputs, 'left');
      if (leaving) return say(dropped(locale), stateOf(action, 'dropped', state.inputs));
      return news ? take(round, action, now, state) : undefined;
    }
    default: return undefined;
  }
}

/** Begins with a tool that is wanted. */
export const begin = (round: Round, action: Action): Promise<Out> => take(round, action, filled(action, {}, round.said, undefined, round.today), undefined);

/** The question again, after something else was said. */
export function askAgain(round: Round, state: ToolState): Out | undefined {
  const action = round.tools.actions?.find(({ name }) => name === state.tool);
  if (!action) return undefined;
  if (state.times >= MOST_ASKS) return give(round, action, state.inputs, 'unsaid');
  const { text, choices } = asking(action, state, round.locale);
  return say(`${again(round.locale)}\n${text}`, { ...state, times: state.times + 1 }, choices);
}

/** An answer to something else, and the open question below it. */
export function besides(round: Round, state: ToolState, reply: Reply): Reply {
  const action = round.tools.actions?.find(({ name }) => name === state.tool);
  if (!action) return reply;
  const { text, choices } = asking(action, state, round.locale);
  return { ...reply, text: `${reply.text}\n\n${text}`, ...(choices ? { choices } : {}), tool: state };
}

function asking(action: Action, state: ToolState, locale: Locale): { text: string; choices?: string[] } {
  const input = action.inputs.find(({ name }) => name === state.field);
  return state.step === 'consent' || !input ? consent(action, state.inputs, locale) : question(input, locale);
}

/** The next step with these values: proof, a missing value, consent, or the use itself. */
export async function take(round: Round, action: Action, inputs: Known, before: ToolState | undefined): Promise<Out> {
  if (action.needsProof) return prove(round, action, inputs);
  const lacking = missing(action, inputs);
  if (lacking) return ask(round, action, inputs, lacking, before);
  if (action.effect === 'write') return agree(round, action, inputs);
  return end(round, action, inputs, await action.run(inputs, round.locale, round.stopping), before);
}

function ask(round: Round, action: Action, inputs: Known, input: ToolInput, before: ToolState | undefined, why = ''): Out {
  const times = before?.tool === action.name && before.field === input.name ? before.times + 1 : 1;
  if (times > MOST_ASKS) return give(round, action, inputs, why === '' ? 'unsaid' : 'not-found');
  const { text, choices } = question(input, round.locale);
  return say(why === '' ? text : `${why}\n${text}`, stateOf(action, 'input', inputs, { field: input.name, times }), choices);
}

function agree({ locale }: Round, action: Action, inputs: Known): Reply {
  const { text, choices } = consent(action, inputs, locale);
  return say(text, stateOf(action, 'consent', inputs, { times: 1 }), choices);
}

function prove(round: Round, action: Action, inputs: Known): Out {
  if (round.turns.some(({ from, tool }) => from === 'bot' && tool?.step === 'proof')) return give(round, action, inputs, 'proof');
  return say(proof(round.locale), stateOf(action, 'proof', inputs));
}

const without = (inputs: Known, name: string): Known => Object.fromEntries(Object.entries(inputs).filter(([each]) => each !== name));

/** What came of a use, in words. */
export function end(round: Round, action: Action, inputs: Known, outcome: ActionOutcome, before: ToolState | undefined): Out {
  const { locale } = round;
  switch (outcome.kind) {
    case 'done': return { kind: 'reply', text: outcome.text, confidence: 1, sources: [{ id: `tool:${action.name}`, title: inTongue(action.title, locale) }], tool: stateOf(action, 'done', inputs) };
    case 'invalid': {
      const input = action.inputs.find(({ name }) => outcome.fields[name] !== undefined);
      return input ? ask(round, action, without(inputs, input.name), input, before, inputs[input.name] === undefined ? '' : wrong(input, outcome.fields[input.name] ?? '', locale)) : give(round, action, inputs, 'failed');
    }
    case 'not-found': {
      const input = action.inputs.find(({ name, type }) => type === 'text' && inputs[name] !== undefined);
      return input ? ask(round, action, without(inputs, input.name), input, before, nothingFound(locale)) : say(nothingThere(locale), stateOf(action, 'done', inputs));
    }
    case 'identity': return prove(round, action, inputs);
    case 'consent': return agree(round, action, inputs);
    default: return give(round, action, inputs, outcome.kind);
  }
}
