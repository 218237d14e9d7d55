/** Files: who brought them, how large they may be, and which kinds need care. */
import { z } from 'zod';

/** Who brought a file; until a message carries it, nobody else may see it. `id`: a user, a visitor's thread, or a channel. */
export const Owner = z.object({ kind: z.enum(['agent', 'visitor', 'inbound']), id: z.string().min(1) });
export type Owner = z.infer<typeof Owner>;

const mega = 1024 * 1024;

/** Bytes one file may have, by who brings it. */
export const sizeLimits: Record<Owner['kind'], number> = { agent: 50 * mega, visitor: 20 * mega, inbound: 100 * mega };

/** Characters of a stored name. */
export const nameLimit = 200;

/** Shown inside a page as they are: raster images run no script. */
export const inlineTypes: ReadonlySet<string> = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp']);

/** Served under their own type, but only to be saved or played; everything else is served as bytes. */
export const namedTypes: ReadonlySet<string> = new Set([
  ...inlineTypes, 'image/avif', 'image/heic', 'application/pdf', 'text/plain', 'text/csv',
  'audio/mpeg', 'audio/ogg', 'audio/opus', 'audio/wav', 'audio/mp4', 'audio/x-m4a', 'audio/aac', 'audio/flac', 'audio/amr', 'audio/webm', 'video/mp4', 'video/webm', 'video/quicktime', 'video/3gpp',
]);

/** Programs: refused from agents and visitors; kept when they came by mail, as a mail must not be lost, and marked in the console. */
export const dangerousExtensions: ReadonlySet<string> = new Set([
  'apk', 'app', 'bat', 'chm', 'cmd', 'com', 'cpl', 'dll', 'docm', 'dmg', 'exe', 'hta', 'iso', 'jar', 'js', 'jse', 'lnk', 'msi', 'msp', 'pif', 'pptm', 'ps1', 'reg', 'scr', 'sh', 'url', 'vb', 'vbe', 'vbs', 'wsf', 'xlsm',
]);

/** Programs by their first bytes, whatever they are called. */
export const dangerousTypes: ReadonlySet<string> = new Set([
  'application/x-msdownload', 'application/x-elf', 'application/x-mach-binary', 'application/x-ms-shortcut', 'application/x-msi', 'application/vnd.android.package-archive', 'application/java-archive', 'application/x-apple-diskimage',
]);

/** What a type that was sniffed only roughly is in particular, by the end of the name. */
export const particularTypes: Record<string, Record<string, string>> = {
  'application/zip': {
    docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
    xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    pptx: 'application/vnd.openxmlformats-officedocument.presentationml.presentation',
    odt: 'application/vnd.oasis.opendocument.text',
    ods: 'application/vnd.oasis.opendocument.spreadsheet',
  },
  'application/x-cfb': { doc: 'application/msword', xls: 'application/vnd.ms-excel', ppt: 'application/vnd.ms-powerpoint', msg: 'application/vnd.ms-outlook' },
  'text/plain': { csv: 'text/csv', json: 'application/json', html: 'text/html', htm: 'text/html', svg: 'image/svg+xml', xml: 'application/xml', ics: 'text/calendar', vcf: 'text/vcard', md: 'text/markdown', eml: 'message/rfc822' },
  'application/xml': { svg: 'image/svg+xml', xhtml: 'application/xhtml+xml' },
};
