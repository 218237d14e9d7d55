/** Sockets: a hint that something is new, with it in hand. Never the truth: who was away asks by seq. */
import type { Server as HttpServer } from 'node:http';
import { Server, type Namespace } from 'socket.io';
import { entryView, viewsOf } from '../conversations/view.ts';
import { callerOf } from '../http/auth.ts';
import type { Hub } from '../hub.ts';
import { serveAgent } from './agents.ts';
import { presence } from './presence.ts';
import { serveVisitor } from './visitors.ts';
import { viewers } from './viewers.ts';

const maxMessageBytes = 1_000_000;

/** Opens /live on the server. Returns how to close it. */
export function openGateway(hub: Hub, server: HttpServer, trustProxy: number): { close(): void } {
  const io = new Server(server, { path: '/live', serveClient: false, maxHttpBufferSize: maxMessageBytes, cors: { origin: (origin, answer) => answer(null, origin ?? false), credentials: false } });
  const agents = io.of('/agents');
  const who = viewers(agents);
  const there = presence(hub, agents);
  agents.use((socket, next) => {
    const foreign = socket.handshake.headers.origin !== undefined && !ownOrigin(hub, socket.handshake.headers);
    if (foreign) { next(new Error('forbidden')); return; }
    callerOf(hub, socket.handshake.headers).then(caller => {
      if (caller?.kind !== 'person') { next(new Error('not-signed-in')); return; }
      socket.data = { person: caller.person };
      void socket.join([`person/${caller.id}`, `session/${caller.session}`, `role/${caller.person.role}`]);
      next();
    }, () => next(new Error('unavailable')));
  });
  agents.on('connection', socket => serveAgent(hub, socket, who, there));
  const visitors = io.of('/visitors');
  visitors.on('connection', socket => { void serveVisitor(hub, socket, trustProxy); });

  const unsubscribe = tellAgents(hub, agents);
  return {
    /** Cuts every socket, so that its browser looks for another node; the server itself is closed by whoever opened it. */
    close() {
      unsubscribe();
      there.stop();
      io.disconnectSockets(true);
      io.engine.close();
    },
  };
}

function ownOrigin(hub: Hub, headers: { origin?: string; host?: string }): boolean {
  const origin = headers.origin ?? '';
  return origin === new URL(hub.publicUrl).origin || (URL.canParse(origin) && new URL(origin).host === headers.host);
}

function tellAgents(hub: Hub, agents: Namespace): () => void {
  const names = new Map<string, string>();
  const off = [
    hub.events.on('appended', ({ entry, head }) => {
      const name = names.get(head.contactId);
      if (name !== undefined) { agents.emit('entry', { entry: entryView(entry), head: { ...head, contact: { id: head.contactId, name } } }); return; }
      void viewsOf(hub, [head]).then(([view]) => {
        if (names.size > 20_000) names.clear();
        if (view) names.set(head.contactId, view.contact.name);
        agents.emit('entry', { entry: entryView(entry), head: view });
      }).catch(error => hub.log.warn({ err: error }, 'the screens could not be told; they ask by seq'));
    }),
    hub.events.on('delivery', ({ thread: _thread, ...news }) => agents.emit('delivery', news)),
    hub.events.on('content', event => agents.emit('content', event)),
    hub.events.on('signed-out', ({ personId, session }) => agents.in(session ? `session/${session}` : `person/${personId}`).disconnectSockets(true)),
    hub.events.on('contact-typing', event => agents.to(`conversation/${event.conversationId}`).emit('contact-typing', event)),
    hub.events.on('alerts', () => agents.emit('channel-alerts', {})),
    hub.events.on('health', ({ channelId, health }) => {
      const { state, detail } = hub.channels.health(channelId) ?? health;
      // A code to scan is for those who may connect channels: whoever scans it gives the hub their own account.
      agents.to('role/admin').emit('channel-health', { channelId, health: { state, message: detail?.message, detail } });
      agents.except('role/admin').emit('channel-health', { channelId, health: { state, message: detail?.message } });
    }),
    hub.events.on('contact', ({ contact }) => { names.delete(contact.id); agents.emit('contact', contact); }),
  ];
  return () => { for (const stop of off) stop(); };
}
