import { changeChannel, getChannel } from '../channels/change.ts';
import type { Hub } from '../hub.ts';
import type { Caller } from '../people/sign-in.ts';
import { Problem } from '../problem.ts';
import { ConnectorError, wordsOf } from '../../connectors/connector.ts';
import type { Words } from '../conversations/schema.ts';
import { idOfState, redirectUri } from './begin.ts';
import type { Answer, Outcome } from './schema.ts';

/** So long an admin can read why it failed. */
const rememberedMs = 60 * 60_000;

/**
 * The browser comes back from the platform's page. A state counts once, for ten minutes, and only in the session that began it: nobody
 * can slip his own mailbox to another admin. Never throws for what the browser brings along.
 */
export async function finishAuthorization(hub: Hub, { state = '', code, error, iss }: Answer, caller: Caller | null): Promise<{ outcome: Outcome; channelId?: string }> {
  const pending = await hub.store.authorizations.take(idOfState(state), hub.now());
  if (!pending) return { outcome: 'expired' };
  const { channelId, session, verifier } = pending;
  if (caller?.kind !== 'person' || caller.session !== session || caller.role !== 'admin') return { outcome: 'foreign' };
  const refused = async (words: Words): Promise<{ outcome: Outcome; channelId: string }> => {
    await hub.store.authorizations.refused(channelId, { words, expiresAt: new Date(hub.now().getTime() + rememberedMs) });
    return { outcome: 'refused', channelId };
  };
  if (code === undefined) return error === 'access_denied' ? { outcome: 'denied', channelId } : refused(error ?? '');
  try {
    const channel = await getChannel(hub, channelId);
    const authorization = await hub.channels.authorization(channel.kind);
    if (!authorization) return { outcome: 'expired' };
    const settings = await authorization.redeem(channel.config, { code, verifier, redirectUri: redirectUri(hub.publicUrl), ...(iss !== undefined && { issuer: iss }) });
    await changeChannel(hub, channelId, { config: settings, enabled: true });
    await hub.store.authorizations.forgive(channelId);
    return { outcome: 'connected', channelId };
  } catch (cause) {
    if (!(cause instanceof ConnectorError || cause instanceof Problem)) throw cause;
    hub.log.warn({ channel: channelId, reason: cause.message }, 'an account could not be connected');
    return refused(cause instanceof Problem ? cause.words ?? cause.message : wordsOf(cause));
  }
}
