import { personal, route } from '../http/route.ts';
import { askBreak, beginBreak, decideBreak, withdrawBreak } from './breaks.ts';
import { viewOf } from './rules/breaks.ts';
import { BreakInput, Decision } from './schema.ts';

export const breakRoutes = [
  personal({
    method: 'get', path: '/me/break-request', summary: 'One\'s own latest request for a break, or null',
    run: async ({ hub, caller }) => { const last = await hub.store.breaks.lastOf(caller.id); return { request: last && viewOf(last, hub.now()) }; },
  }),
  personal({ method: 'post', path: '/me/break-requests', summary: 'Ask for a break', body: BreakInput, status: 201, run: ({ hub, caller, body }) => askBreak(hub, caller, body) }),
  personal({ method: 'post', path: '/me/break-requests/:id/begin', summary: 'Go on an approved break', run: ({ hub, caller, params }) => beginBreak(hub, caller, params['id'] ?? '') }),
  personal({ method: 'delete', path: '/me/break-requests/:id', summary: 'Take a request back', run: ({ hub, caller, params }) => withdrawBreak(hub, caller, params['id'] ?? '') }),
  route('supervisor', {
    method: 'get', path: '/break-requests', summary: 'Breaks that are asked for, approved or under way',
    run: async ({ hub }) => ({ items: (await hub.store.breaks.open()).map(each => viewOf(each, hub.now())) }),
  }),
  ...([['approve', 'approved'], ['decline', 'declined']] as const).map(([verb, state]) => route('supervisor', {
    method: 'post', path: `/break-requests/:id/${verb}`, summary: verb === 'approve' ? 'Let somebody go on a break' : 'Decline a break', body: Decision,
    run: ({ hub, caller, params, body }) => decideBreak(hub, caller, params['id'] ?? '', state, body.note),
  })),
];
