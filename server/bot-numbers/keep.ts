/** Keeps the numbers right beside the work. Events only hurry it along: every entry is read by its id, so that a crash, or another node's work, loses nothing. */
import { LRUCache } from 'lru-cache';
import type { Entry } from '../conversations/schema.ts';
import type { Turning } from '../conversations/served-store.ts';
import type { Hub } from '../hub.ts';
import { newId } from '../store/id.ts';
import { judge, refresh, type Stretch } from './refresh.ts';
import { begins, isBots, judges, meetsPeople } from './rules/episodes.ts';
import { dayOf, daysOn } from './rules/numbers.ts';

const gatherMs = 300;
const sweepMs = 60_000;
/** Entries get their id before they are durable: so much before the mark is read again. */
const marginMs = 60_000;
const atOnce = 500;
/** A month, and the one before. */
const keptDays = 62;
/** Days that are open change by the minute: they are added up so often when nobody looks. */
const addUpMs = 3_600_000;
/** While a long reading holds the line no more is remembered: it, or the reading after it, finds the rest. */
const mostWaiting = 10_000;

const concerns = (entry: Turning): boolean => isBots(entry) || meetsPeople(entry) || begins(entry) || judges(entry);
const nameOf = ({ conversationId, seq }: Turning): string => `${conversationId}/${seq}`;
const before = (id: string, ms: number): string => (Math.max(0, Number.parseInt(id.slice(0, 8), 16) - ms / 1000)).toString(16).padStart(8, '0').padEnd(24, '0');

/** Starts. `ready` resolves when everything that happened before has been read. */
export function startCounting(hub: Hub): { ready: Promise<void>; stop(): Promise<void> } {
  const { store: { botNumbers, contacts, conversations, training } } = hub;
  const done = new LRUCache<string, true>({ max: 100_000 });
  let waiting: Turning[] = [];
  let linked = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  let sweeping = true;
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
    for (const turning of turnings) done.set(nameOf(turning), true);
  }

  /** Everything since the mark that was not taken yet; the first time, all there is. */
  async function sweep(): Promise<void> {
    const mark = await botNumbers.readTo();
    const next = { entry: newId(), at: hub.now() };
    let chunk: Turning[] = [];
    for await (const turning of conversations.turningsSince(mark ? before(mark.entry, marginMs) : '')) {
      if (stopped) return;
      if (!concerns(turning) || done.has(nameOf(turning))) continue;
      chunk.push(turning);
      if (chunk.length < atOnce) continue;
      await take(chunk);
      chunk = [];
      // A first reading may take hours: a restart goes on from here. Who was joined since is judged at the end.
      await botNumbers.setReadTo({ entry: turning._id, at: mark?.at ?? next.at });
    }
    await take(chunk);
    if (mark) await judge(hub, await contacts.linkedSince(new Date(mark.at.getTime() - marginMs)), null);
    await compareMarks();
    await botNumbers.setReadTo(next);
    // Who looks finds the days added up.
    if (Math.abs(next.at.getTime() - addedUp) < addUpMs) return;
    const today = dayOf(next.at);
    await botNumbers.between(daysOn(today, -keptDays), today, next.at);
    addedUp = next.at.getTime();
  }

  /** Which replies are marked as wrong is no entry: what is kept is compared with what is so. */
  async function compareMarks(): Promise<void> {
    const [are, kept] = await Promise.all([training.cases.wrong(), botNumbers.marked()]);
    const [now, was] = [new Set(are.map(({ conversationId, seq }) => `${conversationId}/${seq}`)), new Set(kept.flatMap(({ conversationId, wrong }) => wrong.map(seq => `${conversationId}/${seq}`)))];
    const differ = new Set([...now].filter(each => !was.has(each)).concat([...was].filter(each => !now.has(each))).map(each => each.slice(0, 24)));
    await refresh(hub, [...differ].map(conversationId => ({ conversationId, start: 1 })));
  }

  async function takeWaiting(): Promise<void> {
    const [turnings, people] = [waiting, [...linked]];
    [waiting, linked] = [[], new Set()];
    for (let from = 0; from < turnings.length; from += atOnce) await take(turnings.slice(from, from + atOnce));
    if (people.length) await judge(hub, people, null);
  }

  // One after the other: two that make the same episode anew would race.
  const attempt = async (work: () => Promise<void>) => {
    try {
      if (!stopped) await work();
    } catch (error) {
      hub.log.warn({ err: error }, 'the numbers of the bot could not be kept; what is missing will be read again');
    }
  };
  const ready = attempt(sweep).finally(() => { sweeping = false; });
  let queue = ready;
  const add = (work: () => Promise<void>) => queue = queue.then(() => attempt(work));
  const soon = () => { timer ??= setTimeout(() => { timer = undefined; void add(takeWaiting); }, gatherMs); };

  const unsubscribe = [
    hub.events.on('appended', ({ entry }) => {
      if (!concerns(entry)) return;
      if (waiting.length < mostWaiting) waiting.push(light(entry));
      soon();
    }),
    hub.events.on('contact', ({ contact }) => { linked.add(contact.id); soon(); }),
    hub.events.on('marked', () => { void add(compareMarks); }),
  ];
  const ticker = setInterval(() => {
    if (sweeping) return;
    sweeping = true;
    void add(sweep).finally(() => { sweeping = false; });
  }, sweepMs);

  return {
    ready,
    async stop() {
      for (const each of unsubscribe) each();
      clearInterval(ticker);
      clearTimeout(timer);
      await Promise.race([add(takeWaiting), new Promise(over => { setTimeout(over, 5_000).unref(); })]);
      stopped = true;
      await Promise.race([queue, new Promise(over => { setTimeout(over, 1_000).unref(); })]);
    },
  };
}

const light = ({ conversationId, seq, at, kind, actor, about, thread, changes: { handler, episodeSeq } }: Entry): Turning => ({
  conversationId, seq, at, kind, actor, ...(about ? { about } : {}), ...(thread ? { thread } : {}), changes: { ...(handler ? { handler } : {}), ...(episodeSeq === undefined ? {} : { episodeSeq }) },
});
