/** The library's events as notices. Runs in the session process. */
import type { Client, GroupNotification, Message } from 'whatsapp-web.js';
import { isGroup } from './addresses.ts';
import { told, type lookUp } from './look-up.ts';
import type { Me, Notice } from './protocol.ts';

/** Keeps the order in which the page said things, though looking people up takes its time. */
export function reportEvents(web: Client, people: ReturnType<typeof lookUp>, tell: (notice: Notice) => void): void {
  let line: Promise<void> = Promise.resolve();
  const inLine = (make: () => Promise<Notice | null>): void => {
    line = line.then(make).then((notice) => { if (notice) tell(notice); }).catch((error: unknown) => {
      process.stderr.write(`an event could not be told: ${error instanceof Error ? error.message : String(error)}\n`);
    });
  };
  const idOf = (message: Message): string => message.id._serialized;

  web.on('qr', (qr: string) => tell({ event: 'qr', qr }));
  web.on('code', (code: string) => tell({ event: 'code', code }));
  web.on('authenticated', () => tell({ event: 'authenticated' }));
  web.on('loading_screen', (percent) => tell({ event: 'loading', percent: Number(percent) || 0 }));
  web.on('change_state', (state) => tell({ event: 'state', state: String(state) }));
  web.on('ready', () => inLine(async () => ({ event: 'ready', me: await me(web) })));

  web.on('message_create', (message) => inLine(async () => ({ event: 'message', told: await told(message, people) })));
  web.on('message_ciphertext_failed', (message: Message) => inLine(async () => ({ event: 'undecipherable', told: await told(message, people) })));
  web.on('message_ack', (message, ack) => inLine(async () => ({ event: 'ack', id: idOf(message), ack: Number(ack) })));
  web.on('message_edit', (message, text: unknown, before: unknown) => inLine(async () => ({ event: 'edited', told: await told(message, people), text: String(text ?? ''), before: String(before ?? '') })));
  web.on('message_revoke_everyone', (message, before) => inLine(async () => ({ event: 'revoked', id: originalOf(message) ?? (before ? idOf(before) : idOf(message)), told: await told(message, people) })));
  web.on('message_reaction', (reaction) => inLine(async () => ({
    event: 'reaction', id: reaction.id._serialized, about: reaction.msgId._serialized, emoji: reaction.reaction ?? '',
    ...(Number.isFinite(reaction.timestamp) && { at: reaction.timestamp * 1000 }), person: await people.person(reaction.senderId),
  })));

  web.on('contact_changed', (message, from: unknown, to: unknown) => inLine(async () => (
    typeof from === 'string' && typeof to === 'string' ? { event: 'moved', id: idOf(message), chat: message.fromMe ? message.to : message.from, from, to } : null)));
  web.on('call', (call) => inLine(async () => {
    const from = call.from;
    return from && !call.fromMe && !call.isGroup ? { event: 'happened', id: `call:${call.id}`, chat: from, name: call.isVideo ? 'video-call' : 'call', person: await people.person(from), data: {} } : null;
  }));
  const group = (name: string) => (notification: GroupNotification): void => inLine(async () => {
    if (!isGroup(notification.chatId)) return null;
    const who = notification.author ?? notification.recipientIds[0];
    if (!who) return null;
    const names = await Promise.all(notification.recipientIds.slice(0, 20).map(async (id) => (await people.person(String(id))).name ?? String(id).split('@')[0]));
    const data: Record<string, string> = names.length ? { people: names.join(', ') } : {};
    return { event: 'happened', id: `group:${JSON.stringify(notification.id).slice(0, 300)}`, chat: notification.chatId, name, person: await people.person(who), data };
  });
  web.on('group_join', group('group-join'));
  web.on('group_leave', group('group-leave'));
}

/** A revoked message is a new one that names the old. */
function originalOf(message: Message): string | undefined {
  const raw = message.rawData;
  if (!('protocolMessageKey' in raw)) return undefined;
  const key = raw.protocolMessageKey;
  return typeof key === 'object' && key !== null && '_serialized' in key && typeof key._serialized === 'string' ? key._serialized : undefined;
}

async function me(web: Client): Promise<Me> {
  const id = web.info.wid._serialized;
  // The library knows the phone only; groups that hide numbers mention the other id.
  const lid: unknown = await web.pupPage?.evaluate("window.require('WAWebUserPrefsMeUser')?.getMaybeMeLidUser?.()?._serialized").catch(() => undefined);
  return { id, ...(typeof lid === 'string' && { lid }), ...(web.info.pushname && { name: web.info.pushname }) };
}
