import { route } from '../http/route.ts';
import { Problem } from '../problem.ts';
import { Label } from './schema.ts';

export const labelRoutes = [
  route('agent', { method: 'get', path: '/labels', summary: 'Labels to choose from', run: async ({ hub }) => ({ items: await hub.store.labels.list() }) }),
  route('supervisor', { method: 'post', path: '/labels', summary: 'Add or recolour a label', body: Label, status: 201, run: ({ hub, body }) => hub.store.labels.save(body) }),
  route('supervisor', {
    method: 'delete', path: '/labels/:name', summary: 'Remove a label from the choice; conversations keep it',
    async run({ hub, params }) { if (!await hub.store.labels.remove(params['name'] ?? '')) throw new Problem('not-found', 'There is no such label.'); },
  }),
];
