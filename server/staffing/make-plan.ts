/** A plan for one day: history is read off the reports, a thread foresees the day and counts the agents. */
import { firstMoment, wallAt } from '../calendars/rules/zone.ts';
import type { Calendar } from '../calendars/schema.ts';
import type { Hub } from '../hub.ts';
import { Problem } from '../problem.ts';
import type { Queue } from '../routing/schema.ts';
import { apart, Stopped } from '../time-lab/apart.ts';
import type { DayKind } from './rules/forecast.ts';
import type { Past, Task } from './rules/plan.ts';
import type { Plan, PlanInput } from './schema.ts';
import type { Told } from './staff-worker.ts';

const dayMs = 86_400_000;
const weekMs = 7 * dayMs;
const historyDays = 8 * 7;
const mostAhead = 28;
/** At once, on this node: each takes a core. */
const most = 1;
const url = new URL('./staff-worker.ts', import.meta.url);
const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
let running = 0;

/** Foresees a day and says how many agents each half-hour takes. It takes some seconds. */
export async function makePlan(hub: Hub, input: PlanInput): Promise<Plan> {
  const task = await taskOf(hub, input);
  if (running >= most) throw new Problem('conflict', { 'zh-CN': '正在计算另一份排班需求，请稍候。', en: 'Another plan is being worked out. Wait a moment.' });
  running += 1;
  try {
    const found = await apart(url, messagesOf(hub, task), { progress() {}, signal: hub.stopping });
    const isPlan = (value: unknown): value is Plan => typeof value === 'object' && value !== null && 'halfHours' in value;
    if (!isPlan(found)) throw new Error('the thread gave no plan');
    return found;
  } catch (error) {
    if (error instanceof Stopped) throw new Problem('unavailable', error.words, {}, { cause: error });
    throw error;
  } finally {
    running -= 1;
  }
}

async function taskOf(hub: Hub, input: PlanInput): Promise<Task & { since: number; until: number }> {
  const { day, zone } = input;
  const planned = Date.parse(day);
  const today = Math.floor(wallAt(zone, hub.now().getTime()) / dayMs) * dayMs;
  if (planned - today > mostAhead * dayMs) throw new Problem('invalid', { 'zh-CN': `最多预测 ${mostAhead} 天。`, en: `At most ${mostAhead} days ahead.` }, { day: `at most ${mostAhead} days ahead` });
  // A day that is over is foreseen from what was known before it.
  const end = Math.min(planned, today);
  const firstDay = end - historyDays * dayMs;
  const [queues, calendars, people, channels] = await Promise.all([hub.store.queues.list(), hub.store.calendars.list(), hub.store.people.list(), hub.store.channels.list()]);
  const count = Math.round((planned - firstDay) / dayMs) + 1;
  const days = Array.from({ length: count }, (_, at) => {
    const wall = firstDay + at * dayMs;
    return { weekday: (new Date(wall).getUTCDay() + 6) % 7, specials: specialsOf(new Date(wall).toISOString().slice(0, 10), queues, calendars) };
  });
  return {
    input, queues, policy: hub.routingPolicy(), from: firstMoment(zone, planned), days, known: historyDays, special: nameOf(day, calendars), since: firstMoment(zone, firstDay), until: firstMoment(zone, end),
    people: people.filter(({ disabled, role }) => !disabled && role === 'agent').map(({ id, capacity, skills, perChannelCaps = {} }) => ({ id, capacity, skills, perChannelCaps })),
    channels: Object.fromEntries(channels.map(({ id, kind }) => [id, { kind, units: hub.channels.manifest(kind).units }])),
  };
}

async function* messagesOf(hub: Hub, { since, until, ...task }: Task & { since: number; until: number }): AsyncGenerator<Told> {
  let first = Infinity;
  const read: Past[][] = [];
  const { zone } = task.input;
  const begins = Math.floor(wallAt(zone, since) / dayMs) * dayMs;
  for (let from = since; from < until; from += weekMs) {
    const slots = await hub.store.reports.between(new Date(from), new Date(Math.min(until, from + weekMs)));
    const past = slots.map(({ slot, cells }): Past => {
      const wall = wallAt(zone, slot.getTime()) - begins;
      return { day: Math.floor(wall / dayMs), slot: Math.floor((wall % dayMs) / 1_800_000), cells };
    });
    for (const { day, cells } of past) if (cells.some(({ n }) => n.offered)) first = Math.min(first, day);
    read.push(past);
  }
  // Days before anything was written down are no history of nothing.
  const skipped = Math.min(task.known, first);
  yield { task: { ...task, days: task.days.slice(skipped), known: task.known - skipped } };
  for (const past of read) yield { past: past.map(({ day, ...rest }) => ({ ...rest, day: day - skipped })) };
  yield { begin: true };
}

/** What kind of day it is to each queue, by the calendar it follows; '' is the rest, by the first calendar. */
function specialsOf(date: string, queues: Queue[], calendars: Calendar[]): Record<string, DayKind> {
  const kindIn = (calendar: Calendar | undefined): DayKind | null => {
    const special = calendar?.days.find((one) => one.date === date);
    if (special?.kind === 'holiday') return { kind: 'holiday' };
    return special?.kind === 'make-up' ? { kind: 'make-up', like: weekdays.indexOf(special.like) } : null;
  };
  const found: Record<string, DayKind> = {};
  for (const { id, calendarId } of queues) {
    const kind = kindIn(calendars.find((calendar) => calendar.id === calendarId));
    if (calendarId) found[id] = kind ?? { kind: 'ordinary' };
  }
  const everywhere = kindIn(calendars[0]);
  return everywhere ? { ...found, '': everywhere } : found;
}

const nameOf = (date: string, calendars: Calendar[]): string | null => calendars.flatMap(({ days }) => days).find((one) => one.date === date && one.kind !== 'exception')?.name ?? null;
