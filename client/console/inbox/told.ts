/** What was told of messages after they were said: reactions, edits, recalls, folded by the platform's id of the message. */
import type { TimelineEntry } from '../wire.ts';

export type Reaction = { emoji: string; by: string[] };
/** `edited`: the words as they are now; `recalled`: taken back, by whom. */
export type Told = { reactions: Reaction[]; edited?: string; recalled?: TimelineEntry['actor'] };

/** Folds the happenings of a timeline, in order. The last reaction of each actor counts; an empty one takes it back. */
export function tellings(entries: readonly TimelineEntry[]): Map<string, Told> {
  const told = new Map<string, Told & { last: Map<string, string> }>();
  for (const entry of entries) {
    if (entry.about === undefined) continue;
    const one = told.get(entry.about) ?? { reactions: [], last: new Map<string, string>() };
    told.set(entry.about, one);
    if (entry.kind === 'edited') one.edited = entry.content?.text ?? '';
    else if (entry.kind === 'recalled') one.recalled = entry.actor;
    else if (entry.kind === 'reaction') {
      one.last.set(`${entry.actor.kind}/${entry.actor.id}`, entry.emoji ?? '');
      one.reactions = grouped(one.last);
    }
  }
  return told;
}

/** What was told of a message, or of the first of its parts that anything was told of. */
export const toldOf = (all: Map<string, Told>, { externalId, parts }: Pick<TimelineEntry, 'externalId' | 'parts'>): Told | undefined =>
  [externalId, ...(parts ?? []).map((part) => part.externalId)].flatMap((id) => (id === undefined ? [] : all.get(id) ?? []))[0];

function grouped(last: Map<string, string>): Reaction[] {
  const by = new Map<string, string[]>();
  for (const [actor, emoji] of last) if (emoji) by.set(emoji, [...(by.get(emoji) ?? []), actor]);
  return [...by].map(([emoji, actors]) => ({ emoji, by: actors }));
}
