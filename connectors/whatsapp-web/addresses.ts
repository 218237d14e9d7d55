/** Addresses of WhatsApp: <digits>@c.us is a phone, <number>@lid a person who hides it, <id>@g.us a group. Pure. */

/** Digits of a phone address; undefined for all others. */
export function phoneOf(id: string): string | undefined {
  return /^(\d{5,20})(?::\d+)?@(?:c\.us|s\.whatsapp\.net)$/.exec(id)?.[1];
}

export const isGroup = (id: string): boolean => id.endsWith('@g.us');
export const isLid = (id: string): boolean => /^\d+(?::\d+)?@lid$/.test(id);

/** Status updates, broadcast lists and newsletters are no conversations. */
export const isPerson = (id: string): boolean => phoneOf(id) !== undefined || isLid(id);

/** How the hub knows a person: the phone's digits as in the Cloud API, else the id the platform gives. */
export const addressOf = (person: { id: string; phone?: string }): string => person.phone ?? phoneOf(person.id) ?? person.id;

/** Where a thread lives on the platform. */
export const chatOf = (thread: string): string => (/^\d+$/.test(thread) ? `${thread}@c.us` : thread);

/** Same account, whatever the device. */
export const sameAccount = (one: string | undefined, other: string | undefined): boolean =>
  one !== undefined && other !== undefined && one.replace(/:\d+@/, '@') === other.replace(/:\d+@/, '@');
