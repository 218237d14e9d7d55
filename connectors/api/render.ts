/** What we post to the other system. Pure, but for reading the files. */
import { limits } from './manifest.ts';
import type { Outbound, ThreadStatus } from '../connector.ts';

const encode = (payload: object): Uint8Array => Buffer.from(JSON.stringify(payload));

/** Files travel inside while they fit together; a larger one is named, with its id to fetch it by. */
export async function renderMessage({ key, thread, to, subject, speaker, content, file }: Outbound): Promise<Uint8Array> {
  const { text = '', html, choices, sources, location } = content;
  const attachments: object[] = [];
  let room = limits.attachmentBytes;
  for (const attachment of content.attachments ?? []) {
    const { id, name, type, size } = attachment;
    if (size > room) {
      attachments.push({ id, name, type, size });
      continue;
    }
    room -= size;
    attachments.push({ id, name, type, size, data: Buffer.from(await file(attachment)).toString('base64') });
  }
  return encode({ type: 'message.created', id: key, thread, to, subject, speaker, text, html, choices, sources, location, attachments });
}

/** Things worth knowing that are not messages; sent once, never repeated. */
export type Event =
  | { type: 'typing'; thread: string; typing: boolean }
  | { type: 'message.read'; thread: string; id: string }
  | ({ type: 'conversation.status'; thread: string } & ThreadStatus)
  | { type: 'ping' };

/** The bytes of an event. */
export const renderEvent = (event: Event): Uint8Array => encode(event);
