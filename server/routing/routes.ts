import { mayFollow } from '../calendars/change.ts';
import { route } from '../http/route.ts';
import type { Hub } from '../hub.ts';
import { Problem } from '../problem.ts';
import { QueueInput, QueuePatch } from './schema.ts';

const tellQueues = async (hub: Hub) => hub.events.emit('queues', { queues: await hub.store.queues.list() });
const none = () => new Problem('not-found', 'There is no such queue.');

export const queueRoutes = [
  route('agent', { method: 'get', path: '/queues', summary: 'Queues', run: async ({ hub }) => ({ items: await hub.store.queues.list() }) }),
  route('admin', {
    method: 'post', path: '/queues', summary: 'Make a queue', body: QueueInput, status: 201,
    async run({ hub, body }) {
      mayFollow(hub, body.calendarId);
      const queue = await hub.store.queues.create(body);
      await tellQueues(hub);
      return queue;
    },
  }),
  route('admin', {
    method: 'patch', path: '/queues/:id', summary: 'Change a queue', body: QueuePatch,
    async run({ hub, params, body }) {
      mayFollow(hub, body.calendarId);
      const queue = await hub.store.queues.update(params['id'] ?? '', body);
      if (!queue) throw none();
      await tellQueues(hub);
      return queue;
    },
  }),
  route('admin', {
    method: 'delete', path: '/queues/:id', summary: 'Remove a queue; who waits there is served by everybody',
    async run({ hub, params }) {
      if (!await hub.store.queues.remove(params['id'] ?? '')) throw none();
      await tellQueues(hub);
    },
  }),
];
