/** The visitor's socket: connects when asked, comes back by itself, asks for what it missed before anything else. */
import { io, type Socket } from 'socket.io-client';
import type { ClientEvents, Line, Outgoing, Problem, Rating, Resumed, Sent, ServerEvents, SiteUser, ThreadStatus, Welcome } from '../wire.ts';

export type LiveEvents = {
  auth(): { channelId: string; token?: string; user?: SiteUser };
  welcome(welcome: Welcome): void;
  /** The number to resume after. */
  cursor(): number;
  resumed(answer: Extract<Resumed, { ok: true }>): void;
  lines(lines: Line[]): void;
  restart(): void;
  delivery: ServerEvents['delivery'];
  typing(typing: boolean): void;
  rating: ServerEvents['rating'];
  status(status: ThreadStatus): void;
  connection(up: boolean): void;
  refused(problem: Problem): void;
};
export type Live = {
  connect(): void;
  /** Drops the connection and opens a new one: as somebody else, or to start over. */
  reconnect(): void;
  disconnect(): void;
  ready(): boolean;
  send(message: Outgoing): Promise<Sent>;
  /** Rejects when it could not be stored; the same id may go again. */
  rate(id: string, seq: number, rating: Rating | null): Promise<void>;
  end(): Promise<void>;
  tell(event: 'delivered' | 'read', seq: number): void;
  typing(typing: boolean): void;
};

const ackMs = 8_000;

/** Nothing is opened before connect(). */
export function openLive(on: LiveEvents): Live {
  let [resumed, turnedAway, wanted] = [false, false, false];
  const socket: Socket<ServerEvents, ClientEvents> = io('/visitors', {
    path: '/live', autoConnect: false, transports: ['websocket', 'polling'], tryAllTransports: true,
    reconnectionDelay: 500, reconnectionDelayMax: 5_000, timeout: 8_000,
    auth: (give) => give(on.auth()),
  });

  const comeBack = (ms: number): void => void setTimeout(() => { if (wanted) socket.connect(); }, ms * (1 + Math.random()));

  async function resume(): Promise<void> {
    const answer = await socket.timeout(ackMs).emitWithAck('resume', { after: on.cursor() }).catch(() => null);
    if (!socket.connected) return;
    if (!answer?.ok) {
      setTimeout(() => { if (socket.connected && !resumed) void resume(); }, answer?.problem.retryAfterMs ?? 1_000);
      return;
    }
    resumed = true;
    on.resumed(answer);
    on.connection(true);
  }

  socket.on('welcome', (welcome) => {
    turnedAway = false;
    on.welcome(welcome);
    void resume();
  });
  socket.on('refused', (problem) => {
    turnedAway = true;
    on.refused(problem);
  });
  socket.on('entry', (line) => on.lines([line]));
  socket.on('restart', () => on.restart());
  socket.on('delivery', (change) => on.delivery(change));
  socket.on('typing', ({ typing }) => on.typing(typing));
  socket.on('rating', (rated) => on.rating(rated));
  socket.on('status', (status) => on.status(status));
  socket.on('disconnect', (reason) => {
    resumed = false;
    on.connection(false);
    // The hub let go of us (a restart, a changed channel): the client library leaves coming back to us.
    if (reason === 'io server disconnect') comeBack(turnedAway ? 30_000 : 1_000);
  });
  socket.on('connect_error', (error) => {
    on.connection(false);
    if (!socket.active) {
      on.refused({ code: 'code' in error && typeof error.code === 'string' ? error.code : error.message });
      comeBack(15_000);
    }
  });

  return {
    connect() {
      wanted = true;
      socket.connect();
    },
    reconnect() {
      socket.disconnect();
      socket.connect();
    },
    disconnect() {
      wanted = false;
      socket.disconnect();
    },
    ready: () => resumed && socket.connected,
    send: (message) => socket.timeout(ackMs).emitWithAck('send', message),
    async rate(id, seq, rating) {
      const answer = await socket.timeout(ackMs).emitWithAck('rate', { id, seq, rating });
      if (!answer.ok) throw new Error(answer.problem.detail ?? answer.problem.code);
    },
    async end() {
      const answer = await socket.timeout(ackMs).emitWithAck('end', {});
      if (!answer.ok) throw new Error(answer.problem.detail ?? answer.problem.code);
    },
    tell: (event, seq) => { if (socket.connected) socket.emit(event, { seq }); },
    typing: (typing) => { if (socket.connected) socket.emit('typing', { typing }); },
  };
}
