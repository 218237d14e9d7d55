/** Lists of mail addresses as people type them. */
import type { TimelineEntry } from '../wire.ts';

const plain = /^[^\s<>()[\]\\,;:"@]{1,64}@[^\s<>()[\]\\,;:"@]+\.[^\s<>()[\]\\,;:"@.]+$/;

/** The addresses of a line: apart by commas, semicolons (also Chinese ones) or line ends, with or without names. */
export const addressesIn = (line: string): string[] =>
  line.split(/[,;，；、\n]/).map((part) => (/<([^<>]*)>\s*$/.exec(part)?.[1] ?? part).trim()).filter((address) => address !== '');

/** Those of them that are no addresses. */
export const wrongIn = (line: string): string[] => addressesIn(line).filter((address) => !plain.test(address));

/** Everybody else whom a customer's mail named: they get a copy when one replies to all. */
export function othersOf(entry: TimelineEntry | undefined, not: string[]): string[] {
  const { from = '', to = [], cc = [] } = entry?.content?.email ?? {};
  const known = new Set([...not, ...addressesIn(from)].map((address) => address.toLowerCase()));
  return [...to, ...cc].flatMap(addressesIn).filter((address) => {
    // Ours with a plus sign is ours.
    const bare = address.toLowerCase().replace(/\+[^@]*@/, '@');
    if (!plain.test(address) || known.has(bare) || known.has(address.toLowerCase())) return false;
    known.add(address.toLowerCase());
    return true;
  });
}
