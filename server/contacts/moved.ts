/** A platform says that an address became another one: its word is evidence. */
import type { Sender } from '../../connectors/connector.ts';
import type { Channel } from '../channels/schema.ts';
import type { Hub } from '../hub.ts';
import { addressOf, identify, namespaceOf } from './identify.ts';
import { joinByRule } from './link.ts';

/**
 * Keeps that `from` writes as `to` from now on. Both contacts stay what they are; an edge joins them, unless somebody keeps them apart or
 * other evidence forbids it (then it is a suggestion). The old address still leads to its old owner for 30 days; who writes from it
 * after that is a stranger. Safe to repeat.
 */
export async function moved(hub: Hub, channel: Pick<Channel, 'id' | 'kind'>, from: Sender, to: Sender): Promise<{ contactId: string; joined: boolean }> {
  const kind = namespaceOf(hub, channel);
  const [old, value] = [addressOf(kind, from.value), addressOf(kind, to.value)];
  const { contactId: before } = await identify(hub, channel, from);
  const { contactId: after } = await identify(hub, channel, to);
  if (old === value || before === after) return { contactId: after, joined: true };
  const now = hub.now();
  await hub.store.contacts.claim({ contactId: before, kind, value, evidence: 'attested', channelId: channel.id, firstSeenAt: now, lastSeenAt: now });
  await hub.store.contacts.setMoved(kind, old, now);
  return { contactId: after, joined: await joinByRule(hub, before, after, 'moved', { kind, value }) };
}
