/** The parts of a message of WhatsApp Web that we read. Everything may be missing, or of another type than last year. */
import { z } from 'zod';

const text = z.union([z.string(), z.number().transform(String)]).optional().catch(undefined);
const number = z.coerce.number().refine(Number.isFinite).optional().catch(undefined);
const truth = z.boolean().optional().catch(undefined);
/** An address is a string, or an object that says itself as one. */
const id = z.union([z.string(), z.looseObject({ _serialized: z.string() }).transform((one) => one._serialized)]).optional().catch(undefined);
const list = <Item extends z.ZodType>(item: Item) => z.array(item.nullable().catch(null)).optional().catch(undefined);

/** Only the id is needed. */
export const Raw = z.looseObject({
  id: z.looseObject({
    fromMe: z.boolean().default(false).catch(false), remote: id, id: text, participant: id, _serialized: z.string().min(1),
  }),
  type: z.string().default('unknown').catch('unknown'),
  subtype: text, body: text, caption: text, t: number, from: id, to: id, author: id, notifyName: text, ack: number,
  mimetype: text, filename: text, directPath: text, isViewOnce: truth, isStatusV3: truth, isNotification: truth,
  lat: number, lng: number, loc: text,
  vcardList: list(z.looseObject({ vcard: text, displayName: text })), vcardFormattedName: text,
  title: text, description: text, matchedText: text, canonicalUrl: text,
  pollName: text, pollOptions: list(z.looseObject({ name: text })), eventName: text, eventDescription: text,
  inviteGrpName: text, itemCount: number, orderTitle: text, productId: text,
  listResponse: z.looseObject({ title: text, description: text }).optional().catch(undefined),
  selectedButtonId: text, selectedId: text,
  mentionedJidList: list(id), groupMentions: list(z.looseObject({ groupJid: id })),
  quotedStanzaID: text, quotedParticipant: id,
  quotedMsg: z.looseObject({ body: text, caption: text, type: text, directPath: text }).optional().catch(undefined),
  latestEditSenderTimestampMs: number, latestEditMsgKey: z.unknown().optional(),
  isVideoCall: truth, callOutcome: text,
});
export type Raw = z.infer<typeof Raw>;
