/** Tells an agent who looks elsewhere: desktop notice, sound, number in the title. */
import { onScopeDispose, ref, watchEffect } from 'vue';
import { useI18n } from 'vue-i18n';
import { useRouter } from 'vue-router';
import { beep, unlockSound } from '../../ui/use-beep.ts';
import { useNames } from '../directory.ts';
import { atMost, raisesAlarm } from '../inbox/mood.ts';
import { onLive } from '../live.ts';
import { useSession } from '../session/use-session.ts';
import { useToasts } from '../use-toasts.ts';
import type { Conversation, TimelineEntry } from '../wire.ts';

/** Why an agent should hear of an entry; null when it is no news for them. */
export function noticeOf(entry: TimelineEntry, head: Conversation, me: string): 'offer' | 'message' | 'mention' | null {
  if (entry.kind === 'offered' && head.offer?.agentId === me) return 'offer';
  if (entry.kind === 'message' && entry.actor.kind === 'contact' && head.assigneeId === me) return 'message';
  return null;
}

const unseen = ref(0);

/** Follows live entries for the whole session. */
export function useNotices() {
  const session = useSession();
  const router = useRouter();
  const names = useNames();
  const { t } = useI18n();
  const toasts = useToasts();
  const mayAlarm = atMost(3, 60_000);

  /** Who answers for the others hears of a customer who has had enough; whoever has the conversation open sees it. */
  function alarm(head: Conversation) {
    const supervises = session.user?.role === 'supervisor' || session.user?.role === 'admin';
    if (!supervises || !session.preferences.alarms || router.currentRoute.value.params.id === head.id || !mayAlarm(Date.now())) return;
    toasts.alarm(t('mood.alarm'), names.customer(head.contact.name), () => { void router.push({ name: 'inbox', params: { id: head.id } }); });
  }

  function show(kind: 'offer' | 'message' | 'mention', head: Conversation) {
    if (!session.preferences.desktop || !('Notification' in window) || Notification.permission !== 'granted') return;
    // No words of the customer: notices show on locked screens.
    const notice = new Notification(t(`notice.${kind}`), { body: head.contact.name, tag: head.id, icon: '/favicon.svg' });
    notice.onclick = () => {
      window.focus();
      router.push({ name: 'inbox', params: { id: head.id } });
      notice.close();
    };
  }

  /** N open tabs ring once: the first to take the lock does it. */
  function ring() {
    if (!session.preferences.sound) return;
    if (!navigator.locks) return beep(session.preferences.volume);
    navigator.locks.request('hubbub-ring', { ifAvailable: true }, async (lock) => {
      if (!lock) return;
      beep(session.preferences.volume);
      await new Promise((done) => setTimeout(done, 800));
    });
  }

  const stop = onLive('entry', ({ entry, head }) => {
    if (raisesAlarm(entry)) alarm(head);
    const kind = noticeOf(entry, head, session.user?.id ?? '');
    if (!kind) return;
    const looking = document.visibilityState === 'visible' && document.hasFocus();
    if (looking && kind === 'message' && router.currentRoute.value.params.id === head.id) return;
    ring();
    if (looking) return;
    unseen.value++;
    show(kind, head);
  });
  const seen = () => { unseen.value = 0; };
  // Sound stays locked until a gesture; the first press or key of the day opens it.
  const unlock = () => { unlockSound(); };
  window.addEventListener('focus', seen);
  window.addEventListener('pointerdown', unlock, { once: true });
  window.addEventListener('keydown', unlock, { once: true });
  watchEffect(() => { document.title = unseen.value > 0 ? `(${unseen.value}) Hubbub` : 'Hubbub'; });
  onScopeDispose(() => {
    stop();
    window.removeEventListener('focus', seen);
  });
}
