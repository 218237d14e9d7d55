import { createHash, randomBytes } from 'node:crypto';
import { getChannel } from '../channels/change.ts';
import { onPlatform } from '../channels/on-platform.ts';
import type { Hub } from '../hub.ts';
import type { Caller } from '../people/sign-in.ts';
import { Problem } from '../problem.ts';

/** So long a person may take at the platform's page. */
const patienceMs = 10 * 60_000;

/** Where every platform sends the browser back to; to be registered there. Never taken from a request. */
export const redirectUri = (publicUrl: string): string => `${publicUrl}/oauth/callback`;

/** By this a sign-in is known; the state itself is kept by the browser only. */
export const idOfState = (state: string): string => createHash('sha256').update(state).digest('hex');

/** Begins a sign-in at the platform's page, bound to this person's session. Answers with the address of the page. */
export async function beginAuthorization(hub: Hub, channelId: string, caller: Caller): Promise<{ url: string }> {
  if (caller.kind !== 'person') throw new Problem('conflict', { 'zh-CN': '只有登录的人可以授权，令牌不行。', en: 'A person agrees in a browser; a token cannot.' });
  const channel = await getChannel(hub, channelId);
  const authorization = await hub.channels.authorization(channel.kind);
  if (!authorization) throw new Problem('conflict', { 'zh-CN': '这种渠道不通过授权页面连接。', en: 'Channels of this kind are not connected by a page of the platform.' });
  const [state, verifier] = [randomBytes(32).toString('base64url'), randomBytes(48).toString('base64url')];
  const challenge = createHash('sha256').update(verifier).digest('base64url');
  const url = await onPlatform(async () => authorization.page(channel.config, { redirectUri: redirectUri(hub.publicUrl), state, challenge }));
  await hub.store.authorizations.forgive(channelId);
  await hub.store.authorizations.begin(idOfState(state), { channelId, personId: caller.id, session: caller.session, verifier, expiresAt: new Date(hub.now().getTime() + patienceMs) });
  return { url };
}
