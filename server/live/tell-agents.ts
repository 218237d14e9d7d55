/** What happened, to every console. What is appended in one turn goes in one packet: under load that is one write instead of many. */
import type { Namespace } from 'socket.io';
import { entryView, viewsOf } from '../conversations/view.ts';
import type { HubEvents } from '../events.ts';
import type { Hub } from '../hub.ts';

type Appended = HubEvents['appended'];

/** Returns how to stop. */
export function tellAgents(hub: Hub, agents: Namespace): () => void {
  const entries = entriesTo(hub, agents);
  const off = [
    hub.events.on('appended', entries.tell),
    hub.events.on('delivery', ({ thread: _thread, ...news }) => agents.emit('delivery', news)),
    hub.events.on('content', event => agents.emit('content', event)),
    hub.events.on('signed-out', ({ personId, session }) => agents.in(session ? `session/${session}` : `person/${personId}`).disconnectSockets(true)),
    hub.events.on('contact-typing', event => agents.to(`conversation/${event.conversationId}`).emit('contact-typing', event)),
    hub.events.on('breaks', ({ personId }) => agents.to([`person/${personId}`, 'role/supervisor', 'role/admin']).emit('breaks', {})),
    hub.events.on('alerts', () => agents.emit('channel-alerts', {})),
    hub.events.on('health', ({ channelId, health }) => {
      const { state, detail } = hub.channels.health(channelId) ?? health;
      // A code to scan is for those who may connect channels: whoever scans it gives the hub their own account.
      agents.to('role/admin').emit('channel-health', { channelId, health: { state, message: detail?.message, detail } });
      agents.except('role/admin').emit('channel-health', { channelId, health: { state, message: detail?.message } });
    }),
    hub.events.on('contact', ({ contact }) => { entries.forget(contact.id); agents.emit('contact', contact); }),
  ];
  return () => { for (const stop of off) stop(); };
}

const mostNames = 20_000;

/** Entries with their heads, in the order in which they were appended. */
function entriesTo(hub: Hub, agents: Namespace) {
  const names = new Map<string, string>();
  let waiting: Appended[] = [];
  let telling: Promise<void> | undefined;

  const learn = async (heads: Appended['head'][]) => {
    if (names.size > mostNames) names.clear();
    for (const { contact } of await viewsOf(hub, heads)) names.set(contact.id, contact.name);
  };
  const emit = (batch: Appended[]) => agents.emit('entries', batch.map(({ entry, head }) => ({ entry: entryView(entry), head: { ...head, contact: { id: head.contactId, name: names.get(head.contactId) ?? head.thread.address ?? '' } } })));
  const drain = async () => {
    while (waiting.length) {
      const batch = waiting;
      waiting = [];
      const strangers = batch.flatMap(({ head }) => names.has(head.contactId) ? [] : [head]);
      if (strangers.length) await learn(strangers).catch(error => hub.log.warn({ err: error }, 'the names of contacts could not be read; screens show their addresses'));
      emit(batch);
    }
  };
  return {
    tell(event: Appended): void {
      waiting.push(event);
      telling ??= new Promise<void>(done => { setImmediate(done); }).then(drain).finally(() => { telling = undefined; });
    },
    /** A contact has another name now. */
    forget: (contactId: string): boolean => names.delete(contactId),
  };
}
