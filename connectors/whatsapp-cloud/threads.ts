/**
 * Which thread a customer's words belong to, so that it stays one thread when a number becomes a user id, or either changes.
 * The rule is in README.md, "Who is who". What is remembered is small and only written when it changes.
 */
import { z } from 'zod';
import type { Inbox } from '../connector.ts';
import { addressOf, type Person } from './people.ts';

/** Where a person's words go. `known`: the user id a bare number spoke with before; `contested`: the number has had two owners. */
export type Place = { thread: string; related: string[]; known?: string; contested: boolean };
export type Threads = ReturnType<typeof threadBook>;

/** Whose number it is and where they speak. Thread null: its owner has left it; `turn` counts owners without a user id. */
const NumberFact = z.object({ user: z.string().nullable(), thread: z.string().nullable(), contested: z.boolean().default(false), turn: z.number().default(0) });
type NumberFact = z.infer<typeof NumberFact>;
const Thread = z.object({ thread: z.string() });
const Address = z.object({ address: z.string() });

const mostCached = 20_000;

/** The book of one account, kept in the hub's memory of the channel. */
export function threadBook({ recall, remember }: Pick<Inbox, 'recall' | 'remember'>) {
  const cache = new Map<string, unknown>();

  function keep(name: string, value: unknown): void {
    cache.delete(name);
    cache.set(name, value);
    const [oldest] = cache.keys();
    if (cache.size > mostCached && oldest !== undefined) cache.delete(oldest);
  }
  async function look<T>(name: string, schema: z.ZodType<T>): Promise<T | undefined> {
    if (!cache.has(name)) keep(name, await recall(name) ?? null);
    return schema.safeParse(cache.get(name)).data;
  }
  async function note(name: string, value: object): Promise<void> {
    await remember(name, value);
    keep(name, value);
  }

  /** A number without a user id: its owner's thread, or one of its own. */
  async function placeNumber(phone: string, fact: NumberFact | undefined): Promise<Place> {
    if (fact?.thread) return { thread: fact.thread, related: related(fact.thread, fact.user, phone), contested: fact.contested, ...(fact.user && { known: fact.user }) };
    const turn = fact ? fact.turn + 1 : 0;
    const thread = turn === 0 ? phone : `${phone}.${turn}`;
    await note(`number/${phone}`, { user: null, thread, contested: fact?.contested ?? false, turn });
    return { thread, related: [], contested: fact?.contested ?? false };
  }

  async function place(person: Person): Promise<Place> {
    const id = person.userId ?? person.parentId;
    const { phone } = person;
    const fact = phone ? await look(`number/${phone}`, NumberFact) : undefined;
    if (!id) {
      if (!phone) throw new Error('nobody is named');
      return await placeNumber(phone, fact);
    }
    if (phone && fact?.user === id && fact.thread) return { thread: fact.thread, related: related(fact.thread, id, fact.contested ? undefined : phone), contested: fact.contested };
    const user = await look(`user/${id}`, Thread);
    // A thread that began with the number alone belongs to the first user id that shows it.
    const claimed = !user && fact?.user === null && fact.thread ? fact.thread : undefined;
    const thread = user?.thread ?? claimed ?? id;
    const contested = fact !== undefined && (fact.contested || (fact.user !== null && fact.user !== id));
    if (claimed || !phone && !user) await note(`user/${id}`, { thread });
    if (claimed) await note(`thread/${thread}`, { address: id });
    if (phone) await note(`number/${phone}`, { user: id, thread, contested, turn: fact?.turn ?? 0 });
    return { thread, related: related(thread, id, contested ? undefined : phone), contested };
  }

  return {
    place,
    /** The person behind `from` goes on as `next`: later words of `next` come into the same thread. The same `id` twice changes nothing more. */
    async moved(id: string, from: Person, next: Person): Promise<Place> {
      const done = await look(`moved/${id}`, Thread);
      if (done) return { thread: done.thread, related: [], contested: false };
      const was = await place(from);
      const address = addressOf(next);
      const user = next.userId ?? next.parentId ?? null;
      if (user) await note(`user/${user}`, { thread: was.thread });
      if (next.phone) await note(`number/${next.phone}`, { user, thread: was.thread, contested: false, turn: 0 });
      // The old number will belong to somebody else one day.
      if (from.phone && from.phone !== next.phone) await note(`number/${from.phone}`, { user: null, thread: null, contested: true, turn: 0 });
      if (address && address !== was.thread) await note(`thread/${was.thread}`, { address });
      await note(`moved/${id}`, { thread: was.thread });
      return was;
    },
    /** A thread that we began with a number: who answers from it belongs here. */
    async began(thread: string, phone: string, waId: string | undefined, userId: string | undefined): Promise<void> {
      for (const number of new Set([phone, waId ?? phone])) {
        const fact = await look(`number/${number}`, NumberFact);
        if (!fact) await note(`number/${number}`, { user: userId ?? null, thread, contested: false, turn: 0 });
      }
      if (userId && userId !== thread && !(await look(`user/${userId}`, Thread))) await note(`user/${userId}`, { thread });
    },
    /** Where a thread's customer is reached now. */
    address: async (thread: string): Promise<string> => (await look(`thread/${thread}`, Address))?.address ?? thread.replace(/^(\d+)\.\d+$/, '$1'),
  };
}

const related = (thread: string, ...others: (string | null | undefined)[]): string[] => others.flatMap((other) => (other && other !== thread ? [other] : []));
