/** A past conversation as the questions the bot was asked. */
import type { HandOver } from '../../conversations/schema.ts';
import type { Entry } from '../../conversations/schema.ts';
import type { Case } from '../schema.ts';
import { turnOf, turnsBefore } from './from-message.ts';

/** What came of it then: words of ours, or a hand-over. */
export type Came = { seq: number; by: 'bot' | 'agent'; text: string } | { seq: number; by: 'bot'; handOver: HandOver['reason'] };

/** What the customer said until somebody of ours spoke; `seq` is its last message. */
export type Asked = { seq: number; question: string[]; turns: Case['turns']; came: Came[] };

type Said = Pick<Entry, 'kind' | 'actor' | 'content' | 'seq' | 'changes'>;

function cameOf(entry: Said): Came[] {
  if (entry.kind === 'queued' && entry.actor.kind === 'bot' && entry.changes.handOver) return [{ seq: entry.seq, by: 'bot', handOver: entry.changes.handOver.reason }];
  return turnOf(entry).flatMap(({ from, text }): Came[] => (from === 'contact' ? [] : [{ seq: entry.seq, by: from, text }]));
}

/** Each burst of the customer with what was said before it and what came of it. */
export function askedIn(entries: Said[]): Asked[] {
  const asked: Asked[] = [];
  let open = false;
  entries.forEach((entry, at) => {
    const [turn] = turnOf(entry);
    const last = asked.at(-1);
    if (turn?.from === 'contact') {
      const turns = turnsBefore(entries.slice(0, at + 1));
      if (open && last) Object.assign(last, { seq: entry.seq, turns, question: [...last.question, turn.text] });
      else asked.push({ seq: entry.seq, question: [turn.text], turns, came: [] });
      open = true;
      return;
    }
    const came = cameOf(entry);
    if (came.length === 0) return;
    last?.came.push(...came);
    open = false;
  });
  return asked;
}
