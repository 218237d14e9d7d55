import { describe, expect, it } from 'vitest';
import { shortcutOf } from './shortcuts.ts';

const keys = [{ id: 'next', code: 'KeyJ' }, { id: 'search', code: 'Slash' }, { id: 'sheet', code: 'Slash', shift: true }];
const press = (code: string, more: Partial<KeyboardEvent> = {}) => ({ code, altKey: false, ctrlKey: false, metaKey: false, shiftKey: false, isComposing: false, keyCode: 0, ...more });

describe('shortcutOf', () => {
  it('plain keys work outside fields only', () => {
    expect(shortcutOf(press('KeyJ'), false, keys, true)).toBe('next');
    expect(shortcutOf(press('KeyJ'), true, keys, true)).toBeNull();
  });
  it('Alt twins work inside fields', () => { expect(shortcutOf(press('KeyJ', { altKey: true }), true, keys, true)).toBe('next'); });
  it('tells / from ?', () => {
    expect(shortcutOf(press('Slash'), false, keys, true)).toBe('search');
    expect(shortcutOf(press('Slash', { shiftKey: true }), false, keys, true)).toBe('sheet');
  });
  it('leaves the browser its own keys, composing its letters, and obeys the switch', () => {
    expect(shortcutOf(press('KeyJ', { ctrlKey: true }), false, keys, true)).toBeNull();
    expect(shortcutOf(press('KeyJ', { metaKey: true }), false, keys, true)).toBeNull();
    expect(shortcutOf(press('KeyJ', { isComposing: true }), false, keys, true)).toBeNull();
    expect(shortcutOf(press('KeyJ', { keyCode: 229 }), false, keys, true)).toBeNull();
    expect(shortcutOf(press('KeyJ'), false, keys, false)).toBeNull();
  });
});
