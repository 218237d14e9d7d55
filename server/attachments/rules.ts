/** How a file is named, classed and served, so that neither an agent's machine nor a browser can be tricked by it. */
import type { Attachment } from '../conversations/schema.ts';
import { dangerousExtensions, dangerousTypes, inlineTypes, namedTypes, nameLimit, particularTypes } from './schema.ts';

// Marks that reorder or hide letters: "gpj.exe" shown as "exe.jpg". Joiners stay, emoji and Persian need them.
const invisible = /[\p{Cc}\p{Cs}\u00AD\u061C\u200B\u200E\u200F\u2028-\u202E\u2060-\u2069\uFEFF]/gu;
const reserved = /^(?:con|prn|aux|nul|com[0-9\u00B9\u00B2\u00B3]|lpt[0-9\u00B9\u00B2\u00B3])(?=\.|$)/i;

/** The part after the last dot, in lower case; '' when there is none. */
export const extension = (name: string): string => /[^.]\.([^.]{1,16})$/.exec(name)?.[1]?.toLowerCase() ?? '';

/** A name that is only a name: on any system it can be saved under it and reads as what it is. */
export function safeName(name: string): string {
  const last = name.toWellFormed().normalize('NFC').replaceAll(invisible, '').split(/[/\\]/).at(-1) ?? '';
  const plain = last.replaceAll(/[<>:"|?*%]/g, '_').replaceAll(/\s+/g, ' ').replace(/^[. ]+/, '').replace(/[. ]+$/, '').replace(reserved, '_$&');
  if (plain === '') return 'file';
  if (plain.length <= nameLimit) return plain;
  const end = extension(plain);
  const kept = plain.slice(0, nameLimit - end.length - 1);
  // A cut through an emoji leaves half of it.
  return `${(kept.isWellFormed() ? kept : kept.slice(0, -1)).replace(/[. ]+$/, '')}${end && `.${end}`}`;
}

/** The type by the first bytes; the name only tells apart what has the same bytes. */
export function typeOf(sniffed: string | undefined, isText: boolean, name: string): string {
  const rough = sniffed ?? (isText ? 'text/plain' : 'application/octet-stream');
  const particular = particularTypes[rough];
  const end = extension(name);
  return particular && Object.hasOwn(particular, end) ? particular[end] ?? rough : rough;
}

/** Would opening it run something? By name or by content: either is enough. */
export const isDangerous = ({ name, type }: Pick<Attachment, 'name' | 'type'>): boolean => dangerousExtensions.has(extension(name)) || dangerousTypes.has(type);

/** RFC 6266 with an RFC 8187 name: one line of ASCII, whatever the name is. */
export function contentDisposition(name: string, kind: 'inline' | 'attachment'): string {
  const safe = safeName(name);
  const ascii = safe.replaceAll(/[^\x20-\x7e]/gu, '_').replaceAll(/["\\]/g, '_');
  const encoded = encodeURIComponent(safe).replaceAll(/['()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
  return `${kind}; filename="${ascii}"${ascii === safe ? '' : `; filename*=UTF-8''${encoded}`}`;
}

/** Everything a stored file is served with; a page made of it could run, load and read nothing. */
export function servingHeaders({ name, type, size }: Pick<Attachment, 'name' | 'type' | 'size'>): Record<string, string> {
  const named = namedTypes.has(type) && !isDangerous({ name, type });
  const served = type.startsWith('text/') ? `${type}; charset=utf-8` : type;
  return {
    'content-type': named ? served : 'application/octet-stream',
    'content-length': String(size),
    'content-disposition': contentDisposition(name, named && inlineTypes.has(type) ? 'inline' : 'attachment'),
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    'x-content-type-options': 'nosniff',
    'cross-origin-resource-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'cache-control': 'private, max-age=3600',
  };
}

/** The bytes a player asks for, both ends included; null: all of them. 'unsatisfiable': there are none such. Several ranges at once are answered with everything. */
export function rangeOf(header: string | undefined, size: number): { start: number; end: number } | 'unsatisfiable' | null {
  const [, from, to] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header?.trim() ?? '') ?? [];
  if (from === undefined || to === undefined || (from === '' && to === '')) return null;
  const start = from === '' ? Math.max(size - Number(to), 0) : Number(from);
  const end = from === '' || to === '' ? size - 1 : Math.min(Number(to), size - 1);
  if (from !== '' && to !== '' && Number(to) < Number(from)) return null;
  return start > end ? 'unsatisfiable' : { start, end };
}
