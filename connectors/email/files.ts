/** The files of a mail: names made safe, types made plain, every part kept. */
import type { Attachment as Part } from 'postal-mime';
import type { Inbound } from '../connector.ts';
import { oneLine } from './charset.ts';

type File = NonNullable<Inbound['files']>[number];

/** More parts than this are kept together as the original mail. */
export const mostFiles = 90;

const extensions: Record<string, string> = {
  'text/calendar': 'ics', 'text/plain': 'txt', 'text/html': 'html', 'text/csv': 'csv', 'text/x-vcard': 'vcf', 'text/vcard': 'vcf', 'message/rfc822': 'eml',
  'image/png': 'png', 'image/jpeg': 'jpg', 'image/gif': 'gif', 'image/webp': 'webp', 'application/pdf': 'pdf', 'application/zip': 'zip',
  'application/pgp-signature': 'asc', 'application/pgp-encrypted': 'asc', 'application/pkcs7-signature': 'p7s', 'application/pkcs7-mime': 'p7m',
  'application/ms-tnef': 'dat', 'message/delivery-status': 'txt', 'text/rfc822-headers': 'txt',
};

/** A file name that is only a name. */
export function fileName(name: string | null | undefined, type: string, index: number): string {
  const last = oneLine(name ?? '').replace(/^.*[/\\]/, '').replace(/[<>:"|?*]/g, '_').replace(/^\.+/, '').slice(-200).trim();
  return last || `${type === 'message/rfc822' ? 'mail' : 'file'}-${index + 1}.${extensions[type] ?? 'bin'}`;
}

/** What the MIME parser found, as the hub takes it. */
export function filesOf(parts: Part[]): File[] {
  return parts.map((part, index) => {
    const type = /^[\w.+-]+\/[\w.+-]+$/.test(part.mimeType) ? part.mimeType.toLowerCase() : 'application/octet-stream';
    const cid = oneLine(part.contentId ?? '').replace(/^<|>$/g, '').slice(0, 300);
    return { name: fileName(nameOf(part, type), type, index), type, bytes: bytesOf(part), ...(cid && { cid }) };
  });
}

/** Bytes of a part, whichever shape the parser chose. */
export function bytesOf({ content }: Part): Uint8Array {
  if (typeof content === 'string') return new TextEncoder().encode(content);
  return content instanceof Uint8Array ? content : new Uint8Array(content);
}

/** A forwarded mail is called by its subject; an Outlook packet by its usual name. */
function nameOf(part: Part, type: string): string | null {
  if (part.filename) return part.filename;
  if (type === 'application/ms-tnef') return 'winmail.dat';
  if (type === 'text/calendar') return 'invite.ics';
  if (type !== 'message/rfc822') return null;
  const header = new TextDecoder().decode(bytesOf(part).subarray(0, 20_000));
  const subject = /^subject:[ \t]*([^\r\n]+)/im.exec(header)?.[1] ?? '';
  return /^[^=?]{1,150}$/.test(subject) ? `${subject.replace(/[/\\]/g, '-')}.eml` : null;
}
