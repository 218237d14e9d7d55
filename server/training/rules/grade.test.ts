import { describe, expect, it } from 'vitest';
import { Expectations } from '../schema.ts';
import type { Outcome } from '../schema.ts';
import { says } from './contains.ts';
import { grade } from './grade.ts';

const reply = (text: string, sources: string[] = [], choices: string[] = []): Outcome => ({ kind: 'reply', text, sources, choices });
const over: Outcome = { kind: 'hand-over', reason: 'low-confidence' };
const wants = (input: object) => Expectations.parse(input);

describe('says', () => {
  it.each([
    ['退款会在 7 个工作日内原路退回。', '７个工作日'],
    ['退款會在七個工作日內退回', '七个工作日内'],
    ['Refunds take  up to\n7 Days.', 'refunds take up to 7 days'],
    ['It’s free of charge', "it's FREE"],
    ['请联系“客服” ，谢谢', '"客服",谢谢'],
    ['共 1,200 元', '1,200元'],
    ['within 30 days.', '30 days.'],
    ['130 days or 30 days', '30 days'],
  ])('%j says %j', (text, wanted) => expect(says(text, wanted)).toBe(true));
  it.each([
    ['within 130 days', '30 days'],
    ['within 30.5 days', '30'],
    ['costs 1,200', '200'],
    ['costs 300', '30'],
    ['we refund it', 'fund'],
    ['不支持退货', '支持退款'],
    ['anything', '。'],
  ])('%j does not say %j', (text, wanted) => expect(says(text, wanted)).toBe(false));
});

describe('grade', () => {
  it('passes what is as expected', () => {
    expect(grade(reply('Seven days.', ['a']), wants({ mustContain: ['seven'], mustNot: ['ten'], mustCite: ['a'], mustHandOver: false }))).toEqual([]);
    expect(grade(over, wants({ mustHandOver: true, mustNot: ['x'] }))).toEqual([]);
    expect(grade(over, wants({ mustHandOver: 'low-confidence' }))).toEqual([]);
  });
  it('names each expectation that failed, and why', () => {
    expect(grade(reply('Ten days.', ['b']), wants({ mustContain: ['seven'], mustNot: ['ten days'], mustCite: ['a', 'b'], mustHandOver: true }))).toEqual([
      { expectation: 'mustContain', value: 'seven', why: 'absent' }, { expectation: 'mustNot', value: 'ten days', why: 'present' },
      { expectation: 'mustCite', value: 'a', why: 'not-cited' }, { expectation: 'mustHandOver', value: 'true', why: 'answered' },
    ]);
  });
  it('tells a hand-over and a question back from a wrong answer', () => {
    expect(grade(over, wants({ mustContain: ['seven'], mustCite: ['a'], mustHandOver: false })).map(each => each.why)).toEqual(['handed-over', 'handed-over', 'handed-over']);
    expect(grade(reply('Which one?', [], ['Seven days?']), wants({ mustContain: ['seven'], mustCite: ['a'], mustHandOver: true })).map(each => each.why)).toEqual(['asked-back', 'asked-back', 'asked-back']);
    expect(grade(over, wants({ mustHandOver: 'asked' }))).toEqual([{ expectation: 'mustHandOver', value: 'asked', why: 'other-reason' }]);
  });
  it('a choice that is offered is said', () => {
    expect(grade(reply('Which one?', [], ['Free returns?']), wants({ mustNot: ['free returns'] }))).toHaveLength(1);
  });
  it('tools that must and must not be called, with their inputs', () => {
    const used = { ...reply('Shipped.'), calls: [{ tool: 'order_lookup', inputs: { order_number: 'a1023' }, from: 'example' as const }] };
    expect(grade(used, wants({ mustCall: [{ tool: 'order_lookup' }, { tool: 'order_lookup', inputs: { order_number: 'A1023' } }], mustNotCall: ['cancel_order'] }))).toEqual([]);
    expect(grade(used, wants({ mustCall: [{ tool: 'order_lookup', inputs: { order_number: 'A1024' } }, { tool: 'cancel_order' }], mustNotCall: ['order_lookup'] }))).toEqual([
      { expectation: 'mustCall', value: 'order_lookup (order_number: A1024)', why: 'other-inputs' }, { expectation: 'mustCall', value: 'cancel_order', why: 'not-called' }, { expectation: 'mustNotCall', value: 'order_lookup', why: 'called' },
    ]);
    expect(grade(over, wants({ mustCall: [{ tool: 'order_lookup' }] }))).toMatchObject([{ why: 'not-called' }]);
  });
});
