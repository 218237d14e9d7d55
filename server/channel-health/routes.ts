import { z } from 'zod';
import { getChannel } from '../channels/change.ts';
import { onPlatform } from '../channels/on-platform.ts';
import { route } from '../http/route.ts';
import type { Hub } from '../hub.ts';
import { Problem } from '../problem.ts';
import { actorOf } from '../conversations/conversation.ts';
import { alertsOf } from './alerts.ts';
import { failOver, offersOf } from './fail-over.ts';
import { report } from './report.ts';
import { FailOverInput } from './schema.ts';

const Input = z.strictObject({ input: z.record(z.string().max(100), z.string().max(10_000)).default({}) });

async function running(hub: Hub, id: string) {
  const channel = await getChannel(hub, id);
  const found = hub.channels.get(channel.id);
  if (!found) throw new Problem('unavailable', 'The channel is off.');
  return found;
}

/** How channels are, what people may do to them, what platforms approved. */
export const channelHealthRoutes = [
  route('agent', { method: 'get', path: '/channel-alerts', summary: 'Channels that are down, since when, and how many replies wait; channels whose pushes get lost', run: async ({ hub }) => ({ items: await alertsOf(hub) }) }),
  route('agent', { method: 'get', path: '/conversations/:id/fail-over', summary: 'Replies that wait for a channel that is down, and other ways to the customer', run: async ({ hub, params }) => ({ items: await offersOf(hub, params['id'] ?? '') }) }),
  route('agent', {
    method: 'post', path: '/conversations/:id/fail-over', summary: 'Take waiting replies back and send them on another thread; what went out meanwhile is left as it is', body: FailOverInput,
    run: ({ hub, params, caller, body }) => failOver(hub, params['id'] ?? '', actorOf(caller), body),
  }),
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
