import { expect, test } from 'vitest';
import { groupedIndex } from './grouped.ts';
import type { Indexed } from './schema.ts';

const zh: Indexed = { id: 'zh', question: '怎么开发票', variants: ['invoice'], answer: '在订单页申请。', locale: 'zh-CN', group: 'invoice' };
const en: Indexed = { id: 'en', question: 'Can I have a bill for my taxes?', variants: [], answer: 'Ask for it on the page of the order.', locale: 'en', group: 'invoice' };

test('whichever answer of a group is found, it is said in the language of who asks, as surely as it was found', () => {
  const index = groupedIndex();
  index.add(zh);
  expect(index.search('invoice', 'en')[0]).toMatchObject({ answerId: 'zh' });
  const alone = index.search('invoice', 'en')[0]?.confidence ?? 1;
  index.add(en);
  const [first, ...others] = index.search('invoice', 'en');
  expect(first).toMatchObject({ answerId: 'en', answer: en.answer, locale: 'en' });
  expect(first?.confidence).toBeGreaterThanOrEqual(alone);
  expect(others.map(({ answerId }) => answerId)).not.toContain('en');
  expect(index.search('invoice', 'zh-CN')[0]).toMatchObject({ answerId: 'zh' });
});

test('one that may not be heard is not said for another; what left the group or the index is not said either', () => {
  const index = groupedIndex();
  index.add(zh);
  index.add(en);
  expect(index.search('invoice', 'en', ({ id }) => id !== 'en')[0]).toMatchObject({ answerId: 'zh' });
  const { group: _group, ...apart } = en;
  index.replace(apart);
  expect(index.search('invoice', 'en')[0]).toMatchObject({ answerId: 'zh' });
  index.replace(en);
  index.remove('en');
  expect(index.search('invoice', 'en')[0]).toMatchObject({ answerId: 'zh' });
  expect(index.size).toBe(1);
});
