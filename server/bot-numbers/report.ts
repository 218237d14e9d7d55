/** Numbers as they are asked for, and the conversations behind them. */
import { viewsOf, type ConversationView } from '../conversations/view.ts';
import type { Hub } from '../hub.ts';
import { Problem } from '../problem.ts';
import { dayOf, daysIn, daysOn, nothing, sum, together } from './rules/numbers.ts';
import type { BehindQuery, By, Episode, Group, Line, Numbers, NumbersQuery } from './schema.ts';

const usualDays = 30;
const mostDays = 400;

/** The days that are meant. A Problem when they are too many, or the wrong way round. */
function rangeOf(hub: Hub, { from, to }: { from?: string | undefined; to?: string | undefined }): { from: string; to: string; length: number } {
  const last = to ?? dayOf(hub.now());
  const first = from ?? daysOn(last, 1 - usualDays);
  const length = daysIn(first, last);
  if (length < 1) throw new Problem('invalid', { 'zh-CN': '结束日期早于开始日期。', en: 'The last day is before the first.' }, { 'query.to': 'is before from' });
  if (length > mostDays) throw new Problem('invalid', { 'zh-CN': `最多 ${mostDays} 天。`, en: `At most ${mostDays} days.` }, { 'query.from': `at most ${mostDays} days before to` });
  return { from: first, to: last, length };
}

/** Each day there is: one without anything too. */
function everyDay(lines: Line[], from: string, length: number): Line[] {
  const known = new Map(lines.map(line => [line.key, line]));
  return Array.from({ length }, (_, at) => daysOn(from, at)).map(key => known.get(key) ?? { by: 'day', key, ...nothing });
}

/** The lines of two times that follow each other. */
async function linesOf(hub: Hub, query: NumbersQuery, from: string, to: string, length: number): Promise<{ now: Line[]; before: Line[] }> {
  const [{ store: { botNumbers } }, at] = [hub, hub.now()];
  const { by, from: _from, to: _to, ...filter } = query;
  const past = [daysOn(from, -length), daysOn(from, -1)] as const;
  if (Object.values(filter).some(each => each !== undefined)) {
    const [now, before] = await Promise.all([botNumbers.some(filter, from, to, by, at), botNumbers.some(filter, ...past, 'locale', at)]);
    return { now, before };
  }
  const all = await botNumbers.between(past[0], to, at);
  const lines = (some: typeof all): Line[] => some.flatMap(day => day.lines);
  return { now: lines(all.filter(({ day }) => day >= from)), before: lines(all.filter(({ day }) => day < from)) };
}

/** The numbers of a time, and in all of the time of the same length before. */
export async function numbersOf(hub: Hub, query: NumbersQuery): Promise<Numbers> {
  const { from, to, length } = rangeOf(hub, query);
  const { now, before } = await linesOf(hub, query, from, to, length);
  const groups = query.by === 'day' ? everyDay(together('day', now), from, length) : together(query.by, now);
  const names = await namesOf(hub, query.by);
  return {
    // An episode of two topics stands twice among the topics: it has one language.
    zone: 'UTC', from, to, total: sum(together('locale', now)), before: sum(together('locale', before)), reasons: together('reason', now).map(({ key, handedOver }) => ({ reason: key, handedOver })),
    groups: groups.map(({ by: _by, ...group }): Group => ({ ...group, label: names.get(group.key) ?? group.key })),
  };
}

async function namesOf(hub: Hub, by: By): Promise<Map<string, string>> {
  const named = by === 'channel' ? await hub.store.channels.list() : by === 'queue' ? await hub.store.queues.list() : [];
  return new Map(named.map(({ id, name }) => [id, name]));
}

type Behind = { items: (Pick<Episode, 'id' | 'startedAt' | 'dueAt' | 'metAt' | 'release' | 'topics' | 'replies' | 'good' | 'bad' | 'reason' | 'flags'> & { due: boolean; conversation: ConversationView })[]; next?: string };

/** The episodes that a number counts, with their conversations, newest first. */
export async function behind(hub: Hub, query: BehindQuery): Promise<Behind> {
  const { from, to } = rangeOf(hub, query);
  const now = hub.now();
  const found = await hub.store.botNumbers.behind({ ...query, from, to, limit: query.limit + 1 }, now, query.cursor ? openCursor(query.cursor) : null);
  const episodes = found.slice(0, query.limit);
  const last = episodes.at(-1);
  const heads = await Promise.all([...new Set(episodes.map(({ conversationId }) => conversationId))].map(id => hub.heads.get(id)));
  const views = new Map((await viewsOf(hub, heads.flatMap(head => head ?? []))).map(view => [view.id, view]));
  return {
    items: episodes.flatMap(({ conversationId, id, startedAt, dueAt, metAt, release, topics, replies, good, bad, reason, flags }) => {
      const conversation = views.get(conversationId);
      return conversation ? [{ id, startedAt, dueAt, metAt, release, topics, replies, good, bad, reason, flags, due: dueAt <= now, conversation }] : [];
    }),
    ...(found.length > query.limit && last ? { next: Buffer.from(`${last.startedAt.getTime()}.${last.id}`).toString('base64url') } : {}),
  };
}

function openCursor(cursor: string): { at: Date; id: string } {
  const [, time, id] = /^(\d{1,15})\.([0-9a-f]{24}\/\d+)$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  if (!time || !id) throw new Problem('invalid', 'The cursor is not one of ours.', { 'query.cursor': 'take it from `next` of the page before' });
  return { at: new Date(Number(time)), id };
}
