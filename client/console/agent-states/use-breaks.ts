/** Breaks: one's own request, and those a supervisor decides; both follow what happens. */
import { useQuery } from '@pinia/colada';
import { onUnmounted } from 'vue';
import type { BreakView } from '../../../server/breaks/schema.ts';
import { api, listOf } from '../api.ts';
import { onLive, onLiveConnect } from '../live.ts';
import type { Wire } from '../wire.ts';

export type Break = Wire<BreakView>;

function following<Query extends { refetch: () => Promise<unknown> }>(query: Query): Query {
  const again = () => { query.refetch().catch(() => {}); };
  const off = [onLive('breaks', again), onLiveConnect(again)];
  onUnmounted(() => { for (const stop of off) stop(); });
  return query;
}

/** One's own latest request; null when there was none. */
export const useMyBreak = () => following(useQuery({ key: ['my-break'], query: async () => (await api.get<{ request: Break | null }>('/me/break-request')).request }));
/** What is asked for, approved or under way. */
export const useBreakRequests = () => following(useQuery({ key: ['break-requests'], query: () => listOf<Break>('/break-requests') }));
