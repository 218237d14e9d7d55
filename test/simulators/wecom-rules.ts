/** What WeCom takes and refuses: messages by kind, and files. Documents 94677 and 90253. */
import { randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { z } from 'zod';

/** A file that the platform holds. */
export type Media = { type: string; name: string; bytes: Uint8Array; form: string };
type Answer = Record<string, unknown>;

/** A JSON object, whatever is in it. */
export const Body = z.record(z.string(), z.unknown());
/** A string, or nothing. */
export const text = (value: unknown): string => (typeof value === 'string' ? value : '');
/** A refusal. */
export const fail = (errcode: number, errmsg = ''): Answer => ({ errcode, errmsg });
/** An answer. */
export const good = (rest: object = {}): Answer => ({ errcode: 0, errmsg: 'ok', ...rest });

const Menu = z.array(z.object({ type: z.enum(['click', 'view', 'miniprogram', 'text']), click: z.object({ id: z.string().max(128), content: z.string().min(1).refine((words) => Buffer.byteLength(words) <= 128) }).optional() }));

/** What send_msg refuses, by kind; undefined: it is well. */
export function unfit(kind: string, body: Answer, media: Map<string, Media>): Answer | undefined {
  const inner = Body.catch({}).parse(body[kind]);
  const file = (name: string, form: string) => (media.get(text(inner[name]))?.form === form ? undefined : fail(40007, 'invalid media_id'));
  switch (kind) {
    case 'text': return text(inner['content']) === '' ? fail(40035, 'empty content') : Buffer.byteLength(text(inner['content'])) > 2_048 ? fail(45002, 'content size out of limit') : undefined;
    case 'image': case 'voice': case 'video': case 'file': return file('media_id', kind);
    case 'link': return file('thumb_media_id', 'image') ?? (/^https?:/.test(text(inner['url'])) && text(inner['title']) !== '' ? undefined : fail(40035, 'invalid link'));
    case 'miniprogram': return file('thumb_media_id', 'image') ?? (text(inner['appid']) && text(inner['pagepath']) ? undefined : fail(40035, 'invalid miniprogram'));
    case 'msgmenu': {
      const list = Menu.safeParse(inner['list']);
      if (!list.success) return fail(95009, 'invalid menu item');
      return list.data.length > 10 ? fail(95008, 'menu item exceeds limit') : Buffer.byteLength(text(inner['head_content'])) > 1_024 ? fail(45002, 'head_content size out of limit') : undefined;
    }
    case 'location': return typeof inner['latitude'] === 'number' && typeof inner['longitude'] === 'number' ? undefined : fail(40035, 'invalid location');
    case 'ca_link': return text(inner['link_url']).startsWith('https://work.weixin.qq.com/ca/') ? undefined : fail(40035, 'invalid ca_link');
    default: return fail(40008, 'invalid msgtype');
  }
}

/** What a customer reads of it. */
export function wordsOf(kind: string, body: Answer, media: Map<string, Media>): string {
  const inner = Body.catch({}).parse(body[kind]);
  return text(inner['content']) || text(inner['head_content']) || text(inner['title']) || text(inner['name']) || text(inner['link_url']) || media.get(text(inner['media_id']))?.name || '';
}

const most: Record<string, number> = { image: 10, voice: 2, video: 10, file: 20 };

/** media/upload: multipart with one file called media. */
export async function upload(query: URLSearchParams, bytes: Uint8Array, type: string, media: Map<string, Media>, at: number): Promise<Answer> {
  const form = query.get('type') ?? '';
  const limit = most[form];
  const file = await new Response(new Uint8Array(bytes), { headers: { 'content-type': type } }).formData().then((data) => data.get('media'), () => null);
  if (!(file instanceof File)) return fail(41005, 'media data missing');
  if (limit === undefined) return fail(40005, 'invalid type');
  if (file.size <= 5 || file.size > limit * 1024 * 1024) return fail(40006, 'invalid media size');
  if ((form === 'image' && !/\.(jpe?g|png)$/i.test(file.name)) || (form === 'voice' && !/\.amr$/i.test(file.name))) return fail(40004, 'invalid media type');
  return good({ type: form, media_id: hold(media, { type: file.type, name: file.name, bytes: await file.bytes(), form }), created_at: String(Math.floor(at / 1_000)) });
}

/** Keeps a file and names it. */
export function hold(media: Map<string, Media>, file: Media): string {
  const id = `3${randomBytes(20).toString('base64url')}`;
  media.set(id, file);
  return id;
}

/** media/get: the bytes, or from a place on; `cut`: half of them, then the connection ends. */
export function download(file: Media, range: string | undefined, response: ServerResponse, cut: boolean): void {
  const from = Number(/^bytes=(\d+)-/.exec(range ?? '')?.[1] ?? 0);
  const rest = file.bytes.subarray(from);
  response.writeHead(range ? 206 : 200, {
    'content-type': file.type, 'content-length': String(rest.length), 'content-disposition': `attachment; filename="${encodeURIComponent(file.name)}"`,
    ...(range && { 'content-range': `bytes ${from}-${file.bytes.length - 1}/${file.bytes.length}` }),
  });
  if (cut) response.write(rest.subarray(0, Math.floor(rest.length / 2)), () => setTimeout(() => response.destroy(), 20));
  else response.end(rest);
}
