/** The visitor's language, for every part of the screen. */
import { ref, type Ref } from 'vue';
import { localeOf } from '../locale.ts';
import { translate, type MessageKey } from '../messages.ts';
import type { Locale } from '../wire.ts';

/** The language in use. */
export const locale: Ref<Locale> = ref(localeOf(navigator.language));

/** A message in the language in use. */
export const t = (key: MessageKey, values?: Record<string, string | number>): string => translate(locale.value, key, values);

/** 10:21 today, with the date before it otherwise. */
export function when(iso: string): string {
  const at = new Date(iso);
  const today = at.toDateString() === new Date().toDateString();
  return new Intl.DateTimeFormat(locale.value, { hour: '2-digit', minute: '2-digit', ...(today ? {} : { month: 'short', day: 'numeric' }) }).format(at);
}
