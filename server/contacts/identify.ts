/** Who is it? An address known before is the same person; an unknown one is a new contact. */
import type { Inbound } from '../../connectors/connector.ts';
import type { Channel } from '../channels/schema.ts';
import type { Hub } from '../hub.ts';
import { newId } from '../store/id.ts';

/** The contact behind an address; made when it is new. `met`: we knew the address before. */
export async function identify(hub: Hub, channel: Pick<Channel, 'id' | 'kind'>, from: Inbound['from']): Promise<{ contactId: string; met: boolean }> {
  const kind = hub.channels.manifest(channel.kind).identity ?? `${channel.kind}:${channel.id}`;
  const name = `${kind}:${from.value}`;
  const remembered = hub.known.contacts.get(name);
  if (remembered) return { contactId: remembered, met: true };
  const known = await hub.store.contacts.findIdentity(kind, from.value);
  const now = hub.now();
  const contact = { id: newId(), name: from.name?.trim() || from.value, attributes: from.attributes ?? {}, createdAt: now };
  const made = known ?? await hub.store.contacts.meet({ contactId: contact.id, kind, value: from.value, stable: from.stable, evidence: 'wrote-from-it', firstSeenAt: now }, contact);
  const identity = made ?? await hub.store.contacts.findIdentity(kind, from.value);
  if (!identity) throw new Error(`the address ${kind} is taken but nobody holds it`);
  hub.known.contacts.set(name, identity.contactId);
  return { contactId: identity.contactId, met: known !== null };
}
