/** What a visitor's browser says -> Inbound. Pure; errors name the field. */
import { z } from 'zod';
import type { Happening, Inbound, Sender, TranscriptEntry, VisitorSocket } from '../connector.ts';
import { Attachment, thumbs } from '../../server/conversations/schema.ts';
import { limits } from './manifest.ts';
import { same } from './same.ts';
import { attachmentProof, userIdOf } from './token.ts';

/** Over a socket a refusal is data; the same words as the HTTP problems. */
export type SocketProblem = { code: string; detail: string; fields?: Record<string, string>; retryAfterMs?: number };

const seq = z.number().int().nonnegative();

const File = Attachment.omit({ cid: true }).extend({
  size: z.number().int().nonnegative().max(limits.attachmentBytes, `is larger than ${limits.attachmentBytes} bytes`),
  proof: z.string().max(100, 'is the proof the upload answered'),
});

/** The events a visitor may send. */
export const events = {
  send: z.object({
    /** Made by the browser, the same at every attempt. */
    id: z.string().regex(/^[A-Za-z0-9_-]{8,64}$/, 'has 8 to 64 letters, digits, - or _'),
    text: z.string().max(limits.textLength, `is longer than ${limits.textLength} characters`).optional(),
    attachments: z.array(File).max(limits.attachments, `are more than ${limits.attachments}`).optional(),
    name: z.string().trim().max(80, 'is longer than 80 characters').optional(),
    email: z.email('is not an e-mail address').max(254).optional(),
  }),
  typing: z.object({ typing: z.boolean() }),
  delivered: z.object({ seq }),
  read: z.object({ seq }),
  resume: z.object({ after: seq }),
  /** Whether an answer of the bot helped; null takes it back. */
  rate: z.object({ id: z.string().regex(/^[A-Za-z0-9_-]{8,64}$/, 'has 8 to 64 letters, digits, - or _'), seq, rating: z.enum(['up', 'down']).nullable() }),
  end: z.object({}),
};
export type Send = z.infer<typeof events.send>;
export type Rate = z.infer<typeof events.rate>;

/** A visitor's `send` as the hub takes it, or what is wrong with it. `visitor` was proved by the token, and by the site if they are its user. */
export function toInbound(visitor: Pick<VisitorSocket, 'thread' | 'user' | 'device'>, sent: Send, tokenSecret: string): Inbound | SocketProblem {
  const { thread } = visitor;
  const text = (sent.text ?? '').replaceAll('\0', '').trim();
  const files = sent.attachments ?? [];
  if (text === '' && files.length === 0) return { code: 'invalid', detail: 'A message has a text or a file.', fields: { text: 'is empty' } };
  const foreign = files.findIndex((file) => !same(file.proof, attachmentProof(tokenSecret, thread, file)));
  if (foreign >= 0) return { code: 'forbidden', detail: 'This file was not uploaded in this chat.', fields: { [`attachments.${foreign}`]: 'was not uploaded here' } };
  return {
    externalId: `${thread}:${sent.id}`,
    thread,
    from: senderOf(visitor, sent),
    content: {
      ...(text === '' ? {} : { text }),
      ...(files.length === 0 ? {} : { attachments: files.map(({ id, name, type, size }) => ({ id, name, type, size })) }),
    },
  };
}

/** What the site signed is vouched for; what a page or a visitor merely says is a claim, by which nobody is joined. */
function senderOf({ thread, user, device }: Pick<VisitorSocket, 'thread' | 'user' | 'device'>, sent: Pick<Send, 'name' | 'email'>): Sender {
  const userId = userIdOf(thread);
  const email = user?.email ?? sent.email;
  const signed = user?.signed ?? false;
  // A name that stands beside a signature would pass for signed.
  const name = user?.name ?? (signed ? undefined : sent.name);
  const also = [
    ...(email ? [{ kind: 'email', value: email, attested: signed && user?.email !== undefined }] : []),
    ...(user?.phone ? [{ kind: 'phone', value: user.phone, attested: signed }] : []),
    ...(device ? [{ kind: 'device', value: device, attested: false }] : []),
  ];
  return {
    value: userId === null ? thread : `user:${userId}`,
    ...(name ? { name } : {}),
    stable: userId !== null,
    ...(email && !signed ? { attributes: { email } } : {}),
    ...(also.length > 0 ? { also } : {}),
    ...(signed ? { signed } : {}),
  };
}

/** A visitor's thumb on a word of the bot, as the hub takes it. */
export function toReaction(visitor: Pick<VisitorSocket, 'thread' | 'user' | 'device'>, { id, rating }: Rate, entry: TranscriptEntry | undefined): Happening | SocketProblem {
  if (entry?.from !== 'bot') return { code: 'invalid', detail: 'Only answers of the assistant can be rated.', fields: { seq: 'is no answer of the assistant' } };
  if (!entry.externalId) return { code: 'unavailable', detail: 'The answer is on its way yet; try again in a moment.', retryAfterMs: 500 };
  return { kind: 'reaction', externalId: `${visitor.thread}:rate:${id}`, thread: visitor.thread, about: entry.externalId, from: senderOf(visitor, {}), emoji: rating === null ? '' : thumbs[rating] };
}

/** A zod error in words: one message a field, named by its path. */
export function invalid(error: z.ZodError): SocketProblem {
  const fields = Object.fromEntries(error.issues.map((issue) => [issue.path.join('.') || 'message', issue.message]));
  const [first] = Object.entries(fields);
  return { code: 'invalid', detail: first ? `${first[0]} ${first[1]}` : 'The message is malformed.', fields };
}
