import { z } from 'zod';
import { route } from '../http/route.ts';
import { budgetOf, setBudget, spendOf } from './budget.ts';
import { BudgetInput } from './schema.ts';

const Days = z.strictObject({ days: z.coerce.number().int().min(1).max(366).default(30) });

/** What models may cost, and did. */
export const spendRoutes = [
  route('supervisor', { method: 'get', path: '/bot/budget', summary: 'What language models may cost in a day, and their prices; `model` is null where none is configured', run: async ({ hub }) => ({ ...await budgetOf(hub), model: hub.writer?.model ?? null }) }),
  route('admin', { method: 'put', path: '/bot/budget', summary: 'Set it; 409 when somebody saved since', body: BudgetInput, run: ({ hub, body, caller: { id, name } }) => setBudget(hub, body, { id, name }) }),
  route('supervisor', { method: 'get', path: '/bot/spend', summary: 'What language models cost, by day, queue, purpose and model (`cost` in millionths of the currency), and which limits are reached since when', query: Days, run: ({ hub, query }) => spendOf(hub, query.days) }),
];
