/** Browsers of customers: the gateway proves who they are and hands the connector a socket that reaches one thread only. */
import type { Socket } from 'socket.io';
import { z } from 'zod';
import { openVisitor, type Visitor } from '../../connectors/webchat/token.ts';
import { publicConfig } from '../../connectors/webchat/manifest.ts';
import type { VisitorSocket } from '../../connectors/connector.ts';
import { threadStatus } from '../conversations/tell-customer.ts';
import { ratings, transcript } from '../conversations/transcript.ts';
import { threadName } from '../conversations/rules/thread.ts';
import { Id } from '../conversations/schema.ts';
import { clientAddress } from '../http/client-address.ts';
import { countVisit } from '../http/limits.ts';
import type { Hub } from '../hub.ts';
import { allowedSite } from './sites.ts';

const Auth = z.looseObject({ channelId: Id });
const perConnection = { events: 120, seconds: 10 };

/** Admits a visitor's socket, or closes it with a word why. */
export async function serveVisitor(hub: Hub, socket: Socket, trustProxy: number): Promise<void> {
  const auth = Auth.safeParse(socket.handshake.auth);
  const running = auth.success ? hub.channels.get(auth.data.channelId) : undefined;
  const refuse = (code: string, detail: string) => { socket.emit('refused', { code, detail }); socket.disconnect(true); };
  const calm = await countVisit(clientAddress(socket.handshake.address, socket.handshake.headers['x-forwarded-for'], trustProxy), 'socket').then(() => true, () => false);
  if (!calm) { refuse('too-many', 'Too many chats are opened from this address. Try again in a minute.'); return; }
  if (!running?.connector.socket) { refuse('not-found', 'There is no such chat.'); return; }
  const { channel, connector } = running;
  if (!allowedSite(channel.config, socket.handshake.headers.origin, socket.handshake.headers.host)) { refuse('forbidden', 'This site may not embed the chat.'); return; }
  const visitor = await openVisitor(channel.config, auth.data);
  if ('error' in visitor) { refuse(visitor.error.code, visitor.error.detail); return; }
  if (!socket.connected) return; // left while the proof was checked

  limitRate(socket);
  connector.socket?.(visitorSocket(hub, socket, channel.id, visitor));
  socket.emit('welcome', { token: visitor.token, keep: visitor.keep, thread: visitor.thread, verified: visitor.user !== undefined, ...(visitor.problem ? { problem: visitor.problem } : {}), config: publicConfig(channel.config) });
}

function visitorSocket(hub: Hub, socket: Socket, channelId: string, { thread, user, device }: Visitor): VisitorSocket {
  return {
    thread, ...(user ? { user } : {}), ...(device ? { device } : {}),
    emit: (event, payload) => { socket.emit(event, payload); },
    on: (event, listener) => { socket.on(event, (payload: unknown, ack?: unknown) => listener(payload, typeof ack === 'function' ? answer => { ack(answer); } : undefined)); },
    onClose: listener => { socket.on('disconnect', listener); },
    transcript: afterSeq => transcript(hub, channelId, thread, afterSeq),
    ratings: () => ratings(hub, channelId, thread),
    async status() {
      const id = hub.known.threads.get(threadName({ channelId, key: thread })) ?? await hub.store.conversations.findByThread({ channelId, key: thread });
      const head = id ? await hub.heads.get(id) : null;
      return head && head.seq > 0 ? threadStatus(hub, head) : null;
    },
  };
}

/** One browser may say so much; then it is cut off and comes back later. */
function limitRate(socket: Socket): void {
  let count = 0;
  const timer = setInterval(() => { count = 0; }, perConnection.seconds * 1000);
  socket.use((_event, next) => {
    if (++count > perConnection.events) { socket.disconnect(true); return; }
    next();
  });
  socket.on('disconnect', () => clearInterval(timer));
}
