/** Short messages in a corner of the page, and problems in the words of the server. */
import { useToast } from '@nuxt/ui/composables';
import { useI18n } from 'vue-i18n';
import { wordsIn } from '../ui/words-in.ts';
import { ApiProblem } from './api.ts';

/** Says that something worked or did not. */
export function useToasts() {
  const toast = useToast();
  const { t, locale } = useI18n();

  const wordsOf = (error: unknown): string => {
    if (!(error instanceof ApiProblem)) return t('problem.unknown');
    if (error.code === 'network') return t('problem.network');
    if (error.code === 'forbidden') return t('problem.forbidden');
    return wordsIn(error.words, locale.value) || t('problem.unknown');
  };

  return {
    wordsOf,
    done: (title: string) => toast.add({ title, color: 'success', icon: 'i-lucide-circle-check', duration: 3000 }),
    failed: (error: unknown) => toast.add({ title: t('problem.title'), description: wordsOf(error), color: 'error', icon: 'i-lucide-circle-alert' }),
    /** Something to look at now. */
    alarm: (title: string, description: string, look: () => void) => toast.add({
      title, description, color: 'warning', icon: 'i-lucide-angry', duration: 20_000, actions: [{ label: t('mood.look'), color: 'neutral', variant: 'outline', onClick: look }],
    }),
    /** With a way back. */
    undoable: (title: string, undo: () => void) => toast.add({
      title, icon: 'i-lucide-circle-check', duration: 8000, actions: [{ label: t('action.undo'), color: 'neutral', variant: 'outline', onClick: undo }],
    }),
  };
}
