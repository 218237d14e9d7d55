/** Files: up before a message goes out, down after one has come in. */
import { z } from 'zod';
import { ConnectorError } from '../connector.ts';
import type { InboundFile, Outbound } from '../connector.ts';
import type { Attachment } from '../../server/conversations/schema.ts';
import type { TencentApi } from '../tencent/call.ts';

const Uploaded = z.looseObject({ media_id: z.string().optional(), thumb_media_id: z.string().optional() });
const Ref = z.object({ id: z.string().optional(), url: z.string().optional() });
const Video = z.looseObject({ video_url: z.string() });

/** A grey picture: mini-program cards must have one. */
const greyPng = 'iVBORw0KGgoAAAANSUhEUgAAAEAAAAA0CAAAAAAfsWHVAAAAJ0lEQVR42u3MQREAAAwCIPunNIoh9ttBANKjCAQCgUAgEAgEAsHfYDPYYKYwTIc5AAAAAElFTkSuQmCC';

/** Uploads bytes as temporary material; WeChat keeps it for three days. */
export async function upload(api: TencentApi, as: 'image' | 'voice' | 'video', file: { name: string; type: string; bytes: Uint8Array }): Promise<string> {
  const form = new FormData();
  form.set('media', new Blob([Buffer.from(file.bytes)], { type: file.type }), file.name);
  const { media_id: id } = Uploaded.parse(await api.upload('/cgi-bin/media/upload', form, { type: as }));
  if (!id) throw new ConnectorError('unreachable', { 'zh-CN': '微信收下了文件，但没有给出编号', en: 'WeChat took a file and gave it no id' });
  return id;
}

/** Names end as WeChat expects it of the type. */
export async function uploadAttachment(api: TencentApi, as: 'image' | 'voice' | 'video', attachment: Attachment, message: Outbound): Promise<string> {
  const ending = { 'image/png': 'png', 'image/gif': 'gif', 'image/bmp': 'bmp', 'audio/amr': 'amr', 'audio/mpeg': 'mp3', 'audio/mp3': 'mp3', 'video/mp4': 'mp4' }[attachment.type] ?? 'jpg';
  const stem = attachment.name.replace(/\.[^.]*$/, '').replaceAll(/[^\p{L}\p{N} _-]/gu, '_').slice(0, 60) || 'file';
  return upload(api, as, { name: `${stem}.${ending}`, type: attachment.type, bytes: await message.file(attachment) });
}

/** Some picture, for the checks and for cards. */
export const uploadGrey = (api: TencentApi): Promise<string> => upload(api, 'image', { name: 'grey.png', type: 'image/png', bytes: Buffer.from(greyPng, 'base64') });

/** The bytes behind a name in Inbound.later. */
export async function fetchMedia(api: TencentApi, ref: string, from: { apiBase: string; fetch: typeof fetch }): Promise<InboundFile> {
  const { id, url } = parseRef(ref);
  try {
    if (!id) throw new ConnectorError('rejected', { 'zh-CN': '微信没有给出文件编号', en: 'WeChat gave the file no id' });
    const { bytes, type, name } = await api.download('/cgi-bin/media/get', { media_id: id });
    const video = /json|text\/plain/.test(type) ? videoUrl(bytes) : undefined;
    return video ? await download(video, 'video.mp4', from.fetch) : { name: clean(name) ?? nameFor(type), type, bytes };
  } catch (error) {
    // Accounts without the permission, and files gone after three days: a picture still has its address.
    if (!url || !(error instanceof ConnectorError) || error.kind !== 'rejected' || !trusted(url, from.apiBase)) throw error;
    return download(url, 'image.jpg', from.fetch);
  }
}

function parseRef(ref: string): z.infer<typeof Ref> {
  try {
    return Ref.parse(JSON.parse(ref));
  } catch {
    return { id: ref };
  }
}

function videoUrl(bytes: Uint8Array): string | undefined {
  try {
    return Video.parse(JSON.parse(new TextDecoder().decode(bytes))).video_url;
  } catch {
    return undefined;
  }
}

/** A push names the address: it must be WeChat's own picture host. */
function trusted(url: string, apiBase: string): boolean {
  const target = URL.parse(url);
  return target !== null && /^https?:$/.test(target.protocol) && (/(?:^|\.)(?:qpic|qlogo)\.cn$/.test(target.hostname) || target.origin === URL.parse(apiBase)?.origin);
}

async function download(url: string, name: string, ask: typeof fetch): Promise<InboundFile> {
  const response = await ask(url, { redirect: 'error', signal: AbortSignal.timeout(30_000) }).catch((error: unknown) => { throw new ConnectorError('unreachable', { 'zh-CN': '无法连接微信的文件服务器', en: 'WeChat\'s file host could not be reached' }, { cause: error }); });
  if (!response.ok) throw new ConnectorError(response.status >= 500 || response.status === 429 ? 'unreachable' : 'rejected', { 'zh-CN': `微信的文件服务器返回 ${response.status}`, en: `WeChat's file host answered ${response.status}` });
  if (Number(response.headers.get('content-length') ?? 0) > 64 * 1024 * 1024) throw new ConnectorError('rejected', { 'zh-CN': '文件过大', en: 'The file is too large' });
  return { name, type: response.headers.get('content-type')?.split(';')[0]?.trim() || 'application/octet-stream', bytes: new Uint8Array(await response.arrayBuffer()) };
}

const clean = (name: string | undefined): string | undefined => name?.replaceAll(/[/\\\0\r\n]/g, '_').slice(0, 255) || undefined;
const nameFor = (type: string): string => `file.${/^[\w.+-]+\/([\w-]{1,10})$/.exec(type)?.[1] ?? 'bin'}`;
