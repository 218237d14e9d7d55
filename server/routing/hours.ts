/**
 * Outside hours: the bot goes on, what needs a person stays in line and is offered to nobody, and the customer hears once when people are
 * back. A conversation waits for its queue and for its channel: both must be open. Opening is an event; nothing is lost over it.
 */
import { LRUCache } from 'lru-cache';
import { isOpen, nextChange } from '../calendars/rules/calendar.ts';
import { closedWords } from '../calendars/rules/closed-words.ts';
import type { Calendar, Closed } from '../calendars/schema.ts';
import type { Channel } from '../channels/schema.ts';
import { append } from '../conversations/append.ts';
import type { Entry, Head } from '../conversations/schema.ts';
import type { Hub } from '../hub.ts';
import { Problem } from '../problem.ts';
import type { Queue } from './schema.ts';

/** Why nobody is asked now. `opensAt`: when all that is closed is open again; null: not within a year. */
export type Closing = { scope: 'queue' | 'channel'; id: string; calendar: Calendar; closed: Closed; opensAt: Date | null };

export type Hours = {
  /** Null: people work, or it does not matter here. */
  closing(queueId: string | null, channel: Channel | undefined): Closing | null;
  /** Whether it waits, and nobody is to be asked. */
  holds(head: Pick<Head, 'handler' | 'status' | 'offer' | 'queueId' | 'thread'>): boolean;
  /** The bot speaks first now, also where people do at other times. */
  botFirst(channel: Channel): boolean;
  stop(): void;
};

type Door = { scope: 'queue' | 'channel'; id: string; calendar: Calendar; closed: Closed };

const usual: Closed = { behaviour: 'message', text: {} };
/** Doors that open in turn: after so many tries nobody knows. */
const mostTries = 50;
const refreshMs = 30_000;
const told = 50_000;

/** When every door is open for the first time after this moment. */
export function allOpenAt(doors: readonly Pick<Door, 'calendar'>[], now: Date): Date | null {
  let at: Date | null = now;
  for (let tries = 0; at && tries < mostTries; tries += 1) {
    const shut = doors.find(({ calendar }) => at && !isOpen(calendar, at));
    if (!shut) return at;
    at = nextChange(shut.calendar, at);
  }
  return null;
}

/** Follows queues, channels and the clock. The router hears 'hours' when something opened or closed. */
export async function openHours(hub: Hub, everyMs = 1000): Promise<Hours> {
  let queues = new Map<string, Queue>();
  const learn = (list: Queue[]) => { queues = new Map(list.map((queue) => [queue.id, queue])); };
  learn(await hub.store.queues.list());

  const door = (scope: Door['scope'], of: { id: string; calendarId?: string | null; closed?: Closed } | undefined): Door[] => {
    const calendar = hub.calendars.of(of?.calendarId);
    const closed = of?.closed ?? usual;
    return of && calendar && closed.behaviour !== 'as-open' ? [{ scope, id: of.id, calendar, closed }] : [];
  };
  const doorsOf = (queueId: string | null, channel: Channel | undefined) => [...door('queue', queues.get(queueId ?? '')), ...door('channel', channel)];
  const closing: Hours['closing'] = (queueId, channel) => {
    const doors = doorsOf(queueId, channel);
    if (!doors.length) return null;
    const now = hub.now();
    const shut = doors.find(({ calendar }) => !isOpen(calendar, now));
    return shut ? { ...shut, opensAt: allOpenAt(doors, now) } : null;
  };
  const channelOf = (head: Pick<Head, 'thread'>) => hub.channels.get(head.thread.channelId)?.channel;
  const holds: Hours['holds'] = (head) => {
    if (head.handler !== 'queue' || head.status !== 'open' || head.offer) return false;
    const now = hub.now();
    return doorsOf(head.queueId, channelOf(head)).some(({ calendar }) => !isOpen(calendar, now));
  };

  const heard = new LRUCache<string, true>({ max: told });
  /** Once for each matter and each time of being closed; the key makes it once over crashes and nodes too. */
  const tell = async (head: Head): Promise<void> => {
    const why = holds(head) ? closing(head.queueId, channelOf(head)) : null;
    if (!why) return;
    const key = `hours/${head.id}/${head.episodeSeq}/${why.opensAt?.toISOString() ?? 'unknown'}`;
    if (heard.has(key) || hub.stopping.aborted) return;
    heard.set(key, true);
    const text = closedWords(why.closed.text, why.opensAt, hub.now(), why.calendar.zone, head.locale);
    await append(hub, head.id, (now) => {
      if (!holds(now)) throw new Problem('conflict', 'Nobody has to wait any more.');
      return { kind: 'we-said', actor: { kind: 'system', id: 'hours' }, content: { text }, key, receipt: { rule: 'closed-hours', scope: why.scope, id: why.id, calendarId: why.calendar.id, opensAt: why.opensAt } };
    }).catch((error: unknown) => { if (!(error instanceof Problem)) { heard.delete(key); throw error; } });
  };
  const failed = (error: unknown) => hub.log.warn({ err: error }, 'a customer was not told that people are away');
  /** Who waits already when the doors close, or waited when this node began. */
  const tellWaiting = async () => {
    for (const head of await hub.store.conversations.activeHeads()) await tell(hub.heads.peek(head.id) ?? head);
  };

  /** What is closed now, as one string that differs when something opened or closed. */
  const standing = () => {
    const now = hub.now();
    const all = [...[...queues.values()].flatMap((queue) => door('queue', queue)), ...hub.channels.all().flatMap((channel) => door('channel', channel))];
    return all.map(({ id, calendar }) => `${id}${isOpen(calendar, now) ? '+' : '-'}`).join();
  };
  let stood = '';
  let refreshedAt = Date.now();
  const tick = () => {
    if (Date.now() - refreshedAt > refreshMs) {
      refreshedAt = Date.now();
      Promise.all([hub.calendars.refresh(), hub.store.queues.list().then(learn)]).catch((error: unknown) => hub.log.warn({ err: error }, 'calendars and queues could not be read'));
    }
    const stands = standing();
    if (stands === stood) return;
    stood = stands;
    hub.events.emit('hours', {});
    tellWaiting().catch(failed);
  };
  const timer = setInterval(tick, everyMs);
  // An offer that came to nothing counts too: it may have rung over the end of the day.
  const matters = ({ changes, actor, kind }: Entry) => changes.handler === 'queue' || 'queueId' in changes || 'offer' in changes || (kind === 'message' && actor.kind === 'contact');
  const off = [
    hub.events.on('queues', ({ queues: list }) => { learn(list); tick(); }),
    // After the word that caused it has gone its way: a hand-over says what it says first.
    hub.events.on('appended', ({ entry, head, own }) => { if (own && head.handler === 'queue' && matters(entry)) setImmediate(() => { tell(head).catch(failed); }); }),
  ];

  return {
    closing, holds,
    botFirst: (channel) => closing(channel.queueId, channel)?.closed.behaviour === 'bot-only',
    stop() { clearInterval(timer); for (const stop of off) stop(); },
  };
}
