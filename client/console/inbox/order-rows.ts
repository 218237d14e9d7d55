/** The order of the list, and why it may wait: rows must not move under the agent's pointer. */
import type { Conversation } from '../wire.ts';
import { UNHAPPY } from './mood.ts';

export type View = 'mine' | 'unassigned' | 'all';
export type Filter = { view: View; status: Conversation['status'] | 'active'; q: string; channelId: string; unhappy: boolean; deadline?: 'due' | 'at-risk' | undefined };

/** Whether a live conversation belongs to the list on screen. A search is the server's to answer: live news never enters it. */
export function belongs(head: Conversation, filter: Filter, me: string): boolean {
  if (filter.q !== '' || (filter.status === 'active' ? head.status === 'resolved' || head.status === 'snoozed' : head.status !== filter.status)) return false;
  if (filter.channelId !== '' && head.thread.channelId !== filter.channelId) return false;
  if (filter.unhappy && !((head.mood?.score ?? 0) <= UNHAPPY)) return false;
  if (filter.deadline && (!head.sla?.dueAt || (filter.deadline === 'at-risk' && head.sla.state === 'running'))) return false;
  if (filter.view === 'mine') return head.assigneeId === me && head.handler === 'agent';
  if (filter.view === 'unassigned') return head.handler === 'queue' || head.handler === 'nobody';
  return true;
}

/** Latest message first. */
export function newestFirst(a: Conversation, b: Conversation): number {
  return b.lastMessageAt.localeCompare(a.lastMessageAt) || b.id.localeCompare(a.id);
}

/** Rows in a held order: known ones keep their place, gone ones leave, new ones wait outside. */
export function heldOrder(shown: readonly string[], wanted: readonly string[]): { rows: string[]; waiting: number } {
  const here = new Set(wanted);
  const rows = shown.filter((id) => here.has(id));
  return { rows, waiting: wanted.length - rows.length };
}
