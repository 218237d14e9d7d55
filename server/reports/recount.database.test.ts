/** Whatever happens in which order, with restarts in between: every number of a report is what one counts who reads all entries another way. */
import type mongoose from 'mongoose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import type { ChannelKind } from '../../connectors/connector.ts';
import { startNode, type Node } from '../../test/setup/hub.ts';
import { testMongod } from '../../test/setup/mongo.ts';
import { createChannel } from '../channels/change.ts';
import type { Channel } from '../channels/schema.ts';
import { append } from '../conversations/append.ts';
import { receive } from '../conversations/receive.ts';
import type { Entry, Head } from '../conversations/schema.ts';
import { Problem } from '../problem.ts';
import { rebuild } from './refresh.ts';
import { behind, reportOf } from './report.ts';
import { BehindQuery, counts, Metric, ReportQuery, times, type Figures } from './schema.ts';

const seed = 3;
const steps = 400;
const minute = 60_000;
const began = Date.UTC(2026, 10, 2, 7, 5);
const agents = ['a'.repeat(24), 'b'.repeat(24)] as const;
const queues = ['1'.repeat(24), '2'.repeat(24), null];
const kind: ChannelKind = {
  manifest: {
    kind: 'chat', label: { 'zh-CN': 'chat', en: 'chat' }, icon: 'i-lucide-mail', official: true, config: z.object({}), carries: { html: false, attachments: false, typing: false, receipts: false, reactions: true },
    limits: { textLength: 1000, attachmentBytes: 0 }, units: 1, sending: 'idempotent', burstMs: 0,
  },
  create: async () => ({ async start(inbox) { inbox.health({ state: 'ready' }); }, send: async message => ({ externalId: `sent-${message.key}` }), async stop() {} }),
};

const { uri } = testMongod('reports_recount');
let node: Node;
let channel: Channel;
let ahead = 0;
const open = () => startNode(uri, { kinds: [kind], soleNode: true, now: () => new Date(began + ahead) });
beforeAll(async () => {
  node = await open();
  ({ channel } = await createChannel(node.hub, { kind: 'chat', name: 'chat', config: {}, bot: false }));
});
afterAll(async () => { await node?.stop(); });

let state = seed;
/** Mulberry32. */
const dice = (sides: number): number => {
  state = (state + 0x6d2b79f5) | 0;
  let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
  return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * sides);
};
const one = <T>(list: readonly [T, ...T[]] | readonly T[]): T | undefined => list[dice(list.length)];
const conversations: string[] = [];
let sent = 0;

/** What the rules forbid just now does not happen. */
async function step(): Promise<void> {
  ahead += dice(20) * minute + dice(1000);
  const who = one(['ann', 'ben', 'cho', 'dee']) ?? '';
  const agentId = one(agents) ?? agents[0];
  const agent = { kind: 'agent', id: agentId } as const;
  const id = one(conversations);
  const what = dice(20);
  if (what < 5 || !id) {
    const { conversationId } = await receive(node.hub, channel, { externalId: `m${++sent}`, thread: who, from: { value: who, stable: true }, content: { text: `hello ${sent}` } });
    if (!conversations.includes(conversationId)) conversations.push(conversationId);
    return;
  }
  const offer = (await node.hub.heads.get(id))?.offer;
  switch (what) {
    case 5: case 6: case 7: await append(node.hub, id, { kind: 'offered', agentId, until: new Date(began + ahead + 90 * minute), receipt: {} }); return;
    case 8: if (offer) await append(node.hub, id, { kind: 'assigned', actor: { kind: 'agent', id: offer.agentId }, agentId: offer.agentId, only: 'offered' }); return;
    case 9: case 10: if (offer) await append(node.hub, id, { kind: dice(5) < 2 ? 'missed' : 'declined', agentId: offer.agentId }); return;
    case 11: await append(node.hub, id, { kind: 'assigned', actor: agent, agentId }); return;
    case 12: case 13: await append(node.hub, id, { kind: 'we-said', actor: agent, content: { text: 'our word' } }); return;
    case 14: await append(node.hub, id, { kind: 'resolved', actor: agent }); return;
    case 15: await append(node.hub, id, { kind: 'resolved', actor: { kind: 'contact', id: 'c'.repeat(24) } }); return;
    case 16: await append(node.hub, id, { kind: 'queued', actor: agent, queueId: one(queues) ?? null }); return;
    case 17: await append(node.hub, id, { kind: 'reopened', actor: agent }); return;
    case 18: await append(node.hub, id, { kind: 'pending', actor: agent }); return;
    default: await append(node.hub, id, { kind: 'snoozed', actor: agent, until: new Date(began + ahead + 45 * minute) });
  }
}

type Line = { entry: Entry; head: Partial<Head>; nth: number };
type Count = Record<string, number | number[]>;

/** Each number by a question of its own about a list of entries and the states between them. */
function recount(timelines: Line[][]): Count {
  const ms: Record<string, number[]> = Object.fromEntries(times.map(name => [name, []]));
  const n: Record<string, number> = Object.fromEntries(counts.map(name => [name, 0]));
  const plus = (name: string) => { n[name] = (n[name] ?? 0) + 1; };
  for (const lines of timelines) {
    const waits = ({ head }: Line) => head.handler === 'queue' && head.status !== 'resolved';
    const has = ({ head }: Line) => (head.handler === 'agent' && head.status !== 'resolved' ? head.assigneeId ?? null : null);
    const at = (line: Line) => line.entry.at.getTime();
    const same = (a: Line, b: Line) => a.nth === b.nth;
    const blocks = (belong: (a: Line, b: Line) => boolean, starts: (line: Line) => boolean): { first: Line; end: Line | undefined; all: Line[] }[] => {
      const found: { first: Line; end: Line | undefined; all: Line[] }[] = [];
      lines.forEach((line, index) => {
        const before = lines[index - 1];
        if (!starts(line) || (before && starts(before) && belong(before, line))) return;
        let last = index;
        for (let next = lines[last + 1]; next && starts(next) && belong(lines[last] ?? line, next); next = lines[last + 1]) last += 1;
        found.push({ first: line, end: lines[last + 1], all: lines.slice(index, last + 1) });
      });
      return found;
    };
    const byCustomer = (line: Line | undefined) => line?.entry.kind === 'resolved' && line.entry.actor.kind === 'contact';
    for (const { first, end, all } of blocks((a, b) => same(a, b) && (a.head.queueId ?? null) === (b.head.queueId ?? null), waits)) {
      plus('offered');
      const wait = end ? at(end) - (first.head.queuedAt ?? first.entry.at).getTime() : 0;
      if (end && has(end)) ms['answered']?.push(wait);
      else if (end && waits(end)) plus('moved');
      else if (byCustomer(end)) ms['abandoned']?.push(wait);
      else if (end) plus('closed');
      for (const rang of all.filter(({ entry }) => entry.kind === 'offered')) {
        const over = lines.find(line => line.entry.seq > rang.entry.seq && line.head.offer?.agentId !== rang.head.offer?.agentId);
        if (!over) continue;
        if (over.entry.kind === 'missed' || over.entry.kind === 'declined') plus(over.entry.kind);
        else if (has(over) === rang.head.offer?.agentId) ms['accepted']?.push(at(over) - at(rang));
        else plus(byCustomer(over) ? 'left' : 'withdrawn');
      }
    }
    for (const { first, end, all } of blocks((a, b) => same(a, b) && has(a) === has(b), line => has(line) !== null)) {
      if (!end) continue;
      const parked = [...all, end].reduce((sum, line, index, list) => { const before = list[index - 1]; return sum + (before && (before.head.status === 'pending' || before.head.status === 'snoozed') ? at(line) - at(before) : 0); }, 0);
      ms['handled']?.push(at(end) - at(first) - parked);
      if (has(end)) plus('toAgent');
      else if (waits(end)) plus('toQueue');
      for (const { entry } of all) if (entry.kind === 'message' && entry.actor.id === has(first)) plus('replies');
    }
    lines.forEach((line, index) => {
      if (!line.head.waitingSince || lines[index - 1]?.head.waitingSince) return;
      const end = lines.slice(index).find(({ head }) => !head.waitingSince);
      if (end?.entry.kind === 'message' && end.entry.actor.kind === 'agent') ms['responses']?.push(at(end) - at(line));
    });
    const episodes = [...Map.groupBy(lines, ({ nth }) => nth).values()];
    episodes.forEach((some, index) => {
      const [first] = some;
      if (!first) return;
      plus('opened');
      const reply = some.find(({ entry }) => entry.kind === 'message' && entry.actor.kind === 'agent');
      if (reply) ms['firstResponses']?.push(at(reply) - at(first));
      const end = some.find(({ head }) => head.status === 'resolved');
      if (!end) return;
      const idle = some.reduce((sum, line, nth) => { const before = some[nth - 1]; return sum + (before && before.entry.seq < end.entry.seq && !before.head.waitingSince ? at(line) - at(before) : 0); }, 0);
      ms['resolved']?.push(at(end) - at(first));
      ms['resolvedNet']?.push(at(end) - at(first) - idle);
      if (!reply && !some.some(line => waits(line) || has(line))) plus('botOnly');
      const next = episodes[index + 1]?.[0];
      if (next && at(next) - at(end) <= 7 * 24 * 60 * minute) plus('reopened');
    });
  }
  return { ...n, ...Object.fromEntries(Object.entries(ms).map(([name, list]) => [name, list.toSorted((a, b) => a - b)])) };
}

async function timelines(): Promise<Line[][]> {
  return Promise.all(conversations.map(async (id) => {
    let head: Partial<Head> = {};
    let nth = 0;
    return (await node.hub.store.conversations.readEntries(id, { after: 0 })).map((entry): Line => {
      head = { ...head, ...entry.changes };
      if (entry.changes.episodeSeq !== undefined) nth += 1;
      return { entry, head, nth };
    });
  }));
}

const ask = (more: object) => ReportQuery.parse({ from: '2026-11-01T00:00:00Z', to: '2026-12-31T00:00:00Z', ...more });
const sum = (list: Figures[], name: (typeof counts)[number]) => list.reduce((all, each) => all + each[name], 0);

test(`${steps} random things, with two restarts: each number is the recount, in all and in parts, and stands for as many things behind it`, async () => {
  for (let at = 0; at < steps; at++) {
    await step().catch((error: unknown) => { if (!(error instanceof Problem)) throw error; });
    if (at === 80 || at === 160) {
      await node.stop();
      node = await open();
    }
  }
  await node.stop(); // what waits is taken before it ends
  node = await open();
  const recounted = recount(await timelines());
  const { total, groups } = await reportOf(node.hub, ask({ by: 'queue', target: 600 }));
  for (const name of counts) expect([name, total[name]]).toEqual([name, recounted[name]]);
  for (const name of times) {
    const list = recounted[name];
    if (!Array.isArray(list)) throw new Error(name);
    const rank = (share: number) => list[Math.max(0, Math.ceil(list.length * share) - 1)] ?? null;
    expect([name, total[name].n, total[name].p50, total[name].p90, total[name].p99, total[name].max]).toEqual([name, list.length, rank(0.5), rank(0.9), rank(0.99), list.at(-1) ?? null]);
    expect(total[name].mean ?? 0).toBeCloseTo(list.length ? list.reduce((all, ms) => all + ms, 0) / list.length : 0, 3);
  }
  const [answered, abandoned] = [recounted['answered'], recounted['abandoned']].map(list => (Array.isArray(list) ? list : []));
  const late = abandoned?.filter(ms => ms > 600_000).length ?? 0;
  expect(total.serviceLevel).toBeCloseTo((answered?.filter(ms => ms <= 600_000).length ?? 0) / ((answered?.length ?? 0) + late), 9);

  // The parts are the whole, however it is cut.
  expect(groups.length).toBeGreaterThan(2);
  for (const by of ['queue', 'agent', 'channel', 'day', 'hour', 'half-hour', 'weekday-hour', 'slot'] as const) {
    const parts = (await reportOf(node.hub, ask({ by, zone: 'Asia/Kathmandu' }))).groups;
    for (const name of counts) expect([by, name, sum(parts, name)]).toEqual([by, name, total[name]]);
    expect(parts.reduce((all, part) => all + part.handled.n, 0)).toBe(total.handled.n);
  }
  for (const metric of Metric.options) {
    const all = [];
    for (let cursor: string | undefined; ;) {
      const page = await behind(node.hub, BehindQuery.parse({ from: '2026-11-01T00:00:00Z', to: '2026-12-31T00:00:00Z', metric, limit: 7, ...(cursor ? { cursor } : {}) }));
      all.push(...page.items);
      cursor = page.next;
      if (!cursor) break;
    }
    const number = total[metric];
    expect([metric, all.length]).toEqual([metric, typeof number === 'number' ? number : number.n]);
    expect(new Set(all.map(({ conversation, seq, at }) => `${conversation.id}/${seq}/${at.getTime()}`)).size).toBe(metric === 'replies' ? new Set(all.map(({ conversationId, seq }) => `${conversationId}/${seq}`)).size : all.length);
  }
  // What stands behind one group's number is that number, whatever it is grouped by; and behind a part of it by its length.
  const behindOf = async (more: object) => (await behind(node.hub, BehindQuery.parse({ from: '2026-11-01T00:00:00Z', to: '2026-12-31T00:00:00Z', zone: 'Asia/Kathmandu', limit: 100, ...more }))).items;
  for (const by of ['queue', 'agent', 'channel', 'day', 'hour', 'weekday-hour'] as const) {
    const some = (await reportOf(node.hub, ask({ by, zone: 'Asia/Kathmandu' }))).groups.filter(({ answered }) => answered.n > 0 && answered.n <= 100).slice(0, 3);
    expect(some.length).toBeGreaterThan(0);
    for (const { key, answered } of some) expect([by, key, (await behindOf({ by, key, metric: 'answered' })).length]).toEqual([by, key, answered.n]);
  }
  expect((await behindOf({ metric: 'answered', atMost: 600_000 })).length).toBe(total.within);
  expect((await behindOf({ metric: 'abandoned', atLeast: 600_001 })).length).toBe(total.abandonedAfter);

  // Not by being empty of what is hard.
  for (const name of ['offered', 'moved', 'closed', 'declined', 'missed', 'left', 'withdrawn', 'toAgent', 'toQueue', 'reopened'] as const) expect([name, total[name] > 0]).toEqual([name, true]);

  // Kept beside the work as it is when it is made anew.
  const kept = async (db: mongoose.Connection) => (await db.collection('report_episodes').find().sort({ _id: 1 }).toArray()).map(doc => JSON.stringify(doc));
  const beside = await kept(node.db);
  await rebuild(node.hub);
  expect(await kept(node.db)).toEqual(beside);
});
