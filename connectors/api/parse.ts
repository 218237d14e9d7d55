/** The bytes of a signed call -> what they say, or what is wrong with them, field by field. Pure. */
import { isUtf8 } from 'node:buffer';
import { z } from 'zod';
import type { Inbound, Receipt } from '../connector.ts';
import { isTooDeep } from '../wire/nesting.ts';
import { limits } from './manifest.ts';

/** Deep nesting costs JSON.parse seconds, so it is counted first. */
const maxDepth = 32;
const visible = /^(?=.*\S)[^\p{Cc}\p{Cs}]+$/u;

/** Ids and threads become database keys: a lone surrogate or a NUL would make two of them one. */
const Key = z.string().min(1).max(256).regex(visible, 'is blank, or holds control characters or broken Unicode');

const File = z.strictObject({
  name: z.string().min(1).max(255),
  type: z.string().max(127).regex(/^[\w.+-]+\/[\w.+-]+$/, 'is a media type, e.g. image/png').default('application/octet-stream'),
  data: z.string(),
});

const Message = z.strictObject({
  type: z.literal('message').default('message'),
  id: Key,
  thread: Key,
  from: z.strictObject({ id: Key, name: z.string().max(200).optional() }),
  text: z.string().max(limits.textLength).default(''),
  attachments: z.array(File).max(20).optional(),
});

const ReceiptEvent = z.strictObject({
  type: z.literal('receipt'),
  id: Key,
  state: z.enum(['delivered', 'read', 'failed']),
  reason: z.string().max(500).optional(),
});

const Typing = z.strictObject({ type: z.literal('typing'), thread: Key, typing: z.boolean() });

/** Everything an outside system may post; without a type it is a message. */
export const Call = z.discriminatedUnion('type', [Message, ReceiptEvent, Typing], {
  error: (issue) => (issue.code === 'invalid_union' ? "is 'message', 'receipt' or 'typing'" : undefined),
});

/** What a call means to the hub. */
export type Parsed =
  | { kind: 'message'; message: Inbound }
  | { kind: 'receipt'; receipt: Receipt }
  | { kind: 'typing'; thread: string; typing: boolean }
  | { kind: 'wrong'; tooLarge: boolean; detail: string; fields: Record<string, string> };

const wrong = (detail: string, fields: Record<string, string> = {}, tooLarge = false): Parsed => ({ kind: 'wrong', tooLarge, detail, fields });

function fieldsOf(error: z.ZodError): Record<string, string> {
  const fields: [string, string][] = [];
  for (const issue of error.issues.slice(0, 20)) {
    const path = issue.path.map(String);
    if (issue.code === 'unrecognized_keys') {
      for (const key of issue.keys.slice(0, 20)) fields.push([[...path, key.slice(0, 100)].join('.'), 'is not a field we know: remove it']);
    } else fields.push([path.join('.') || 'body', issue.message]);
  }
  return Object.fromEntries(fields);
}

/** Text as a database and a browser can hold it: no broken surrogates, no NUL. */
const readable = (text: string): string => text.toWellFormed().replaceAll('\0', '\uFFFD');

function filesOf(files: z.infer<typeof File>[]): { files: NonNullable<Inbound['files']> } | Extract<Parsed, { kind: 'wrong' }> {
  const decoded: NonNullable<Inbound['files']> = [];
  for (const [index, { name, type, data }] of files.entries()) {
    const padding = data.endsWith('==') ? 2 : data.endsWith('=') ? 1 : 0;
    const bytes = Buffer.from(data, 'base64');
    const path = `attachments.${index}.data`;
    if (bytes.length === 0 || bytes.length !== Math.floor(((data.length - padding) * 3) / 4)) {
      return { kind: 'wrong', tooLarge: false, detail: 'A file could not be decoded.', fields: { [path]: 'is the file as base64, without line breaks, not empty' } };
    }
    if (bytes.length > limits.attachmentBytes) {
      return { kind: 'wrong', tooLarge: true, detail: 'A file is too large.', fields: { [path]: `is larger than ${limits.attachmentBytes} bytes: send a link instead` } };
    }
    const last = readable(name).replaceAll(/\p{Cc}/gu, '').split(/[/\\]/).at(-1);
    decoded.push({ name: last || 'file', type, bytes });
  }
  return { files: decoded };
}

/** Never throws: what cannot be understood comes back as 'wrong'. */
export function parse(body: Uint8Array): Parsed {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  if (!isUtf8(bytes)) return wrong('The body is not UTF-8.', { body: 'must be JSON in UTF-8' });
  if (isTooDeep(bytes, maxDepth)) return wrong('The body is nested too deeply.', { body: `is nested more than ${maxDepth} levels deep` });
  let json: unknown;
  try {
    json = JSON.parse(bytes.toString());
  } catch {
    return wrong('The body is not JSON.', { body: 'must be one JSON object' });
  }
  const checked = Call.safeParse(json);
  if (!checked.success) {
    const fields = fieldsOf(checked.error);
    return wrong(`Please correct: ${Object.keys(fields).join(', ')}.`, fields);
  }
  const call = checked.data;
  if (call.type === 'typing') return { kind: 'typing', thread: call.thread, typing: call.typing };
  if (call.type === 'receipt') {
    return { kind: 'receipt', receipt: { externalId: call.id, state: call.state, ...(call.reason && { reason: readable(call.reason) }) } };
  }
  const { id, thread, from, text, attachments } = call;
  if (text === '' && !attachments?.length) return wrong('The message is empty.', { text: 'is required when there are no attachments' });
  const decoded = attachments?.length ? filesOf(attachments) : undefined;
  if (decoded && 'kind' in decoded) return decoded;
  return {
    kind: 'message',
    message: {
      externalId: id,
      thread,
      from: { value: from.id, stable: true, ...(from.name && { name: readable(from.name) }) },
      content: text === '' ? {} : { text: readable(text) },
      ...decoded,
    },
  };
}
