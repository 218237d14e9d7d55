/** Changing and removing calendars, without pulling one away from under what uses it. */
import type { Hub } from '../hub.ts';
import { Problem } from '../problem.ts';
import type { Calendar, CalendarInput, CalendarPatch } from './schema.ts';

export type CalendarUse = { kind: 'channel' | 'queue' | 'sla' | 'routing-rule'; id: string; name: string };

const none = () => new Problem('not-found', { 'zh-CN': '没有这个工作时间。', en: 'There is no such calendar.' });
const kinds = { channel: { 'zh-CN': '渠道', en: 'channel' }, queue: { 'zh-CN': '技能组', en: 'queue' }, sla: { 'zh-CN': 'SLA 策略', en: 'SLA policy' }, 'routing-rule': { 'zh-CN': '分流规则', en: 'routing rule' } };

/** What uses which calendar. */
export async function calendarUses(hub: Pick<Hub, 'store'>): Promise<Map<string, CalendarUse[]>> {
  const uses = new Map<string, CalendarUse[]>();
  const note = (kind: CalendarUse['kind'], all: { id: string; name: string; calendarId?: string | null }[]) => {
    for (const { id, name, calendarId } of all) if (calendarId) uses.set(calendarId, [...uses.get(calendarId) ?? [], { kind, id, name }]);
  };
  note('queue', await hub.store.queues.list());
  note('sla', await hub.store.sla.list());
  note('channel', await hub.store.channels.list());
  note('routing-rule', ((await hub.store.routingRules.last())?.kept ?? []).map(({ name, when }) => ({ id: name, name, ...(when.hours ? { calendarId: when.hours.calendarId } : {}) })));
  return uses;
}

/** Problem 'invalid' when something is to follow a calendar that does not exist. */
export function mayFollow(hub: Hub, calendarId: string | null | undefined): void {
  if (calendarId && !hub.calendars.of(calendarId)) throw new Problem('invalid', { 'zh-CN': '没有这个工作时间。', en: 'There is no such calendar.' }, { calendarId: 'must be the id of a calendar' });
}

/** Makes a calendar. */
export async function createCalendar(hub: Hub, input: CalendarInput): Promise<Calendar> {
  const calendar = await hub.store.calendars.create(input);
  await hub.calendars.refresh();
  return calendar;
}

/** Changes it; everything that follows it does so at once. */
export async function changeCalendar(hub: Hub, id: string, patch: CalendarPatch): Promise<Calendar> {
  const calendar = await hub.store.calendars.change(id, patch);
  if (!calendar) throw none();
  await hub.calendars.refresh();
  return calendar;
}

/** Removes it. Problem 'conflict', naming them, while something uses it. */
export async function removeCalendar(hub: Hub, id: string): Promise<void> {
  const uses = (await calendarUses(hub)).get(id) ?? [];
  if (uses.length) {
    const named = (locale: 'zh-CN' | 'en') => uses.map(({ kind, name }) => (locale === 'en' ? `${kinds[kind].en} “${name}”` : `${kinds[kind]['zh-CN']}“${name}”`)).join(locale === 'en' ? ', ' : '、');
    throw new Problem('conflict', { 'zh-CN': `正在使用中：${named('zh-CN')}。请先改用别的工作时间。`, en: `It is in use: ${named('en')}. Give them another calendar first.` });
  }
  if (!await hub.store.calendars.remove(id)) throw none();
  await hub.calendars.refresh();
}
