/** Routing's sentences in the reader's language. */
import { computed } from 'vue';
import { useI18n } from 'vue-i18n';
import { useNames } from '../directory.ts';
import type { Skill } from '../wire.ts';
import type { Sentence } from './routing-words.ts';

/** Seconds as people say them: whole minutes as minutes. */
export function durationWords(seconds: number, locale: string): string {
  const [value, unit] = seconds >= 60 && seconds % 60 === 0 ? [seconds / 60, 'minute'] : [seconds, 'second'];
  return new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'long', maximumFractionDigits: 1 }).format(value);
}

/** What sentences look names up in, and how they are said. */
export function useSay() {
  const { t, locale } = useI18n();
  const names = useNames();
  const look = {
    queue: (id: string) => names.queue(id)?.name ?? t('sla.gone'),
    skills: (list: Skill[]) => new Intl.ListFormat(locale.value, { type: 'conjunction' }).format(list.map(({ name, level }) => `${name} ${level}`)),
    duration: (seconds: number) => durationWords(seconds, locale.value),
  };
  const say = ({ key, values }: Sentence): string => t(key, values, typeof values['n'] === 'number' ? values['n'] : 1);
  return { look, say, all: (sentences: Sentence[]) => sentences.map(say), queueItems: computed(() => names.queues.value.map(({ id, name }) => ({ value: id, label: name }))) };
}
