/** Our word goes out over its channel. Sent once where the platform lets us settle it; otherwise shown as in doubt, never silent. */
import { ConnectorError, type Outbound } from '../../connectors/connector.ts';
import { fitContent, linkTo } from '../attachments/fit.ts';
import type { Channel } from '../channels/schema.ts';
import { allowed } from '../contacts/consent.ts';
import type { Hub } from '../hub.ts';
import type { Outcome } from './effects.ts';
import { tellDelivery } from './receipts.ts';
import { retryDelay } from './rules/delivery.ts';
import type { Delivery, Effect, Entry, Thread } from './schema.ts';
import { threadName } from './rules/thread.ts';
import { claimSend } from './take-back.ts';
import { closed } from './window.ts';
import { inLanguage, wordsOf } from '../words.ts';

/** Carrier of 'deliver': one message of a thread at a time, in order of seq. */
export function deliver(hub: Hub, entry: Entry, effect: Effect): Promise<Outcome> {
  const thread = entry.thread;
  if (!thread) return Promise.resolve({ state: 'failed', error: 'the entry names no thread' });
  return hub.turns(`deliver/${threadName(thread)}`, () => sendOne(hub, entry, effect, thread));
}

async function sendOne(hub: Hub, entry: Entry, effect: Effect, thread: NonNullable<Entry['thread']>): Promise<Outcome> {
  const running = hub.channels.get(thread.channelId);
  if (!running) {
    if (await hub.store.channels.get(thread.channelId)) return { againAt: new Date(hub.now().getTime() + offMs), attempted: false };
    return settle(hub, entry, { state: 'failed', at: hub.now(), reason: { 'zh-CN': '渠道已删除。', en: 'The channel was removed.' } });
  }
  // Order is kept: what was said later waits until what was said before is sent or has failed.
  const ahead = await hub.store.conversations.aheadInLine(entry);
  if (ahead) return { againAt: new Date(Math.max(ahead.due?.getTime() ?? 0, hub.now().getTime()) + 50), attempted: false };

  const shut = await closed(hub, entry.conversationId, thread, entry.content ?? {}, entry);
  if (shut) return settle(hub, entry, { state: 'failed', at: hub.now(), reason: shut });
  const consent = await allowed(hub, { channel: running.channel, address: thread.address ?? thread.key, purpose: 'service' });
  if (!consent.allowed) return settle(hub, entry, { state: 'failed', at: hub.now(), reason: consent.reason });

  const wait = await tooFast(hub, running.channel, thread);
  if (wait > 0) return { againAt: new Date(hub.now().getTime() + wait), attempted: false };

  // The platform's word may have settled it between two attempts, here or at another node.
  if (effect.doubt && (await hub.store.conversations.getById(entry.id))?.externalId) return { state: 'done' };

  // Where sending twice would show, leave word before trying: a crash then says "perhaps", not "never".
  const again = effect.doubt === true;
  const traces = hub.channels.manifest(running.channel.kind).sending === 'in-doubt';
  // What we carry ourselves cannot be down, and is never taken back.
  if (!running.connector.socket && !await claimSend(hub, entry, traces)) return { state: 'done' };
  let sent: Awaited<ReturnType<typeof running.connector.send>>;
  try {
    const message = await outbound(hub, entry, thread, again);
    sent = (again && await running.connector.settle?.(message)) || await running.connector.send(message);
    hub.events.emit('tried', { channelId: thread.channelId });
  } catch (error) {
    hub.events.emit('tried', { channelId: thread.channelId, error });
    if (error instanceof ConnectorError && error.kind === 'rejected') return settle(hub, entry, { state: 'failed', at: hub.now(), reason: error.words });
    if (error instanceof ConnectorError && error.kind === 'in-doubt') return settle(hub, entry, { state: 'unknown', at: hub.now(), reason: error.words });
    // A platform's plain "no" of a first attempt is certain; any other ending leaves the doubt there was.
    return later(hub, entry, effect, error, again || (traces && !(error instanceof ConnectorError)));
  }
  try {
    return await settle(hub, entry, { state: sent.state ?? 'sent', at: hub.now() }, sent.externalId);
  } catch (error) {
    return later(hub, entry, effect, error, traces);
  }
}

/** Milliseconds until the platform lets this account, and this thread, send again. */
async function tooFast(hub: Hub, channel: Channel, thread: Thread): Promise<number> {
  const { rate } = hub.channels.manifest(channel.kind);
  if (!rate) return 0;
  const spacing = rate.threadSeconds ? await hub.store.channels.takeToken(`${channel.id}/${thread.key}`, 1 / rate.threadSeconds, 1) : 0;
  return spacing || hub.store.channels.takeToken(channel.id, rate.perSecond, rate.burst);
}

/** A channel that is off is looked at again so often; its messages wait. */
const offMs = 60_000;

async function settle(hub: Hub, entry: Entry, delivery: Delivery, externalId?: string): Promise<Outcome> {
  const moved = await hub.store.conversations.moveDelivery({ id: entry.id }, delivery, externalId);
  if (moved) tellDelivery(hub, moved, delivery);
  const early = externalId && entry.thread ? hub.known.earlyReceipts.get(`${entry.thread.channelId}:${externalId}`) : undefined;
  const further = early && await hub.store.conversations.moveDelivery({ id: entry.id }, early);
  if (early && further) tellDelivery(hub, further, early);
  return delivery.state === 'failed' ? { state: 'failed', error: delivery.reason && inLanguage(delivery.reason, 'en') } : { state: 'done' };
}

async function later(hub: Hub, entry: Entry, effect: Effect, error: unknown, doubt: boolean): Promise<Outcome> {
  const reason = wordsOf(error);
  if (!(error instanceof ConnectorError)) hub.log.warn({ err: error, entry: entry.id }, 'a message could not be sent or recorded; it will be tried again');
  const wait = retryDelay(effect.attempts, hub.random(), error instanceof ConnectorError ? error.retryAfterMs : 0);
  if (wait === null) return settle(hub, entry, { state: doubt ? 'unknown' : 'failed', at: hub.now(), reason });
  return { againAt: new Date(hub.now().getTime() + wait), error: inLanguage(reason, 'en'), doubt };
}

async function outbound(hub: Hub, entry: Entry, thread: NonNullable<Entry['thread']>, again: boolean): Promise<Outbound> {
  const head = await hub.heads.get(entry.conversationId);
  const kind = hub.channels.get(thread.channelId)?.channel.kind;
  const content = kind ? await fitContent(hub, entry.content ?? {}, hub.channels.manifest(kind)) : entry.content ?? {};
  return {
    key: entry.id, again, thread: thread.key, to: thread.address ?? '', content, subject: head?.subject ?? undefined,
    speaker: { kind: entry.actor.kind === 'agent' ? 'agent' : entry.actor.kind === 'bot' ? 'bot' : 'system', name: await speakerName(hub, entry) },
    history: await hub.store.conversations.threadHistory(entry.conversationId, thread, entry.seq),
    file: attachment => hub.store.attachments.read(attachment.id), link: async attachment => linkTo(hub, attachment),
  };
}

async function speakerName(hub: Hub, entry: Entry): Promise<string> {
  if (entry.actor.kind !== 'agent') return 'Hubbub';
  return (await hub.store.people.get(entry.actor.id))?.name ?? 'Hubbub';
}
