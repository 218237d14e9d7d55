/** Why nobody is asked now: the queue or the channel of a conversation that waits is closed. */
import { useQuery } from '@pinia/colada';
import { computed } from 'vue';
import { useI18n } from 'vue-i18n';
import { slowClock } from '../../ui/use-clock.ts';
import { listOf } from '../api.ts';
import { useNames } from '../directory.ts';
import type { Conversation } from '../wire.ts';
import { momentIn } from './clock.ts';
import type { Calendar } from './shapes.ts';

/** The sentence for the head; empty when people are asked, or it does not wait. */
export function useClosed(head: () => Pick<Conversation, 'handler' | 'status' | 'offer' | 'queueId' | 'thread'>) {
  const { t, locale } = useI18n();
  const names = useNames();
  const followed = computed(() => {
    const { handler, status, offer, queueId, thread } = head();
    if (handler !== 'queue' || status !== 'open' || offer) return [];
    return [names.queue(queueId), names.channel(thread.channelId)].flatMap((each) => (each?.calendarId && each.closed?.behaviour !== 'as-open' ? [each.calendarId] : []));
  });
  const { data } = useQuery({ key: ['calendars'], query: () => listOf<Calendar>('/calendars'), staleTime: 30_000, enabled: () => followed.value.length > 0 });
  return computed(() => {
    const shut = (data.value ?? []).find(({ id, now }) => followed.value.includes(id) && !now.open && !(now.changesAt && Date.parse(now.changesAt) <= slowClock.value));
    if (!shut) return '';
    return shut.now.changesAt ? t('hours.heldUntil', { time: momentIn(shut.zone, shut.now.changesAt, slowClock.value, locale.value) }) : t('hours.held');
  });
}
