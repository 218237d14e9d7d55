/** What a platform says of a contact beside its address, and the only links that are made without a person: on what is vouched for. */
import type { Sender } from '../../connectors/connector.ts';
import type { Channel } from '../channels/schema.ts';
import type { Hub } from '../hub.ts';
import { joinByRule, refusedFor } from './link.ts';
import { tell } from './names.ts';
import { forgeable, normalAddress, vouched } from './rules/address.ts';
import { mostByRule } from './rules/person.ts';
import type { Evidence } from './schema.ts';

const mostAtOnce = 20;
const longestKind = 60;

/** Keeps further addresses of a contact and joins whom they prove to be one person. False: the joining is to be tried again. */
export async function learn(hub: Hub, channel: Pick<Channel, 'id'>, contactId: string, { also = [], name, signed }: Pick<Sender, 'also' | 'name' | 'signed'>): Promise<boolean> {
  const evidence = signed ? 'hmac' as const : 'attested' as const;
  const facts = also.slice(0, mostAtOnce).map(({ kind, value, attested }) => ({ kind, value, evidence: attested ? evidence : 'claimed' as const }));
  const linked = await noteAll(hub, channel, contactId, facts);
  if (signed && name?.trim()) {
    await hub.store.contacts.setVouched(contactId, name.trim(), { by: 'channel', id: channel.id, at: hub.now(), evidence });
    await tell(hub, (await hub.store.contacts.component(contactId)).members);
  }
  return linked;
}

/**
 * The site's server signed for the address, or the customer repeated the code that we sent there: as good as a platform's word. Who
 * reads what is sent to an address is also whoever writes from it; a signature alone does not say so.
 */
export async function prove(hub: Hub, channel: Pick<Channel, 'id'>, contactId: string, address: { kind: string; value: string }, evidence: 'hmac' | 'otp'): Promise<void> {
  await noteAll(hub, channel, contactId, [{ ...address, evidence }]);
  const value = normalAddress(address.kind, address.value);
  if (evidence !== 'otp' || value === null) return;
  const [holder] = await hub.store.contacts.holders([{ kind: address.kind, value }], 1);
  if (holder && holder.contactId !== contactId && !holder.movedAt) await joinByRule(hub, contactId, holder.contactId, 'code', { kind: address.kind, value });
}

async function noteAll(hub: Hub, channel: Pick<Channel, 'id'>, contactId: string, facts: { kind: string; value: string; evidence: Evidence }[]): Promise<boolean> {
  let linked = true;
  for (const { kind, value: written, evidence } of facts) {
    const value = normalAddress(kind, written);
    if (value === null || !kind || kind.length > longestKind) continue;
    const now = hub.now();
    await hub.store.contacts.claim({ contactId, kind, value, evidence, channelId: channel.id, firstSeenAt: now, lastSeenAt: now });
    if (!vouched(evidence)) continue;
    // A message is never refused because two people could not be joined.
    await link(hub, contactId, { kind, value }).catch((error: unknown) => { linked = false; hub.log.warn({ err: error, contact: contactId }, 'contacts could not be linked; the next message tries again'); });
  }
  return linked;
}

/** A new address may be one of which a platform has spoken before: of whom it was vouched for is who writes now. Costs one look-up. */
export async function recognise(hub: Hub, contactId: string, address: { kind: string; value: string }): Promise<void> {
  if (forgeable(address.kind)) return;
  await link(hub, contactId, address).catch((error: unknown) => hub.log.warn({ err: error, contact: contactId }, 'a new address could not be linked'));
}

/** Joins the contact with whoever the same is vouched for. Several people whom nothing may join: that is for a person to say. */
async function link(hub: Hub, contactId: string, evidence: { kind: string; value: string }): Promise<void> {
  const [claims, holders] = await Promise.all([hub.store.contacts.claimants([evidence], mostByRule + 1), forgeable(evidence.kind) ? [] : hub.store.contacts.holders([evidence], 1)]);
  const others = [...claims.filter(claim => vouched(claim.evidence)), ...holders.filter(holder => !holder.movedAt)].filter(other => other.contactId !== contactId);
  if (!others.length) return;
  const own = await hub.store.contacts.component(contactId);
  const strangers = new Map<string, { contactId: string; members: string[] }>();
  for (const other of others) {
    if (own.members.includes(other.contactId)) continue;
    const { root, members } = await hub.store.contacts.component(other.contactId);
    strangers.set(root, { contactId: other.contactId, members });
  }
  const all = [...strangers.values()];
  if (all.length > 1 && await refusedFor(hub, all.flatMap(({ members }) => members))) return;
  for (const stranger of all) await joinByRule(hub, contactId, stranger.contactId, 'same-address', evidence);
}
