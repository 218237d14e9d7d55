/** The form of how agents say what they do: one saving for all of it, refused when somebody saved since. */
import { useQueryCache } from '@pinia/colada';
import { computed, ref, watch } from 'vue';
import { useI18n } from 'vue-i18n';
import type { ReasonedState, StateReason, StateSettings } from '../../../server/people/schema.ts';
import { api, ApiProblem } from '../api.ts';
import { newId } from '../new-id.ts';
import { useFailed } from '../use-failed.ts';
import { useToasts } from '../use-toasts.ts';
import { useStateSettings, type KeptSettings } from './use-states.ts';

export const reasonedStates: readonly ReasonedState[] = ['busy', 'break', 'training', 'outbound', 'offline'];

/** Behaviour of the form. */
export function useSettingsForm() {
  const { t } = useI18n();
  const toasts = useToasts();
  const cache = useQueryCache();
  const kept = useStateSettings();
  const draft = ref<StateSettings | null>(null);
  const busy = ref(false);
  const fields = ref<Record<string, string>>({});
  const restore = () => { draft.value = kept.data.value ? structuredClone(JSON.parse(JSON.stringify(kept.data.value.settings))) : null; fields.value = {}; };
  const changed = computed(() => draft.value !== null && JSON.stringify(draft.value) !== JSON.stringify(kept.data.value?.settings));
  // What somebody is writing is not replaced by what another saved: the saving says so.
  let seen = -1;
  watch(() => kept.data.value, (now) => {
    if (!now || (now.rev === seen && draft.value)) return;
    if (seen >= 0 && changed.value && now.rev !== seen) return;
    seen = now.rev;
    restore();
  }, { immediate: true });

  const adding = (): StateReason => ({ id: newId().toLowerCase().replaceAll(/[^a-z0-9-]/g, '').slice(0, 40), words: { 'zh-CN': '', en: '' }, states: ['break'] });
  const add = () => { draft.value?.reasons.push(adding()); };
  const drop = (at: number) => { draft.value?.reasons.splice(at, 1); };
  function ask(state: ReasonedState, on: boolean) {
    if (draft.value) draft.value.mandatory = reasonedStates.filter((each) => (each === state ? on : draft.value?.mandatory.includes(each)));
  }
  async function save() {
    if (!draft.value) return;
    busy.value = true;
    fields.value = {};
    // What is said in one language only is said so in the other.
    for (const { words } of draft.value.reasons) {
      words.en ||= words['zh-CN'];
      words['zh-CN'] ||= words.en;
    }
    try {
      const saved = await api.put<KeptSettings>('/state-settings', { rev: seen, settings: draft.value });
      seen = saved.rev;
      toasts.done(t('done.saved'));
      await cache.invalidateQueries({ key: ['state-settings'] });
      restore();
    } catch (error) {
      if (error instanceof ApiProblem) fields.value = error.fields;
      toasts.failed(error);
    } finally {
      busy.value = false;
    }
  }
  const wrong = (path: string) => Object.entries(fields.value).find(([key]) => key === `settings.${path}` || key.startsWith(`settings.${path}.`))?.[1];
  return { kept, failed: useFailed(kept), draft, busy, changed, add, drop, ask, save, restore, wrong };
}
