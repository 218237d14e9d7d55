/** The keys of the console, in one list, and how a page listens to them. */
import { isPopupOpen, isTypingTarget, shortcutOf, type Shortcut } from '../../ui/shortcuts.ts';

/** Every key works alone outside fields and with Alt inside them. */
export const shortcuts = [
  { id: 'next', code: 'KeyJ', label: 'J' },
  { id: 'previous', code: 'KeyK', label: 'K' },
  { id: 'reply', code: 'KeyR', label: 'R' },
  { id: 'note', code: 'KeyN', label: 'N' },
  { id: 'resolve', code: 'KeyE', label: 'E' },
  { id: 'snooze', code: 'KeyS', label: 'S' },
  { id: 'assign', code: 'KeyA', label: 'A' },
  { id: 'copilot', code: 'KeyC', label: 'C' },
  { id: 'suggestion', code: 'KeyU', label: 'U' },
  { id: 'accept', code: 'KeyY', label: 'Y' },
  { id: 'details', code: 'KeyI', label: 'I' },
  { id: 'search', code: 'Slash', label: '/' },
  { id: 'inbox', code: 'KeyG', label: 'G' },
  { id: 'sheet', code: 'Slash', shift: true, label: '?' },
] as const;

export type ShortcutId = (typeof shortcuts)[number]['id'];

const all: readonly Shortcut[] = shortcuts;

/** Runs the handler of a pressed shortcut; returns how to stop. */
export function onShortcut(handlers: Partial<Record<ShortcutId, () => void>>, enabled: () => boolean): () => void {
  const known: Record<string, (() => void) | undefined> = handlers;
  const listen = (event: KeyboardEvent) => {
    if (event.defaultPrevented || isPopupOpen()) return;
    const id = shortcutOf(event, isTypingTarget(event.target), all, enabled());
    const handler = id === null ? undefined : known[id];
    if (!handler) return;
    event.preventDefault();
    handler();
  };
  window.addEventListener('keydown', listen);
  return () => window.removeEventListener('keydown', listen);
}
