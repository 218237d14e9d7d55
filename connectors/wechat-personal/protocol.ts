/** What the hub and the process that runs wechaty say to each other. Parsed on both sides: neither trusts the other's build. */
import { z } from 'zod';

/** How to reach the puppet service. */
export const Target = z.object({
  endpoint: z.string(), token: z.string(), tls: z.boolean(), caCert: z.string(), serverName: z.string(),
  /** Milliseconds between two looks whether the line still lives. */
  pulseMs: z.number(),
});
export type Target = z.infer<typeof Target>;

const Bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array);
const to = z.string();

/** What the hub has the account do. */
export const Call = z.discriminatedUnion('do', [
  z.object({ do: z.literal('send-text'), to, text: z.string() }),
  z.object({ do: z.literal('send-file'), to, name: z.string(), bytes: Bytes }),
  z.object({ do: z.literal('send-link'), to, title: z.string(), url: z.string(), description: z.string() }),
  z.object({ do: z.literal('recall'), id: z.string() }),
  z.object({ do: z.literal('file'), id: z.string() }),
  z.object({ do: z.literal('remark'), contact: z.string(), remark: z.string() }),
  z.object({ do: z.literal('contact'), id: z.string() }),
  z.object({ do: z.literal('contacts') }),
  z.object({ do: z.literal('accept'), friendship: z.string() }),
  z.object({ do: z.literal('sign-out') }),
  z.object({ do: z.literal('reset') }),
  z.object({ do: z.literal('ask') }),
]);
export type Call = z.infer<typeof Call>;

/** Hub to child. */
export const Order = z.discriminatedUnion('type', [
  z.object({ type: z.literal('connect'), target: Target }),
  z.object({ type: z.literal('call'), id: z.number(), call: Call }),
]);
export type Order = z.infer<typeof Order>;

/** As a database can hold it. */
const Text = z.union([z.string(), z.number().transform(String)]).nullish().transform((text) => (text ?? '').toWellFormed().replaceAll('\0', '\uFFFD'));
const Texts = z.array(Text).nullish().catch([]).transform((texts) => texts ?? []);

/** A person as the puppet describes them; puppets differ in what they know. */
export const Person = z.looseObject({
  id: Text, name: Text.catch(''), alias: Text.catch(''), type: z.coerce.number().catch(0), friend: z.boolean().nullish().catch(null),
  handle: Text.catch(''), city: Text.catch(''), phone: Texts, corporation: Text.catch(''),
});
export type Person = z.infer<typeof Person>;

/** Names of older puppets are taken too: fromId, toId; seconds for milliseconds. */
export const Payload = z.looseObject({
  id: Text, type: z.union([z.number(), z.string()]).nullish().catch(0), text: Text.catch(''), filename: Text.catch(''),
  talkerId: Text.catch(''), fromId: Text.catch(''), listenerId: Text.catch(''), toId: Text.catch(''), roomId: Text.catch(''),
  mentionIdList: Texts, timestamp: z.coerce.number().catch(0),
});
export type Payload = z.infer<typeof Payload>;

/** A message with all that had to be asked for. */
export const Gathered = z.looseObject({
  payload: Payload,
  self: z.object({ id: Text, name: Text }),
  talker: Person.nullish().catch(null),
  listener: Person.nullish().catch(null),
  room: z.looseObject({ id: Text, topic: Text.catch('') }).nullish().catch(null),
  link: z.looseObject({ title: Text.catch(''), url: Text.catch(''), description: Text.catch('') }).nullish().catch(null),
  miniProgram: z.looseObject({ title: Text.catch(''), description: Text.catch(''), username: Text.catch(''), appid: Text.catch(''), pagePath: Text.catch('') }).nullish().catch(null),
  location: z.looseObject({ latitude: z.coerce.number(), longitude: z.coerce.number(), name: Text.catch(''), address: Text.catch('') }).nullish().catch(null),
  card: Person.nullish().catch(null),
});
export type Gathered = z.infer<typeof Gathered>;

/** Somebody wants to be, or became, our friend. */
export const Friendship = z.looseObject({ id: Text, contactId: Text, type: z.coerce.number().catch(0), hello: Text.catch(''), scene: z.coerce.number().catch(0), contact: Person.nullish().catch(null) });
export type Friendship = z.infer<typeof Friendship>;

/** Who came into a room, left it, or gave it another name. */
export const RoomChange = z.looseObject({ what: z.enum(['join', 'leave', 'topic']), roomId: Text, by: Person.nullish().catch(null), who: z.array(Text), topic: Text.catch(''), timestamp: z.coerce.number().catch(0) });
export type RoomChange = z.infer<typeof RoomChange>;

/** `code` is gRPC's status. `left`: the request may have reached the service. */
export const Failure = z.object({ message: z.string(), code: z.number().nullish(), left: z.boolean() });
export type Failure = z.infer<typeof Failure>;

/** Child to hub. */
export const Report = z.discriminatedUnion('type', [
  z.object({ type: z.literal('beat') }),
  z.object({ type: z.literal('answer'), id: z.number(), value: z.unknown().optional(), failure: Failure.optional() }),
  z.object({ type: z.literal('line'), state: z.enum(['connected', 'away']), message: z.string(), code: z.number().nullish() }),
  z.object({ type: z.literal('scan'), status: z.number(), qr: z.string() }),
  z.object({ type: z.literal('login'), id: z.string(), name: z.string() }),
  z.object({ type: z.literal('logout'), reason: z.string() }),
  z.object({ type: z.literal('message'), message: z.unknown() }),
  z.object({ type: z.literal('unloadable'), id: z.string(), reason: z.string() }),
  z.object({ type: z.literal('friendship'), friendship: z.unknown() }),
  z.object({ type: z.literal('room'), change: z.unknown() }),
  z.object({ type: z.literal('trouble'), message: z.string() }),
]);
export type Report = z.infer<typeof Report>;

/** The answer of 'file'. */
export const FileAnswer = z.object({ name: z.string(), type: z.string(), bytes: Bytes });
/** The answer of the sends: puppets that do not say leave it empty. */
export const SentAnswer = z.object({ id: z.string() });
