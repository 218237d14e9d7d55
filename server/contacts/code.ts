/** A code sent to an address over a channel of ours, and repeated elsewhere: proof that the two are one person's. */
import { createHash, randomInt, timingSafeEqual } from 'node:crypto';
import { ConnectorError, inLanguage } from '../../connectors/connector.ts';
import type { Actor, Locale } from '../conversations/schema.ts';
import type { Hub } from '../hub.ts';
import { Problem } from '../problem.ts';
import { allowed } from './consent.ts';
import { addressOf, namespaceOf } from './identify.ts';
import { prove } from './learn.ts';
import { contactOf, membersOf } from './link.ts';
import { normalAddress } from './rules/address.ts';

const validMs = 10 * 60_000;
const tries = 3;
const hourMs = 3_600_000;
/** Codes an hour for one contact, and a day for one address: nobody is flooded in another's name. */
const mostAnHour = 3;
const mostADay = 6;

const hashOf = (id: string, code: string) => createHash('sha256').update(`${id}:${code}`).digest('hex');

/**
 * Sends a code of six digits to an address over a channel of ours. Whoever repeats it within 10 minutes, in 3 tries, holds the address.
 * Only channels whose addresses are known beyond themselves (mail, phone) can reach one that never wrote to them.
 */
export async function sendCode(hub: Hub, contactId: string, { channelId, to }: { channelId: string; to: string }, by: Actor): Promise<{ to: string; until: Date }> {
  const { store: { contacts } } = hub;
  await contactOf(hub, contactId);
  const running = hub.channels.get(channelId);
  if (!running) throw new Problem('invalid', 'There is no such channel, or it is off.', { channelId: 'choose a channel that runs' });
  const { channel, connector } = running;
  const kind = namespaceOf(hub, channel);
  if (hub.channels.manifest(channel.kind).identity === undefined) throw new Problem('invalid', 'This channel can only answer who wrote to it.', { channelId: 'choose a channel for mail or phone' });
  const value = normalAddress(kind, to);
  if (value === null) throw new Problem('invalid', 'This is no address of the channel.', { to: 'must be an address that the channel can write to' });
  const may = await allowed(hub, { channel, address: value, purpose: 'service' });
  if (!may.allowed) throw new Problem('conflict', may.reason ?? 'The address may not be written to.');
  // Where numbers are dialled they have their plus; digits alone are how two spellings are compared.
  const dialled = kind === 'phone' ? `+${value}` : value;
  const now = hub.now();
  const since = (ms: number) => new Date(now.getTime() - ms);
  const [own, there] = await Promise.all([contacts.countCodesOf(contactId, since(hourMs), mostAnHour), contacts.countCodesTo(kind, value, since(24 * hourMs), mostADay)]);
  if (own >= mostAnHour || there >= mostADay) throw new Problem('too-many', 'Too many codes were sent. Try again later.');
  const id = contacts.newCodeId();
  const code = String(randomInt(1_000_000)).padStart(6, '0');
  const until = new Date(now.getTime() + validMs);
  await contacts.addCode({ id, contactId, kind, value, channelId, hash: hashOf(id, code), tries, by, createdAt: now, until });
  const locale = await languageOf(hub, contactId);
  const { subject, text } = wording[locale](code);
  try {
    await connector.send({
      key: `code-${id}`, again: false, thread: dialled, content: { text }, speaker: { kind: 'system', name: channel.name }, to: dialled, subject, locale, history: [],
      file: () => Promise.reject(new Error('a code carries no file')),
    });
  } catch (error) {
    if (error instanceof ConnectorError) throw new Problem('unavailable', { 'zh-CN': `验证码发送失败：${inLanguage(error.words, 'zh-CN')}`, en: `The code could not be sent: ${inLanguage(error.words, 'en')}` }, {}, { cause: error });
    throw error;
  }
  return { to: addressOf(kind, value), until };
}

const wording: Record<Locale, (code: string) => { subject: string; text: string }> = {
  'zh-CN': (code) => ({ subject: '验证码', text: `验证码 ${code}，10 分钟内有效。请在对话中告诉我们；如非本人操作，请忽略。` }),
  en: (code) => ({ subject: 'Your code', text: `Your code is ${code}, good for 10 minutes. Tell it to us in the chat; ignore this if you did not ask for it.` }),
};

/** The language of what the person said last. */
async function languageOf(hub: Hub, contactId: string): Promise<Locale> {
  const [latest] = await hub.store.conversations.listHeads({ members: await membersOf(hub, contactId) }, 1);
  return latest?.locale ?? 'zh-CN';
}

/** The customer repeats the code: the address is theirs, and they are whoever else it is vouched for, or writes from it. */
export async function checkCode(hub: Hub, contactId: string, code: string): Promise<void> {
  const sent = await hub.store.contacts.tryCode(contactId, hub.now());
  if (!sent) throw new Problem('gone', 'The code has run out. Send a new one.');
  if (!timingSafeEqual(Buffer.from(sent.hash), Buffer.from(hashOf(sent.id, code)))) throw new Problem('invalid', 'This is not the code.', { code: 'is not what we sent' });
  if (!await hub.store.contacts.spendCode(sent.id, hub.now())) throw new Problem('gone', 'The code has been used. Send a new one.');
  await prove(hub, { id: sent.channelId }, contactId, { kind: sent.kind, value: sent.value }, 'otp');
}
