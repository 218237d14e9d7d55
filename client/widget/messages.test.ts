import { describe, expect, it } from 'vitest';
import { localeOf } from './locale.ts';
import { words as demo } from './demo/words.ts';
import { words as loader } from './loader/words.ts';
import { messages, translate } from './messages.ts';

const holes = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '').sort();

describe('the words', () => {
  it.each([['chat', messages], ['loader', loader], ['demo', demo]])('of the %s are there in both languages', (_name, table: Record<string, Record<string, string>>) => {
    const [zh = {}, en = {}] = [table['zh-CN'], table['en']];
    expect(Object.keys(zh).sort()).toEqual(Object.keys(en).sort());
    for (const [key, text] of Object.entries(en)) {
      expect(text.trim(), key).not.toBe('');
      expect(zh[key]?.trim(), key).not.toBe('');
      // The place in line is counted differently: number n, or n - 1 people ahead.
      if (key !== 'position') expect(holes(zh[key] ?? ''), key).toEqual(holes(text));
    }
  });

  it('fills in values and leaves text that looks like a hole alone', () => {
    expect(translate('en', 'position', { n: 3, ahead: 2 })).toBe('You are number 3 in line');
    expect(translate('zh-CN', 'position', { n: 3, ahead: 2 })).toBe('您前面还有 2 位');
    expect(translate('en', 'joined', { name: '{name} {{x}}' })).toBe('{name} {{x}} joined');
  });

  it.each([['zh', 'zh-CN'], ['zh-Hans-CN', 'zh-CN'], ['ZH-TW', 'zh-CN'], ['en-GB', 'en'], ['fr', 'en'], ['', 'en'], [null, 'en']])('takes %s as %s', (tag, locale) => expect(localeOf(tag)).toBe(locale));
});
