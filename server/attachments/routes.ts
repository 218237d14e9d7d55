import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { route } from '../http/route.ts';
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
];
