/** Files a customer sent: Twilio holds them behind our credentials, and hands out from its own hosts only. */
import { ConnectorError } from '../connector.ts';
import { bytesWithin } from '../wire/capped.ts';
import { twilioBase } from './manifest.ts';
import type { Config } from './manifest.ts';

/** More than any channel of Twilio's carries. */
const largest = 100 * 1024 * 1024;

const endings: Record<string, string> = {
  'image/jpeg': 'jpg', 'image/png': 'png', 'image/gif': 'gif', 'image/webp': 'webp', 'audio/ogg': 'ogg', 'audio/mpeg': 'mp3', 'audio/amr': 'amr', 'audio/mp4': 'm4a', 'audio/aac': 'aac',
  'video/mp4': 'mp4', 'video/3gpp': '3gp', 'application/pdf': 'pdf', 'text/vcard': 'vcf', 'text/x-vcard': 'vcf', 'text/plain': 'txt', 'text/calendar': 'ics',
};

/** A name made of the media's id and its type: Twilio knows no other. */
export function fileName(url: string, type: string): string {
  const id = /\/([A-Za-z0-9]{8,64})(?:[?#.]|$)/.exec(url)?.[1] ?? 'file';
  return `${id}.${endings[type] ?? 'bin'}`;
}

const within = (host: string, domain: string): boolean => host === domain || host.endsWith(`.${domain}`);

/** Where the bytes may come from; anything else would let a stranger make us call an address of theirs. */
export function isTwilios(url: URL, apiBase: string): boolean {
  if (url.origin === new URL(apiBase).origin) return true;
  if (url.protocol !== 'https:') return false;
  return within(url.hostname, 'twilio.com') || within(url.hostname, 'twiliocdn.com') || (within(url.hostname, 'amazonaws.com') && /twilio/.test(url.host + url.pathname));
}

/** Downloads one file. The credentials go to the API only, never along a redirect. */
export async function fetchMedia(ref: string, { accountSid, authToken, apiBase }: Pick<Config, 'accountSid' | 'authToken' | 'apiBase'>, timeoutMs = 60_000): Promise<{ name: string; type: string; bytes: Uint8Array }> {
  let url = URL.parse(ref);
  if (!url || !isTwilios(url, apiBase)) throw new ConnectorError('rejected', { 'zh-CN': '文件不在 Twilio 上，没有下载', en: 'The file lies outside Twilio: it was not fetched' });
  if (apiBase !== twilioBase && url.hostname === new URL(twilioBase).hostname) url = new URL(url.pathname + url.search, apiBase);
  const ours = new Set([new URL(twilioBase).origin, new URL(apiBase).origin]);
  const authorization = `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`;
  const signal = AbortSignal.timeout(timeoutMs);
  for (let hop = 0; hop < 4; hop += 1) {
    const answer: Response = await fetch(url, { redirect: 'manual', signal, headers: hop === 0 && ours.has(url.origin) ? { authorization } : {} }).catch((error: unknown) => {
      throw new ConnectorError('unreachable', { 'zh-CN': `无法下载文件（${error instanceof Error ? error.name : '无答复'}）`, en: `The file could not be fetched (${error instanceof Error ? error.name : 'no answer'})` });
    });
    const next: string | null = answer.headers.get('location');
    if (answer.status < 300 || answer.status >= 400 || !next) return await read(answer, ref);
    await answer.body?.cancel();
    url = new URL(next, url);
    if (!isTwilios(url, apiBase)) throw new ConnectorError('rejected', { 'zh-CN': 'Twilio 把文件指向了别处，没有下载', en: 'Twilio sent us elsewhere for the file: it was not fetched' });
  }
  throw new ConnectorError('unreachable', { 'zh-CN': '文件地址无法到达', en: 'The file\'s address leads nowhere' });
}

async function read(answer: Response, ref: string): Promise<{ name: string; type: string; bytes: Uint8Array }> {
  if (!answer.ok) {
    await answer.body?.cancel();
    if (answer.status === 401 || answer.status === 403) throw new ConnectorError('signed-out', { 'zh-CN': `Twilio 不允许下载文件（${answer.status}）：请核对 Auth Token`, en: `Twilio does not let us have the file (${answer.status}): check the auth token` });
    if (answer.status === 429) throw new ConnectorError('rate-limited', { 'zh-CN': 'Twilio 要求放慢请求', en: 'Twilio asks us to slow down' });
    // A file that just came is sometimes not found for a moment; the hub stops asking by itself.
    if (answer.status === 410) throw new ConnectorError('rejected', { 'zh-CN': '文件已在 Twilio 删除 (410)', en: 'The file was deleted at Twilio (410)' });
    throw new ConnectorError('unreachable', { 'zh-CN': `Twilio 没有这个文件（${answer.status}）`, en: `Twilio does not have the file (${answer.status})` });
  }
  const bytes = await bytesWithin(answer.body, largest).catch(() => { throw new ConnectorError('unreachable', { 'zh-CN': '文件没有完整下载', en: 'The file broke off before its end' }); });
  if (!bytes) throw new ConnectorError('rejected', { 'zh-CN': `文件超过 ${largest / 1024 / 1024} MB`, en: `The file is larger than ${largest / 1024 / 1024} MB` });
  const type = (answer.headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase() || 'application/octet-stream';
  return { name: fileName(ref, type), type, bytes };
}
