/** Mails that cannot be shown whole, too large or broken, stay visible: their header, and words that say where the rest is. */
import type { Words } from '../connector.ts';
import { headerEnd } from './header.ts';
import { externalIdOf, parseMail, type Mailbox, type Parsed } from './parse.ts';

/** A broken mail up to this size travels with its placeholder; a larger one is in quarantine only. */
const keptBytes = 10 * 1024 * 1024;
const kept = /^(from|sender|reply-to|to|cc|subject|date|message-id|in-reply-to|references|auto-submitted|precedence|list-id|return-path|delivered-to|x-hubbub-[a-z]+)\s*:/i;

/** The Message-ID as it stands in the bytes, for mails that no parser has seen. */
export const messageIdOf = (source: Uint8Array): string | undefined =>
  /^message-id:\s*(<[^<>\s]{1,300}>)/im.exec(Buffer.from(source.buffer, source.byteOffset, Math.min(source.byteLength, 64_000)).toString('latin1'))?.[1];

/** A mail of which only the header was fetched, because of its size. */
export function tooLarge(header: Uint8Array, size: number, mailbox: Mailbox): Promise<Parsed | null> {
  const megabytes = Math.ceil(size / 1024 / 1024);
  return placeholder(header, { 'zh-CN': `此邮件过大（${megabytes} MB），保留在邮件服务器上。`, en: `This mail is too large (${megabytes} MB) and stays on the mail server.` }, mailbox);
}

/** A mail that the parser refused. Null when it has no header at all. */
export async function broken(source: Uint8Array, mailbox: Mailbox): Promise<Parsed | null> {
  const parsed = await placeholder(source, { 'zh-CN': '此邮件无法显示，原件已保留。', en: 'This mail cannot be shown; its original is kept.' }, mailbox);
  if (!parsed || parsed.own || source.length > keptBytes) return parsed;
  return { ...parsed, inbound: { ...parsed.inbound, files: [{ name: 'original.eml', type: 'message/rfc822', bytes: source }] } };
}

async function placeholder(source: Uint8Array, reason: Words, mailbox: Mailbox): Promise<Parsed | null> {
  const header = Buffer.from(source.subarray(0, Math.min(headerEnd(source.subarray(0, 2 * 1024 * 1024)), 2 * 1024 * 1024)));
  // Latin-1 keeps every byte, whatever charset it was meant in.
  const lines = header.toString('latin1').split(/\r?\n(?![ \t])/).filter((line) => kept.test(line)).slice(0, 200).map((line) => line.slice(0, 20_000));
  if (lines.length === 0) return null;
  const mail = Buffer.concat([Buffer.from(lines.join('\r\n'), 'latin1'), Buffer.from('\r\n\r\n')]);
  const parsed = await parseMail(mail, mailbox).catch(() => null);
  if (!parsed || parsed.own) return parsed;
  return { ...parsed, inbound: { ...parsed.inbound, externalId: externalIdOf(source, messageIdOf(source)), content: { ...parsed.inbound.content, unreadable: { reason, kind: 'email' } } } };
}
