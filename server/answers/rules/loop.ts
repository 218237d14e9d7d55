import type { Entry } from '../../conversations/schema.ts';

const hourMs = 3_600_000;
/** Machine answers an hour; a mail thread gets fewer, since two mail robots never tire. */
const mostPerHour = { chat: 20, mail: 3 };

/** Has the bot spoken so often lately that it may be talking to a machine? */
export function mayBeLoop(entries: Pick<Entry, 'at' | 'actor' | 'kind'>[], now: Date, mail: boolean): boolean {
  const recent = entries.filter(({ kind, actor, at }) => kind === 'message' && actor.kind === 'bot' && now.getTime() - at.getTime() < hourMs);
  return recent.length >= mostPerHour[mail ? 'mail' : 'chat'];
}
