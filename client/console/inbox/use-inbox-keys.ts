/** The keyboard and the palette of the inbox. */
import { watchEffect, type Ref } from 'vue';
import { useI18n } from 'vue-i18n';
import { pageCommands } from '../shell/overlays.ts';
import { onShortcut } from '../shell/use-shortcuts.ts';
import { useSession } from '../session/use-session.ts';
import { searchFocus } from './search-focus.ts';
import type { useActions } from './use-actions.ts';
import { useConversations } from './use-conversations.ts';
import type { useTimeline } from './use-timeline.ts';

type Reachable = {
  id: Ref<string | null>; timeline: ReturnType<typeof useTimeline>; actions: ReturnType<typeof useActions>; panel: Ref<'snooze' | 'assign' | null>;
  open: (id: string) => void; step: (by: 1 | -1) => void; write: (mode: 'reply' | 'note') => void; toggleDetails: () => void; resolve: () => void;
};

/** Listens; returns how to stop. */
export function useInboxKeys(inbox: Reachable): () => void {
  const { t } = useI18n();
  const session = useSession();
  const list = useConversations();

  const panel = (name: 'snooze' | 'assign') => { if (inbox.id.value) inbox.panel.value = name; };
  const accept = async () => {
    const offer = list.offers[0];
    if (offer && (await inbox.actions.accept(offer.id))) inbox.open(offer.id);
  };
  const stop = onShortcut({
    next: () => inbox.step(1),
    previous: () => inbox.step(-1),
    reply: () => inbox.write('reply'),
    note: () => inbox.write('note'),
    resolve: () => inbox.resolve(),
    snooze: () => panel('snooze'),
    assign: () => panel('assign'),
    accept,
    details: () => inbox.toggleDetails(),
    search: () => { searchFocus.value++; },
  }, () => session.preferences.shortcuts);

  watchEffect(() => {
    const head = inbox.timeline.head.value;
    pageCommands.value = head === null ? [] : [
      { id: 'reply', label: t('shortcuts.reply'), icon: 'i-lucide-reply', keys: ['R'], run: () => inbox.write('reply') },
      { id: 'note', label: t('shortcuts.note'), icon: 'i-lucide-sticky-note', keys: ['N'], run: () => inbox.write('note') },
      { id: 'resolve', label: head.status === 'resolved' ? t('action.reopen') : t('action.resolve'), icon: 'i-lucide-check', keys: ['E'], run: () => inbox.resolve() },
      { id: 'snooze', label: t('action.snooze'), icon: 'i-lucide-clock', keys: ['S'], run: () => panel('snooze') },
      { id: 'assign', label: t('action.assign'), icon: 'i-lucide-user-plus', keys: ['A'], run: () => panel('assign') },
      { id: 'me', label: t('action.assignMe'), icon: 'i-lucide-user-check', run: () => { inbox.actions.assign(session.user?.id ?? null); } },
      { id: 'pending', label: t('action.pending'), icon: 'i-lucide-hourglass', run: () => { inbox.actions.pending(); } },
    ];
  });
  return () => {
    stop();
    pageCommands.value = [];
  };
}
