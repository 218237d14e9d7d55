import { z } from 'zod';
import { getChannel } from '../channels/change.ts';
import { onPlatform } from '../channels/on-platform.ts';
import { route } from '../http/route.ts';
import type { Hub } from '../hub.ts';
import { Problem } from '../problem.ts';
import { report } from './report.ts';

const Input = z.strictObject({ input: z.record(z.string().max(100), z.string().max(10_000)).default({}) });

async function running(hub: Hub, id: string) {
  const channel = await getChannel(hub, id);
  const found = hub.channels.get(channel.id);
  if (!found) throw new Problem('unavailable', 'The channel is off.');
  return found;
}

/** How channels are, what people may do to them, what platforms approved. */
export const channelHealthRoutes = [
  route('agent', { method: 'get', path: '/channels/:id/health', summary: 'State, last in and out, backlog, errors of the day, and until when nothing is missing', run: async ({ hub, params }) => report(hub, await getChannel(hub, params['id'] ?? '')) }),
  route('admin', {
    method: 'get', path: '/channels/:id/calls', summary: 'The last calls of the platform, as they came, since the start of this node',
    run: async ({ hub, params }) => ({ items: hub.calls.of((await getChannel(hub, params['id'] ?? '')).id) }),
  }),
  route('agent', {
    method: 'get', path: '/channels/:id/templates', summary: 'Texts the platform approved',
    async run({ hub, params }) {
      const { connector } = await running(hub, params['id'] ?? '');
      return { items: connector.templates ? await onPlatform(() => connector.templates?.() ?? Promise.resolve([])) : [] };
    },
  }),
  route('admin', {
    method: 'post', path: '/channels/:id/actions/:action', summary: 'Carry out one of the actions that the channel kind names', body: Input,
    async run({ hub, params, body }) {
      const { connector, channel } = await running(hub, params['id'] ?? '');
      const action = hub.channels.manifest(channel.kind).actions?.find(each => each.name === params['action']);
      if (!action || !connector.act) throw new Problem('not-found', 'This channel has no such action.');
      const missing = (action.input ?? []).filter(({ name }) => !body.input[name]?.trim());
      if (missing.length) throw new Problem('invalid', 'The action needs more.', Object.fromEntries(missing.map(({ name }) => [`input.${name}`, 'must not be empty'])));
      return { message: await onPlatform(() => connector.act?.(action.name, body.input) ?? Promise.resolve('')) };
    },
  }),
];
