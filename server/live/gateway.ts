/** Sockets: a hint that something is new, with it in hand. Never the truth: who was away asks by seq. */
import type { Server as HttpServer } from 'node:http';
import { Server } from 'socket.io';
import { callerOf } from '../http/auth.ts';
import type { Hub } from '../hub.ts';
import { serveAgent } from './agents.ts';
import { packets } from './packets.ts';
import { presence } from './presence.ts';
import { tellAgents } from './tell-agents.ts';
import { serveVisitor } from './visitors.ts';
import { viewers } from './viewers.ts';

const maxMessageBytes = 1_000_000;

/** Opens /live on the server. Returns how to close it. */
export function openGateway(hub: Hub, server: HttpServer, trustProxy: number): { close(): void } {
  const io = new Server(server, { path: '/live', serveClient: false, parser: packets, maxHttpBufferSize: maxMessageBytes, cors: { origin: (origin, answer) => answer(null, origin ?? false), credentials: false } });
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
