import { z } from 'zod';
import type { Socket } from 'socket.io';
import { conversation } from '../conversations/conversation.ts';
import { Id } from '../conversations/schema.ts';
import { entryView, viewsOf } from '../conversations/view.ts';
import { asProblem, problemBody } from '../http/problem-answer.ts';
import { fieldsOf } from '../fields.ts';
import type { Hub } from '../hub.ts';
import { active } from '../people/away.ts';
import type { Person } from '../people/schema.ts';
import { Problem } from '../problem.ts';
import type { Presence } from './presence.ts';
import type { Viewers } from './viewers.ts';

const View = z.object({ conversationId: Id.nullable() });
const Writing = z.object({ conversationId: Id, writing: z.boolean() });
/** Somebody does something at this console. */
const Active = z.object({});
const Resume = z.object({ conversationId: Id, after: z.number().int().min(0) });
const lastDeliveries = 50;

/** Serves one console: what it looks at, whether it writes, what it missed. */
export function serveAgent(hub: Hub, socket: Socket, viewers: Viewers, presence: Presence): void {
  const person: Person = socket.data.person;
  presence.arrive(person.id, socket.id);
  socket.on('disconnect', () => { presence.leave(person.id, socket.id); viewers.leave(socket); });

  /** Parses, answers exactly once, never throws into the socket. */
  const listen = <Said>(name: string, schema: z.ZodType<Said>, handle: (said: Said) => Promise<object | void>) => {
    socket.on(name, (payload: unknown, ack?: unknown) => {
      const answer = (reply: object) => { if (typeof ack === 'function') ack(reply); };
      const parsed = schema.safeParse(payload);
      if (!parsed.success) { answer({ ok: false, problem: problemBody(new Problem('invalid', 'The event is not valid.', fieldsOf(parsed.error))) }); return; }
      handle(parsed.data).then(reply => answer({ ok: true, ...reply }), (error: unknown) => {
        const problem = asProblem(error);
        if (!problem) hub.log.error({ err: error, event: name }, 'an event failed');
        answer({ ok: false, problem: problemBody(problem ?? new Problem('unavailable', 'Something went wrong here; it was logged.')) });
      });
    });
  };

  listen('view', View, async ({ conversationId }) => { viewers.view(socket, person, conversationId); });
  listen('writing', Writing, async ({ conversationId, writing }) => { await viewers.writing(hub, socket, person, conversationId, writing); });
  listen('active', Active, async () => { await active(hub, person.id); });
  listen('resume', Resume, async ({ conversationId, after }) => {
    const head = await conversation(hub, conversationId);
    const [entries, last, [view]] = await Promise.all([
      hub.store.conversations.readEntries(conversationId, { after, limit: 500 }),
      hub.store.conversations.readEntries(conversationId, { limit: lastDeliveries }),
      viewsOf(hub, [head]),
    ]);
    return { entries: entries.map(entryView), head: view, deliveries: last.flatMap(({ seq, delivery, externalId }) => delivery ? [{ seq, delivery, externalId }] : []) };
  });
}
