/** One request to one address of the web: only public ones, unless an operator named the host; whoever asks reads the body within a size and a time. */
import http from 'node:http';
import type { IncomingMessage } from 'node:http';
import https from 'node:https';
import { PassThrough, pipeline } from 'node:stream';
import type { Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { addressesOf, isPrivate, pinned } from './address.ts';
import type { Resolve } from './address.ts';

/** What may be reached besides public addresses: hosts, or host:port. `resolve` is for tests. */
export type Reachable = { privateHosts: readonly string[]; resolve?: Resolve | undefined };

/** The host leads into a private network, or nowhere. */
export class PrivateAddress extends Error {
  readonly host: string;
  constructor(host: string) {
    super(`${host} is inside a private network`);
    this.host = host;
  }
}

export type Asked = { method?: string; headers?: Record<string, string>; body?: string | undefined };

/** The answer's head, and its body to be read. Redirects are the caller's affair. The addresses that were checked are the ones that are dialled. */
export async function ask(url: URL, { privateHosts, resolve }: Reachable, { method = 'GET', headers = {}, body }: Asked, signal: AbortSignal): Promise<IncomingMessage> {
  const addresses = await addressesOf(url, resolve);
  signal.throwIfAborted();
  const allowed = privateHosts.includes(url.host) || privateHosts.includes(url.hostname);
  if (addresses.length === 0 || (!allowed && addresses.some((each) => isPrivate(each.address)))) throw new PrivateAddress(url.host);
  const { promise, resolve: done, reject } = Promise.withResolvers<IncomingMessage>();
  const client = url.protocol === 'https:' ? https : http;
  const sent = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  client.request(url, { method, agent: false, signal, lookup: pinned(addresses), headers: { 'accept-encoding': 'gzip, deflate, br', 'user-agent': 'Hubbub', ...headers, ...sent } })
    .on('response', done).on('error', reject).end(body);
  return await promise;
}

/** The body as it was before the server packed it; an error of either end reaches the reader. */
export function unpacked(response: IncomingMessage): Readable {
  const encoding = response.headers['content-encoding']?.trim().toLowerCase();
  const through = encoding === 'gzip' || encoding === 'x-gzip' ? createGunzip() : encoding === 'br' ? createBrotliDecompress() : encoding === 'deflate' ? createInflate() : new PassThrough();
  return pipeline(response, through, () => undefined);
}
