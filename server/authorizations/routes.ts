import type { Request, Response } from 'express';
import { callerOf } from '../http/auth.ts';
import { getChannel } from '../channels/change.ts';
import { route } from '../http/route.ts';
import type { Hub } from '../hub.ts';
import { beginAuthorization, redirectUri } from './begin.ts';
import { finishAuthorization } from './finish.ts';
import { Answer } from './schema.ts';

/** Signing in at a platform's own page. */
export const authorizationRoutes = [
  route('admin', {
    method: 'get', path: '/channels/:id/authorization', summary: 'The redirect address to register with the platform, and why the last try failed, if it did within the hour',
    async run({ hub, params }) {
      const { id } = await getChannel(hub, params['id'] ?? '');
      return { redirectUri: redirectUri(hub.publicUrl), refused: await hub.store.authorizations.refusal(id, hub.now()) };
    },
  }),
  route('admin', {
    method: 'post', path: '/channels/:id/authorization', summary: 'Begin to connect an account at the platform\'s page; answers with the address to go to',
    run: ({ hub, params, caller }) => beginAuthorization(hub, params['id'] ?? '', caller),
  }),
];

/** GET /oauth/callback: the browser comes back, and goes on to the channel's page in any case, on this host. An address carries codes of ours and nobody's words. */
export async function serveCallback(hub: Hub, request: Request, response: Response): Promise<void> {
  const { outcome, channelId } = await finishAuthorization(hub, Answer.parse(request.query), await callerOf(hub, request.headers));
  response.set('Cache-Control', 'no-store').redirect(303, `/settings/channels${channelId ? `/${channelId}` : ''}?authorization=${outcome}`);
}
