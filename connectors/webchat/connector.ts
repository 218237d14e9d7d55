/** Web chat: browsers in, the hub's transcript out. The transcript is the truth; sockets only hurry it along. */
import type { z } from 'zod';
import { ConnectorError, type Connector, type Inbox, type VisitorSocket } from '../connector.ts';
import { full, take, type Bucket, type Pace } from './bucket.ts';
import type { Config } from './manifest.ts';
import { events, invalid, toInbound, toReaction, type SocketProblem } from './parse.ts';
import { openSession, type Session } from './session.ts';

/** Messages of one visitor, over all tabs and reconnects; and everything else one browser says. */
const messagePace: Pace = { burst: 12, refillMs: 1_500 };
const signalPace: Pace = { burst: 60, refillMs: 100 };
/** How long send() waits for a browser to confirm; after that a receipt brings 'delivered'. */
const confirmMs = 700;
const socketsPerVisitor = 20;

/** A web-chat channel; `now` is the clock of the rate limit. */
export function webchatConnector(config: Config, now: () => number = Date.now): Connector {
  const threads = new Map<string, Set<Session>>();
  const buckets = new Map<string, Bucket>();
  let inbox: Inbox | null = null;

  const sessions = (thread: string): Session[] => [...(threads.get(thread) ?? [])];
  const emit = (thread: string, event: string, payload: unknown): void => {
    for (const session of sessions(thread)) session.visitor.emit(event, payload);
  };

  function pace(thread: string): SocketProblem | null {
    const taken = take(buckets.get(thread), messagePace, now());
    buckets.set(thread, taken.bucket);
    if (buckets.size > 20_000) for (const [key, bucket] of buckets) if (full(bucket, messagePace, now())) buckets.delete(key);
    if (taken.waitMs === 0) return null;
    return { code: 'too-many', detail: `Too many messages; try again in ${Math.ceil(taken.waitMs / 1000)} s.`, retryAfterMs: taken.waitMs };
  }

  /** Other tabs, and the sender too: its lost acknowledgement is made good by the entry. */
  const tell = (thread: string): void => {
    for (const session of sessions(thread)) session.pump().catch((error: unknown) => inbox?.log.warn({ error }, 'could not tell a visitor; the next message or resume will'));
  };

  function socket(visitor: VisitorSocket): void {
    const { thread } = visitor;
    const mine = threads.get(thread) ?? new Set<Session>();
    const session = openSession(visitor, async (receipt) => inbox?.receipt(receipt));
    const refused: SocketProblem | null = mine.size >= socketsPerVisitor ? { code: 'too-many', detail: 'This chat is open in too many tabs; close some.' } : null;
    if (!refused) threads.set(thread, mine.add(session));
    let signals: Bucket | undefined;
    let typing = false;

    /** Parses, answers exactly once, and never throws into the socket. */
    function listen<Said>(name: keyof typeof events, schema: z.ZodType<Said>, handle: (said: Said, hub: Inbox) => Promise<object | void>): void {
      visitor.on(name, (payload, ack) => {
        const answer = (reply: object): void => { if (typeof ack === 'function') ack(reply); };
        const refuse = (problem: SocketProblem): void => answer({ ok: false, problem });
        if (refused) return refuse(refused);
        const taken = take(signals, signalPace, now());
        signals = taken.bucket;
        if (taken.waitMs > 0) return refuse({ code: 'too-many', detail: 'Too many events; slow down.', retryAfterMs: taken.waitMs });
        const parsed = schema.safeParse(payload ?? {});
        if (!parsed.success) return refuse(invalid(parsed.error));
        if (!inbox) return refuse({ code: 'unavailable', detail: 'The channel is not running; try again soon.' });
        handle(parsed.data, inbox).then((reply) => answer({ ok: true, ...reply }), (error: unknown) => {
          inbox?.log.warn({ error, event: name }, 'a visitor was not served');
          refuse({ code: 'unavailable', detail: 'This could not be stored; it will be tried again.' });
        });
      });
    }

    listen('send', events.send, async (sent, hub) => {
      const inbound = toInbound(visitor, sent, config.tokenSecret);
      if ('code' in inbound) return { ok: false, problem: inbound };
      const slow = pace(thread);
      if (slow) return { ok: false, problem: slow };
      const { seq } = await hub.receive(inbound);
      tell(thread);
      return { seq };
    });
    listen('typing', events.typing, async (said, hub) => {
      if (said.typing !== typing) hub.typing(thread, said.typing);
      typing = said.typing;
    });
    listen('delivered', events.delivered, ({ seq }) => session.reached('delivered', seq));
    listen('read', events.read, ({ seq }) => session.reached('read', seq));
    listen('resume', events.resume, async ({ after }, hub) => {
      const { entries, reset } = await session.resume(after);
      return { entries, reset, ratings: await visitor.ratings(), status: await visitor.status(), ends: hub.end !== undefined };
    });
    listen('rate', events.rate, async (said, hub) => {
      const [entry] = await visitor.transcript(said.seq - 1);
      const reaction = toReaction(visitor, said, entry?.seq === said.seq ? entry : undefined);
      if ('code' in reaction) return { ok: false, problem: reaction };
      const slow = pace(thread);
      if (slow) return { ok: false, problem: slow };
      await hub.happened(reaction);
      emit(thread, 'rating', { seq: said.seq, rating: said.rating });
    });
    listen('end', events.end, async (_said, hub) => {
      if (!hub.end) return { ok: false, problem: { code: 'not-supported', detail: 'This chat ends by itself.' } };
      await hub.end(thread);
    });
    visitor.onClose(() => {
      session.close();
      mine.delete(session);
      if (mine.size === 0 && threads.get(thread) === mine) threads.delete(thread);
      if (typing) inbox?.typing(thread, false);
      typing = false;
    });
  }

  return {
    async start(given) {
      inbox = given;
      given.health({ state: 'ready' });
    },
    async send(message) {
      const open = sessions(message.thread).filter((session) => session.live());
      const told = await Promise.allSettled(open.map((session) => session.pump()));
      const failed = told.find((one) => one.status === 'rejected');
      if (failed) throw new ConnectorError('unreachable', 'The transcript could not be read.', { cause: failed.reason });
      const confirmed = await anyOf(open.map((session) => session.confirmed(confirmMs)));
      return { externalId: message.key, state: confirmed ? 'delivered' : 'sent' };
    },
    async stop() {
      for (const thread of threads.values()) for (const session of thread) session.close();
      threads.clear();
      inbox = null;
    },
    socket,
    async typing(thread, typing) { emit(thread, 'typing', { typing }); },
    async status(thread, status) { emit(thread, 'status', status); },
    async read(thread, externalId) { emit(thread, 'delivery', { externalId, state: 'read' }); },
  };
}

/** True as soon as one is true. */
function anyOf(answers: Promise<boolean>[]): Promise<boolean> {
  return Promise.any(answers.map(async (answer) => (await answer) || Promise.reject(new Error('not this one')))).catch(() => false);
}
