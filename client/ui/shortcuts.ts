/** Which shortcut a key press means. Physical codes, so a Chinese input method or another layout does not move the keys. */
import { isImeKey } from './ime.ts';

/** A shortcut: one physical key, and whether its Alt twin works while typing. */
export type Shortcut = { id: string; code: string; shift?: boolean };

type Press = Pick<KeyboardEvent, 'code' | 'altKey' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'isComposing' | 'keyCode'>;

/** The shortcut of a key press, or null. Plain keys count outside fields, Alt twins everywhere. */
export function shortcutOf(press: Press, typing: boolean, shortcuts: readonly Shortcut[], enabled: boolean): string | null {
  if (!enabled || isImeKey(press) || press.ctrlKey || press.metaKey) return null;
  if (typing && !press.altKey) return null;
  const found = shortcuts.find((each) => each.code === press.code && (each.shift ?? false) === press.shiftKey);
  return found?.id ?? null;
}

/** True when a key press belongs to the field it happens in. */
export function isTypingTarget(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}

/** True while a dialog, menu or list box is open: their own keys come first. */
export function isPopupOpen(): boolean {
  return document.querySelector('[role="dialog"], [role="menu"], [role="listbox"][data-state="open"]') !== null;
}
