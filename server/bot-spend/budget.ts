/** The budget, and what was spent of it. */
import type { Hub } from '../hub.ts';
import { Problem } from '../problem.ts';
import { Budget } from './schema.ts';
import type { KeptBudget, Spent, Use } from './schema.ts';

const dayMs = 86_400_000;

/** As it was saved last; before anybody did, what holds then. */
export async function budgetOf(hub: Hub): Promise<KeptBudget> {
  const last = await hub.store.spend.budgets.last();
  return last ? { rev: last.rev, budget: last.kept, at: last.at, by: last.by } : { rev: 0, budget: Budget.parse({}), at: null, by: null };
}

/** Saves it; 409 names who saved meanwhile. It holds at once here, and within a second on every node. */
export async function setBudget(hub: Hub, { rev, budget }: { rev: number; budget: Budget }, by: { id: string; name: string }): Promise<KeptBudget> {
  const saved = await hub.store.spend.budgets.save(rev, { kept: budget, at: hub.now(), by });
  if (!saved) {
    const name = (await budgetOf(hub)).by?.name ?? '?';
    throw new Problem('conflict', { 'zh-CN': `${name} 刚刚保存了预算，请刷新后再改。`, en: `${name} saved the budget meanwhile. Look again, then change it.` }, { rev: 'is not the last' });
  }
  const { day, spent } = await hub.spend.today();
  await hub.store.spend.unmark(day, spent);
  return { rev: saved.rev, budget, at: saved.at, by };
}

/** The last days, use by use, and the limits that are reached today. */
export async function spendOf(hub: Hub, days: number): Promise<{ day: string; from: string; items: Use[]; spent: Spent[] }> {
  const { day, spent } = await hub.spend.today();
  const from = new Date(Date.parse(day) - (days - 1) * dayMs).toISOString().slice(0, 10);
  const [items, since] = await Promise.all([hub.store.spend.between(from, day), hub.store.spend.since(day, spent)]);
  const at = new Map(since.map(each => [`${each.scope}:${each.name}`, each]));
  return { day, from, items, spent: spent.map(scope => at.get(`${scope.scope}:${scope.name}`) ?? { ...scope, since: hub.now() }) };
}
