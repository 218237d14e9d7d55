/** The single things a call from Meta is made of. */
import type { Happening, Inbound, Receipt, Sender, Words } from '../connector.ts';
import type { Person } from './people.ts';

/** What the customer said, before it is known to which thread it belongs. */
export type Said = Omit<Inbound, 'thread' | 'related' | 'from' | 'group'>;

/** `told` makes the happening once thread and sender are known. `account`: news of the number itself; `serious` ones show on the channel. `foreign`: said to another number. */
export type Item =
  | { kind: 'message'; who: Person; group?: string; said: Said }
  | { kind: 'happening'; who: Person; group?: string; told(thread: string, sender: Sender): Happening }
  | { kind: 'moved'; who: Person; next: Person; externalId: string; sentAt?: Date }
  | { kind: 'receipt'; receipt: Receipt }
  | { kind: 'account'; field: string; message: Words; serious: boolean }
  | { kind: 'foreign'; number: string; raw: unknown }
  | { kind: 'bad'; reason: string; raw: unknown };
