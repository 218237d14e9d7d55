/** Customers who are looking see where they stand: with the bot, in line and at which place, with whom. */
import type { ThreadStatus } from '../../connectors/connector.ts';
import type { Hub } from '../hub.ts';
import type { Head } from './schema.ts';

/** How a conversation stands, in what a customer may know. */
export async function threadStatus(hub: Hub, head: Head): Promise<ThreadStatus> {
  const place = head.handler === 'queue' ? hub.place(head.id) : null;
  const agent = head.handler === 'agent' && head.assigneeId ? await hub.store.people.get(head.assigneeId) : null;
  return { status: head.status, handler: head.handler, ...(place ? { position: place.position } : {}), ...(agent ? { agent: agent.name } : {}) };
}

/** Tells the connector of the customer's thread. Costs nothing for channels that cannot show it. */
export async function tellCustomer(hub: Hub, head: Head): Promise<void> {
  const connector = hub.channels.get(head.thread.channelId)?.connector;
  if (!connector?.status) return;
  try {
    await connector.status(head.thread.key, await threadStatus(hub, head));
  } catch (error) {
    hub.log.warn({ err: error }, 'a customer could not be told');
  }
}

/** Tells customers whenever who handles their conversation changes. */
export function startTelling(hub: Hub): () => void {
  return hub.events.on('appended', ({ entry, head }) => {
    if ('handler' in entry.changes || 'status' in entry.changes || 'offer' in entry.changes) void tellCustomer(hub, head);
  });
}
