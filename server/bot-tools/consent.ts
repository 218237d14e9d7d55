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
  if (!consents(heardIn(messages.slice(last + 1)), `${state.title['zh-CN']} ${state.title.en}`)) return null;
  // What came of a use may never have been said (the customer wrote meanwhile): until it is, a yes to the same question asked again is the same yes.
  const ended = messages.findLastIndex((message) => { const stood = stateOf(message); return stood?.tool === tool && stood.step !== 'consent' && stood.step !== 'dropped'; });
  const first = messages.slice(ended + 1).find((message) => { const stood = stateOf(message); return stood?.tool === tool && stood.step === 'consent' && same(stood.inputs, inputs); }) ?? question;
  return { key: `${first.id}/${tool}` };
}

const same = (one: Readonly<Record<string, Value>>, other: Readonly<Record<string, Value>>): boolean => {
  const names = Object.keys(one);
  return names.length === Object.keys(other).length && names.every(name => Object.hasOwn(other, name) && String(one[name]) === String(other[name]));
};
