/** A stored file over HTTP, whole or the part a player asks for, so that it can do no harm. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { Hub } from '../hub.ts';
import { Problem } from '../problem.ts';
import { rangeOf, servingHeaders } from './rules.ts';

type Answer = ServerResponse & { req: IncomingMessage };

/** Answers with a file. Whoever asks must have been allowed to. */
export async function serveFile(hub: Hub, id: string, response: Answer, extra: Record<string, string> = {}): Promise<void> {
  const { attachment } = await hub.store.attachments.find(id);
  const range = rangeOf(response.req.headers.range, attachment.size);
  const headers = { ...servingHeaders(attachment), 'accept-ranges': 'bytes', ...extra };
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  if (range === 'unsatisfiable') {
    response.setHeader('content-range', `bytes */${attachment.size}`);
    response.setHeader('content-length', '0');
    response.statusCode = 416;
    response.end();
    return;
  }
  if (range) {
    response.setHeader('content-range', `bytes ${range.start}-${range.end}/${attachment.size}`);
    response.setHeader('content-length', String(range.end - range.start + 1));
    response.statusCode = 206;
  }
  if (response.req.method === 'HEAD') {
    response.end();
    return;
  }
  await pipeline((await hub.store.attachments.open(id, range ?? undefined)).stream, response);
}

/** GET /files/:token: whoever has the link may have the file, until the link ends. */
export async function serveLink(hub: Hub, token: string, response: Answer): Promise<void> {
  const named = hub.store.attachments.links.read(token, hub.now());
  if (named === 'expired') throw new Problem('gone', 'This link has ended. Ask us for the file again.');
  if (!named) throw new Problem('not-found', 'There is no such file.');
  await serveFile(hub, named.id, response, { 'cross-origin-resource-policy': 'cross-origin', 'x-robots-tag': 'noindex, nofollow' });
}
