/** The inbox's views as one MongoDB filter: every field is typed before it gets here, so no operator can be smuggled in. */
import { escaped } from '../store/escaped.ts';
import { UNHAPPY } from './schema.ts';

/** What an inbox may be asked for. `me` is needed for mine and offers. */
export type ListQuery = {
  view?: 'mine' | 'offers' | 'unassigned' | 'waiting' | 'all';
  me?: string;
  status?: string;
  label?: string;
  mood?: 'unhappy';
  /** Only what has a deadline, the earliest first; 'at-risk': what was warned of, or is over. */
  sla?: 'due' | 'at-risk';
  channelId?: string;
  contactId?: string;
  /** Conversations of any of these contacts. */
  members?: string[];
  contactIds?: string[];
  text?: string;
  /** Continue after this one: (lastMessageAt, or the deadline where those are asked for, id) of the last row seen. */
  after?: { at: Date; id: string };
};

const views = {
  mine: (query: ListQuery) => ({ assigneeId: query.me, handler: 'agent' }),
  offers: (query: ListQuery) => ({ 'offer.agentId': query.me, handler: 'queue' }),
  unassigned: () => ({ handler: { $in: ['queue', 'nobody'] } }),
  waiting: () => ({ handler: 'queue' }),
  all: () => ({}),
};


/** The filter; an empty conversation (seq 0) is never listed. */
export function headQuery(query: ListQuery): Record<string, unknown> {
  const status = query.status ?? (query.contactId || query.members || query.text ? undefined : 'active');
  const and: Record<string, unknown>[] = [{ seq: { $gt: 0 } }, views[query.view ?? 'all'](query)];
  if (status === 'active') and.push({ status: { $in: ['open', 'pending'] } });
  else if (status) and.push({ status });
  if (query.label) and.push({ labels: query.label, 'labels.0': { $exists: true } }); // the second half chooses the partial index
  if (query.mood) and.push({ 'mood.score': { $lte: UNHAPPY } });
  if (query.channelId) and.push({ 'thread.channelId': query.channelId });
  if (query.contactId) and.push({ contactId: query.contactId });
  if (query.members) and.push({ contactId: { $in: query.members } });
  if (query.text) {
    const match = { $regex: escaped(query.text), $options: 'i' };
    and.push({ $or: [{ preview: match }, { subject: match }, ...(query.contactIds?.length ? [{ contactId: { $in: query.contactIds } }] : [])] });
  }
  if (query.sla) and.push({ 'sla.dueAt': { $type: 'date' }, ...(query.sla === 'at-risk' ? { 'sla.state': { $in: ['warned', 'breached'] } } : {}) });
  if (query.after && query.sla) and.push({ $or: [{ 'sla.dueAt': { $gt: query.after.at } }, { 'sla.dueAt': query.after.at, _id: { $gt: query.after.id } }] });
  else if (query.after) and.push({ lastMessageAt: { $lte: query.after.at } }, { $or: [{ lastMessageAt: { $lt: query.after.at } }, { lastMessageAt: query.after.at, _id: { $lt: query.after.id } }] });
  return { $and: and };
}

/** Newest first, or what is due first. */
export const headOrder = (query: ListQuery): Record<string, 1 | -1> => (query.sla ? { 'sla.dueAt': 1, _id: 1 } : { lastMessageAt: -1, _id: -1 });
