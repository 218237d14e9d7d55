import { z } from 'zod';
import { route } from '../http/route.ts';
import { Problem } from '../problem.ts';
import { arm, takeBack } from './arm.ts';
import { startRun, today } from './run.ts';
import { ArmInput, RunInput } from './schema.ts';

const none = () => new Problem('not-found', { 'zh-CN': '没有这次推演。', en: 'There is no such run.' });
const ListQuery = z.strictObject({ limit: z.coerce.number().int().min(1).max(100).default(20) });

/** The time-lab: for those who answer for the floor. */
export const timeLabRoutes = [
  route('supervisor', { method: 'get', path: '/time-lab/today', summary: 'The queues and the routing policy that are served now: what a run compares with', run: ({ hub }) => today(hub) }),
  route('supervisor', { method: 'get', path: '/time-lab/runs', summary: 'Runs of the time-lab, newest first, without their results', query: ListQuery, run: async ({ hub, query }) => ({ items: await hub.store.timeLab.list(hub.now(), query.limit) }) }),
  route('supervisor', {
    method: 'post', path: '/time-lab/runs', status: 202, body: RunInput,
    summary: 'Replay recorded days, up to seven, through changed queues or another policy; one run at a time',
    run: ({ hub, body, caller }) => startRun(hub, body, caller.id),
  }),
  route('supervisor', {
    method: 'get', path: '/time-lab/runs/:id', summary: 'A run: how far it is; then what happened, what today\'s policy makes of the same day, what the other makes of it, and whether the replay may be trusted',
    async run({ hub, params }) {
      const run = await hub.store.timeLab.get(params['id'] ?? '', hub.now());
      if (!run) throw none();
      return run;
    },
  }),
  route('supervisor', { method: 'get', path: '/time-lab/armed', summary: 'What was armed, newest first, and how it went', query: ListQuery, run: async ({ hub, query }) => ({ items: await hub.store.timeLab.armed.list(query.limit) }) }),
  route('admin', {
    method: 'post', path: '/time-lab/armed', status: 201, body: ArmInput,
    summary: 'Let what a run tried hold for a time; it goes back by itself when that is over, and at once when the service level falls below what today\'s rules made of the replayed day',
    run: ({ hub, body, caller: { id, name } }) => arm(hub, body, { id, name }),
  }),
  route('admin', { method: 'delete', path: '/time-lab/armed/:id', summary: 'Take back what is armed', run: ({ hub, params }) => takeBack(hub, params['id'] ?? '') }),
];
