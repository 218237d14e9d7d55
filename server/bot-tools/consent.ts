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

/**
 * The question the bot's last word put for this tool with exactly these inputs. `key` names the yes it waits for: one yes is one use. What came of a use may never have been said (the customer
 * wrote meanwhile): until it is, a yes to the same question asked again is the same yes. The bot leaves a question, for another one or at the customer's wish, only after its yes was taken back unused.
 */
export function waiting(episode: readonly Spoken[], tool: string, inputs: Readonly<Record<string, Value>>): { key: string; title: string; said: string[] } | null {
  const messages = episode.filter(({ kind, actor }) => kind === 'message' && actor.kind !== 'system');
  const last = messages.findLastIndex(({ actor }) => actor.kind !== 'contact');
  const question = messages[last];
  const state = question && stateOf(question);
  if (!question || state?.step !== 'consent' || state.tool !== tool || !same(state.inputs, inputs)) return null;
  const before = messages.slice(0, last).filter(message => stateOf(message)?.tool === tool);
  const other = before.findLastIndex((message) => { const stood = stateOf(message); return stood?.step !== 'consent' || !same(stood.inputs, inputs); });
  return { key: `${(before[other + 1] ?? question).id}/${tool}`, title: `${state.title['zh-CN']} ${state.title.en}`, said: heardIn(messages.slice(last + 1)) };
}

/** The yes that this tool with exactly these inputs got: the bot's last word asked for it, and the customer's next ones said so. */
export function agreed(episode: readonly Spoken[], tool: string, inputs: Readonly<Record<string, Value>>): { key: string } | null {
  const question = waiting(episode, tool, inputs);
  return question && consents(question.said, question.title) ? { key: question.key } : null;
}

const same = (one: Readonly<Record<string, Value>>, other: Readonly<Record<string, Value>>): boolean => {
  const names = Object.keys(one);
  return names.length === Object.keys(other).length && names.every(name => Object.hasOwn(other, name) && String(one[name]) === String(other[name]));
};
