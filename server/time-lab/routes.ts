import { z } from 'zod';
import { route } from '../http/route.ts';
import { Problem } from '../problem.ts';
import { startRun, today } from './run.ts';
import { RunInput } from './schema.ts';

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
];
