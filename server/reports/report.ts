/** Reports as they are asked for, and the conversations behind each number. */
import { viewsOf, type ConversationView } from '../conversations/view.ts';
import type { Hub } from '../hub.ts';
import { Problem } from '../problem.ts';
import { figuresOf, keyOf, slotOf, suits } from './rules/cells.ts';
import { instancesOf } from './rules/instances.ts';
import { mostDays, rangeOf, timeBefore, type Range } from './rules/ranges.ts';
import { slotMs, type BehindQuery, type By, type Cell, type Group, type Instance, type Report, type ReportQuery } from './schema.ts';

const wrongs = {
  slot: { 'zh-CN': '时间必须落在整刻钟上。', en: 'A time must be on a quarter of an hour.' },
  order: { 'zh-CN': '结束时间早于开始时间。', en: 'The end is before the beginning.' },
  length: { 'zh-CN': `最多 ${mostDays} 天。`, en: `At most ${mostDays} days.` },
};

function range(hub: Hub, query: { from?: string | undefined; to?: string | undefined; zone: string }): Range {
  const found = rangeOf(query, hub.now());
  if ('wrong' in found) throw new Problem('invalid', wrongs[found.why], { [`query.${found.wrong}`]: wrongs[found.why].en });
  return found;
}

/** The figures of a time, by what is asked for, and those of all of the time before that it is compared with. */
export async function reportOf(hub: Hub, query: ReportQuery): Promise<Report> {
  const { from, to } = range(hub, query);
  const { zone, by, target, short } = query;
  const compared = timeBefore({ from, to }, zone, hub.now());
  const fits = suits(query);
  const all = (await hub.store.reports.between(compared.from, to)).map(({ slot, cells }) => ({ slot: slot.getTime(), cells: cells.filter(fits) }));
  const now = all.filter(({ slot }) => slot >= from.getTime());
  const keyed = keyOf(by, zone);
  const groups = new Map<string, Cell[]>();
  for (const { slot, cells } of now) {
    for (const cell of cells) {
      const key = keyed(slot, cell);
      const some = groups.get(key);
      if (some) some.push(cell);
      else groups.set(key, [cell]);
    }
  }
  const names = await namesOf(hub, by);
  const figures = (cells: Cell[]) => figuresOf(cells, { target, short });
  return {
    zone, from, to, target, short, compared, total: figures(now.flatMap(({ cells }) => cells)), before: figures(all.filter(({ slot }) => slot < compared.to.getTime()).flatMap(({ cells }) => cells)),
    groups: [...groups].map(([key, cells]): Group => ({ key, label: names.get(key) ?? key, ...figures(cells) })).toSorted((a, b) => (names.size ? b.offered - a.offered || b.handled.n - a.handled.n : 0) || (a.key < b.key ? -1 : 1)),
  };
}

async function namesOf(hub: Hub, by: By): Promise<Map<string, string>> {
  const { store: { channels, people, queues } } = hub;
  const named = by === 'channel' ? await channels.list() : by === 'queue' ? await queues.list() : by === 'agent' ? await people.list() : [];
  return new Map(named.map(({ id, name }) => [id, name]));
}

export type Behind = { items: (Instance & { conversation: ConversationView })[]; next?: string };

/** What one number counts, newest slot first, with its conversations. */
export async function behind(hub: Hub, query: BehindQuery): Promise<Behind> {
  const { from, to } = range(hub, query);
  const start = query.cursor ? openCursor(query.cursor) : { slot: to.getTime() - slotMs, skip: 0 };
  const { by, key, atLeast = 0, atMost = Number.POSITIVE_INFINITY } = query;
  const suited = suits(query);
  const keyed = by && key !== undefined ? keyOf(by, query.zone) : undefined;
  const fits = ({ metric, at, ms, ...of }: Instance): boolean => {
    const cell = { ...of, n: {}, ms: {} };
    return metric === query.metric && at >= from && at < to && (ms ?? 0) >= atLeast && (ms ?? 0) <= atMost && suited(cell) && (!keyed || keyed(slotOf(at), cell) === key);
  };
  // Groups of time are made of whole slots: what is in others need not be read.
  const ofTime = by !== 'queue' && by !== 'channel' && by !== 'agent';
  const nothing = { queueId: null, channelId: '', agentId: null, n: {}, ms: {} };
  const found: Instance[] = [];
  let next: string | undefined;
  for await (const { _id: slot } of hub.store.reports.slotsBefore(from, new Date(Math.min(to.getTime(), start.slot + slotMs)))) {
    if (keyed && ofTime && keyed(slot.getTime(), nothing) !== key) continue;
    const some = (await hub.store.reports.inSlot(slot)).flatMap(instancesOf).filter((each) => each.at >= slot && each.at.getTime() < slot.getTime() + slotMs && fits(each))
      .toSorted((a, b) => b.at.getTime() - a.at.getTime() || (a.conversationId < b.conversationId ? -1 : 1) || a.seq - b.seq);
    const skip = slot.getTime() === start.slot ? start.skip : 0;
    const room = query.limit - found.length;
    found.push(...some.slice(skip, skip + room));
    if (some.length - skip > room) next = sealCursor(slot.getTime(), skip + room);
    if (next) break;
  }
  const heads = await Promise.all([...new Set(found.map(({ conversationId }) => conversationId))].map(id => hub.heads.get(id)));
  const views = new Map((await viewsOf(hub, heads.flatMap(head => head ?? []))).map(view => [view.id, view]));
  return { items: found.flatMap((each) => { const conversation = views.get(each.conversationId); return conversation ? [{ ...each, conversation }] : []; }), ...(next ? { next } : {}) };
}

const sealCursor = (slot: number, skip: number): string => Buffer.from(`${slot}.${skip}`).toString('base64url');

function openCursor(cursor: string): { slot: number; skip: number } {
  const [, slot, skip] = /^(\d{1,15})\.(\d{1,9})$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  if (!slot || !skip) throw new Problem('invalid', 'The cursor is not one of ours.', { 'query.cursor': 'take it from `next` of the page before' });
  return { slot: Number(slot), skip: Number(skip) };
}
