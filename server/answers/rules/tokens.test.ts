import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fold, keyOf } from './text.ts';
import { analyse, LIMITS, stem } from './tokens.ts';
import { oneSlipApart, vocabulary } from './typo.ts';

const told = (text: string): string[] => analyse(text).tokens.filter((token) => !/^[.~]/.test(token));

test('Chinese becomes single and paired characters, English stems, both the same concepts', () => {
  expect(told('空调滤网')).toEqual(['u空', 'u调', 'b空调', 'u滤', 'b调滤', 'u网', 'b滤网']);
  expect(told('怎么把钱退了？')).toEqual(told('退款'));
  expect(told('How do I get my money back?')).toEqual(told('退款'));
  expect(told('cleaning the filters')).toEqual(told('Clean filter'));
  expect(told('iPhone15')).toEqual(told('iphone 15'));
});

test('width, case, traditional characters, quotes and invisible characters are folded', () => {
  expect(fold('ＡＢＣ１２３，「發票」')).toBe('abc123,「发票」');
  expect(keyOf('『請問』：發票怎麼開？！')).toBe(keyOf('请问发票怎么开'));
  expect(keyOf('Pass\u200bword')).toBe('password');
  expect(keyOf('?!')).toBe('?!');
});

test.each([
  ['优惠券用不了', true], ['怎么用优惠券', false], ['能不能退款', false], ['有没有现货', false], ['不好意思，怎么退款', false], ['不要了', false], ['付款失败', true],
  ['I can’t log in', true], ['can i log in', false], ['payment was declined', true], ['I do not want this', true], ['cannot pay', true], ['a notebook', false],
])('%s says no: %s', (text, negated) => expect(analyse(text).negated).toBe(negated));

test('stems', () => {
  expect(['policies', 'stopped', 'shipping', 'bus', 'class', "shop's", 'address', 'orders'].map(stem)).toEqual(['policy', 'stop', 'ship', 'bus', 'class', 'shop', 'address', 'order']);
});

test('one slip is forgiven, two are not', () => {
  for (const slip of ['pasword', 'passwrod', 'passsword', 'pazsword']) expect(oneSlipApart('password', slip)).toBe(true);
  for (const other of ['pswrd', 'passport', 'pass']) expect(oneSlipApart('password', other)).toBe(false);
  const words = vocabulary();
  words.add('password');
  expect(['pasword', 'password', 'cat', 'weather'].map(words.correct)).toEqual(['password', 'password', 'cat', 'weather']);
});

test('any text has tokens, each once, within the limits, and the same each time', () => {
  fc.assert(fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme', maxLength: 4_000 })), (text) => {
    const { tokens } = analyse(text);
    expect(new Set(tokens).size).toBe(tokens.length);
    expect(tokens.length).toBeLessThanOrEqual(LIMITS.tokens);
    expect(analyse(text).tokens).toEqual(tokens);
  }));
  const start = performance.now();
  analyse('退款'.repeat(500_000));
  expect(performance.now() - start).toBeLessThan(200);
});
