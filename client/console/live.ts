/** The live connection: one socket to /agents, typed listeners, acks with a time-out, and a signal for every (re)connect. */
import { io, type Socket } from 'socket.io-client';
import { readonly, ref } from 'vue';
import { ApiProblem } from './api.ts';
import type { AgentState, Contact, Content, Conversation, Health, TimelineEntry, Viewer, WireDelivery } from './wire.ts';

/** What the server tells us, by event name. */
export type LiveEvents = {
  entry: { entry: TimelineEntry; head: Conversation };
  delivery: { conversationId: string; seq: number; delivery: WireDelivery; externalId?: string };
  content: { conversationId: string; seq: number; content: Content };
  presence: { people: { id: string; state: AgentState; stateReason: string | null; stateSince: string; offFor: string[]; load: number; capacity: number }[] };
  viewers: { conversationId: string; viewers: Viewer[] };
  'contact-typing': { conversationId: string; typing: boolean };
  'channel-health': { channelId: string; health: Health };
  contact: Contact;
  'channel-alerts': object;
  breaks: object;
};

/** What `resume` answers: everything after a sequence number. */
export type Resumed = { entries: TimelineEntry[]; head: Conversation; deliveries: { seq: number; delivery: WireDelivery; externalId?: string }[] };

type Ack = { ok: boolean; problem?: { code?: string; detail?: string; status?: number } };
type Listeners = { [Name in keyof LiveEvents]: Set<(payload: LiveEvents[Name]) => void> };

const connected = ref(false);
const connectListeners = new Set<() => void>();
// Listeners outlive a socket: signing out and in again must not lose them.
const listeners: Listeners = {
  entry: new Set(), delivery: new Set(), content: new Set(), presence: new Set(), viewers: new Set(), 'contact-typing': new Set(), 'channel-health': new Set(), contact: new Set(), 'channel-alerts': new Set(), breaks: new Set(),
};
let socket: Socket | undefined;

/** True while events arrive. */
export const liveConnected = readonly(connected);

function spread<Payload>(known: Set<(payload: Payload) => void>): (payload: Payload) => void {
  return (payload) => {
    for (const listener of known) listener(payload);
  };
}

/** Opens the socket if it is not open; safe to call again. */
export function connectLive(): void {
  if (socket) return;
  const opened = io('/agents', { path: '/live', transports: ['websocket', 'polling'], reconnectionDelay: 300, reconnectionDelayMax: 5000 });
  socket = opened;
  opened.on('connect', () => {
    connected.value = true;
    for (const listener of connectListeners) listener();
  });
  opened.on('disconnect', (reason) => {
    connected.value = false;
    // The server closed it on purpose (restart, session ended): socket.io would not come back by itself.
    if (reason === 'io server disconnect') setTimeout(() => opened.connect(), 1000);
  });
  opened.on('connect_error', () => {
    // A refusal (signed out, server starting) ends the library's own attempts.
    if (!opened.active && socket === opened) setTimeout(() => opened.connect(), 2000);
  });
  opened.on('entries', (batch: LiveEvents['entry'][]) => { for (const each of batch) spread(listeners.entry)(each); });
  opened.on('delivery', spread(listeners.delivery));
  opened.on('content', spread(listeners.content));
  opened.on('presence', spread(listeners.presence));
  opened.on('viewers', spread(listeners.viewers));
  opened.on('contact-typing', spread(listeners['contact-typing']));
  opened.on('channel-health', spread(listeners['channel-health']));
  opened.on('contact', spread(listeners.contact));
  opened.on('channel-alerts', spread(listeners['channel-alerts']));
  opened.on('breaks', spread(listeners.breaks));
}

/** Closes the socket, as at sign-out. */
export function disconnectLive(): void {
  socket?.disconnect();
  socket = undefined;
  connected.value = false;
}

/** Listens to one event; returns how to stop. */
export function onLive<Name extends keyof LiveEvents>(name: Name, listener: (payload: LiveEvents[Name]) => void): () => void {
  const known: Set<(payload: LiveEvents[Name]) => void> = listeners[name];
  known.add(listener);
  return () => known.delete(listener);
}

/** Called after every connect, the first one too; returns how to stop. */
export function onLiveConnect(listener: () => void): () => void {
  connectListeners.add(listener);
  if (connected.value) listener();
  return () => connectListeners.delete(listener);
}

/** Sends and waits for the server's ack; throws a problem, also when nobody answers in 8 s. */
export async function tell<T = unknown>(name: string, payload: unknown): Promise<T> {
  if (!socket) throw new ApiProblem('network', 0, 'Not connected');
  let ack: Ack & T;
  try {
    ack = await socket.timeout(8000).emitWithAck(name, payload);
  } catch (cause) {
    throw new ApiProblem('network', 0, 'No answer', {}, { cause });
  }
  if (!ack.ok) throw new ApiProblem(ack.problem?.code ?? 'unknown', ack.problem?.status ?? 500, ack.problem?.detail ?? 'refused');
  return ack;
}
