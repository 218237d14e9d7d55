import { route } from '../http/route.ts';
import { makePlan } from './make-plan.ts';
import { PlanInput } from './schema.ts';

/** Staffing: for those who plan shifts. */
export const staffingRoutes = [
  route('supervisor', {
    method: 'post', path: '/staffing/plans', body: PlanInput,
    summary: 'What will come in each half-hour of a day (Holt-Winters over the last eight weeks, beside the week before), and how many agents it takes: by Erlang C or A, and by the simulator with the agents there are. Nothing is stored',
    run: ({ hub, body }) => makePlan(hub, body),
  }),
];
