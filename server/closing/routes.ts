import { route } from '../http/route.ts';
import { ClosingChange } from './schema.ts';
import { chooseClosing, closingOf } from './setting.ts';

/** When conversations of the bot's end by themselves. */
export const closingRoutes = [
  route('admin', { method: 'get', path: '/channels/:id/closing', summary: 'After how long a silence the bot\'s conversations of a channel end by themselves', run: ({ hub, params }) => closingOf(hub, params['id'] ?? '') }),
  route('admin', { method: 'put', path: '/channels/:id/closing', summary: 'Choose that: `hours` or null for never; `ask`: first ask the customer whether it helped', body: ClosingChange, run: ({ hub, params, body }) => chooseClosing(hub, params['id'] ?? '', body) }),
];
