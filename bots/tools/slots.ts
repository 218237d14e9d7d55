/** What a tool still needs, out of what a customer says. Pure: a conversation in, values out. */
import type { ToolInput, Value } from '../../server/bot-tools/schema.ts';
import type { Action } from '../bot.ts';
import { candidates, type Candidate } from './values.ts';

export type Known = Readonly<Record<string, Value>>;

// What its shape tells apart is looked for first; a bare number may be anything, so it counts only as an answer.
const RANK: Record<ToolInput['type'], number> = { text: 0, date: 1, choice: 2, boolean: 3, integer: 4, number: 4 };
const onlyAsked = ({ type, pattern }: ToolInput): boolean => type === 'number' || type === 'integer' || type === 'boolean' || (type === 'text' && pattern === undefined);
const isQuestion = (text: string): boolean => /[?？]\s*$|[吗呢嗎]\s*$/u.test(text);
const overlap = (one: Candidate, other: Candidate): boolean => one.at < other.end && other.at < one.end;

/** The values known before, with what the last messages say: what is said later counts, so a correction replaces. `field`: what was asked for. */
export function filled({ inputs }: Pick<Action, 'inputs'>, known: Known, said: readonly string[], field: string | undefined, today: Date): Record<string, Value> {
  const values: Record<string, Value> = { ...known };
  const order = inputs.toSorted((a, b) => Number(b.name === field) - Number(a.name === field) || RANK[a.type] - RANK[b.type]);
  for (const text of said) {
    const taken: Candidate[] = [];
    for (const input of order) {
      const asked = input.name === field;
      if (onlyAsked(input) && (!asked || (input.type === 'text' && isQuestion(text)))) continue;
      const found = candidates(input, text, { asked, today }).filter(each => !taken.some(other => overlap(each, other)));
      const alike = order.filter(other => other.type === input.type && other.pattern === input.pattern && other.name !== input.name && values[other.name] === undefined);
      // "Not A1 but A2" means the last; "from the 1st to the 3rd" each in its turn.
      const value = alike.length > 0 && values[input.name] === undefined ? found[0] : found.at(-1);
      if (!value || (alike.length > 0 && values[input.name] !== undefined && !asked)) continue;
      taken.push(value);
      values[input.name] = value.value;
    }
  }
  return values;
}

/** The first input that is required and not known. */
export const missing = ({ inputs }: Pick<Action, 'inputs'>, known: Known): ToolInput | undefined => inputs.find(({ name, required }) => required && known[name] === undefined);

/** Whether something is known now that was not, or is another value. */
export const differs = (now: Known, before: Known): boolean => Object.entries(now).some(([name, value]) => String(before[name] ?? '') !== String(value));
