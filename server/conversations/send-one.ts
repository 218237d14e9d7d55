/** One message of the platform goes out: what it is told, how fast, and when it is tried again. */
import { ConnectorError, inLanguage, type Outbound, wordsOf } from '../../connectors/connector.ts';
import { linkTo } from '../attachments/fit.ts';
import type { Channel } from '../channels/schema.ts';
import type { RunningChannel } from '../channels/running.ts';
import { spread } from '../channels/spread.ts';
import type { Hub } from '../hub.ts';
import type { Outcome } from './effects.ts';
import { retryDelay } from './rules/delivery.ts';
import type { Content, Effect, Entry, Thread } from './schema.ts';

/** What a carrier knows of the delivery it has in hand. `traces`: sending twice would show. */
export type Sending = { running: RunningChannel; thread: Thread; effect: Effect; traces: boolean };

/** Sends, or learns from the platform what became of an earlier attempt. */
export async function attempt(hub: Hub, { running, thread }: Sending, entry: Entry, content: Content, key: string, again: boolean): Promise<{ externalId: string; state?: 'sent' | 'delivered' }> {
  const { connector } = running;
  try {
    const message = await outbound(hub, entry, thread, content, key, again);
    const sent = (again && await connector.settle?.(message)) || await connector.send(message);
    hub.events.emit('tried', { channelId: thread.channelId });
    return sent;
  } catch (error) {
    hub.events.emit('tried', { channelId: thread.channelId, error });
    throw error;
  }
}

/** When to try again; null: that was the last time. */
export function later(hub: Hub, entry: Entry, effect: Effect, error: unknown, doubt: boolean): Outcome | null {
  if (!(error instanceof ConnectorError)) hub.log.warn({ err: error, entry: entry.id }, 'a message could not be sent or recorded; it will be tried again');
  const wait = retryDelay(effect.attempts, hub.random(), error instanceof ConnectorError ? error.retryAfterMs : 0);
  return wait === null ? null : { againAt: new Date(hub.now().getTime() + wait), error: inLanguage(wordsOf(error), 'en'), doubt };
}

const place = spread();

/** Milliseconds until the platform lets this account, and this thread, send again. */
export async function tooFast(hub: Hub, channel: Channel, thread: Thread): Promise<number> {
  const { rate } = hub.channels.manifest(channel.kind);
  if (!rate) return 0;
  const { channels } = hub.store;
  const bucket = `${channel.id}/${thread.key}`;
  const spacing = rate.threadSeconds ? await channels.takeTurn(bucket, rate.threadSeconds, rate.threadBurst ?? 1) : 0;
  if (spacing > 0) return spacing;
  const wait = await channels.takeToken(channel.id, rate.perSecond, rate.burst);
  if (wait <= 0) return 0;
  if (rate.threadSeconds) await channels.giveTurnBack(bucket);
  return place(hub.channels.get(channel.id)?.connector ?? channel, wait, 1000 / rate.perSecond);
}

async function outbound(hub: Hub, entry: Entry, thread: Thread, content: Content, key: string, again: boolean): Promise<Outbound> {
  const head = await hub.heads.get(entry.conversationId);
  return {
    key, again, thread: thread.key, to: thread.address ?? '', content, subject: head?.subject ?? undefined, locale: head?.locale,
    speaker: { kind: entry.actor.kind === 'agent' ? 'agent' : entry.actor.kind === 'bot' ? 'bot' : 'system', name: await speakerName(hub, entry) },
    history: await hub.store.conversations.threadHistory(entry.conversationId, thread, entry.seq),
    file: attachment => hub.store.attachments.read(attachment.id), link: async attachment => linkTo(hub, attachment),
  };
}

async function speakerName(hub: Hub, entry: Entry): Promise<string> {
  if (entry.actor.kind !== 'agent') return 'Hubbub';
  return (await hub.store.people.get(entry.actor.id))?.name ?? 'Hubbub';
}
