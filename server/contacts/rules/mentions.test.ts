import { expect, test } from 'vitest';
import { mentionsIn } from './mentions.ts';

const values = (text: string, locale: 'zh-CN' | 'en' = 'zh-CN') => mentionsIn({ text }, locale).map(({ value }) => value);

test('numbers and mails in a message, in the form in which two spellings are one', () => {
  expect(values('我的手机号是 138 0013 8000，谢谢')).toEqual(['8613800138000']);
  expect(values('手机１３８００１３８０００')).toEqual(['8613800138000']);
  expect(values('call me at +49 (151) 1234-5678 or write to Nora.L@Example.com.', 'en')).toEqual(['nora.l@example.com', '4915112345678']);
  expect(values('my number is 202-555-0143', 'en')).toEqual([]); // of which country?
  expect(mentionsIn({ text: '', email: { subject: 'Fwd', from: 'me@shop.example', to: [], cc: [], messageId: 'x', references: [], forwarded: { address: 'Wang@Example.com' } } }, 'en')).toEqual([{ kind: 'email', value: 'wang@example.com', how: 'forwarded' }]);
});

test('what is no number is none, and a list of them is cut', () => {
  for (const none of ['订单号 20261121170012345678', 'ZH123456', '2026-11-21 17:00', '￥1,380.00', '12345', 'a@b', '']) expect([none, values(none)]).toEqual([none, []]);
  expect(values(Array.from({ length: 30 }, (_, index) => `a${index}@example.com`).join(' '), 'en')).toHaveLength(5);
  const long = `${'x'.repeat(6_000)} 13800138000`;
  expect(values(long)).toEqual([]);
});
