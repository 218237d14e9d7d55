/** One customer of the past who is the same on four channels: two are joined on what Tencent vouches for, two are suggested. Pure. */
import type { Claim } from '../contacts/schema.ts';
import type { Entry } from '../conversations/schema.ts';
import type { Past, Place } from './history.ts';
import type { Recorded } from './record.ts';

/** Two contacts whom an address proves to be one person. */
export type Proven = { one: string; other: string; evidence: { kind: string; value: string } };

/** A name that the demo gives to nobody else; README.md says it. */
export const onePerson = '欧阳雪';
const kinds = ['email', 'wechat-official', 'wecom', 'whatsapp-cloud'] as const;

/** Changes the past so; null where one of the channels is not there. */
export function makeOnePerson({ contacts, identities, claims, conversations }: Past, places: Pick<Place, 'kind' | 'channelId'>[]): Proven | null {
  const used = new Map<string, number>();
  for (const { head } of conversations) used.set(head.contactId, (used.get(head.contactId) ?? 0) + 1);
  const latest = kinds.map((kind) => {
    const channelId = places.find(place => place.kind === kind)?.channelId;
    const [found] = conversations.filter(({ head }) => head.thread.channelId === channelId && head.locale === 'zh-CN' && used.get(head.contactId) === 1)
      .toSorted((a, b) => b.head.lastMessageAt.getTime() - a.head.lastMessageAt.getTime());
    return contacts.find(contact => contact.id === found?.head.contactId);
  });
  const [byMail, official, wecom, whatsApp] = latest;
  if (!byMail || !official || !wecom || !whatsApp) return null;
  // Letters are signed.
  for (const one of conversations.filter(({ head }) => head.contactId === byMail.id)) Object.assign(one, signedBy(one, byMail.name, onePerson));
  for (const contact of [byMail, official, wecom, whatsApp]) Object.assign(contact, { name: onePerson, attributes: { ...byMail.attributes } });

  const claimOf = (contactId: string, kind: string) => claims.find(claim => claim.contactId === contactId && claim.kind === kind);
  const add = (contactId: string, kind: string, value: string, evidence: Claim['evidence']) => {
    const { channelId, firstSeenAt } = identities.find(identity => identity.contactId === contactId) ?? { firstSeenAt: byMail.createdAt };
    if (!claims.some(claim => claim.contactId === contactId && claim.kind === kind && claim.value === value)) claims.push({ contactId, kind, value, evidence, channelId, firstSeenAt, lastSeenAt: firstSeenAt });
  };
  const unionid = claimOf(official.id, 'unionid')?.value ?? '';
  const other = claimOf(wecom.id, 'unionid');
  if (other) other.value = unionid;
  const phone = claimOf(whatsApp.id, 'phone')?.value ?? '12025550199';
  add(whatsApp.id, 'phone', phone, 'attested');
  // The number stands below the letter, the address was given in the chat: believed by nobody, worth a look.
  add(byMail.id, 'phone', phone, 'claimed');
  const mail = identities.find(identity => identity.contactId === byMail.id)?.value;
  if (mail) add(official.id, 'email', mail, 'claimed');
  return { one: official.id, other: wecom.id, evidence: { kind: 'unionid', value: unionid } };
}

/** The same past with another name below it. */
function signedBy({ head, entries }: Recorded, before: string, after: string): Recorded {
  const renamed = (text: string) => text.replaceAll(before, after);
  const changed = entries.map((entry): Entry => {
    const { content, changes: { preview, ...changes } } = entry;
    const { email } = content ?? {};
    return {
      ...entry, changes: { ...changes, ...(preview === undefined ? {} : { preview: renamed(preview) }) },
      ...(content ? { content: { ...content, ...(content.text === undefined ? {} : { text: renamed(content.text) }), ...(email ? { email: { ...email, from: renamed(email.from), ...(email.quoted === undefined ? {} : { quoted: renamed(email.quoted) }) } } : {}) } } : {}),
    };
  });
  return { head: { ...head, preview: renamed(head.preview) }, entries: changed };
}
