/** Who is it? An address known before is the same contact; an unknown one is a new contact. */
import type { Inbound } from '../../connectors/connector.ts';
import type { Channel } from '../channels/schema.ts';
import type { Hub } from '../hub.ts';
import { newId } from '../store/id.ts';
import { learn, recognise } from './learn.ts';
import { normalAddress } from './rules/address.ts';
import type { Contact, Identity } from './schema.ts';

const dayMs = 86_400_000;
/** Numbers that were given up are handed out again after some months; until then what comes late from one is its old owner's. */
const leftAfterMs = 30 * dayMs;

type Where = Pick<Channel, 'id' | 'kind'>;

/** The namespace of a channel's addresses: two channels with one know the same people. */
export const namespaceOf = (hub: Hub, channel: Where): string => hub.channels.manifest(channel.kind).identity ?? `${channel.kind}:${channel.id}`;

/** How a namespace's address is kept: phones and mails in the form in which two spellings are one. */
export const addressOf = (kind: string, value: string): string => (kind === 'phone' || kind === 'email' ? normalAddress(kind, value) : null) ?? value;

/**
 * The contact behind an address; made when it is new. `met`: we knew the address before. What was asked before costs one look into
 * memory, also when the platform says the same further addresses with each message; asked anew once a day.
 */
export async function identify(hub: Hub, channel: Where, from: Inbound['from']): Promise<{ contactId: string; met: boolean }> {
  const kind = namespaceOf(hub, channel);
  const value = addressOf(kind, from.value);
  const name = `${kind}:${value}`;
  const more = Boolean(from.also?.length) || from.signed === true;
  const whole = more ? `${name}\n${from.signed ? `signed:${from.name ?? ''}\n` : ''}${(from.also ?? []).map(each => `${each.attested}:${each.kind}:${each.value}`).join('\n')}` : name;
  const remembered = hub.known.contacts.get(whole);
  if (remembered) return { contactId: remembered, met: true };
  const before = hub.known.contacts.get(name);
  const { contactId, met } = before ? { contactId: before, met: true } : await meet(hub, channel, { ...from, value }, kind);
  hub.known.contacts.set(name, contactId, { ttl: dayMs });
  if (more && await learn(hub, channel, contactId, from)) hub.known.contacts.set(whole, contactId, { ttl: dayMs });
  return { contactId, met };
}

async function meet(hub: Hub, channel: Where, from: Inbound['from'], kind: string): Promise<{ contactId: string; met: boolean }> {
  const now = hub.now();
  const contact: Contact = { id: newId(), name: from.name?.trim() || from.value, attributes: from.attributes ?? {}, createdAt: now };
  const known = await hub.store.contacts.findIdentity(kind, from.value);
  if (known) return { contactId: await again(hub, known, contact, now), met: true };
  const made = await hub.store.contacts.meet({ contactId: contact.id, kind, value: from.value, stable: from.stable, evidence: 'wrote-from-it', channelId: channel.id, firstSeenAt: now, lastSeenAt: now }, contact);
  const identity = made ?? await hub.store.contacts.findIdentity(kind, from.value);
  if (!identity) throw new Error(`the address ${kind} is taken but nobody holds it`);
  // Only platforms whose channels share a namespace speak of addresses in it.
  if (made && hub.channels.manifest(channel.kind).identity !== undefined) await recognise(hub, identity.contactId, { kind, value: from.value });
  return { contactId: identity.contactId, met: false };
}

/** A known address writes again. One that its owner left long ago has a new owner: a stranger, whatever was said before. */
async function again(hub: Hub, known: Identity, stranger: Contact, now: Date): Promise<string> {
  if (known.movedAt && now.getTime() - known.movedAt.getTime() > leftAfterMs) {
    const passed = await hub.store.contacts.passOn(known, stranger, now) ?? await hub.store.contacts.findIdentity(known.kind, known.value);
    return passed?.contactId ?? known.contactId;
  }
  void hub.store.contacts.seen(known.id, now).catch((error: unknown) => hub.log.warn({ err: error }, 'when an address was seen last could not be noted'));
  return known.contactId;
}
