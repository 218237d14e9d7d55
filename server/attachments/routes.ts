import type { ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { route } from '../http/route.ts';
import type { Hub } from '../hub.ts';
import { Problem } from '../problem.ts';
import { thumbnail } from './fit.ts';
import { servingHeaders } from './rules.ts';

const Name = z.strictObject({ name: z.string().min(1, 'name the file').max(255) });

export const attachmentRoutes = [
  route('agent', {
    method: 'post', path: '/attachments', summary: 'Upload a file: the raw bytes are the body', query: Name, status: 201,
    run: ({ hub, caller, query, request }) => hub.store.attachments.put(request, { name: query.name, owner: { kind: 'agent', id: caller.id } }),
  }),
  route('agent', {
    method: 'get', path: '/attachments/:id', summary: 'Download a file; only pictures open in the browser',
    async run({ hub, params, response }) {
      const { attachment, stream } = await hub.store.attachments.open(params['id'] ?? '');
      response.set(servingHeaders(attachment));
      await pipeline(stream, response);
    },
  }),
  route('agent', {
    method: 'get', path: '/attachments/:id/thumbnail', summary: 'A small picture of a picture, WebP, 320 pixels at most',
    async run({ hub, params, response }) {
      const { attachment, stream } = await hub.store.attachments.open((await thumbnail(hub, params['id'] ?? '')).id);
      response.set({ ...servingHeaders(attachment), 'cache-control': 'private, max-age=604800, immutable' });
      await pipeline(stream, response);
    },
  }),
];

/** GET /files/:token: whoever has the link may have the file, until the link ends. */
export async function serveLink(hub: Hub, token: string, response: ServerResponse): Promise<void> {
  const named = hub.store.attachments.links.read(token, hub.now());
  if (named === 'expired') throw new Problem('gone', 'This link has ended. Ask us for the file again.');
  if (!named) throw new Problem('not-found', 'There is no such file.');
  const { attachment, stream } = await hub.store.attachments.open(named.id);
  const headers = { ...servingHeaders(attachment), 'cross-origin-resource-policy': 'cross-origin', 'cache-control': 'private, max-age=3600', 'x-robots-tag': 'noindex, nofollow' };
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  if (response.req.method === 'HEAD') {
    stream.destroy();
    response.end();
    return;
  }
  await pipeline(stream, response);
}
