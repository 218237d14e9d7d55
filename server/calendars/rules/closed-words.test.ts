import { expect, test } from 'vitest';
import { closedWords, openingWords } from './closed-words.ts';

const now = new Date('2026-11-20T22:30:00+08:00'); // a Friday

test('the next opening as one says it', () => {
  const words = (at: string, locale: 'zh-CN' | 'en', zone = 'Asia/Shanghai') => openingWords(new Date(at), now, zone, locale);
  expect([words('2026-11-20T23:00:00+08:00', 'zh-CN'), words('2026-11-21T09:00:00+08:00', 'zh-CN'), words('2026-11-23T09:00:00+08:00', 'zh-CN'), words('2026-12-10T09:00:00+08:00', 'zh-CN')])
    .toEqual(['今天 23:00', '明天 09:00', '星期一 09:00', '12月10日（星期四） 09:00']);
  expect([words('2026-11-21T09:00:00+08:00', 'en'), words('2026-11-23T09:00:00+08:00', 'en'), words('2026-12-10T09:00:00+08:00', 'en')])
    .toEqual(['tomorrow at 09:00 (China Standard Time)', 'on Monday at 09:00 (China Standard Time)', 'on Thursday 10 December at 09:00 (China Standard Time)']);
  expect(words('2026-11-20T17:00:00-05:00', 'zh-CN', 'America/New_York')).toBe('今天 17:00（北美东部标准时间）');
});

test("the shop's own text, with or without a place for the opening; ours where there is none", () => {
  const opens = new Date('2026-11-23T09:00:00+08:00');
  const say = (text: { 'zh-CN'?: string; en?: string }, at: Date | null, locale: 'zh-CN' | 'en') => closedWords(text, at, now, 'Asia/Shanghai', locale);
  expect(say({ 'zh-CN': '打烊啦，{opens}见！' }, opens, 'zh-CN')).toBe('打烊啦，星期一 09:00见！');
  expect(say({ en: 'We sleep.' }, opens, 'en')).toBe('We sleep. We are back on Monday at 09:00 (China Standard Time).');
  expect(say({ 'zh-CN': '打烊啦。' }, opens, 'en')).toContain('when we are back on Monday at 09:00');
  expect(say({}, null, 'zh-CN')).toBe('人工客服现在已下班。您的问题已经记下，上班后会回复您。');
  expect(say({ en: 'Back {opens}.' }, null, 'en')).toBe('Back soon.');
});
