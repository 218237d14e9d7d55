/** Chinese and Japanese typing: the Enter that picks a candidate is not the user's Enter. */

/**
 * True while an input method owns the key. `isComposing` alone misses input methods (macOS, third-party)
 * that fire the confirming Enter after compositionend; those still carry key code 229.
 */
export function isImeKey(event: Pick<KeyboardEvent, 'isComposing' | 'keyCode'>): boolean {
  return event.isComposing || event.keyCode === 229;
}

/** Enter alone, meant as "do it": not a line break, not a candidate. */
export function isPlainEnter(event: Pick<KeyboardEvent, 'key' | 'isComposing' | 'keyCode' | 'shiftKey' | 'altKey'>): boolean {
  return event.key === 'Enter' && !event.shiftKey && !event.altKey && !isImeKey(event);
}
