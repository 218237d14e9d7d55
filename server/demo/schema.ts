/** What a hub and the program that plays the platforms say to each other. The program knows the platforms; the hub knows who writes, and what. */
import { z } from 'zod';

/** A customer as a platform knows one. `heardAt`: their last word, in milliseconds; from it the platform's reply window follows. */
export const Guest = z.object({ address: z.string(), name: z.string(), phone: z.string().optional(), unionid: z.string().optional(), heardAt: z.number().optional() });
export type Guest = z.infer<typeof Guest>;

const File = z.object({ name: z.string(), type: z.string(), bytes: z.custom<Uint8Array>(value => value instanceof Uint8Array) });

/** What a customer does. A platform that cannot quote, react or tap says the words instead, or nothing. */
export const Act = z.discriminatedUnion('do', [
  z.object({ do: z.literal('say'), text: z.string(), quote: z.string().optional() }),
  z.object({ do: z.literal('show'), file: File, text: z.string().optional() }),
  z.object({ do: z.literal('speak'), file: File, words: z.string() }),
  z.object({ do: z.literal('react'), about: z.string(), emoji: z.string() }),
  z.object({ do: z.literal('tap'), about: z.string(), choice: z.string() }),
]);
export type Act = z.infer<typeof Act>;

/** Where a platform calls the hub. `url` as the channel knows it; `local`, the same by the shortest way. */
export const Hook = z.object({ url: z.string(), local: z.string(), secrets: z.record(z.string(), z.string()) });
export type Hook = z.infer<typeof Hook>;

/** To the program; each is answered once. */
export const Order = z.object({ id: z.number() }).and(z.discriminatedUnion('order', [
  /** `config`: the channel's settings, where it stood on this platform before. Answered with the settings that fit. */
  z.object({ order: z.literal('play'), kind: z.string(), config: z.record(z.string(), z.unknown()).optional() }),
  z.object({ order: z.literal('connect'), kind: z.string(), hook: Hook }),
  z.object({ order: z.literal('meet'), kind: z.string(), guests: z.array(Guest) }),
  z.object({ order: z.literal('act'), kind: z.string(), guest: Guest, act: Act }),
]));
export type Order = z.infer<typeof Order>;
/** An order before it has its number. */
export type Wish = Order extends infer One ? One extends Order ? Omit<One, 'id'> : never : never;

/** A message of ours as it reached a customer. `choices`: what may be tapped. */
export const Received = z.object({ kind: z.string(), id: z.string(), address: z.string(), text: z.string(), choices: z.array(z.string()) });
export type Received = z.infer<typeof Received>;

/** From the program. */
export const Report = z.discriminatedUnion('report', [
  z.object({ report: z.literal('done'), id: z.number(), config: z.record(z.string(), z.unknown()).optional() }),
  z.object({ report: z.literal('failed'), id: z.number(), reason: z.string() }),
  z.object({ report: z.literal('received'), message: Received }),
]);
export type Report = z.infer<typeof Report>;
