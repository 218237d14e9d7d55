/** What is still to be sent survives a reload, and goes out one by one in the order it was said. */
import type { Problem, Sent } from '../wire.ts';
import type { Pending } from './transcript.ts';

const key = (channelId: string): string => `hubbub:outbox:${channelId}`;

/** Storage may be missing or blocked in a frame: then the outbox lives in memory only. */
export function saveOutbox(channelId: string, outbox: Pending[]): void {
  try {
    if (outbox.length === 0) sessionStorage.removeItem(key(channelId));
    else sessionStorage.setItem(key(channelId), JSON.stringify(outbox));
  } catch { /* blocked or full: memory is what we have */ }
}

/** The outbox of before the reload; what is not ours is ignored. */
export function restoreOutbox(channelId: string): Pending[] {
  try {
    const found: unknown = JSON.parse(sessionStorage.getItem(key(channelId)) ?? '[]');
    return Array.isArray(found) ? found.filter(isPending) : [];
  } catch {
    return [];
  }
}

/** What may go out under this user's name: their own words, and those that nobody's name stood on yet. */
export const saidBy = (outbox: Pending[], user: string | undefined): Pending[] => outbox.filter(({ by }) => by === undefined || by === user);

function isPending(value: unknown): value is Pending {
  return typeof value === 'object' && value !== null && 'id' in value && typeof value.id === 'string' && 'at' in value && typeof value.at === 'string';
}

/** What the sender needs of the chat. */
export type SenderWorld = {
  /** Connected and resumed. */
  ready(): boolean;
  next(): Pending | undefined;
  /** Rejects when no acknowledgement came in time. */
  deliver(said: Pending): Promise<Sent>;
  sent(id: string, seq: number): void;
  refused(id: string, problem: Problem): void;
  slow(waiting: boolean): void;
  wait(ms: number): Promise<void>;
};

/** Sends what is pending, one at a time; calling it again while it runs does nothing. */
export function createSender(world: SenderWorld): () => Promise<void> {
  let running = false;
  return async () => {
    if (running) return;
    running = true;
    try {
      for (let said = world.next(); said && world.ready(); said = world.next()) {
        const answer = await world.deliver(said).catch(() => null);
        if (answer === null) await world.wait(500);
        else if (answer.ok) world.sent(said.id, answer.seq);
        else if (answer.problem.code === 'too-many' || answer.problem.code === 'unavailable') {
          // The same id goes again: the hub cannot store it twice.
          world.slow(answer.problem.code === 'too-many');
          await world.wait(answer.problem.retryAfterMs ?? 2_000);
          world.slow(false);
        } else world.refused(said.id, answer.problem);
      }
    } finally {
      running = false;
    }
  };
}
