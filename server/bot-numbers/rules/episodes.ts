/** What a conversation's entries say of the bot's part in each of its episodes. Pure: the same entries, the same facts. */
import { thumbs, type Entry, type Locale } from '../../conversations/schema.ts';
import { quietMs, type Episode, type Facts, type Flag } from '../schema.ts';

type Seen = Pick<Entry, 'conversationId' | 'seq' | 'at' | 'kind' | 'actor' | 'about' | 'thread' | 'emoji' | 'externalId' | 'parts' | 'content' | 'receipt' | 'changes'>;
type Turning = Pick<Seen, 'kind' | 'actor'> & { changes: Pick<Entry['changes'], 'handler' | 'episodeSeq'> };

/** A word of one of ours or of a program, or the customer is put into a line or given to somebody: a person was contacted. */
export const meetsPeople = ({ kind, actor, changes }: Turning): boolean =>
  (kind === 'message' && (actor.kind === 'agent' || actor.kind === 'program')) || changes.handler === 'queue' || (changes.handler === 'agent' && kind !== 'pending' && kind !== 'snoozed');

/** The bot spoke, or handed over. */
export const isBots = ({ kind, actor }: Turning): boolean => actor.kind === 'bot' && (kind === 'message' || kind === 'queued');

/** A new episode begins with it. */
export const begins = ({ changes }: Turning): boolean => changes.episodeSeq !== undefined;

/** Told of a message of ours: what somebody thinks of it, or that it was put right. */
export const judges = ({ kind }: Turning): boolean => kind === 'reaction' || kind === 'edited' || kind === 'recalled';

const idsOf = ({ externalId, parts }: Seen): string[] => [externalId, ...(parts ?? []).map(part => part.externalId)].flatMap(id => id ?? []);
const strings = (value: unknown): string[] => (Array.isArray(value) ? value.filter(each => typeof each === 'string') : []);

/** @param entries of one conversation in order of seq, from the beginning of an episode on  @param wrong seqs that one of ours marked as wrong */
export function factsOf(entries: readonly Seen[], head: { contactId: string; locale: Locale }, wrong: ReadonlySet<number>): Facts[] {
  const episodes: Seen[][] = [];
  for (const entry of entries) {
    const last = episodes.at(-1);
    if (last && !begins(entry)) last.push(entry);
    else episodes.push([entry]);
  }
  const { pleased, displeased, corrected } = verdicts(entries);
  return episodes.flatMap((episode, at) => factsOfOne(episode, episodes[at + 1]?.[0], head, {
    good: ({ seq }) => pleased.has(seq),
    bad: ({ seq }) => displeased.has(seq) || corrected.has(seq) || wrong.has(seq),
    marked: ({ seq }) => wrong.has(seq),
  }));
}

/** Seqs of the bot's messages by what was told of them. Of one customer the last word counts, of several any displeased one. */
function verdicts(entries: readonly Seen[]) {
  const said = new Map<string, number>();
  const words = new Map<string, { seq: number; emoji: string }>();
  const corrected = new Set<number>();
  for (const entry of entries) if (isBots(entry) && entry.kind === 'message') for (const id of idsOf(entry)) said.set(id, entry.seq);
  for (const { kind, actor, about, emoji } of entries) {
    const seq = about === undefined ? undefined : said.get(about);
    if (seq === undefined) continue;
    if (kind === 'reaction' && actor.kind === 'contact') words.set(`${seq}/${actor.id}`, { seq, emoji: emoji ?? '' });
    if ((kind === 'edited' || kind === 'recalled') && (actor.kind === 'agent' || actor.kind === 'program')) corrected.add(seq);
  }
  // Only thumbs say whether it helped; a face is no verdict. A thumb may be of any colour.
  const by = (sign: string) => new Set([...words.values()].filter(({ emoji }) => emoji.startsWith(sign)).map(({ seq }) => seq));
  return { pleased: by(thumbs.up), displeased: by(thumbs.down), corrected };
}

type Judged = { good(entry: Seen): boolean; bad(entry: Seen): boolean; marked(entry: Seen): boolean };

function factsOfOne(entries: Seen[], next: Seen | undefined, head: { contactId: string; locale: Locale }, { good, bad, marked }: Judged): Facts[] {
  const [first] = entries;
  const last = entries.findLast(isBots);
  if (!first || !last) return [];
  const replies = entries.filter(entry => isBots(entry) && entry.kind === 'message');
  const asked = entries.find(({ kind, actor }) => kind === 'message' && actor.kind === 'contact');
  const handOver = entries.find(entry => isBots(entry) && entry.kind === 'queued');
  const queued = entries.findLast(({ changes }) => changes.queueId !== undefined);
  const release = last.receipt?.['release'];
  const worse = replies.filter(bad);
  const dueAt = new Date(last.at.getTime() + quietMs);
  return [{
    id: `${first.conversationId}/${first.seq}`, conversationId: first.conversationId, start: first.seq, startedAt: (asked ?? first).at, contactId: head.contactId, locale: head.locale,
    channelId: (asked?.thread ?? last.thread ?? first.thread)?.channelId ?? '', queueId: queued?.changes.queueId ?? null,
    release: typeof release === 'number' ? release : null,
    topics: [...new Set(replies.flatMap(({ receipt }) => strings(receipt?.['topics'])))].toSorted(),
    replies: replies.length, askedBack: replies.filter(({ content }) => (content?.choices?.length ?? 0) > 0).length,
    good: replies.filter(reply => good(reply) && !bad(reply)).length, bad: worse.length, wrong: replies.filter(marked).map(({ seq }) => seq),
    reason: handOver ? handOver.changes.handOver?.reason ?? String(handOver.receipt?.['reason'] ?? 'asked') : null,
    handled: replies.length > 0 && !entries.some(meetsPeople),
    lastBotAt: last.at, dueAt, reopenedAt: next && next.actor.kind === 'contact' && next.at <= dueAt ? next.at : null,
  }];
}

/** The verdict. @param met when the person met people of ours, in order of time */
export function judged(facts: Facts, met: readonly Date[]): Episode {
  const metAt = facts.handled ? met.find(at => at >= facts.startedAt && at <= facts.dueAt) ?? null : null;
  return { ...facts, metAt, flags: flagsOf(facts, metAt) };
}

function flagsOf({ handled, reason, askedBack, good, bad, reopenedAt }: Facts, metAt: Date | null): Flag[] {
  const when = (is: boolean, ...flags: Flag[]): Flag[] => (is ? flags : []);
  return [
    ...when(handled, 'handled'), ...when(handled && !metAt, 'clean'), ...when(handled && metAt !== null, 'met'), ...when(reason !== null, 'handed-over', `reason:${reason}`),
    ...when(askedBack > 0, 'asked-back'), ...when(good > 0, 'good'), ...when(bad > 0, 'bad'), ...when(handled && reopenedAt !== null, 'reopened'),
  ];
}
