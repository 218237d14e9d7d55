import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { candidates, typed, wasSaid } from '../../../bots/tools/values.ts';
import { agreed } from '../consent.ts';
import { cancelling, lookUp } from '../testing/stage.ts';
import { agrees, consents, declines, leaves } from '../../../bots/tools/agree.ts';
import type { ToolInput } from '../schema.ts';
import { badPattern, faultsOf } from './definition.ts';
import { likeness } from './likeness.ts';
import { stepsOf, valuesAt } from './paths.ts';
import { keptSecrets } from './secrets.ts';
import { bodyWith, Unfit, urlWith } from './template.ts';

describe('values in an address', () => {
  test('are encoded, and missing parts of the query left out', () => {
    expect(urlWith('https://a.example/o/{{n}}?q={{q}}&x=1&y={{y}}', { n: 'A 1&b=2?c#d', q: '中文&admin=1' })).toBe('https://a.example/o/A%201%26b%3D2%3Fc%23d?q=%E4%B8%AD%E6%96%87%26admin%3D1&x=1');
  });
  test.each(['..', '.', '../admin', 'a/b', 'a\\b', '', 'a\r\nb'])('%j leads nowhere else', (n) => { expect(() => urlWith('https://a.example/o/{{n}}/x', { n })).toThrow(Unfit); });
  test('whatever a customer says, the host and the depth of the path stay', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), fc.string({ maxLength: 40 }), (n, q) => {
      let url: URL;
      try { url = new URL(urlWith('https://a.example/o/{{n}}/x?q={{q}}&fixed=1', { n, q })); } catch (error) { return error instanceof Unfit; }
      return url.host === 'a.example' && url.pathname.split('/').length === 4 && url.pathname.startsWith('/o/') && url.searchParams.get('q') === q && url.searchParams.get('fixed') === '1' && [...url.searchParams].length === 2 && url.hash === '';
    }), { numRuns: 500 });
  });
});

test('values in a body stay values', () => {
  expect(JSON.parse(bodyWith('{"n":"{{n}}","count":"{{c}}","text":"order {{n}}","gone":"{{g}}","list":["{{n}}","{{g}}"]}', { n: '","admin":true,"x":"', c: 2 }))).toEqual({ n: '","admin":true,"x":"', count: 2, text: 'order ","admin":true,"x":"', list: ['","admin":true,"x":"'] });
});

test('paths read what they name', () => {
  const json = { order: { items: [{ name: 'a' }, { name: 'b' }], 'odd key': 1, nothing: null, status: true } };
  expect([valuesAt(json, '$.order.items[*].name'), valuesAt(json, 'order.items[1].name'), valuesAt(json, "order['odd key']"), valuesAt(json, 'order.status'), valuesAt(json, 'order.nothing'), valuesAt(json, 'order'), valuesAt(json, 'constructor.name'), valuesAt(json, '__proto__.x')]).toEqual([['a', 'b'], ['b'], [1], [true], [], [], [], []]);
  expect(['', 'a b', '..', 'a[', 'a[-1]'].map(stepsOf)).toEqual([null, null, null, null, null]);
});

test('patterns that may take minutes are not taken', () => {
  expect(['(\\d+)+', '(a|b)*', '(?=x)', '(.)\\1', 'a+b+c+', '(?:\\d+-?){4}', '\\d+-?\\d+-?\\d+', '['].map(badPattern).every(Boolean)).toBe(true);
  expect(['[A-Z]\\d{4,10}', '\\d+', '(?:AB|CD)-\\d{6}'].map(badPattern)).toEqual([undefined, undefined, undefined]);
});

test('a secret stays with its host', () => {
  const before = { url: 'https://a.example/x', headers: [{ name: 'Authorization', value: 's', secret: true }] };
  const now = (url: string) => keptSecrets({ url, headers: [{ name: 'authorization', value: '', secret: true }] }, before);
  expect(now('https://a.example/y')).toMatchObject({ missing: [], headers: [{ value: 's' }] });
  for (const url of ['http://a.example/x', 'https://a.example:444/x', 'https://b.example/x', 'https://a.example.evil/x']) expect(now(url)).toMatchObject({ missing: [0], headers: [{ value: '' }] });
});

const both = { 'zh-CN': '', en: 'x' };
const input = (facts: Partial<ToolInput>): ToolInput => ({ name: 'n', type: 'text', required: true, label: both, from: 'customer', ask: both, ...facts });
const today = new Date('2026-11-22T00:00:00Z');
const found = (facts: Partial<ToolInput>, text: string, asked = false) => candidates(input(facts), text, { asked, today }).map(({ value }) => value);

test('values are found in what a customer says', () => {
  expect(found({ pattern: '[A-Z]\\d{4}' }, '订单号是A1023，不是 b2001。XA10234')).toEqual(['A1023', 'b2001']);
  expect([found({ type: 'date' }, '2026年11月3日'), found({ type: 'date' }, '明天'), found({ type: 'date' }, '11月25号'), found({ type: 'date' }, 'the day before yesterday')]).toEqual([['2026-11-03'], ['2026-11-23'], ['2026-11-25'], ['2026-11-20']]);
  expect([found({ type: 'integer' }, '两个吧', true), found({ type: 'integer' }, 'three please', true), found({ type: 'boolean' }, '是的', true)]).toEqual([['2'], ['3'], ['true']]);
  const choices = [{ value: 'late', label: { 'zh-CN': '太慢', en: 'too late' } }, { value: 'wrong', label: { 'zh-CN': '买错了', en: 'wrong item' } }];
  expect([found({ type: 'choice', choices }, '因为买错了'), found({ type: 'choice', choices }, '2', true), found({ type: 'choice', choices }, 'later')]).toEqual([['wrong'], ['wrong'], []]);
});

test('values are of their type, and were said', () => {
  expect([typed(input({ type: 'date' }), '2026-02-30', 'en'), typed(input({ type: 'date' }), '2026-13-45', 'en'), typed(input({ type: 'integer' }), '2.5', 'en'), typed(input({}), 'a\nb', 'en')].every(each => 'wrong' in each)).toBe(true);
  expect([typed(input({ type: 'integer' }), '３', 'en'), typed(input({ pattern: 'A\\d' }), 'Ａ1', 'en')]).toEqual([{ value: 3 }, { value: 'A1' }]);
  expect([wasSaid(input({}), 'A-1023', ['my a1023']), wasSaid(input({}), 'secret', ['my a1023']), wasSaid(input({ type: 'number' }), 3, ['three']), wasSaid(input({ type: 'number' }), 4, ['three'])]).toEqual([true, false, true, false]);
});

test('only a plain yes is one', () => {
  for (const text of ['yes', 'Yes, please.', 'ok, go ahead', '好的', '确认', '是的，取消吧', 'Yes, go ahead', '好的，请办理', '没错']) expect([text, agrees(text)]).toEqual([text, true]);
  for (const text of ['yes but', 'yes not that', 'why', '不好', '好像不对', 'yes?no', 'okay what does it cost', '如果可以的话', 'A1023', '好的但是等等']) expect([text, agrees(text)]).toEqual([text, false]);
  expect([declines('不用了'), declines('No, leave it'), leaves('算了'), leaves('never mind'), consents(['yes', 'thanks']), consents(['yes', 'no thanks']), consents(['thanks'])]).toEqual([true, true, true, true, true, false, false]);
});

test('a tool is chosen by its examples, and not by one common word', () => {
  const examples = ['where is my order', '我的订单到哪了', 'track my parcel'];
  for (const text of ['Where is my order?', 'where is my order A1023', '我的订单到哪了，A1023', '请问我的订单到哪里了']) expect([text, likeness(text, examples) >= 0.6]).toEqual([text, true]);
  for (const text of ['how do I order flowers online for a friend', 'what does delivery cost', '怎么下订单付款方式有哪些', '']) expect([text, likeness(text, examples) < 0.5]).toEqual([text, true]);
});

test('"cancel it" is a yes to a cancelling, and to nothing else', () => {
  for (const text of ['请取消', '好的，取消吧', 'ok, cancel it']) expect([text, consents([text], 'Change the address 修改地址'), consents([text], 'Cancel an order 取消订单')]).toEqual([text, false, true]);
});

test('whose it is cannot be read off the answer of a change that is made already', () => {
  expect(Object.keys(faultsOf(cancelling('https://a.example')))).toContain('owner.path');
  expect(Object.keys(faultsOf(lookUp('https://a.example')))).not.toContain('owner.path');
});

test('a yes counts once, though the question was asked again; a number is the number that was said', () => {
  const asks = (id: string, step: string) => ({ id, kind: 'message' as const, actor: { kind: 'bot' as const, id: 'b' }, content: { text: '?' }, receipt: { tool: { tool: 'refund', title: { 'zh-CN': '退款', en: 'Refund' }, step, inputs: { quantity: '3' } } } });
  const says = (id: string, text: string) => ({ id, kind: 'message' as const, actor: { kind: 'contact' as const, id: 'c' }, content: { text } });
  const once = agreed([asks('q1', 'consent'), says('1', 'yes')], 'refund', { quantity: 3 });
  expect(once).toEqual({ key: 'q1/refund' });
  // What came of it was never said: the customer wrote meanwhile, and was asked again.
  expect(agreed([asks('q1', 'consent'), says('1', 'yes'), says('2', 'how long does that take?'), asks('q2', 'consent'), says('3', 'yes')], 'refund', { quantity: 3 })).toEqual(once);
  expect(agreed([asks('q1', 'consent'), says('1', 'yes'), asks('d', 'done'), says('2', 'again'), asks('q2', 'consent'), says('3', 'yes')], 'refund', { quantity: 3 })).toEqual({ key: 'q2/refund' });
  expect(agreed([asks('q1', 'consent'), says('1', 'yes')], 'refund', { quantity: 4 })).toBeNull();
});
