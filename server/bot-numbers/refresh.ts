/** What is kept of conversations and people is made anew from their entries: done twice, it is the same. */
import type { Entry } from '../conversations/schema.ts';
import type { Hub } from '../hub.ts';
import { factsOf, isBots, judged, meetsPeople } from './rules/episodes.ts';
import type { Episode, Facts } from './schema.ts';

/** What it takes: the server has it, and the command line. */
export type Reach = Pick<Hub, 'store' | 'heads'>;

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

/** When the person behind these contacts met people of ours, while any of these episodes waited for it. */
async function metBy(hub: Reach, members: string[], episodes: Pick<Facts, 'handled' | 'startedAt' | 'dueAt'>[]): Promise<Date[]> {
  const open = episodes.filter(({ handled }) => handled);
  if (!open.length) return [];
  const [from, to] = [Math.min(...open.map(({ startedAt }) => startedAt.getTime())), Math.max(...open.map(({ dueAt }) => dueAt.getTime()))];
  return (await hub.store.conversations.servedBetween(members, new Date(from), new Date(to))).filter(meetsPeople).map(({ at }) => at);
}

/** A conversation, and the seq with which one of its episodes begins: that one and all after it are meant. */
export type Stretch = { conversationId: string; start: number };

async function madeOf(hub: Reach, { conversationId, start }: Stretch): Promise<Episode[]> {
  const { store: { contacts, training } } = hub;
  const [head, entries, wrong] = await Promise.all([hub.heads.get(conversationId), entriesFrom(hub, conversationId, start), training.cases.wrong(conversationId)]);
  if (!head || !entries.some(isBots)) return [];
  const facts = factsOf(entries, head, new Set(wrong.map(({ seq }) => seq)));
  const met = await metBy(hub, (await contacts.component(head.contactId)).members, facts);
  return facts.map(each => judged(each, met));
}

/** Makes episodes anew, those of many conversations in one write. */
export async function refresh(hub: Reach, stretches: readonly Stretch[]): Promise<void> {
  const { store: { botNumbers } } = hub;
  for (let from = 0; from < stretches.length; from += atOnce) {
    const some = stretches.slice(from, from + atOnce);
    const starts = new Map(some.map(({ conversationId, start }) => [conversationId, start]));
    const [known, made] = await Promise.all([botNumbers.startsOf([...starts.keys()]), Promise.all(some.map(each => madeOf(hub, each)))]);
    const now = new Set(made.flat().map(({ id }) => id));
    await botNumbers.put(made.flat());
    await botNumbers.remove(known.filter(({ id, conversationId, start }) => start >= (starts.get(conversationId) ?? 0) && !now.has(id)));
  }
}

/** The verdicts on people, those that are due after a moment: they met somebody, or are another person than was thought. */
export async function judge(hub: Reach, contactIds: string[], dueAfter: Date | null): Promise<void> {
  for (let from = 0; from < contactIds.length; from += atOnce) await judgeSome(hub, contactIds.slice(from, from + atOnce), dueAfter);
}

async function judgeSome(hub: Reach, contactIds: string[], dueAfter: Date | null): Promise<void> {
  const { store: { botNumbers, contacts } } = hub;
  const people = new Map([...(await contacts.components(contactIds)).values()].map(({ root, members }) => [root, members]));
  const all = Map.groupBy(await botNumbers.ofContacts([...new Set([...people.values()].flat())], dueAfter), ({ contactId }) => contactId);
  for (const members of people.values()) {
    const episodes = members.flatMap(member => all.get(member) ?? []);
    if (!episodes.length) continue;
    const met = await metBy(hub, members, episodes);
    await botNumbers.put(episodes.map((before): Episode => judged(before, met)).filter((now, at) => now.metAt?.getTime() !== episodes[at]?.metAt?.getTime()));
  }
}

/** All of it anew from the entries; what has none goes. Answers how many conversations there were. */
export async function rebuild(hub: Reach): Promise<number> {
  const { store: { botNumbers, conversations } } = hub;
  const ids = new Set<string>();
  for await (const turning of conversations.turningsSince('')) if (isBots(turning)) ids.add(turning.conversationId);
  for await (const id of botNumbers.conversations()) ids.add(id);
  await refresh(hub, [...ids].map(conversationId => ({ conversationId, start: 1 })));
  return ids.size;
}
