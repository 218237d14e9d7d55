/** What the staffing page asks: a day, the targets, and how much of paid time is no work. What was chosen last is kept on this screen. */
import { computed, reactive, ref, watch } from 'vue';
import type { Plan, PlanInput, Target } from '../../../server/staffing/schema.ts';
import { api, ApiProblem } from '../api.ts';
import { useToasts } from '../use-toasts.ts';

export const media = ['voice', 'chat', 'email'] as const;
export type Medium = (typeof media)[number];
/** As people read them: per cent, and seconds, or for mail hours. */
export type Shown = { percent: number; amount: number };

export const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
const key = 'hubbub.staffing';
const per = { voice: 1, chat: 1, email: 3_600 } as const;
/** A day on the clock of this screen, so many days from now. */
export const dayAhead = (days: number): string => new Intl.DateTimeFormat('en-CA', { timeZone: zone }).format(Date.now() + days * 86_400_000);

type Kept = { shown: Record<Medium, Shown>; shrinkage: number };
const usual = (): Kept => ({ shown: { voice: { percent: 80, amount: 20 }, chat: { percent: 80, amount: 60 }, email: { percent: 90, amount: 4 } }, shrinkage: 30 });

function kept(): Kept {
  const { shown, shrinkage } = usual();
  try {
    const found: Partial<Kept> = JSON.parse(localStorage.getItem(key) ?? '{}');
    for (const medium of media) Object.assign(shown[medium], found.shown?.[medium]);
    return { shown, shrinkage: found.shrinkage ?? shrinkage };
  } catch {
    return usual();
  }
}

/** Behaviour of the page. */
export function useStaffing() {
  const toasts = useToasts();
  const day = ref(dayAhead(1));
  const { shown: chosen, shrinkage: share } = kept();
  const shown = reactive(chosen);
  const shrinkage = ref(share);
  const plan = ref<Plan | null>(null);
  const busy = ref(false);
  const fields = ref<Record<string, string>>({});

  watch([shown, shrinkage], () => localStorage.setItem(key, JSON.stringify({ shown, shrinkage: shrinkage.value })), { deep: true });
  const targetOf = (medium: Medium): Target => ({ share: shown[medium].percent / 100, seconds: Math.round(shown[medium].amount * per[medium]) });

  async function work(): Promise<void> {
    busy.value = true;
    fields.value = {};
    const asked: PlanInput = { day: day.value, zone, targets: { voice: targetOf('voice'), chat: targetOf('chat'), email: targetOf('email') }, shrinkage: shrinkage.value / 100 };
    try {
      plan.value = await api.post<Plan>('/staffing/plans', asked);
    } catch (error) {
      if (error instanceof ApiProblem) fields.value = error.fields;
      toasts.failed(error);
    } finally {
      busy.value = false;
    }
  }

  return { day, shown, shrinkage, plan, busy, fields, work, empty: computed(() => plan.value !== null && (plan.value.queues.length === 0 || plan.value.weeks === 0)) };
}
