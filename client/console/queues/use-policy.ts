/** The routing policy: read, changed in a copy, saved against the version it was read at. */
import { useQuery } from '@pinia/colada';
import { computed, ref } from 'vue';
import { useI18n } from 'vue-i18n';
import type { KeptPolicy } from '../../../server/routing/schema.ts';
import { fullTime } from '../../ui/times.ts';
import { api } from '../api.ts';
import { useSession } from '../session/use-session.ts';
import { useEditing } from '../use-editing.ts';
import type { Wire } from '../wire.ts';
import { policySentences } from './routing-words.ts';
import { useSay } from './say.ts';

type Kept = Wire<KeptPolicy>;
export const weightNames = ['pointsPerPriority', 'agePointsPerMinute', 'slaPointsPerMinute', 'slackMinutesWithoutSla', 'vipSteps', 'valuePoints', 'moodPoints', 'requeuePoints'] as const;
export const timeNames = ['preferredDays', 'returnSeconds', 'cooldownSeconds', 'missCooldownSeconds', 'missesToMissed'] as const;
export const mediaNames = ['voice', 'chat', 'email'] as const;

/** Behaviour of the policy's card. */
export function usePolicy() {
  const { t, locale } = useI18n();
  const session = useSession();
  const { look, all } = useSay();
  const list = useQuery({ key: ['routing-policy'], query: () => api.get<Kept>('/routing-policy'), staleTime: 60_000 });
  const kept = computed(() => list.data.value);
  const editing = useEditing<Kept>('routing-policy');
  const form = ref<Kept['policy'] | null>(null);

  function edit() {
    if (!kept.value) return;
    form.value = structuredClone(JSON.parse(JSON.stringify(kept.value.policy)));
    editing.start();
  }
  const save = () => editing.save(() => api.put('/routing-policy', { rev: kept.value?.rev ?? 0, policy: form.value }));

  const saved = computed(() => {
    const { rev = 0, by, at } = kept.value ?? {};
    return rev > 0 && by && at ? t('routing.savedBy', { rev, name: by.name, at: fullTime(at, locale.value) }) : t('routing.asShipped');
  });
  const inWords = (policy: Kept['policy'] | null | undefined) => (policy ? all(policySentences(policy, look.duration)) : []);
  return { list, kept, form, edit, save, editing, saved, stages: computed(() => kept.value?.policy.stages ?? []), inWords, isAdmin: computed(() => session.user?.role === 'admin') };
}
