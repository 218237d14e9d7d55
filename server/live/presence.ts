/** Agents' states and loads, live on every console. Whoever closes the last console is offered nothing after a grace. */
import type { Namespace } from 'socket.io';
import type { Hub } from '../hub.ts';
import { setState } from '../people/states.ts';

const graceMs = 30_000;
/** After a restart consoles need a moment to find back. */
const returnMs = 60_000;
const tellMs = 100;

export type Presence = ReturnType<typeof presence>;

/** Tells presence at most every tenth of a second. */
export function presence(hub: Hub, agents: Namespace) {
  const sockets = new Map<string, Set<string>>();
  const leaving = new Map<string, NodeJS.Timeout>();
  let telling: NodeJS.Timeout | undefined;

  const tell = () => {
    telling ??= setTimeout(() => {
      telling = undefined;
      void hub.store.people.list().then(people => agents.emit('presence', {
        people: people.map(({ id, name, state, stateReason, stateSince, offFor = [], capacity, role }) => ({ id, name, state, stateReason, stateSince, offFor, capacity, role, load: hub.load(id) })),
      })).catch(error => hub.log.warn({ err: error }, 'presence could not be told'));
    }, tellMs);
  };
  const expire = (personId: string, afterMs: number) => {
    leaving.set(personId, setTimeout(() => {
      leaving.delete(personId);
      void hub.store.people.get(personId).then(person => person && person.state !== 'offline' ? setState(hub, personId, 'offline', 'disconnected', { kind: 'system', id: 'presence' }) : undefined)
        .catch(error => hub.log.warn({ err: error }, 'a state could not be stored'));
    }, afterMs));
  };
  // Who was at work when the server went down and does not come back is not there.
  void hub.store.people.list().then(people => { for (const { id, state } of people) if (state !== 'offline' && !sockets.has(id)) expire(id, returnMs); })
    .catch(error => hub.log.warn({ err: error }, 'presence could not be read'));
  const off = [
    hub.events.on('person', tell),
    hub.events.on('appended', ({ entry }) => { if ('assigneeId' in entry.changes || 'offer' in entry.changes || 'status' in entry.changes) tell(); }),
  ];

  return {
    arrive(personId: string, socketId: string): void {
      clearTimeout(leaving.get(personId));
      leaving.delete(personId);
      sockets.set(personId, (sockets.get(personId) ?? new Set<string>()).add(socketId));
      tell();
    },
    leave(personId: string, socketId: string): void {
      const mine = sockets.get(personId);
      mine?.delete(socketId);
      if (mine?.size) return;
      sockets.delete(personId);
      expire(personId, graceMs);
    },
    stop(): void {
      for (const stop of off) stop();
      for (const timer of leaving.values()) clearTimeout(timer);
      clearTimeout(telling);
    },
  };
}
