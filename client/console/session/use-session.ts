/** Who is signed in, and what they changed about themselves. */
import { defineStore } from 'pinia';
import { computed, ref } from 'vue';
import { setLocale, type LocaleCode } from '../../i18n/index.ts';
import { api, ApiProblem } from '../api.ts';
import { connectLive, disconnectLive, onLive } from '../live.ts';
import type { AgentState, User } from '../wire.ts';
import { startTellingActivity } from './tell-activity.ts';

export type Preferences = { shortcuts: boolean; sound: boolean; desktop: boolean; volume: number; translate: boolean; alarms: boolean };
const defaults: Preferences = { shortcuts: true, sound: true, desktop: false, volume: 0.6, translate: false, alarms: true };

/** The session of this browser. */
export const useSession = defineStore('session', () => {
  const user = ref<User | null>(null);
  const known = ref(false);
  const preferences = computed<Preferences>(() => ({ ...defaults, ...user.value?.preferences }));

  function enter(next: User) {
    user.value = next;
    known.value = true;
    void setLocale(next.locale);
    connectLive();
    startTellingActivity();
  }

  async function load(): Promise<User | null> {
    if (known.value) return user.value;
    try {
      enter((await api.get<{ user: User }>('/session')).user);
    } catch (error) {
      if (!(error instanceof ApiProblem) || error.status !== 401) throw error;
      known.value = true;
    }
    return user.value;
  }

  async function signIn(email: string, password: string) {
    enter((await api.post<{ user: User }>('/session', { email, password })).user);
  }

  function leave() {
    user.value = null;
    disconnectLive();
  }

  async function signOut() {
    await api.delete('/session');
    leave();
  }

  /** Shown at once, and taken back when the server refuses. */
  async function changeState(change: Partial<User>, ask: () => Promise<unknown>) {
    if (!user.value) return;
    const { state, stateReason, offFor } = user.value;
    Object.assign(user.value, change);
    try {
      await ask();
    } catch (error) {
      if (user.value) Object.assign(user.value, { state, stateReason, offFor });
      throw error;
    }
  }
  const setState = (state: AgentState, reason: string | null = null) => changeState({ state, stateReason: reason, stateSince: new Date().toISOString() }, () => api.post('/me/state', { state, reason }));
  /** Kinds of channels of which nothing is offered. */
  const leaveOut = (offFor: string[]) => changeState({ offFor }, () => api.put('/me/off-for', { offFor }));

  async function savePreferences(change: Partial<Preferences>) {
    if (!user.value) return;
    user.value.preferences = { ...user.value.preferences, ...change };
    await api.patch('/me', { preferences: user.value.preferences });
  }

  async function changeLocale(locale: LocaleCode) {
    await setLocale(locale);
    if (!user.value) return;
    user.value.locale = locale;
    await api.patch('/me', { locale });
  }

  onLive('presence', ({ people }) => {
    const mine = people.find((person) => person.id === user.value?.id);
    if (user.value && mine) Object.assign(user.value, { state: mine.state, stateReason: mine.stateReason, stateSince: mine.stateSince, offFor: mine.offFor, load: mine.load, capacity: mine.capacity });
  });

  return { user, known, preferences, enter, load, signIn, signOut, leave, setState, leaveOut, savePreferences, changeLocale };
});
