import type { Content, Delivery, Entry, Head } from './conversations/schema.ts';
import type { Contact } from './contacts/schema.ts';
import type { Health } from '../connectors/connector.ts';
import type { Person } from './people/schema.ts';
import type { Queue, RoutingPolicy } from './routing/schema.ts';

/** What the hub tells the screens and the router, in this process, after it is durable. */
export type HubEvents = {
  /** `own`: this node appended it, so its effects are ours to carry out; else we only learned of it. */
  appended: { entry: Entry; head: Head; own: boolean };
  /** `externalId`: the platform's, from the moment it has one: what is told of the message later names it. */
  delivery: { conversationId: string; seq: number; thread: Entry['thread']; delivery: Delivery; externalId?: string };
  /** Files of an entry arrived, or are lost. */
  content: { conversationId: string; seq: number; content: Content };
  person: { person: Person };
  /** Sessions ended: one of a person's, or all. */
  'signed-out': { personId: string; session?: string };
  /** A request for a break, of this person, is in another state. */
  breaks: { personId: string };
  queues: { queues: Queue[] };
  /** A queue or a channel opened or closed. */
  hours: Record<string, never>;
  'routing-policy': { policy: RoutingPolicy };
  health: { channelId: string; health: Health };
  /** A send has ended; without an error it went out. */
  tried: { channelId: string; error?: unknown };
  /** A message came in because we asked the platform for it: no push had brought it. */
  found: { channelId: string; at: Date };
  /** Something about channels that are down is different now. */
  alerts: Record<string, never>;
  'contact-typing': { conversationId: string; typing: boolean };
  contact: { contact: Contact };
  /** Somebody says that a message of the bot was wrong. */
  marked: { conversationId: string; seq: number };
};

type Listener<Name extends keyof HubEvents> = (event: HubEvents[Name]) => void;

/** Tells who listens. A listener that throws is a bug of its own and stops nobody. */
export function hubEvents(log: { error(fact: object, text: string): void }) {
  const listeners: { [Name in keyof HubEvents]: Set<Listener<Name>> } = {
    appended: new Set(), delivery: new Set(), content: new Set(), person: new Set(), breaks: new Set(), 'signed-out': new Set(), queues: new Set(), hours: new Set(), 'routing-policy': new Set(), health: new Set(), tried: new Set(), found: new Set(), alerts: new Set(), 'contact-typing': new Set(), contact: new Set(), marked: new Set(),
  };
  return {
    on<Name extends keyof HubEvents>(name: Name, listener: Listener<Name>): () => void {
      listeners[name].add(listener);
      return () => { listeners[name].delete(listener); };
    },
    emit<Name extends keyof HubEvents>(name: Name, event: HubEvents[Name]): void {
      for (const listener of listeners[name]) {
        try { listener(event); } catch (error) { log.error({ err: error, event: name }, 'a listener failed'); }
      }
    },
  };
}
