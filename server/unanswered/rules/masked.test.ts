import fc from 'fast-check';
import { expect, test } from 'vitest';
import { masked, spoken } from './masked.ts';

test.each([
  ['请发到 wang@example.com，电话 138 0013 8000', '请发到 ***，电话 ***'],
  ['您的订单 SF1234567890 已发出', '您的订单 *** 已发出'],
  ['订单AB20261121001到哪了', '订单***到哪了'],
  ['王小明您好，已为您登记', '***您好，已为您登记'],
  ['李先生，您好', '***先生，您好'],
  ['I am Maria Schmidt, parcel 0034-0434-1234', 'I am ***, parcel ***'],
  ['Dear Ms. Jones, we ship to 12 Baker Street.', 'Dear ***, we ship to ***'],
  ['Track it at https://example.com/t?id=wang#me', 'Track it at https://example.com/t***'],
])('%s', (text, expected) => { expect(masked(text, ['王小明'])).toBe(expected); });

test('an address goes, what an answer needs stays', () => {
  expect(masked('寄到上海市浦东新区张江路88号3单元502室就行')).not.toMatch(/张江|88|502/);
  for (const text of ['退款在 3 个工作日内原路退回，满 99 元包邮。', 'Refunds take 3 to 5 working days; call us at 9:00.', '七天无理由退货，2026 年起适用']) expect(masked(text)).toBe(text);
});

test('never throws, and twice is as once', () => {
  fc.assert(fc.property(fc.string({ unit: 'grapheme' }), text => { expect(masked(masked(text))).toBe(masked(text)); }));
  expect(spoken('我的订单 *** 到哪了***')).toBe('我的订单 到哪了');
});
