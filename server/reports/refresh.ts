/** What is kept of conversations is made anew from their entries: done twice, it is the same. */
import { blank } from '../conversations/rules/fold.ts';
import type { Entry } from '../conversations/schema.ts';
import type { Hub } from '../hub.ts';
import { factsOf } from './rules/facts.ts';
import type { Episode } from './schema.ts';

/** What it takes: the server has it, and the command line. */
export type Reach = Pick<Hub, 'store'>;

const page = 1_000;
/** Conversations that are read side by side. */
const atOnce = 25;

async function entriesFrom(hub: Reach, conversationId: string, start: number): Promise<Entry[]> {
  const all: Entry[] = [];
  for (let after = start - 1; ;) {
    const read = await hub.store.conversations.readEntries(conversationId, { after, limit: page });
    all.push(...read);
    after = read.at(-1)?.seq ?? after;
    if (read.length < page) return all;
  }
}

async function madeOf(hub: Reach, conversationId: string, first: Episode | undefined): Promise<Episode[]> {
  return factsOf(first?.before ?? blank(conversationId), await entriesFrom(hub, conversationId, first?.start ?? 1));
}

/** Makes episodes anew: of each conversation the one a seq is in, and all after it. */
export async function refresh(hub: Reach, stretches: readonly { conversationId: string; seq: number }[]): Promise<void> {
  for (let from = 0; from < stretches.length; from += atOnce) {
    const some = stretches.slice(from, from + atOnce);
    const known = await hub.store.reports.from(some);
    const first = new Map(known.toReversed().map(episode => [episode.conversationId, episode]));
    const made = (await Promise.all(some.map(({ conversationId }) => madeOf(hub, conversationId, first.get(conversationId))))).flat();
    const ids = new Set(made.map(({ id }) => id));
    await hub.store.reports.put(known, made, known.filter(({ id }) => !ids.has(id)));
  }
}

/** All of it anew from the entries; what has none goes. Answers how many conversations there were. */
export async function rebuild(hub: Reach): Promise<number> {
  const ids = new Set<string>();
  for await (const { conversationId } of hub.store.conversations.changesSince('')) ids.add(conversationId);
  for await (const id of hub.store.reports.conversations()) ids.add(id);
  await refresh(hub, [...ids].map(conversationId => ({ conversationId, seq: 0 })));
  return ids.size;
}
