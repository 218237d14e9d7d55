/** May we write to this address? The ledger says; every line has its words, its source and its time. */
import type { Happening } from '../../connectors/connector.ts';
import type { Channel } from '../channels/schema.ts';
import type { Actor, Words } from '../conversations/schema.ts';
import type { Hub } from '../hub.ts';
import { Problem } from '../problem.ts';
import { addressOf, identify, namespaceOf } from './identify.ts';
import { contactOf, membersOf } from './link.ts';
import { standing, type Standing } from './rules/consent.ts';
import { Purpose, type Consent, type ConsentInput, type Permission } from './schema.ts';

type Where = Pick<Channel, 'id' | 'kind'>;
/** Addresses of a person whose permissions are shown. */
const mostShown = 30;

type ConsentHappening = Extract<Happening, { kind: 'consent' }>;

/**
 * May we write to this address on this channel? Asked before every send; remembered for two seconds, forgotten at once when a line is
 * added here. What counts is what was said about the address on channels of this kind, and about the contact as a whole, whoever else
 * they are merged with.
 *
 * A STOP holds until a START in so many words: a new message of the customer lifts nothing, for a carrier refuses the reply anyway and
 * who was blocked may not learn that by trying. A service message needs no consent (they wrote to us); marketing needs a yes.
 */
export async function allowed(hub: Hub, { channel, address, purpose }: { channel: Where; address: string; purpose: Purpose }): Promise<{ allowed: boolean; reason?: Words }> {
  const kind = namespaceOf(hub, channel);
  const state = await standingOf(hub, channel.kind, { kind, value: addressOf(kind, address) }, purpose);
  return state.allowed ? { allowed: true } : { allowed: false, reason: inWords(state.because) };
}

async function standingOf(hub: Hub, channelKind: string, address: { kind: string; value: string }, purpose: Purpose): Promise<Standing> {
  const { store: { contacts }, known } = hub;
  const contactId = known.contacts.get(`${address.kind}:${address.value}`) ?? (await contacts.findIdentity(address.kind, address.value))?.contactId;
  const [own, whole] = await Promise.all([contacts.consentsFor(address), contactId ? membersOf(hub, contactId).then(contacts.consentsForAll) : []]);
  return standing([...own, ...whole].filter(line => line.channelKind === undefined || line.channelKind === channelKind), purpose);
}

function inWords(because: Pick<Consent, 'words' | 'at' | 'purpose'> | null): Words {
  if (!because) return { 'zh-CN': '客户从未同意接收此类消息。', en: 'The customer never agreed to messages of this purpose.' };
  const day = because.at.toISOString().slice(0, 10);
  if (because.purpose) return { 'zh-CN': `客户自 ${day} 起不愿接收此类消息：“${because.words}”。`, en: `The customer does not want such messages since ${day}: "${because.words}".` };
  return {
    'zh-CN': `客户自 ${day} 起不愿在此地址接收消息：“${because.words}”。客户可自行恢复（发送 START），主管也可登记客户的恢复意愿。`,
    en: `The customer does not want messages at this address since ${day}: "${because.words}". They can take that back in their own words (START), or a supervisor can note how they did.`,
  };
}

/** The customer allowed or forbade us to write, on the channel itself: about this address, for every channel of the kind. A redelivery is one line. */
export async function takeConsent(hub: Hub, channel: Where, happening: ConsentHappening): Promise<{ contactId: string }> {
  const { contactId } = await identify(hub, channel, happening.from);
  const kind = namespaceOf(hub, channel);
  const now = hub.now();
  // Redelivered late, the platform's time says which word was the last; a time to come is not believed.
  const at = happening.sentAt && happening.sentAt < now ? happening.sentAt : now;
  await hub.store.contacts.addConsent({
    contactId, address: { kind, value: addressOf(kind, happening.from.value) }, channelKind: channel.kind, channelId: channel.id, granted: happening.granted,
    words: happening.words.slice(0, 1000), by: { kind: 'contact', id: contactId }, at, externalId: happening.externalId,
  });
  return { contactId };
}

/** Somebody of ours notes what the customer said elsewhere. Anybody may note a no; taking one back is for a supervisor. */
export async function noteConsent(hub: Hub, id: string, input: ConsentInput, by: Actor, mayLift: boolean): Promise<void> {
  const contact = await contactOf(hub, id);
  const { address: written, ...rest } = input;
  const address = written && { kind: written.kind, value: addressOf(written.kind, written.value) };
  const owner = address ? await ownerOf(hub, id, address) : contact.id;
  if (input.granted && !mayLift) {
    const said = await hub.store.contacts.consentsOf(await membersOf(hub, id));
    const about = said.filter(line => (!address || !line.address || (line.address.kind === address.kind && line.address.value === address.value)) && (!rest.channelKind || !line.channelKind || line.channelKind === rest.channelKind));
    const state = standing(about, input.purpose ?? 'service');
    if (!state.allowed && state.because) throw new Problem('forbidden', 'The customer has said no. A supervisor can note that they took it back.');
  }
  await hub.store.contacts.addConsent({ ...rest, contactId: owner, ...(address ? { address } : {}), by, at: hub.now() });
}

/** The ledger of a person, newest first, and what it means for each address they write from, on each kind of channel that can write to it. */
export async function consentView(hub: Hub, id: string): Promise<{ items: Consent[]; permissions: Permission[] }> {
  const members = await membersOf(hub, id);
  const [items, identities, channels] = await Promise.all([hub.store.contacts.consentsOf(members), hub.store.contacts.identitiesOf(...members), hub.store.channels.list()]);
  const shown = identities.filter(({ stable }) => stable).slice(0, mostShown);
  const permissions = await Promise.all(shown.flatMap(({ kind, value }) => {
    const kinds = [...new Set(channels.filter(channel => namespaceOf(hub, channel) === kind).map(channel => channel.kind))];
    return kinds.flatMap(channelKind => Purpose.options.map(async (purpose): Promise<Permission> => {
      const state = await standingOf(hub, channelKind, { kind, value }, purpose);
      return { channelKind, address: { kind, value }, purpose, allowed: state.allowed, ...(!state.allowed && state.because ? { because: state.because.id } : {}) };
    }));
  }));
  return { items, permissions };
}

/** The member of the person who has the address. */
async function ownerOf(hub: Hub, id: string, { kind, value }: { kind: string; value: string }): Promise<string> {
  const members = await membersOf(hub, id);
  const [identities, claims] = await Promise.all([hub.store.contacts.identitiesOf(...members), hub.store.contacts.claimsOf(members)]);
  const found = [...identities, ...claims].find(each => each.kind === kind && each.value === value);
  if (!found) throw new Problem('invalid', 'The person has no such address.', { 'address.value': 'take it from the identities of the contact' });
  return found.contactId;
}
