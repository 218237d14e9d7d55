import { z } from 'zod';
import { route } from '../http/route.ts';
import { thumbnail } from './fit.ts';
import { serveFile } from './serve.ts';

const Name = z.strictObject({ name: z.string().min(1, 'name the file').max(255) });

export const attachmentRoutes = [
  route('agent', {
    method: 'post', path: '/attachments', summary: 'Upload a file: the raw bytes are the body', query: Name, status: 201,
    run: ({ hub, caller, query, request }) => hub.store.attachments.put(request, { name: query.name, owner: { kind: 'agent', id: caller.id } }),
  }),
  route('agent', {
    method: 'get', path: '/attachments/:id', summary: 'Download a file, or a range of it; only pictures open in the browser',
    run: ({ hub, params, response }) => serveFile(hub, params['id'] ?? '', response),
  }),
  route('agent', {
    method: 'get', path: '/attachments/:id/thumbnail', summary: 'A small picture of a picture, WebP, 320 pixels at most',
    run: async ({ hub, params, response }) => serveFile(hub, (await thumbnail(hub, params['id'] ?? '')).id, response, { 'cache-control': 'private, max-age=604800, immutable' }),
  }),
];
