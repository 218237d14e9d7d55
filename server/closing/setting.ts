/** How long a customer is silent before the bot's conversation is looked at. */
import type { Hub } from '../hub.ts';
import { Problem } from '../problem.ts';
import type { Closing, ClosingChange } from './schema.ts';

/** In milliseconds. */
export const hourMs = 3_600_000;
/** Who writes mails answers in days, who chats in minutes. */
const defaults = { mail: 72, chat: 24 };

/** The setting of a channel: chosen, or what every channel of its kind begins with. */
export async function closingOf(hub: Hub, channelId: string): Promise<Closing> {
  const chosen = await hub.store.closing.get(channelId);
  const hours = hub.channels.get(channelId)?.channel.kind === 'email' ? defaults.mail : defaults.chat;
  return { channelId, ...(chosen ?? { hours, ask: false }), chosen: chosen !== null };
}

/** For the bot's answer: after how long a silence somebody looks; undefined: never. */
export async function silenceMs(hub: Hub, channelId: string): Promise<number | undefined> {
  const { hours } = await closingOf(hub, channelId);
  return hours === null ? undefined : hours * hourMs;
}

/** What is chosen holds for the bot's next answers; conversations that wait already keep their time, but are left open where it is switched off. */
export async function chooseClosing(hub: Hub, channelId: string, change: ClosingChange): Promise<Closing> {
  if (!await hub.store.channels.get(channelId)) throw new Problem('not-found', 'There is no such channel.');
  await hub.store.closing.put(channelId, change);
  return closingOf(hub, channelId);
}
