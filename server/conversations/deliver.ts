/** Our word goes out over its channel. Sent once where the platform lets us settle it; otherwise shown as in doubt, never silent. */
import { ConnectorError, inLanguage, wordsOf } from '../../connectors/connector.ts';
import { fitContent } from '../attachments/fit.ts';
import { allowed } from '../contacts/consent.ts';
import type { Hub } from '../hub.ts';
import type { Outcome } from './effects.ts';
import { linkedWords } from './link-instead.ts';
import { takeEarly, tellDelivery } from './receipts.ts';
import { threadName } from './rules/thread.ts';
import type { Content, Delivery, Effect, Entry, Thread } from './schema.ts';
import { attempt, later, tooFast, type Sending } from './send-one.ts';
import { sendParts } from './send-parts.ts';
import { claimSend, notOurs } from './take-back.ts';
import { closed } from './window.ts';

/** A channel that is off is looked at again so often; its messages wait. */
const offMs = 60_000;

/** Carrier of 'deliver': one message of a thread at a time, in order of seq. */
export function deliver(hub: Hub, entry: Entry, effect: Effect): Promise<Outcome> {
  const thread = entry.thread;
  if (!thread) return Promise.resolve({ state: 'failed', error: 'the entry names no thread' });
  return hub.turns(`deliver/${threadName(thread)}`, () => inTurn(hub, entry, effect, thread));
}

async function inTurn(hub: Hub, given: Entry, effect: Effect, thread: Thread): Promise<Outcome> {
  const running = hub.channels.get(thread.channelId);
  if (!running) {
    if (await hub.store.channels.get(thread.channelId)) return { againAt: new Date(hub.now().getTime() + offMs), attempted: false };
    return settle(hub, given, { state: 'failed', at: hub.now(), reason: { 'zh-CN': '渠道已删除。', en: 'The channel was removed.' } });
  }
  // Order is kept: what was said later waits until what was said before is sent or has failed.
  const ahead = await hub.store.conversations.aheadInLine(given);
  if (ahead) return { againAt: new Date(Math.max(ahead.due?.getTime() ?? 0, hub.now().getTime()) + 50), attempted: false };

  const manifest = hub.channels.manifest(running.channel.kind);
  const content = await fitContent(hub, given.content ?? {}, manifest);
  const messages = running.connector.split?.(content, thread.address ?? thread.key) ?? [content];
  // What became of earlier attempts, here or at another node, is in the database.
  const entry = effect.doubt || effect.attempts > 0 || given.parts || messages.length > 1 ? await hub.store.conversations.getById(given.id) ?? given : given;
  if (effect.doubt && entry.externalId && !entry.parts) return { state: 'done' };
  // Begun anew meanwhile: whoever did that goes on.
  if (entry !== given && entry.effects[0]?.round !== effect.round) return { lost: true };

  const needs = entry.parts ? entry.parts.filter(({ state }) => state === 'queued').length : messages.length;
  const reason = await closed(hub, entry.conversationId, thread, content, entry, needs) ?? await forbidden(hub, running.channel, thread);
  if (reason) return settle(hub, entry, { state: 'failed', at: hub.now(), reason });
  const sending: Sending = { running, thread, effect, traces: manifest.sending === 'in-doubt' };
  return entry.parts || messages.length > 1 ? sendParts(hub, sending, entry, messages) : sendWhole(hub, sending, entry, content);
}

async function forbidden(hub: Hub, channel: Sending['running']['channel'], thread: Thread): Promise<Delivery['reason'] | null> {
  const consent = await allowed(hub, { channel, address: thread.address ?? thread.key, purpose: 'service' });
  return consent.allowed ? null : consent.reason;
}

async function sendWhole(hub: Hub, sending: Sending, entry: Entry, content: Content): Promise<Outcome> {
  const { running, effect, thread, traces } = sending;
  // Where sending twice would show, leave word before trying: a crash then says "perhaps", not "never". What we carry ourselves cannot be down, and is never taken back.
  const again = effect.doubt === true;
  if (!running.connector.socket && !await claimSend(hub, entry, effect, traces)) return notOurs(hub, entry);
  // Last, so that nothing slow stands between the platform's leave and the send.
  const wait = await tooFast(hub, running.channel, thread);
  if (wait > 0) return { againAt: new Date(hub.now().getTime() + wait), attempted: false, doubt: again };
  let sent: Awaited<ReturnType<typeof attempt>>;
  try {
    sent = await attempt(hub, sending, entry, content, entry.id, again);
  } catch (error) {
    if (error instanceof ConnectorError && error.kind === 'rejected') return await asLink(hub, sending, entry, content, error) ?? settle(hub, entry, { state: 'failed', at: hub.now(), reason: error.words });
    if (error instanceof ConnectorError && error.kind === 'in-doubt') return settle(hub, entry, { state: 'unknown', at: hub.now(), reason: error.words });
    // A platform's plain "no" of a first attempt is certain; any other ending leaves the doubt there was.
    return laterOr(hub, entry, effect, error, again || (traces && !(error instanceof ConnectorError)));
  }
  try {
    return await settle(hub, entry, { state: sent.state ?? 'sent', at: hub.now() }, sent.externalId);
  } catch (error) {
    return laterOr(hub, entry, effect, error, traces);
  }
}

/** A file the platform refuses goes as a link at once; null: that is not the case, or was tried. */
async function asLink(hub: Hub, sending: Sending, entry: Entry, content: Content, error: ConnectorError): Promise<Outcome | null> {
  if (error.because !== 'file' || !sending.running.connector.split || !content.attachments?.length || content.template) return null;
  const linked = await hub.store.conversations.linkPart(entry.id, 0, linkedWords(content, error.words), [{ state: 'queued', at: hub.now() }], hub.now());
  // The worker has it in hand: what it says of the effects of before no longer counts.
  if (linked) hub.effects.schedule(linked, hub.now());
  return linked ? { state: 'done' } : null;
}

async function laterOr(hub: Hub, entry: Entry, effect: Effect, error: unknown, doubt: boolean): Promise<Outcome> {
  return later(hub, entry, effect, error, doubt) ?? settle(hub, entry, { state: doubt ? 'unknown' : 'failed', at: hub.now(), reason: wordsOf(error) });
}

async function settle(hub: Hub, entry: Entry, delivery: Delivery, externalId?: string): Promise<Outcome> {
  const moved = await hub.store.conversations.moveDelivery({ id: entry.id, begun: { round: entry.effects[0]?.round } }, delivery, externalId);
  if (moved) tellDelivery(hub, moved, delivery);
  if (externalId && entry.thread) await takeEarly(hub, entry.thread.channelId, externalId);
  return delivery.state === 'failed' ? { state: 'failed', error: delivery.reason && inLanguage(delivery.reason, 'en') } : { state: 'done' };
}
