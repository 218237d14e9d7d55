import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ANSWER_FLOOR, ASK_FLOOR } from '../../bots/retrieval/retrieval.ts';
import type { Indexed } from './schema.ts';
import { answerIndex } from './search.ts';

const answer = (id: string, question: string, text: string, more: Partial<Indexed> = {}): Indexed => ({ id, question, variants: [], answer: text, locale: 'en', ...more });
const filled = (...answers: Indexed[]) => {
  const index = answerIndex();
  for (const one of answers) index.add(one);
  index.settle();
  return index;
};

describe('an index of answers', () => {
  const shop = () => filled(
    answer('refund', 'How do I get a refund?', 'Open the order and press Refund.', { variants: ['I want my money back'] }),
    answer('reset', 'How do I reset my password?', 'Press forgot password.'),
    answer('hours', 'What are your opening hours?', 'Nine to five.'),
    answer('invoice', '怎么开发票？', '在订单详情申请。', { locale: 'zh-CN' }),
  );

  test('finds what is asked in other words, with a slip, in capitals and in full width', () => {
    for (const text of ['money back please', 'REFUND!!', 'i need a refnd', 'ｒｅｆｕｎｄ']) expect([text, shop().search(text, 'en')[0]?.answerId]).toEqual([text, 'refund']);
    expect(shop().search('我要開發票', 'zh-CN')[0]).toMatchObject({ answerId: 'invoice', locale: 'zh-CN' });
  });

  test('finds an answer written in the other language, and is less sure of it', () => {
    const [top] = shop().search('发票', 'zh-CN');
    const [other] = shop().search('I need an invoice', 'en');
    expect(other?.answerId).toBe('invoice');
    expect(other?.confidence).toBeLessThan(top?.confidence ?? 0);
  });

  test('does not answer what it does not know', () => {
    for (const text of ['what is the weather in Paris', 'write me a poem', '帮我写首诗', '今天天气怎么样', '?', '', '👍']) {
      expect([text, (shop().search(text, 'en')[0]?.confidence ?? 0) < ASK_FLOOR]).toEqual([text, true]);
    }
  });

  test('a no on one side only is asked back, never answered', () => {
    const index = filled(answer('use', 'How do I use a coupon?', 'Type it at the checkout.'));
    const confidence = index.search('why can I not use my coupon', 'en')[0]?.confidence ?? 0;
    expect(confidence).toBeLessThan(ANSWER_FLOOR);
    expect(index.search('how can i use a coupon', 'en')[0]?.confidence).toBeGreaterThanOrEqual(ANSWER_FLOOR);
  });

  test('the same question with two different answers is certain of neither', () => {
    const index = filled(answer('a', 'Delivery?', 'Two days.'), answer('b', 'Delivery?', 'Not on Sundays.'));
    expect(index.search('Delivery?', 'en').map((found) => found.confidence < ANSWER_FLOOR)).toEqual([true, true]);
    index.remove('b');
    expect(index.search('Delivery?', 'en')[0]?.confidence).toBeGreaterThan(0.9);
  });

  test('what was removed or replaced is not found any more', () => {
    const index = shop();
    index.replace(answer('refund', 'Where is the garden?', 'Behind the house.'));
    index.remove('reset');
    index.remove('never there');
    expect(index.size).toBe(3);
    expect(index.search('refund', 'en').map((found) => found.answerId)).not.toContain('refund');
    expect(index.search('reset my password', 'en')).toEqual([]);
    expect(index.search('garden', 'en')[0]?.answerId).toBe('refund');
  });

  test('thousands of changes leave no dead weight behind', () => {
    const index = shop();
    for (let i = 0; i < 5_000; i++) index.replace(answer('moving', `Question number ${i} about gardens`, `Answer ${i}`));
    expect(index.size).toBe(5);
    expect(index.search('gardens', 'en').map((found) => found.answerId)).toEqual(['moving']);
    expect(index.search('money back', 'en')[0]?.answerId).toBe('refund');
  });
});

const words = fc.array(fc.constantFrom('refund', 'order', '退款', '发票', 'not', '不', 'how', '怎么', 'x1', '订单', '  ', '👍', 'delivery', '，'), { minLength: 1, maxLength: 8 }).map((list) => list.join(' '));
const question = fc.oneof(words, fc.string({ unit: 'binary', maxLength: 60 }), fc.string({ unit: 'grapheme', maxLength: 60 })).filter((text) => text.trim() !== '');
const answers = fc.array(fc.record({ question, answer: question, variants: fc.array(question, { maxLength: 2 }), locale: fc.constantFrom('zh-CN' as const, 'en' as const) }), { maxLength: 12 });

test('never throws, confidence is a probability, best first', () => {
  fc.assert(fc.property(answers, question, (list, text) => {
    const found = filled(...list.map((one, i) => ({ ...one, id: String(i) }))).search(text, 'en');
    for (const { confidence } of found) expect(confidence >= 0 && confidence <= 1).toBe(true);
    expect(new Set(found.map((one) => one.answerId)).size).toBe(found.length);
  }));
});

test('a question added is found by its own words, with certainty unless another answer is given for them', () => {
  fc.assert(fc.property(answers, question, (list, text) => {
    const index = filled(...list.map((one, i) => ({ ...one, id: String(i) })));
    const before = index.search(text, 'en');
    index.add(answer('new', text, 'the answer to it'));
    const found = index.search(text, 'en');
    if (before.some((one) => one.exact)) expect(found.map((one) => one.answerId)).toContain('new');
    else expect(found[0]).toMatchObject({ answerId: 'new', confidence: 0.99 });
    index.remove('new');
    expect(index.search(text, 'en')).toEqual(before);
  }));
});

test('a base that grew is asked how sure is sure in steps, and answers in between', async () => {
  const grown = (): ReturnType<typeof answerIndex> => {
    const index = answerIndex();
    for (let i = 0; i < 15; i++) index.add(answer(`a${i}`, `How do I repair part ${i} of machine ${i % 7}`, `Answer ${i}`, { variants: [`repairing part ${i}, machine ${i % 7}`, `part ${i} is broken, machine ${i % 7}`, `mend part number ${i}`] }));
    return index;
  };
  const index = grown();
  let steps = 0;
  const waited = index.ready(async () => { steps++; index.search('part 3 is broken', 'en'); if (steps === 5) index.remove('a14'); await Promise.resolve(); });
  await Promise.all([waited, index.ready(async () => { throw new Error('nobody begins a second time'); })]);
  expect(steps).toBeGreaterThan(50);
  const atOnce = grown();
  atOnce.settle();
  expect(index.search('part 3 is broken', 'en')[0]?.confidence).toBeCloseTo(atOnce.search('part 3 is broken', 'en')[0]?.confidence ?? NaN, 1);
});

test('a base whose answers were all changed again and again finds what a fresh one finds', () => {
  const things = ['kettle', 'lamp', 'sofa', 'tent', 'watch'];
  const written = (at: number, version: number) => answer(`a${at}`, `How do I clean the ${things[at % 5]} of series ${at}, edition ${version}?`, `Wipe series ${at} with a cloth.`);
  const numbers = Array.from({ length: 60 }, (_, at) => at);
  const worn = filled(...numbers.map((at) => written(at, 0)));
  for (const version of [1, 2, 3, 4]) for (const at of numbers) worn.replace(written(at, version));
  for (const at of numbers.slice(40)) worn.remove(`a${at}`);
  const fresh = filled(...numbers.slice(0, 40).map((at) => written(at, 4)));
  const seen = (index: ReturnType<typeof answerIndex>, text: string) => index.search(text, 'en').map(({ answerId, confidence }) => [answerId, confidence.toFixed(6)]);
  for (const text of ['clean lamp series 11', 'how do I wipe the sofa', 'edition 2', 'series 55', ...numbers.map((at) => written(at, 4).question)]) expect([text, seen(worn, text)]).toEqual([text, seen(fresh, text)]);
});

test('a base of one or two answers asks back rather than answer about something else, and answers what is asked of it', () => {
  const one = filled(answer('return', 'How do I return an item?', 'Within 30 days.'));
  const two = filled(answer('hours', 'What are your opening hours?', 'Nine to five.'), answer('return', 'How do I return an item?', 'Within 30 days.'));
  const zh = filled(answer('return', '怎么退货', '七天无理由。', { locale: 'zh-CN' }), answer('hours', '几点开门', '早上九点。', { locale: 'zh-CN' }));
  const sure = (index: ReturnType<typeof answerIndex>, text: string, locale: 'en' | 'zh-CN') => (index.search(text, locale)[0]?.confidence ?? 0) >= ANSWER_FLOOR;
  for (const text of ['How do I repair an item?']) expect([text, sure(one, text, 'en')]).toEqual([text, false]);
  for (const text of ['open account']) expect([text, sure(two, text, 'en')]).toEqual([text, false]);
  for (const text of ['怎么退会员', '退货地址']) expect([text, sure(zh, text, 'zh-CN')]).toEqual([text, false]);
  for (const text of ['returning an item', 'how can i return something']) expect([text, sure(one, text, 'en')]).toEqual([text, true]);
  for (const text of ['when are you open', 'opening times']) expect([text, sure(two, text, 'en')]).toEqual([text, true]);
  for (const text of ['我想退货', '请问怎样退货', '什么时候开门', '你们几点开门呀']) expect([text, sure(zh, text, 'zh-CN')]).toEqual([text, true]);
});

test('a search never finds out how sure is sure: who asks while a base is being filled waits for nobody', async () => {
  const index = answerIndex();
  const some = (from: number, to: number) => Array.from({ length: to - from }, (_, at) => answer(`a${from + at}`, `How do I repair part ${from + at} of machine ${at % 7}`, `Answer ${from + at}`, { variants: [`part ${from + at} is broken`] }));
  let steps = 0;
  const breathe = async () => { steps++; await Promise.resolve(); };
  for (const each of some(0, 30)) index.add(each);
  index.search('part 3 is broken', 'en');
  expect(steps).toBe(0);
  await index.ready(breathe);
  const first = steps;
  expect(first).toBeGreaterThan(20);
  for (const each of some(30, 60)) index.add(each);
  // Grown to twice its size: whoever asks now is served by what is known, while it is found out anew.
  const again = index.ready(breathe);
  index.search('part 40 is broken', 'en');
  await again;
  expect(steps - first).toBeLessThan(5);
  while (steps < first + 60) await Promise.resolve();
});
