/** Calls of the Graph API: the token goes along, failures come back as ConnectorErrors in words. */
import { createHmac } from 'node:crypto';
import { ConnectorError } from '../connector.ts';
import { bytesWithin } from '../wire/capped.ts';
import { graphError } from './errors.ts';
import { isObject, object, words, type Json } from './fields.ts';
import type { Config } from './manifest.ts';

/** A way to one account. `post` changes something over there: an outcome that was lost is 'in-doubt'. */
export type Graph = {
  get(path: string, query?: Record<string, string>): Promise<Json>;
  post(path: string, body: object): Promise<Json>;
  /** multipart/form-data; may be repeated freely. */
  upload(path: string, form: FormData): Promise<Json>;
  /** Bytes of an address that Meta named. Null: the address has expired. */
  download(url: string, most: number): Promise<{ bytes: Uint8Array; type: string } | null>;
  /** Proves the app secret together with the token, if Meta is asked to look. */
  readonly proof: string;
};

/** `timeoutMs` is for tests. `stopping` ends calls that are under way. */
export type GraphOptions = { timeoutMs?: number; stopping?: AbortSignal };

/** Never connected, so never done. */
const untouched = /^(?:ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|CERT_\w+|DEPTH_ZERO_SELF_SIGNED_CERT|UNABLE_TO_\w+|ERR_TLS_\w+)$/;
/** Files of Meta lie on these hosts; the token is shown to nobody else. */
const metaHost = /(?:^|\.)(?:facebook\.com|fbsbx\.com|fbcdn\.net|whatsapp\.net|whatsapp\.com)$/;

/** Opens it; nothing is called yet. */
export function openGraph({ apiBase, apiVersion, accessToken, appSecret }: Pick<Config, 'apiBase' | 'apiVersion' | 'accessToken' | 'appSecret'>, { timeoutMs = 20_000, stopping }: GraphOptions = {}): Graph {
  const root = apiBase.replace(/\/+$/, '');
  const headers = { authorization: `Bearer ${accessToken}` };

  async function ask(url: string, init: RequestInit, changes: boolean, most = timeoutMs): Promise<Response> {
    const late = AbortSignal.timeout(most);
    const signal = stopping ? AbortSignal.any([late, stopping]) : late;
    return await fetch(url, { redirect: 'error', ...init, headers: { ...headers, ...init.headers }, signal }).catch((error: unknown) => { throw lost(error, changes, late.aborted); });
  }

  async function json(path: string, init: RequestInit, changes: boolean): Promise<Json> {
    const response = await ask(`${root}/${apiVersion}/${path}`, init, changes);
    const text = await response.text().catch((error: unknown) => { throw lost(error, changes, false); });
    const body = parsed(text);
    if (!response.ok) throw settled(graphError(response.status, body, response.headers.get('retry-after')), changes);
    if (!isObject(body)) throw new ConnectorError(changes ? 'in-doubt' : 'unreachable', 'WhatsApp answered something that is no JSON', { cause: { answered: true } });
    return body;
  }

  return {
    proof: createHmac('sha256', appSecret).update(accessToken).digest('hex'),
    get: (path, query = {}) => json(Object.keys(query).length ? `${path}?${new URLSearchParams(query)}` : path, {}, false),
    post: (path, body) => json(path, { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }, true),
    upload: (path, form) => json(path, { method: 'POST', body: form }, false),
    async download(address, most) {
      const url = URL.parse(address);
      if (!url || !(metaHost.test(url.hostname) && url.protocol === 'https:') && url.origin !== URL.parse(root)?.origin) throw new ConnectorError('rejected', 'WhatsApp named an address outside of Meta for this file');
      // A hundred megabytes take their time; a hanging download must end all the same.
      const response = await ask(address, { redirect: 'follow' }, false, Math.max(timeoutMs, 120_000));
      if (response.status === 404 || response.status === 410 || response.status === 403) {
        await response.body?.cancel();
        return null;
      }
      if (!response.ok) throw settled(graphError(response.status, parsed(await response.text().catch(() => '')), response.headers.get('retry-after')), false);
      return { bytes: await limited(response, most), type: words(response.headers.get('content-type')).split(';')[0]?.trim() ?? '' };
    },
  };
}

/** Asking changes nothing: it is only unreachable then. */
const settled = (error: ConnectorError, changes: boolean): ConnectorError =>
  error.kind === 'in-doubt' && !changes ? new ConnectorError('unreachable', error.words, { cause: error.cause }) : error;

function lost(error: unknown, changes: boolean, late: boolean): ConnectorError {
  const cause = error instanceof Error ? object(error.cause) : {};
  const code = words(cause['code']);
  const why = late ? 'did not answer in time' : `could not be reached${code ? ` (${code})` : ''}`;
  return new ConnectorError(!changes || untouched.test(code) ? 'unreachable' : 'in-doubt', `WhatsApp ${why}`);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function limited(response: Response, most: number): Promise<Uint8Array> {
  const bytes = await bytesWithin(response.body, most).catch((error: unknown) => { throw lost(error, false, false); });
  if (!bytes) throw new ConnectorError('rejected', { 'zh-CN': `文件超过 ${most} 字节`, en: `The file is larger than ${most} bytes` });
  return bytes;
}
