/** What the time-lab asks and changes: a day, the queues and weights to try, and the run that is looked at; its id stands in the address. */
import { useQuery } from '@pinia/colada';
import { computed, onUnmounted, reactive, ref, watch } from 'vue';
import { useRoute, useRouter } from 'vue-router';
import type { Queue, RoutingPolicy, Strategy } from '../../../server/routing/schema.ts';
import type { Run } from '../../../server/time-lab/schema.ts';
import { api, ApiProblem, listOf } from '../api.ts';
import { useToasts } from '../use-toasts.ts';
import type { Wire } from '../wire.ts';

export type ShownRun = Wire<Run>;
export type Result = NonNullable<Run['result']>;
type Today = { queues: Queue[]; policy: RoutingPolicy };

const lookMs = 700;
export const strategies: Strategy[] = ['longest-idle', 'least-busy', 'round-robin', 'best-fit'];
/** Weights people may try: the score's, one number each. */
export const weights = ['pointsPerPriority', 'agePointsPerMinute', 'slaPointsPerMinute', 'vipSteps', 'moodPoints'] as const;
/** What people may try on a queue. */
export type QueueTry = { id: string; strategy: Strategy; priority: number; offerSeconds: number; autoAccept: boolean; everybody: boolean };

const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
/** A day on the clock of this screen, so many days ago. */
const dayAgo = (days: number): string => new Intl.DateTimeFormat('en-CA', { timeZone: zone }).format(Date.now() - days * 86_400_000);
const ended = (run: ShownRun | null): boolean => run?.state === 'done' || run?.state === 'failed';

/** Behaviour of the page. */
export function useTimeLab() {
  const route = useRoute();
  const router = useRouter();
  const toasts = useToasts();
  const day = ref(dayAgo(1));
  const seconds = ref(60);
  const tries = ref<QueueTry[]>([]);
  const tried = reactive<Record<(typeof weights)[number], number>>({ pointsPerPriority: 0, agePointsPerMinute: 0, slaPointsPerMinute: 0, vipSteps: 0, moodPoints: 0 });
  const run = ref<ShownRun | null>(null);
  const gone = ref(false);
  const starting = ref(false);
  const fields = ref<Record<string, string>>({});

  const today = useQuery({ key: ['time-lab-today'], query: () => api.get<Today>('/time-lab/today') });
  const past = useQuery({ key: ['time-lab-runs'], query: () => listOf<ShownRun>('/time-lab/runs') });
  const asServed = ({ id, strategy, priority, offerSeconds, autoAccept, members }: Queue): QueueTry => ({ id, strategy, priority, offerSeconds, autoAccept, everybody: members === 'all' });
  const restore = (): void => {
    tries.value = (today.data.value?.queues ?? []).map(asServed);
    for (const weight of weights) tried[weight] = today.data.value?.policy[weight] ?? 0;
  };
  watch(() => today.data.value, restore, { immediate: true });

  /** Only what differs from what is served. */
  const changes = computed(() => {
    const { queues = [], policy } = today.data.value ?? {};
    return {
      queues: tries.value.flatMap((each) => {
        const served = queues.find(({ id }) => id === each.id);
        if (!served) return [];
        const differs = {
          ...(each.strategy === served.strategy ? {} : { strategy: each.strategy }), ...(each.priority === served.priority ? {} : { priority: each.priority }),
          ...(each.offerSeconds === served.offerSeconds ? {} : { offerSeconds: each.offerSeconds }), ...(each.autoAccept === served.autoAccept ? {} : { autoAccept: each.autoAccept }),
          ...(each.everybody && served.members !== 'all' ? { members: 'all' as const } : {}),
        };
        return Object.keys(differs).length > 0 ? [{ id: each.id, ...differs }] : [];
      }),
      policy: Object.fromEntries(weights.filter((weight) => policy && tried[weight] !== policy[weight]).map((weight) => [weight, tried[weight]])),
    };
  });
  const changed = computed(() => changes.value.queues.length + Object.keys(changes.value.policy).length);

  let timer: ReturnType<typeof setTimeout> | undefined;
  const look = async (id: string): Promise<void> => {
    clearTimeout(timer);
    try {
      const found = await api.get<ShownRun>(`/time-lab/runs/${id}`);
      if (route.params['id'] !== id) return;
      run.value = found;
      if (ended(found)) void past.refetch();
      else timer = setTimeout(() => void look(id), lookMs);
    } catch (error) {
      if (error instanceof ApiProblem && error.status === 404) gone.value = true;
      else timer = setTimeout(() => void look(id), lookMs * 5);
    }
  };
  watch(() => route.params['id'], (id) => {
    clearTimeout(timer);
    gone.value = false;
    if (typeof id !== 'string' || id === '') run.value = null;
    else if (run.value?.id !== id || !ended(run.value)) void look(id);
  }, { immediate: true });
  onUnmounted(() => clearTimeout(timer));

  async function start(): Promise<void> {
    starting.value = true;
    fields.value = {};
    const goal = { seconds: seconds.value, share: 0.8 };
    const goals = Object.fromEntries([...(today.data.value?.queues ?? []).map(({ id }) => id), ''].map((id) => [id, goal]));
    try {
      const begun = await api.post<ShownRun>('/time-lab/runs', { from: day.value, to: day.value, zone, ...changes.value, ...(changed.value > 0 ? { policy: { ...changes.value.policy, version: 'time-lab' } } : {}), goals });
      run.value = begun;
      await router.replace({ name: 'time-lab', params: { id: begun.id } });
      void look(begun.id);
    } catch (error) {
      if (error instanceof ApiProblem) fields.value = error.fields;
      toasts.failed(error);
    } finally {
      starting.value = false;
    }
  }

  return { day, seconds, tries, tried, today, past, run, gone, starting, fields, changed, start, restore, dayAgo, zone, working: computed(() => run.value !== null && !ended(run.value)) };
}
