/** What a conversation proves: what its customer said, and what they agreed to. Read off the entries, never off a bot's word. */
import { consents } from '../../bots/tools/agree.ts';
import type { Entry } from '../conversations/schema.ts';
import { ToolState, type Value } from './schema.ts';

export type Spoken = Pick<Entry, 'id' | 'actor' | 'kind' | 'content' | 'receipt'>;

/** The texts of the customer, oldest first. */
export const heardIn = (episode: readonly Spoken[]): string[] => episode.flatMap(({ kind, actor, content }) => (kind === 'message' && actor.kind === 'contact' && content?.text ? [content.text] : []));

/** Where the bot stood with a tool when it last spoke; undefined when somebody else spoke since, or it stood nowhere. */
export function stateOf({ actor, receipt }: Pick<Entry, 'actor' | 'receipt'>): ToolState | undefined {
  const parsed = actor.kind === 'bot' ? ToolState.safeParse(receipt?.['tool']) : undefined;
  return parsed?.success ? parsed.data : undefined;
}

/** The yes that this tool with exactly these inputs got: the bot's last word asked for it, and the customer's next ones said so. `key` names it: one yes is one use. */
export function agreed(episode: readonly Spoken[], tool: string, inputs: Readonly<Record<string, Value>>): { key: string } | null {
  const messages = episode.filter(({ kind, actor }) => kind === 'message' && actor.kind !== 'system');
  const last = messages.findLastIndex(({ actor }) => actor.kind !== 'contact');
  const question = messages[last];
  const state = question && stateOf(question);
  if (!question || state?.step !== 'consent' || state.tool !== tool || !same(state.inputs, inputs)) return null;
  return consents(heardIn(messages.slice(last + 1))) ? { key: `${question.id}/${tool}` } : null;
}

const same = (one: Readonly<Record<string, Value>>, other: Readonly<Record<string, Value>>): boolean => {
  const names = Object.keys(one);
  return names.length === Object.keys(other).length && names.every(name => one[name] === other[name]);
};
