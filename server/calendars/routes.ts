import { z } from 'zod';
import { route } from '../http/route.ts';
import { Problem } from '../problem.ts';
import { calendarUses, changeCalendar, createCalendar, removeCalendar } from './change.ts';
import { stateAt } from './rules/calendar.ts';
import { CalendarInput, CalendarPatch, Hours } from './schema.ts';

const Look = z.strictObject({ hours: Hours, at: z.iso.datetime({ offset: true }).optional(), days: z.int().min(1).max(60).default(14) });

export const calendarRoutes = [
  route('agent', {
    method: 'get', path: '/calendars', summary: 'Calendars: when we are open, how each stands now and what uses it',
    async run({ hub }) {
      const [calendars, uses] = [await hub.store.calendars.list(), await calendarUses(hub)];
      return { items: calendars.map((calendar) => ({ ...calendar, now: stateAt(calendar, hub.now(), 7), usedBy: uses.get(calendar.id) ?? [] })) };
    },
  }),
  route('agent', {
    method: 'get', path: '/calendars/:id', summary: 'One calendar',
    async run({ hub, params }) {
      const calendar = (await hub.store.calendars.list()).find(({ id }) => id === params['id']);
      if (!calendar) throw new Problem('not-found', { 'zh-CN': '没有这个工作时间。', en: 'There is no such calendar.' });
      return calendar;
    },
  }),
  route('admin', { method: 'post', path: '/calendars', summary: 'Make a calendar', body: CalendarInput, status: 201, run: ({ hub, body }) => createCalendar(hub, body) }),
  route('agent', { method: 'post', path: '/calendars/look', summary: 'How hours would stand at a moment, without saving them', body: Look, run: async ({ hub, body }) => stateAt(body.hours, body.at ? new Date(body.at) : hub.now(), body.days) }),
  route('admin', { method: 'patch', path: '/calendars/:id', summary: 'Change a calendar', body: CalendarPatch, run: ({ hub, params, body }) => changeCalendar(hub, params['id'] ?? '', body) }),
  route('admin', { method: 'delete', path: '/calendars/:id', summary: 'Remove a calendar; 409, naming what, while something uses it', run: ({ hub, params }) => removeCalendar(hub, params['id'] ?? '') }),
];
