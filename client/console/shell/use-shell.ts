/** What lies above every page: palette, shortcut sheet, keys, outbox, notices. */
import { onScopeDispose } from 'vue';
import { useRouter } from 'vue-router';
import { useSession } from '../session/use-session.ts';
import { paletteOpen, sheetOpen } from './overlays.ts';
import { useNotices } from './use-notices.ts';
import { onShortcut } from './use-shortcuts.ts';

/** Sets up the shell once a session. */
export function useShell() {
  const session = useSession();
  const router = useRouter();
  useNotices();

  const keys = (event: KeyboardEvent) => {
    if ((event.metaKey || event.ctrlKey) && event.code === 'KeyK' && !event.isComposing) {
      event.preventDefault();
      paletteOpen.value = !paletteOpen.value;
    }
  };
  window.addEventListener('keydown', keys);
  const stop = onShortcut({
    sheet: () => { sheetOpen.value = true; },
    inbox: () => { router.push({ name: 'inbox' }); },
  }, () => session.preferences.shortcuts);
  onScopeDispose(() => {
    window.removeEventListener('keydown', keys);
    stop();
  });
  return { paletteOpen, sheetOpen };
}
