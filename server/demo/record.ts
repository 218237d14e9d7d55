/** Writes a conversation's past by the rules that write its present: apply() and foldOne() on a clock of its own. */
import { apply, type Fact } from '../conversations/rules/apply.ts';
import { blank, foldOne } from '../conversations/rules/fold.ts';
import type { Delivery, Entry, Head } from '../conversations/schema.ts';

/** One thing that happened, so many seconds after the one before. */
export type Step = {
  after: number;
  fact(head: Head, at: Date): Fact;
  /** How our word fared; 'sent' when absent. */
  delivery?: Omit<Delivery, 'at'>;
};

export type Recorded = { head: Head; entries: Entry[] };

/** Seconds from the first step to the last. */
export const lengthOf = (steps: Step[]): number => steps.slice(1).reduce((sum, step) => sum + step.after, 0);

/** The timeline of these steps with its head. The first step happens at `start`. @param newId an id for that moment */
export function record(id: string, steps: Step[], start: Date, newId: (at: Date) => string): Recorded {
  let head = blank(id);
  const entries: Entry[] = [];
  let at = start;
  for (const [index, step] of steps.entries()) {
    if (index > 0) at = new Date(at.getTime() + step.after * 1000);
    const entry = settled({ id: newId(at), conversationId: id, seq: head.seq + 1, at, ...apply(head, step.fact(head, at), at) }, step.delivery ?? { state: 'sent' });
    head = foldOne(head, entry);
    entries.push(entry);
  }
  return { head, entries };
}

/** What the workers leave behind: effects done, nothing due, our word with its delivery and the platform's id. */
function settled({ due: _due, ...entry }: Entry, how: Omit<Delivery, 'at'>): Entry {
  const done: Entry = { ...entry, effects: entry.effects.map(effect => ({ ...effect, state: effect.kind === 'deliver' && how.state === 'failed' ? 'failed' : 'done', attempts: 1 })) };
  if (!entry.delivery) return done;
  return { ...done, delivery: { ...how, at: new Date(entry.at.getTime() + 2_000) }, ...(how.state === 'failed' ? {} : { externalId: entry.id }) };
}
