import { describe, expect, it } from 'vitest';
import { isImeKey, isPlainEnter } from './ime.ts';

const press = (more: Partial<KeyboardEvent> = {}) => ({ key: 'Enter', isComposing: false, keyCode: 13, shiftKey: false, altKey: false, ...more });

describe('Enter while an input method is open', () => {
  it('is not sending while composing', () => { expect(isPlainEnter(press({ isComposing: true }))).toBe(false); });
  it('is not sending when the confirming Enter comes after compositionend as 229', () => { expect(isPlainEnter(press({ keyCode: 229 }))).toBe(false); });
  it('sends otherwise, but not with Shift or Alt', () => {
    expect(isPlainEnter(press())).toBe(true);
    expect(isPlainEnter(press({ shiftKey: true }))).toBe(false);
    expect(isPlainEnter(press({ altKey: true }))).toBe(false);
    expect(isPlainEnter(press({ key: 'a' }))).toBe(false);
  });
  it('knows any key of the input method', () => { expect(isImeKey({ isComposing: false, keyCode: 229 })).toBe(true); });
});
