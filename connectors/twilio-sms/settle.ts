/** Which of the messages Twilio lists is the one whose outcome was lost. Pure. */
import type { Message } from './render.ts';

/** A message as Twilio lists it, as far as it matters. */
export type Listed = { sid: string; direction: string; body: string; numMedia: string; dateCreated: Date; status: string };

/** Longer ago than the hub goes on trying. */
const longest = 48 * 3_600_000;

/** The same words whatever Twilio did to them: links are signed anew or shortened, quotes are made plain, a trial account adds a line before. */
const plain = (text: string): string => text.normalize('NFKC').replaceAll(/https?:\/\/\S+/g, '<link>').replaceAll(/[‘’‚]/g, "'").replaceAll(/[“”„]/g, '"').replaceAll(/[‐-―]/g, '-').replaceAll(/\s+/g, ' ').trim();

/**
 * 'unclear': a template's final text is known to Twilio only, and something went out that nobody else claims.
 * @param known ids that belong to other messages already
 */
export function match(message: Message, wording: string | undefined, listed: Listed[], known: ReadonlySet<string>, now: Date): { sid: string } | 'unclear' | null {
  const candidates = listed
    .filter((one) => one.direction.startsWith('outbound') && !known.has(one.sid) && now.getTime() - one.dateCreated.getTime() < longest)
    .sort((one, other) => one.dateCreated.getTime() - other.dateCreated.getTime());
  const words = plain(message.body ?? wording ?? '');
  const files = message.mediaUrl?.length ?? 0;
  const found = candidates.find((one) => Number(one.numMedia) === files && (plain(one.body) === words || (words !== '' && plain(one.body).endsWith(` - ${words}`))));
  if (found) return { sid: found.sid };
  return message.contentSid && candidates.length > 0 ? 'unclear' : null;
}
