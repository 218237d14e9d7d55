/** What a clicked message becomes. */
import type { Entry } from '../../conversations/schema.ts';
import { ToolState } from '../../bot-tools/schema.ts';
import type { Case, Expectations, WrongMessage } from '../schema.ts';

type Turns = Case['turns'];
type Said = Pick<Entry, 'kind' | 'actor' | 'content' | 'seq' | 'changes' | 'receipt'>;

const TURNS = 20;
const TURN = 8_000;
const PHRASE = 1_000;

/** An entry as a turn; nothing where nobody said anything. */
export function turnOf({ kind, actor, content, receipt }: Pick<Said, 'kind' | 'actor' | 'content' | 'receipt'>): Turns {
  const text = content?.text?.trim().slice(0, TURN);
  if (kind !== 'message' || actor.kind === 'system' || !text) return [];
  const tool = actor.kind === 'bot' ? ToolState.safeParse(receipt?.['tool']).data : undefined;
  return [{ from: actor.kind === 'contact' || actor.kind === 'bot' ? actor.kind : 'agent', text, ...(tool ? { tool } : {}) }];
}

/** What was said since the last matter was closed, up to the customer's last word; begins with the customer. */
export function turnsBefore(entries: Said[]): Turns {
  const start = entries.findLast(entry => entry.changes.episodeSeq !== undefined)?.changes.episodeSeq ?? 0;
  const turns = entries.filter(entry => entry.seq > start).flatMap(turnOf);
  const asked = turns.slice(0, turns.findLastIndex(turn => turn.from === 'contact') + 1).slice(-TURNS);
  const first = asked.findIndex(turn => turn.from === 'contact');
  return first < 0 ? [] : asked.slice(first);
}

/** What the reason asks of the next bot. */
export function expected(because: WrongMessage['because'], text: string): Expectations {
  const nothing = { mustContain: [], mustNot: [], mustCite: [] };
  if (because === 'should-hand-over') return { ...nothing, mustHandOver: true };
  if (because === 'could-answer') return { ...nothing, mustHandOver: false };
  const phrase = text.trim().slice(0, PHRASE);
  // A message of signs alone cannot be looked for.
  return /[\p{L}\p{N}]/u.test(phrase) ? { ...nothing, mustNot: [phrase] } : { ...nothing, mustHandOver: true };
}
