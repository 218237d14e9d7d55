import { route } from '../http/route.ts';
import { Problem } from '../problem.ts';
import { CannedReplyChange, CannedReplyInput } from './schema.ts';

const none = () => new Problem('not-found', 'There is no such canned reply.');

export const cannedReplyRoutes = [
  route('agent', { method: 'get', path: '/canned-replies', summary: 'Canned replies', run: async ({ hub }) => ({ items: await hub.store.cannedReplies.list() }) }),
  route('agent', { method: 'post', path: '/canned-replies', summary: 'Add a canned reply', body: CannedReplyInput, status: 201, run: ({ hub, body }) => hub.store.cannedReplies.create(body) }),
  route('agent', {
    method: 'patch', path: '/canned-replies/:id', summary: 'Change a canned reply', body: CannedReplyChange,
    async run({ hub, params, body }) {
      const reply = await hub.store.cannedReplies.change(params['id'] ?? '', body);
      if (!reply) throw none();
      return reply;
    },
  }),
  route('agent', {
    method: 'delete', path: '/canned-replies/:id', summary: 'Remove a canned reply',
    async run({ hub, params }) { if (!await hub.store.cannedReplies.remove(params['id'] ?? '')) throw none(); },
  }),
];
