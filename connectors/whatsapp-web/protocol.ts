/** What the hub and its session process tell each other over IPC; both sides check what they hear. */
import { z } from 'zod';
import { Words } from '../../server/conversations/schema.ts';

const bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array);

/** How the session process opens the browser. */
export const Launch = z.object({
  /** LocalAuth keeps the browser's profile in here. */
  folder: z.string(),
  browserPath: z.string(),
  browserArgs: z.array(z.string()),
  /** A stored copy of the page instead of the live one. */
  webCache: z.object({ version: z.string(), path: z.string() }).optional(),
  takeOver: z.boolean(),
});
export type Launch = z.infer<typeof Launch>;

/** One message on the platform; what a channel of ours says may take several. */
export const Item = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('text'), text: z.string() }),
  z.object({ kind: z.literal('file'), name: z.string(), type: z.string(), bytes, caption: z.string().optional(), as: z.enum(['media', 'document', 'voice', 'sticker']) }),
  z.object({ kind: z.literal('location'), latitude: z.number(), longitude: z.number(), name: z.string().optional() }),
  z.object({ kind: z.literal('card'), vcard: z.string() }),
]);
export type Item = z.infer<typeof Item>;

/** Hub -> session. */
export const Command = z.discriminatedUnion('name', [
  z.object({ name: z.literal('launch'), launch: Launch }),
  z.object({ name: z.literal('state') }),
  z.object({ name: z.literal('send'), chat: z.string(), item: Item, quote: z.string().optional() }),
  z.object({ name: z.literal('media'), id: z.string() }),
  z.object({ name: z.literal('react'), id: z.string(), emoji: z.string() }),
  z.object({ name: z.literal('edit'), id: z.string(), text: z.string() }),
  z.object({ name: z.literal('recall'), id: z.string() }),
  z.object({ name: z.literal('seen'), chat: z.string() }),
  z.object({ name: z.literal('typing'), chat: z.string(), typing: z.boolean() }),
  z.object({ name: z.literal('chats') }),
  /** `limit` 0: what the page has in memory; else so many, older ones are fetched. */
  z.object({ name: z.literal('history'), chat: z.string(), limit: z.number() }),
  z.object({ name: z.literal('pairing-code'), phone: z.string() }),
  z.object({ name: z.literal('sign-out') }),
  z.object({ name: z.literal('stop') }),
]);
export type Command = z.infer<typeof Command>;

/** Somebody on the platform. `id` is what messages carry, `phone` the digits when the platform says them. */
export const Person = z.object({ id: z.string(), phone: z.string().optional(), name: z.string().optional() });
export type Person = z.infer<typeof Person>;

/** A message as the page has it, with what the session looked up for it. */
export const Told = z.object({
  raw: z.unknown(),
  /** Who wrote it; for a message of ours, to whom. */
  person: Person.optional(),
  group: z.string().optional(),
  /** External id of the quoted message. */
  quoted: z.string().optional(),
});
export type Told = z.infer<typeof Told>;

/** The account that is signed in. */
export const Me = z.object({ id: z.string(), lid: z.string().optional(), name: z.string().optional() });
export type Me = z.infer<typeof Me>;

/** Session -> hub. */
export const Notice = z.discriminatedUnion('event', [
  z.object({ event: z.literal('browser'), pid: z.number() }),
  z.object({ event: z.literal('qr'), qr: z.string() }),
  z.object({ event: z.literal('code'), code: z.string() }),
  z.object({ event: z.literal('authenticated') }),
  z.object({ event: z.literal('loading'), percent: z.number() }),
  z.object({ event: z.literal('ready'), me: Me }),
  z.object({ event: z.literal('state'), state: z.string() }),
  /** The session is over and the process about to end. */
  z.object({ event: z.literal('gone'), why: z.enum(['signed-out', 'conflict', 'browser', 'refused']), words: Words }),
  z.object({ event: z.literal('message'), told: Told }),
  z.object({ event: z.literal('undecipherable'), told: Told }),
  z.object({ event: z.literal('ack'), id: z.string(), ack: z.number() }),
  z.object({ event: z.literal('edited'), told: Told, text: z.string(), before: z.string() }),
  z.object({ event: z.literal('revoked'), id: z.string(), told: Told }),
  z.object({ event: z.literal('reaction'), id: z.string(), about: z.string(), emoji: z.string(), at: z.number().optional(), person: Person }),
  z.object({ event: z.literal('happened'), id: z.string(), chat: z.string(), name: z.string(), person: Person, data: z.record(z.string(), z.string()) }),
  z.object({ event: z.literal('moved'), id: z.string(), chat: z.string(), from: z.string(), to: z.string() }),
]);
export type Notice = z.infer<typeof Notice>;

/** What each command that answers with more than "done" answers. */
export const SentAnswer = z.object({ id: z.string(), ack: z.number() });
export const MediaAnswer = z.object({ name: z.string().optional(), type: z.string(), bytes }).nullable();
export const ChatsAnswer = z.array(z.object({ id: z.string(), at: z.number() }));
export const HistoryAnswer = z.array(Told);

/** Frames on the wire. A failure says whether the platform may have acted nevertheless. */
export const ToSession = z.object({ call: z.number(), command: Command });
export const FromSession = z.union([
  z.object({ reply: z.number(), answer: z.unknown() }),
  z.object({ reply: z.number(), failure: z.object({ kind: z.enum(['rejected', 'unreachable', 'in-doubt']), words: Words }) }),
  z.object({ notice: Notice }),
]);
