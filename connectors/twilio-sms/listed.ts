/** Messages Twilio lists, as the calls we would have got about them: one parser for both. */
import type { Twilio } from 'twilio';
import type { Config } from './manifest.ts';
import type { Form } from './parse.ts';

type Listed = Awaited<ReturnType<Twilio['messages']['list']>>[number];

/** Null for what another channel of the same account says or hears. */
export async function formOf(one: Listed, { from, whatsappFrom, messagingServiceSid, apiBase, accountSid }: Config, client: Twilio): Promise<Form | null> {
  const inbound = one.direction === 'inbound';
  const ours = inbound ? one.to : one.from;
  const own = [from, whatsappFrom && `whatsapp:${whatsappFrom.replace(/^whatsapp:/, '')}`].filter(Boolean);
  if (!own.includes(ours) && !(messagingServiceSid && one.messagingServiceSid === messagingServiceSid)) return null;
  if (!inbound) return { MessageSid: one.sid, MessageStatus: one.status, To: one.to, From: one.from, ErrorCode: one.errorCode ?? '', ErrorMessage: one.errorMessage ?? '' };
  const media = Number(one.numMedia) > 0 ? await client.messages(one.sid).media.list({ limit: 10 }) : [];
  return {
    MessageSid: one.sid, From: one.from, To: one.to, Body: one.body ?? '', NumMedia: String(media.length),
    ...Object.fromEntries(media.flatMap(({ sid, contentType }, index) => [
      [`MediaUrl${index}`, `${apiBase.replace(/\/+$/, '')}/2010-04-01/Accounts/${accountSid}/Messages/${one.sid}/Media/${sid}`], [`MediaContentType${index}`, contentType],
    ])),
  };
}
