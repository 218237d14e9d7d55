/** Keeps the numbers right beside the work. */
import { follow, marginBefore, type Mark } from '../conversations/follow.ts';
import type { Entry } from '../conversations/schema.ts';
import type { Turning } from '../conversations/served-store.ts';
import type { Hub } from '../hub.ts';
import { judge, refresh, type Stretch } from './refresh.ts';
import { begins, isBots, judges, meetsPeople } from './rules/episodes.ts';
import { dayOf, daysOn } from './rules/numbers.ts';

/** A month, and the one before. */
const keptDays = 62;
/** Days that are open change by the minute: they are added up so often when nobody looks. */
const addUpMs = 3_600_000;

const concerns = (entry: Turning): boolean => isBots(entry) || meetsPeople(entry) || begins(entry) || judges(entry);

/** Starts. `ready` resolves when everything that happened before has been read. */
export function startCounting(hub: Hub): { ready: Promise<void>; stop(): Promise<void> } {
  const { store: { botNumbers, contacts, conversations, training } } = hub;
  let linked = new Set<string>();
  let addedUp = 0;

  /** The seq up to which an entry may have changed something. */
  async function touches(entry: Turning): Promise<number> {
    if (isBots(entry) || !judges(entry)) return begins(entry) ? entry.seq - 1 : entry.seq;
    return (entry.about && entry.thread ? (await conversations.findByExternalId(entry.thread.channelId, entry.about))?.seq : undefined) ?? 0;
  }

  async function take(turnings: Turning[]): Promise<void> {
    const byConversation = Map.groupBy(turnings, ({ conversationId }) => conversationId);
    const starts = Map.groupBy(await botNumbers.startsOf([...byConversation.keys()]), ({ conversationId }) => conversationId);
    const met = new Map<string, Date>();
    const stretches: Stretch[] = [];
    for (const [id, some] of byConversation) {
      const known = starts.get(id) ?? [];
      // Who was never served by the bot costs no more than this look.
      if (known.length || some.some(isBots)) {
        const from = Math.min(...await Promise.all(some.map(touches)));
        stretches.push({ conversationId: id, start: known.findLast(({ start }) => start <= from)?.start ?? 1 });
      }
      const first = some.find(meetsPeople);
      const contact = first && (await hub.heads.get(id))?.contactId;
      if (contact) met.set(contact, first.at);
    }
    await refresh(hub, stretches);
    if (met.size) await judge(hub, [...met.keys()], new Date(Math.min(...[...met.values()].map(at => at.getTime()))));
  }

  async function* since(id: string): AsyncGenerator<Turning & { _id: string }> {
    for await (const turning of conversations.turningsSince(id)) if (concerns(turning)) yield turning;
  }

  /** Who was joined meanwhile is judged, marks are compared, and who looks finds the days added up. */
  async function swept(from: Mark | null, to: Mark): Promise<void> {
    if (from) await judge(hub, await contacts.linkedSince(marginBefore(from.at)), null);
    await compareMarks();
    if (Math.abs(to.at.getTime() - addedUp) < addUpMs) return;
    const today = dayOf(to.at);
    await botNumbers.between(daysOn(today, -keptDays), today, to.at);
    addedUp = to.at.getTime();
  }

  /** Which replies are marked as wrong is no entry: what is kept is compared with what is so. */
  async function compareMarks(): Promise<void> {
    const [are, kept] = await Promise.all([training.cases.wrong(), botNumbers.marked()]);
    const [now, was] = [new Set(are.map(({ conversationId, seq }) => `${conversationId}/${seq}`)), new Set(kept.flatMap(({ conversationId, wrong }) => wrong.map(seq => `${conversationId}/${seq}`)))];
    const differ = new Set([...now].filter(each => !was.has(each)).concat([...was].filter(each => !now.has(each))).map(each => each.slice(0, 24)));
    await refresh(hub, [...differ].map(conversationId => ({ conversationId, start: 1 })));
  }

  async function judgeLinked(): Promise<void> {
    const people = [...linked];
    linked = new Set();
    if (people.length) await judge(hub, people, null);
  }

  const following = follow<Turning>(hub, {
    what: 'the numbers of the bot', of: entry => (concerns(entry) ? light(entry) : null), since, take, also: judgeLinked, swept,
    mark: { read: () => botNumbers.readTo(), write: mark => botNumbers.setReadTo(mark) },
  });
  const unsubscribe = [
    hub.events.on('contact', ({ contact }) => { linked.add(contact.id); following.soon(); }),
    hub.events.on('marked', () => { void following.add(compareMarks); }),
  ];

  return {
    ready: following.ready,
    async stop() {
      for (const each of unsubscribe) each();
      await following.stop();
    },
  };
}

const light = ({ conversationId, seq, at, kind, actor, about, thread, changes: { handler, episodeSeq } }: Entry): Turning => ({
  conversationId, seq, at, kind, actor, ...(about ? { about } : {}), ...(thread ? { thread } : {}), changes: { ...(handler ? { handler } : {}), ...(episodeSeq === undefined ? {} : { episodeSeq }) },
});
