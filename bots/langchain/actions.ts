/** The tools of an admin in a model's hands. It proposes a use; the hub decides, and what needs the customer is asked by us, in our words. */
import { tool } from 'langchain';
import { z } from 'zod';
import { inTongue, type ToolInput, type Value } from '../../server/bot-tools/schema.ts';
import type { Action, ActionOutcome, BotHandOver, Finding, Reply, Tools } from '../bot.ts';
import type { Fence } from '../guard/fence.ts';
import { end, take, type Round } from '../tools/flow.ts';
import { shownAs } from './prompt.ts';

/** What the tools of one turn came to. `reply`: a result that may be said as it is; `settled`: the turn is over, whatever the model says. */
export type Used = { settled: PromiseWithResolvers<{ settled: Reply | BotHandOver }>; reply?: Reply };

/** The same use twice in one turn is one use: a fallback must not wait, or act, again. */
export function once(tools: Tools): Tools {
  const done = new Map<string, Promise<ActionOutcome>>();
  const actions = tools.actions?.map((action): Action => ({
    ...action,
    run(inputs, locale, stopping) {
      const key = JSON.stringify([action.name, Object.entries(inputs).map(([name, value]) => [name, String(value)]).toSorted()]);
      const known = done.get(key) ?? action.run(inputs, locale, stopping);
      done.set(key, known);
      return known;
    },
  }));
  return actions ? { ...tools, actions } : tools;
}

function typeOf({ type, choices }: ToolInput): z.ZodType {
  if (type === 'number') return z.number();
  if (type === 'integer') return z.int();
  if (type === 'boolean') return z.boolean();
  return type === 'choice' && choices?.length ? z.enum(choices.map(({ value }) => value)) : z.string();
}

const Values = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]).nullish());

/** One tool for each action. */
export function actionTools(round: Round, used: Used, personal: ReturnType<Fence['personal']>, show: (finding: Finding) => number) {
  const { locale, stopping } = round;
  const settle = (settled: Reply | BotHandOver) => {
    used.settled.resolve({ settled });
    return 'The customer is asked. Say nothing more.';
  };
  return (round.tools.actions ?? []).map(action => tool(
    async (given: unknown) => {
      stopping.throwIfAborted();
      const inputs: Record<string, Value> = {};
      for (const [name, value] of Object.entries(Values.parse(given))) if (value !== undefined && value !== null && value !== '') inputs[name] = typeof value === 'string' ? personal.restoreAll(value) : value;
      const asked = Object.fromEntries(Object.entries(inputs).filter(([name]) => action.inputs.some(input => input.name === name)));
      if (action.needsProof) return settle(await take(round, action, asked, undefined));
      const outcome = await action.run(asked, locale, stopping);
      if (outcome.kind === 'done') {
        const out = end(round, action, asked, outcome, undefined);
        if (out.kind === 'reply') used.reply = out;
        const number = show({ answerId: `tool:${action.name}`, question: inTongue(action.title, locale), answer: outcome.text, locale, confidence: 1 });
        return shownAs([{ answerId: '', question: inTongue(action.title, locale), answer: personal.hide(outcome.text), locale, confidence: 1 }], number);
      }
      // What it made up goes back to it; what the customer did not say yet, we ask.
      if (outcome.kind === 'invalid' && Object.keys(outcome.fields).some(name => asked[name] !== undefined)) return JSON.stringify({ error: 'Not called. Use only what the customer said.', fields: outcome.fields });
      return settle(end(round, action, asked, outcome, undefined));
    },
    { name: action.name, description: `${inTongue(action.title, 'en')}. ${action.description}`.slice(0, 1_000), schema: z.object(Object.fromEntries(action.inputs.map(input => [input.name, typeOf(input).nullish().describe(inTongue(input.label, 'en'))]))) },
  ));
}
