/** A past conversation as the questions the bot was asked. */
import type { HandOver } from '../../conversations/schema.ts';
import type { Entry } from '../../conversations/schema.ts';
import type { Case } from '../schema.ts';
import { turnOf, turnsBefore } from './from-message.ts';

/** What came of it then: words of ours, or a hand-over. */
export type Came = { seq: number; by: 'bot' | 'agent'; text: string } | { seq: number; by: 'bot'; handOver: HandOver['reason'] };

/** What the customer said until somebody of ours spoke; `seq` is its last message. */
export type Asked = { seq: number; question: string[]; turns: Case['turns']; came: Came[] };

type Said = Pick<Entry, 'kind' | 'actor' | 'content' | 'seq' | 'changes' | 'receipt'>;

function cameOf(entry: Said): Came[] {
  if (entry.kind === 'queued' && entry.actor.kind === 'bot' && entry.changes.handOver) return [{ seq: entry.seq, by: 'bot', handOver: entry.changes.handOver.reason }];
  return turnOf(entry).flatMap(({ from, text }): Came[] => (from === 'contact' ? [] : [{ seq: entry.seq, by: from, text }]));
}

/** Turns before a question are looked for so far back: more than a bot is shown. */
const LOOKS_BACK = 200;

/** The last bursts of the customer with what was said before each and what came of it. */
export function askedIn(entries: Said[], most = Infinity): Asked[] {
  const asked: (Omit<Asked, 'turns'> & { end: number })[] = [];
  let open = false;
  entries.forEach((entry, at) => {
    const [turn] = turnOf(entry);
    const last = asked.at(-1);
    if (turn?.from === 'contact') {
      if (open && last) Object.assign(last, { seq: entry.seq, end: at + 1, question: [...last.question, turn.text] });
      else asked.push({ seq: entry.seq, end: at + 1, question: [turn.text], came: [] });
      open = true;
      return;
    }
    const came = cameOf(entry);
    if (came.length === 0) return;
    last?.came.push(...came);
    open = false;
  });
  return asked.slice(Math.max(0, asked.length - most)).map(({ end, ...rest }) => ({ ...rest, turns: turnsBefore(entries.slice(Math.max(0, end - LOOKS_BACK), end)) }));
}
