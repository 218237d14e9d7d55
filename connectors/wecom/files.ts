/** Files to and from the platform, which keeps each for three days. */
import { crc32, deflateSync } from 'node:zlib';
import { z } from 'zod';
import { ConnectorError } from '../connector.ts';
import type { Outbound } from '../connector.ts';
import type { Attachment } from '../../server/conversations/schema.ts';
import type { Wecom } from './api.ts';

const Uploaded = z.looseObject({ media_id: z.string().min(1) });

/** A day less than the platform keeps them. */
const keptMs = 2 * 86_400_000;
const most = 2_000;

/** Kinds of an upload. */
export type Form = 'image' | 'voice' | 'video' | 'file';

export type Files = {
  /** The media id of a stored file; a file that was uploaded lately is not uploaded again. */
  idOf(attachment: Attachment, form: Form, file: Outbound['file']): Promise<string>;
  /** The media id of the picture of a link without one: a link must have a picture. */
  plainPicture(): Promise<string>;
  fetch(ref: string): Promise<{ name: string; type: string; bytes: Uint8Array }>;
};

/** @param now the clock */
export function filesOf(api: Pick<Wecom, 'files'>, now: () => number): Files {
  const held = new Map<string, { id: string; until: number }>();

  async function upload(name: string, type: string, bytes: Uint8Array, form: Form): Promise<string> {
    const body = new FormData();
    body.set('media', new File([new Uint8Array(bytes)], name, { type }), name);
    const answer = Uploaded.safeParse(await api.files.upload('/cgi-bin/media/upload', body, { type: form }));
    if (!answer.success) throw new ConnectorError('unreachable', { 'zh-CN': '企业微信收下了文件，但没有给出编号', en: 'WeCom took the file but gave no id for it' });
    return answer.data.media_id;
  }

  async function once(key: string, make: () => Promise<string>): Promise<string> {
    const before = held.get(key);
    if (before && before.until > now()) return before.id;
    const id = await make();
    held.set(key, { id, until: now() + keptMs });
    const oldest = held.size > most ? held.keys().next().value : undefined;
    if (oldest !== undefined) held.delete(oldest);
    return id;
  }

  return {
    idOf: (attachment, form, file) => once(`${form}/${attachment.id}`, async () => upload(nameFor(attachment, form), attachment.type, await file(attachment), form)),
    plainPicture: () => once('picture', () => upload('link.png', 'image/png', plain(120, [0x4b, 0x8b, 0xf4]), 'image')),
    async fetch(ref) {
      const { bytes, type, name } = await api.files.download('/cgi-bin/media/get', { media_id: ref });
      return { name: (name ?? `file${endings[type] ?? ''}`).replaceAll(/[/\\\0\r\n]/g, '_').slice(0, 255) || 'file', type: /^[\w.+-]+\/[\w.+-]+$/.test(type) ? type : 'application/octet-stream', bytes };
    },
  };
}

const endings: Record<string, string> = { 'image/jpeg': '.jpg', 'image/png': '.png', 'image/gif': '.gif', 'audio/amr': '.amr', 'video/mp4': '.mp4', 'application/pdf': '.pdf' };

/** The platform knows an upload by the ending of its name. */
function nameFor({ name, type }: Attachment, form: Form): string {
  if (form === 'file') return name;
  const ending = form === 'image' ? (type === 'image/png' ? '.png' : '.jpg') : form === 'voice' ? '.amr' : '.mp4';
  return name.toLowerCase().endsWith(ending) ? name : `${name}${ending}`;
}

/** A PNG of one colour. */
function plain(side: number, [red, green, blue]: [number, number, number]): Uint8Array {
  const row = Buffer.from([0, ...Array.from({ length: side }, () => [red, green, blue]).flat()]);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), chunk('IHDR', header), chunk('IDAT', deflateSync(Buffer.concat(Array.from({ length: side }, () => row)))), chunk('IEND', Buffer.alloc(0))]);
}

function chunk(name: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(name), data]);
  const size = Buffer.alloc(4);
  size.writeUInt32BE(data.length);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([size, body, sum]);
}
