import fc from 'fast-check';
import { expect, test } from 'vitest';
import { localeOf } from './locale.ts';

test.each([
  ['怎么退款', 'en', 'zh-CN'], ['怎麼退款', 'en', 'zh-CN'], ['我的 iPhone 坏了', 'en', 'zh-CN'], ['how do I pay?', 'zh-CN', 'en'],
  ['the 退款 button is gone', 'zh-CN', 'en'], ['A1023', 'zh-CN', 'zh-CN'], ['A1023', 'en', 'en'], ['ok', 'zh-CN', 'zh-CN'], ['👍', 'en', 'en'],
  ['', 'zh-CN', 'zh-CN'], ['注文をキャンセルしたい', 'en', 'en'], ['看 https://example.com/very/long/path', 'en', 'zh-CN'], ['ｈｅｌｌｏ', 'zh-CN', 'en'],
  ['Zhang Wei', 'zh-CN', 'zh-CN'], ['John Smith', 'en', 'en'], ['iPhone 15 Pro Max', 'zh-CN', 'zh-CN'], ['SF Express', 'zh-CN', 'zh-CN'], ['refund please', 'zh-CN', 'en'], ['Hi', 'zh-CN', 'en'], ['Thanks!', 'zh-CN', 'en'], ['cancel order', 'zh-CN', 'en'],
  ['SF1234567890123', 'zh-CN', 'zh-CN'], ['🙏🙏', 'zh-CN', 'zh-CN'], ['???', 'en', 'en'], ['13800138000', 'en', 'en'], ['Zhang Wei', 'en', 'en'], ['好的', 'en', 'zh-CN'], ['請問幾時到貨', 'en', 'zh-CN'], ['ada@example.com', 'zh-CN', 'zh-CN'],
  ['the courier dropped everything outside', 'zh-CN', 'en'], ['我要 refund', 'en', 'zh-CN'],
] as const)('%s with %s is %s', (text, fallback, locale) => expect(localeOf(text, fallback)).toBe(locale));

test('any text has a locale', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => ['zh-CN', 'en'].includes(localeOf(text, 'en'))));
});
