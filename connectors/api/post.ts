/** One signed call out: short time-out, no redirects, checked addresses only, and errors by what to do next. */
import http from 'node:http';
import https from 'node:https';
import type { IncomingMessage } from 'node:http';
import { ConnectorError } from '../connector.ts';
import { pinned } from '../wire/address.ts';
import type { Resolve } from '../wire/address.ts';
import { allowedAddresses } from './address.ts';

/** Where to, and under which conditions; `resolve` and `timeoutMs` are for tests. */
export type Destination = { url: URL; allowPrivate: boolean; timeoutMs?: number; resolve?: Resolve };

/** Posts JSON and resolves on 2xx; everything else is a ConnectorError. */
export type Post = { post(body: Uint8Array, headers: Record<string, string>): Promise<void>; close(): void };

const answerLimit = 2000;
const longestWait = 60 * 60 * 1000;

/** Retry-After in seconds or as a date; at most an hour. */
function retryAfter(value: string | undefined, now: number): number | undefined {
  if (!value) return undefined;
  const wait = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - now;
  return Number.isFinite(wait) ? Math.min(Math.max(wait, 0), longestWait) : undefined;
}

function failure(response: IncomingMessage, text: string): ConnectorError {
  const status = response.statusCode ?? 0;
  const said = text ? `: ${text.replaceAll(/[\p{Cc}\s]+/gu, ' ').slice(0, 200)}` : '';
  if (status === 429) return new ConnectorError('rate-limited', { 'zh-CN': '回复地址要求放慢发送 (429)', en: 'The reply address asks us to slow down (429)' }, { retryAfterMs: retryAfter(response.headers['retry-after'], Date.now()) });
  if (status >= 500 || status === 408 || status === 425) {
    return new ConnectorError('unreachable', { 'zh-CN': `回复地址返回 ${status}${said}`, en: `The reply address answered ${status}${said}` }, { retryAfterMs: retryAfter(response.headers['retry-after'], Date.now()) });
  }
  if (status >= 300 && status < 400) return new ConnectorError('rejected', { 'zh-CN': `回复地址重定向（${status}）：请在 replyUrl 中填写最终地址`, en: `The reply address redirects (${status}): put the final address in replyUrl` });
  if (status === 410) return new ConnectorError('rejected', { 'zh-CN': '回复地址已失效 (410)：请更改或清空 replyUrl', en: 'The reply address says it is gone (410): change or remove replyUrl' });
  return new ConnectorError('rejected', { 'zh-CN': `回复地址拒绝了消息（${status}）${said}`, en: `The reply address refused the message (${status})${said}` });
}

async function shortText(response: IncomingMessage): Promise<string> {
  let text = '';
  response.setEncoding('utf8');
  // Reading to the end lets the connection be used again; a long answer is cut off with its connection.
  for await (const part of response) {
    text += String(part);
    if (text.length > answerLimit) break;
  }
  return text.slice(0, answerLimit);
}

/** Opens a way to one destination; connections are kept and reused until close(). */
export function openPost({ url, allowPrivate, timeoutMs = 10_000, resolve }: Destination): Post {
  const client = url.protocol === 'https:' ? https : http;
  const agent = new client.Agent({ keepAlive: true, maxSockets: 16, timeout: 60_000 });
  const closed = new AbortController();

  async function attempt(body: Uint8Array, headers: Record<string, string>, signal: AbortSignal): Promise<{ stale: boolean }> {
    // Checked at each call: a kept connection leads to an address that was checked when it was opened.
    const addresses = await allowedAddresses(url, allowPrivate, resolve);
    signal.throwIfAborted();
    return await new Promise((done, fail) => {
      const request = client.request(url, {
        method: 'POST', agent, signal, lookup: pinned(addresses),
        headers: { ...headers, 'content-type': 'application/json', 'content-length': body.byteLength, 'user-agent': 'Hubbub' },
      });
      // A kept connection the other side closed in the meantime: nothing was processed, a fresh one will do.
      request.on('error', (error: NodeJS.ErrnoException) => (request.reusedSocket && error.code === 'ECONNRESET' ? done({ stale: true }) : fail(error)));
      request.on('response', (response) => {
        const status = response.statusCode ?? 0;
        shortText(response).then((text) => (status >= 200 && status < 300 ? done({ stale: false }) : fail(failure(response, text))), fail);
      });
      request.end(body);
    });
  }

  return {
    async post(body, headers) {
      const late = AbortSignal.timeout(timeoutMs);
      const signal = AbortSignal.any([late, closed.signal]);
      const cut = new Promise<never>((_done, fail) => signal.addEventListener('abort', () => fail(signal.reason), { once: true }));
      cut.catch(() => undefined);
      try {
        while ((await Promise.race([attempt(body, headers, signal), cut])).stale) continue;
      } catch (error) {
        if (error instanceof ConnectorError) throw error;
        const code = error instanceof Error && 'code' in error ? String(error.code) : 'connection cut';
        throw new ConnectorError('unreachable', late.aborted ? { 'zh-CN': `回复地址在 ${timeoutMs / 1000} 秒内没有答复`, en: `The reply address did not answer within ${timeoutMs / 1000} seconds` }
          : { 'zh-CN': `无法连接回复地址（${code}）`, en: `The reply address could not be reached (${code})` }, { cause: error });
      }
    },
    close() {
      closed.abort();
      agent.destroy();
    },
  };
}
