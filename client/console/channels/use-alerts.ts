/** Channels that are down, or lose messages: one question for the whole console, asked again when the server says so. */
import { useQuery } from '@pinia/colada';
import { computed, onScopeDispose } from 'vue';
import { listOf } from '../api.ts';
import { onLive, onLiveConnect } from '../live.ts';
import type { ChannelAlert } from '../wire.ts';

const againMs = 15_000;

/** What needs attention now. The number of waiting replies grows unseen, so it is asked for while there is something. */
export function useAlerts() {
  const { data, refetch } = useQuery({ key: ['channel-alerts'], query: () => listOf<ChannelAlert>('/channel-alerts'), staleTime: 5_000 });
  const alerts = computed(() => data.value ?? []);
  const timer = setInterval(() => { if (alerts.value.length > 0) refetch(); }, againMs);
  const stops = [onLive('channel-alerts', () => { refetch(); }), onLiveConnect(() => { refetch(); }), () => clearInterval(timer)];
  onScopeDispose(() => { for (const stop of stops) stop(); });
  return { alerts, refetch };
}
