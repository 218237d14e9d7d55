/** Our word goes out over its channel. Sent once where the platform lets us settle it; otherwise shown as in doubt, never silent. */
import { ConnectorError, type Outbound } from '../../connectors/connector.ts';
import type { Hub } from '../hub.ts';
import type { Outcome } from './effects.ts';
import { tellDelivery } from './receipts.ts';
import { retryDelay } from './rules/delivery.ts';
import type { Delivery, Effect, Entry } from './schema.ts';
import { threadName } from './store.ts';

/** Carrier of 'deliver': one message of a thread at a time, in order of seq. */
export function deliver(hub: Hub, entry: Entry, effect: Effect): Promise<Outcome> {
  const thread = entry.thread;
  if (!thread) return Promise.resolve({ state: 'failed', error: 'the entry names no thread' });
  return hub.turns(`deliver/${threadName(thread)}`, () => sendOne(hub, entry, effect, thread));
}

async function sendOne(hub: Hub, entry: Entry, effect: Effect, thread: NonNullable<Entry['thread']>): Promise<Outcome> {
  const running = hub.channels.get(thread.channelId);
  if (!running) {
    const gone = await hub.store.channels.get(thread.channelId) === null;
    if (gone) return settle(hub, entry, { state: 'failed', at: hub.now(), reason: 'The channel was removed.' });
    return later(hub, effect, 'The channel is off.');
  }
  // Order is kept: what was said later waits until what was said before is sent or has failed.
  const ahead = await hub.store.conversations.aheadInLine(entry);
  if (ahead) return { againAt: new Date(Math.max(ahead.due?.getTime() ?? 0, hub.now().getTime()) + 50), attempted: false };
  const inDoubt = hub.channels.manifest(running.channel.kind).sending === 'in-doubt';
  // Where sending twice would show, leave word before trying: a crash then says "perhaps", not "never".
  if (inDoubt) await hub.store.conversations.settleEffects(entry.id, entry.effects.map(each => ({ ...each, attempts: each.attempts + 1, error: lost })), hub.now());
  try {
    const sent = await running.connector.send(await outbound(hub, entry, thread, effect.error === lost));
    return await settle(hub, entry, { state: sent.state ?? 'sent', at: hub.now() }, sent.externalId);
  } catch (error) {
    if (!(error instanceof ConnectorError)) throw error;
    if (error.kind === 'rejected') return settle(hub, entry, { state: 'failed', at: hub.now(), reason: error.message });
    if (error.kind === 'in-doubt') return settle(hub, entry, { state: 'unknown', at: hub.now(), reason: error.message });
    return later(hub, effect, error.message, error.retryAfterMs, entry);
  }
}

const lost = 'the outcome of the attempt was not recorded';

async function settle(hub: Hub, entry: Entry, delivery: Delivery, externalId?: string): Promise<Outcome> {
  const early = externalId && entry.thread ? hub.known.earlyReceipts.get(`${entry.thread.channelId}:${externalId}`) : undefined;
  const moved = await hub.store.conversations.moveDelivery({ id: entry.id }, delivery, externalId);
  if (moved) tellDelivery(hub, moved, delivery);
  if (early) {
    const further = await hub.store.conversations.moveDelivery({ id: entry.id }, early);
    if (further) tellDelivery(hub, further, early);
  }
  return delivery.state === 'failed' ? { state: 'failed', error: delivery.reason } : { state: 'done' };
}

async function later(hub: Hub, effect: Effect, error: string, askedMs = 0, entry?: Entry): Promise<Outcome> {
  const wait = retryDelay(effect.attempts, hub.random(), askedMs);
  if (wait === null) return entry ? settle(hub, entry, { state: 'failed', at: hub.now(), reason: error }) : { state: 'failed', error };
  return { againAt: new Date(hub.now().getTime() + wait), error };
}

async function outbound(hub: Hub, entry: Entry, thread: NonNullable<Entry['thread']>, again: boolean): Promise<Outbound> {
  const head = await hub.heads.get(entry.conversationId);
  return {
    key: entry.id, again, thread: thread.key, to: thread.address ?? '', content: entry.content ?? {}, subject: head?.subject ?? undefined,
    speaker: { kind: entry.actor.kind === 'agent' ? 'agent' : entry.actor.kind === 'bot' ? 'bot' : 'system', name: await speakerName(hub, entry) },
    history: await hub.store.conversations.threadHistory(entry.conversationId, thread, entry.seq),
    file: attachment => hub.store.attachments.read(attachment.id),
  };
}

async function speakerName(hub: Hub, entry: Entry): Promise<string> {
  if (entry.actor.kind !== 'agent') return 'Hubbub';
  return (await hub.store.people.get(entry.actor.id))?.name ?? 'Hubbub';
}
