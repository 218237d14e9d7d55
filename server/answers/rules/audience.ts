/** Who may hear what, and when. */
import type { Asking, Indexed } from '../schema.ts';

/** Whether this piece of knowledge is for who asks, at the time they ask. */
export function mayHear({ validFrom, validUntil, audience }: Indexed, asking: Asking): boolean {
  const at = asking.at.getTime();
  if (validFrom && at < Date.parse(validFrom)) return false;
  if (validUntil && at >= Date.parse(validUntil)) return false;
  const { channels, identified } = audience ?? {};
  const here = [asking.channelKind, asking.channelId].filter(each => each !== undefined);
  // One of ours who tries a question hears all that is not excluded by what they said of the customer.
  const trying = asking.conversationId === undefined;
  if (channels?.length && !(trying && here.length === 0) && !channels.some(each => here.includes(each))) return false;
  if (identified === undefined || (trying && asking.identified === undefined)) return true;
  return identified === (asking.identified ?? false);
}
