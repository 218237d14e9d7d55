/** What the session tells -> what the hub understands. Pure, and never throws: what cannot be read is said to be so. */
import type { Happening, Inbound, Receipt, Sender } from '../connector.ts';
import { addressOf, isGroup, isLid, isPerson, phoneOf, sameAccount } from './addresses.ts';
import { carriedBy, isSilent, placeholder } from './content.ts';
import type { Me, Person, Told } from './protocol.ts';
import { Raw } from './raw.ts';

/** `thread` is where it happened on the platform; the hub's own key may be an older one of the same person. */
export type Parsed =
  | { kind: 'message'; chat: string; message: Inbound }
  | { kind: 'happening'; chat: string; happening: Happening }
  | { kind: 'silent' }
  | { kind: 'broken'; reason: string };

/** A person as a sender. The hidden id and the number are both kept: either may be all that is known tomorrow. */
export function senderOf(person: Person, shown?: string): Sender {
  const value = addressOf(person);
  const phone = person.phone ?? phoneOf(person.id);
  const name = person.name || shown;
  const also = [...(isLid(person.id) && value !== person.id ? [{ kind: 'whatsapp', value: person.id, attested: true }] : []), ...(phone ? [{ kind: 'phone', value: `+${phone}`, attested: true }] : [])];
  return { value, stable: true, ...(name && { name: name.toWellFormed().slice(0, 200) }), ...(also.length > 0 && { also }) };
}

/** A message as it came, or one found when reconciling. */
export const parseMessage = (told: Told, me: Me): Parsed => safely(() => readMessage(told, me));

/** Nesting without end exhausts the stack. */
function safely(read: () => Parsed): Parsed {
  try {
    return read();
  } catch (error) {
    return { kind: 'broken', reason: error instanceof Error ? error.message : String(error) };
  }
}

function readMessage({ raw: whole, person, group, quoted }: Told, me: Me): Parsed {
  const checked = Raw.safeParse(whole);
  if (!checked.success) return { kind: 'broken', reason: `the message has no id: ${checked.error.issues[0]?.path.join('.') ?? ''}` };
  const raw = checked.data;
  const { fromMe, _serialized: id } = raw.id;
  const chat = raw.id.remote ?? (fromMe ? raw.to : raw.from) ?? '';
  if (raw.isStatusV3 === true || !(isGroup(chat) || isPerson(chat))) return { kind: 'silent' };
  const at = timeOf(raw.t);
  if (raw.type === 'revoked') return { kind: 'happening', chat, happening: { kind: 'recalled', externalId: `recalled:${id}`, thread: chat, about: id } };
  const who = person ?? { id: fromMe || !isGroup(chat) ? chat : raw.author ?? raw.id.participant ?? raw.from ?? chat };
  if (raw.type === 'call_log' && !fromMe) {
    return { kind: 'happening', chat, happening: { kind: 'event', externalId: id, thread: chat, ...at, from: senderOf(who, raw.notifyName), name: 'call', text: words('call') } };
  }
  if (isSilent(raw) || raw.type === 'call_log') return { kind: 'silent' };

  const { content, ...files } = carriedBy(raw, whole);
  const quote = quoteOf(raw, chat, me, quoted);
  const full = quote ? { ...content, quote } : content;
  if (fromMe) {
    const to: Sender = isGroup(chat) ? { value: chat, stable: true, ...(group && { name: group }) } : senderOf(who);
    return { kind: 'happening', chat, happening: { kind: 'echo', externalId: id, thread: chat, ...at, to, content: full, ...files } };
  }
  return {
    kind: 'message', chat,
    message: {
      externalId: id, thread: chat, from: senderOf(who, raw.notifyName), ...at, content: full, ...files,
      ...(isGroup(chat) && { group: { name: group || chat, mentioned: isMentioned(raw, me) } }),
    },
  };
}

/** A message that could not be deciphered: the phone has it, this session may never. It has an id of its own, so that the words may still come. */
export const parseUndecipherable = (told: Told, me: Me): Parsed => safely(() => readUndecipherable(told, me));

function readUndecipherable(told: Told, me: Me): Parsed {
  const checked = Raw.safeParse(told.raw);
  if (!checked.success) return { kind: 'broken', reason: 'a message could not be deciphered and has no id' };
  const parsed = readMessage({ ...told, raw: { ...checked.data, type: 'chat', body: '-' } }, me);
  if (parsed.kind !== 'message') return parsed;
  const shown = placeholder('ciphertext', '', { 'zh-CN': '消息暂时无法解密，请在手机上查看', en: 'A message that could not be deciphered: look at the phone' }, told.raw);
  return { ...parsed, message: { ...parsed.message, ...shown, externalId: `${parsed.message.externalId}#undecipherable` } };
}

/** Sent is what `send` answers; only what comes after is a receipt. */
export function parseAck(id: string, ack: number): Receipt | null {
  if (ack === -1) return { externalId: id, state: 'failed', reason: { 'zh-CN': 'WhatsApp 未能发送此消息', en: 'WhatsApp could not send the message' } };
  if (ack === 2) return { externalId: id, state: 'delivered' };
  return ack >= 3 ? { externalId: id, state: 'read' } : null;
}

/** Where receipts stand on the ladder: a later step is never undone. */
export const stepOf = (state: Receipt['state']): number => ({ failed: 0, sent: 0, delivered: 1, read: 2 })[state];

/** An edit; null for a change that is none (a text that was deciphered just now). */
export function parseEdit(told: Told, text: string, before: string): { chat: string; happening: Happening } | null {
  const checked = Raw.safeParse(told.raw);
  if (!checked.success) return null;
  const raw = checked.data;
  const chat = raw.id.remote ?? (raw.id.fromMe ? raw.to : raw.from) ?? '';
  if (text === before || !(before || raw.latestEditSenderTimestampMs || raw.latestEditMsgKey)) return null;
  const version = raw.latestEditSenderTimestampMs ?? Buffer.from(text).toString('base64url').slice(0, 40);
  return { chat, happening: { kind: 'edited', externalId: `edited:${raw.id._serialized}:${version}`, thread: chat, about: raw.id._serialized, content: { text: text.toWellFormed().slice(0, 100_000) } } };
}

/** A sentence for each thing that happens beside messages. */
export const words = (name: string, people = ''): { 'zh-CN': string; en: string } => ({
  'call': { 'zh-CN': '未接的语音来电', en: 'Called; calls are not taken here' },
  'video-call': { 'zh-CN': '未接的视频来电', en: 'Called by video; calls are not taken here' },
  'group-join': { 'zh-CN': `加入群聊 ${people}`.trim(), en: `Joined the group ${people}`.trim() },
  'group-leave': { 'zh-CN': `离开群聊 ${people}`.trim(), en: `Left the group ${people}`.trim() },
}[name] ?? { 'zh-CN': name, en: name });

function timeOf(seconds: number | undefined): { sentAt?: Date } {
  return seconds !== undefined && seconds > 0 && seconds < 4e9 ? { sentAt: new Date(seconds * 1000) } : {};
}

function isMentioned(raw: Raw, me: Me): boolean {
  const mine = (id: string | null | undefined): boolean => sameAccount(id ?? undefined, me.id) || sameAccount(id ?? undefined, me.lid);
  return (raw.mentionedJidList ?? []).some(mine) || (raw.quotedMsg !== undefined && mine(raw.quotedParticipant));
}

/** The platform names the quoted message by a part of its id; the rest is known from the chat. */
function quoteOf(raw: Raw, chat: string, me: Me, found: string | undefined): { externalId: string; text?: string } | undefined {
  const mine = sameAccount(raw.quotedParticipant, me.id) || sameAccount(raw.quotedParticipant, me.lid);
  const built = raw.quotedStanzaID === undefined ? undefined : `${mine}_${chat}_${raw.quotedStanzaID}${isGroup(chat) && raw.quotedParticipant ? `_${raw.quotedParticipant}` : ''}`;
  const externalId = found ?? built;
  if (!externalId || (!raw.quotedMsg && !found)) return undefined;
  const text = raw.quotedMsg?.caption ?? (raw.quotedMsg?.directPath ? undefined : raw.quotedMsg?.body);
  return { externalId, ...(text && { text: text.toWellFormed().slice(0, 2_000) }) };
}
