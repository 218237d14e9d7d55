/** The states people choose, with their reasons, in words. */
import type { DropdownMenuItem } from '@nuxt/ui/components/DropdownMenu.vue';
import { useQuery } from '@pinia/colada';
import { computed } from 'vue';
import { useI18n } from 'vue-i18n';
import type { StateSettings } from '../../../server/people/schema.ts';
import { clockTime, shortWait } from '../../ui/times.ts';
import { slowClock } from '../../ui/use-clock.ts';
import { wordsIn } from '../../ui/words-in.ts';
import { api } from '../api.ts';
import { stateDots } from '../shell/state-dots.ts';
import { useSession } from '../session/use-session.ts';
import type { AgentState, User } from '../wire.ts';

export type KeptSettings = { rev: number; settings: StateSettings; at: string | null; by: { id: string; name: string } | null };
/** What people say of themselves, in the order in which it is shown. */
export const chosenStates = ['available', 'busy', 'break', 'training', 'outbound', 'offline'] as const satisfies readonly AgentState[];
type Chosen = (typeof chosenStates)[number];
/** Reasons that the hub gives itself. */
const found = ['disconnected', 'unanswered', 'idle', 'active'];

export const useStateSettings = () => useQuery({ key: ['state-settings'], query: () => api.get<KeptSettings>('/state-settings'), staleTime: 60_000 });

/** States to choose from and the words of those there are. */
export function useStates() {
  const { t, locale } = useI18n();
  const { data } = useStateSettings();
  const session = useSession();
  const settings = computed(() => data.value?.settings);
  /** Who is signed in goes on a break when it is approved. */
  const asksForBreaks = computed(() => session.user?.role === 'agent' && settings.value?.breaks.byRequest === true);
  const reasonsOf = (state: AgentState) => (settings.value?.reasons ?? []).filter(({ states }) => states.some((each) => each === state));
  const asks = (state: AgentState): boolean => settings.value?.mandatory.some((each) => each === state) ?? false;
  /** `words`: as the reason was called when it was given. */
  const reasonWords = (reason: string | null | undefined, words?: { 'zh-CN': string; en: string }): string => {
    if (!reason) return '';
    if (found.includes(reason)) return t(`state.reason.${reason}`);
    return wordsIn(words ?? settings.value?.reasons.find(({ id }) => id === reason)?.words, locale.value) || reason;
  };
  const stateWords = (state: AgentState, reason?: string | null, words?: { 'zh-CN': string; en: string }): string => [t(`state.${state}`), reasonWords(reason, words)].filter(Boolean).join(' · ');
  /** "On a break · Meal since 12:02 (3 min)". */
  const since = ({ state, stateReason, stateSince }: Pick<User, 'state' | 'stateReason' | 'stateSince'>): string => {
    const words = stateWords(state, stateReason);
    return stateSince ? t('state.since', { state: words, time: clockTime(stateSince, locale.value), age: shortWait(Date.parse(stateSince), slowClock.value, locale.value) }) : words;
  };
  /** Each state without a reason, where it may be, and with each of its reasons. */
  const choices = computed(() => chosenStates.flatMap((state) => (state === 'break' && asksForBreaks.value ? [] : [
    ...(asks(state) ? [] : [{ state, reason: null, label: t(`state.${state}`) }]),
    ...reasonsOf(state).map(({ id }) => ({ state, reason: id, label: stateWords(state, id) })),
  ])));
  /** Lines of a menu; a state with reasons opens them. */
  const items = (current: Pick<User, 'state' | 'stateReason'> | undefined, pick: (state: Chosen, reason: string | null) => void, left: readonly Chosen[] = chosenStates): DropdownMenuItem[] => left.map((state) => {
    const line = { label: t(`state.${state}`), description: t(`state.about.${state}`), dot: stateDots[state] };
    const on = current?.state === state;
    const reasons = reasonsOf(state);
    const check = (reason: string | null, label: string) => ({ label, type: 'checkbox' as const, checked: on && (current?.stateReason ?? null) === reason, onUpdateChecked: () => pick(state, reason) });
    if (reasons.length === 0) return { ...line, type: 'checkbox' as const, checked: on, onUpdateChecked: () => pick(state, null) };
    return { ...line, ...(on ? { class: 'font-semibold' } : {}), children: [...reasons.map(({ id }) => check(id, reasonWords(id))), ...(asks(state) ? [] : [check(null, t('state.noReason'))])] };
  });
  return { settings, asks, asksForBreaks, reasonsOf, reasonWords, stateWords, since, choices, items };
}
