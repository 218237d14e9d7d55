import { changeChannel, getChannel } from '../channels/change.ts';
import type { Hub } from '../hub.ts';
import type { Caller } from '../people/sign-in.ts';
import { Problem } from '../problem.ts';
import { ConnectorError } from '../../connectors/connector.ts';
import { idOfState, redirectUri } from './begin.ts';
import type { Answer, Outcome } from './schema.ts';

/**
 * The browser comes back from the platform's page. A state counts once, for ten minutes, and only in the session that began it: nobody
 * can slip his own mailbox to another admin. Never throws for what the browser brings along.
 */
export async function finishAuthorization(hub: Hub, { state = '', code, error, iss }: Answer, caller: Caller | null): Promise<{ outcome: Outcome; channelId?: string; reason?: string }> {
  const pending = await hub.store.authorizations.take(idOfState(state), hub.now());
  if (!pending) return { outcome: 'expired' };
  const { channelId, session, verifier } = pending;
  if (caller?.kind !== 'person' || caller.session !== session || caller.role !== 'admin') return { outcome: 'foreign' };
  if (code === undefined) return { outcome: error === 'access_denied' ? 'denied' : 'refused', channelId, ...(error && { reason: error }) };
  try {
    const channel = await getChannel(hub, channelId);
    const authorization = await hub.channels.authorization(channel.kind);
    if (!authorization) return { outcome: 'expired' };
    const settings = await authorization.redeem(channel.config, { code, verifier, redirectUri: redirectUri(hub.publicUrl), ...(iss !== undefined && { issuer: iss }) });
    await changeChannel(hub, channelId, { config: settings, enabled: true });
    return { outcome: 'connected', channelId };
  } catch (cause) {
    if (!(cause instanceof ConnectorError || cause instanceof Problem)) throw cause;
    hub.log.warn({ channel: channelId, reason: cause.message }, 'an account could not be connected');
    return { outcome: 'refused', channelId, reason: cause.message };
  }
}
