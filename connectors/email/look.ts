/** Asking beside IDLE, where listening alone hears late: who is asked, when, and how often at most. */
import type { ImapFlow } from 'imapflow';

/** Between two looks at one mailbox. */
const everyMs = 80;
/** After the last mail in or out somebody may be waiting for the next one for so long. */
const hotMs = 10 * 60_000;
/** Looks a second of this process, all mailboxes together. */
const mostASecond = 250;
/** From here on IDLE is as fast. */
const uselessMs = 400;

/** Dovecot waits 500 ms before IDLE or NOTIFY tells of a mail, whatever its settings; it answers a question at once. */
export const tellsLate = ({ serverInfo, greeting }: Pick<ImapFlow, 'serverInfo' | 'greeting'>): boolean => /dovecot/i.test(`${serverInfo?.['name'] ?? ''} ${greeting ?? ''}`);

/** What decides: the setting (-1: as the server needs it), the server, how long ago the last mail was, how many mailboxes are being looked at. */
export type Circumstance = { lookMs: number; late: boolean; quietMs: number; looking: number };

/** Milliseconds between two looks; null: IDLE alone. */
export function lookEvery({ lookMs, late, quietMs, looking }: Circumstance): number | null {
  if (lookMs >= 0) return lookMs === 0 ? null : Math.max(20, lookMs);
  if (!late || quietMs >= hotMs) return null;
  const shared = Math.max(everyMs, (looking * 1_000) / mostASecond);
  return shared < uselessMs ? shared : null;
}

const looking = new Set<object>();

/** Looks at an open mailbox while it is worth it; `stir` says that a mail came or went. One question at a time. */
export function startLooking(client: ImapFlow, { lookMs, lastMail, busy }: { lookMs: number; lastMail(): number; busy(): boolean }): { stir(): void; stop(): void } {
  const late = tellsLate(client);
  const self = {};
  let timer: NodeJS.Timeout | null = null;
  let stopped = false;

  function next(): void {
    looking.add(self);
    const wait = stopped ? null : lookEvery({ lookMs, late, quietMs: performance.now() - lastMail(), looking: looking.size });
    if (wait !== null) {
      timer = setTimeout(ask, wait);
      return;
    }
    looking.delete(self);
    timer = null;
  }
  function ask(): void {
    if (busy() || !client.usable) next();
    else void client.noop().then(next, next);
  }

  next();
  return {
    stir() { if (timer === null && !stopped) next(); },
    stop() {
      stopped = true;
      looking.delete(self);
      if (timer) clearTimeout(timer);
    },
  };
}
