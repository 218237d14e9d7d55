/** One channel's live health, its test and its switch. */
import { useQueryCache } from '@pinia/colada';
import { computed, onScopeDispose, ref } from 'vue';
import { api } from '../api.ts';
import { onLive } from '../live.ts';
import { useToasts } from '../use-toasts.ts';
import type { Channel, CheckResult, Health } from '../wire.ts';

/** The colour of each state of health. */
export const healthTones = { ready: 'success', waiting: 'info', degraded: 'warning', down: 'error', off: 'neutral', signIn: 'warning' } as const;

/** Behaviour of a channel card. */
export function useChannelCard(channel: () => Channel | undefined) {
  const cache = useQueryCache();
  const toasts = useToasts();
  const news = ref<Health | null>(null);
  const checks = ref<CheckResult[] | null>(null);
  const testing = ref(false);
  const health = computed<Health>(() => news.value ?? channel()?.health ?? { state: 'waiting' });

  onScopeDispose(onLive('channel-health', (event) => { if (event.channelId === channel()?.id) news.value = event.health; }));

  async function test() {
    testing.value = true;
    try {
      checks.value = (await api.post<{ checks: CheckResult[] }>(`/channels/${channel()?.id}/test`)).checks;
    } catch (error) {
      toasts.failed(error);
    } finally {
      testing.value = false;
    }
  }

  async function enable(enabled: boolean) {
    await api.patch(`/channels/${channel()?.id}`, { enabled }).catch(toasts.failed);
    news.value = null;
    await cache.invalidateQueries({ key: ['channels'] });
  }

  /** What the badge says: a code that waits for a phone is more than connecting. */
  const state = computed(() => (health.value.state === 'waiting' && (health.value.detail?.qr || health.value.detail?.code) ? 'signIn' as const : health.value.state));

  return { health, state, checks, testing, test, enable };
}
