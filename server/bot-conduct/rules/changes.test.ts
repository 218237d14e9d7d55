import { expect, it } from 'vitest';
import { Conduct } from '../schema.ts';
import { conductChanges } from './changes.ts';

const conduct = (input: object = {}) => Conduct.parse(input);

it('names each part that differs, and nothing else', () => {
  const before = conduct({ tone: 'warm', rules: ['one', 'two'], forbidden: [{ topic: 'pay', words: ['salary'] }, { topic: 'politics', words: ['party'] }], promises: ['for life', 'on the spot'] });
  expect(conductChanges(before, conduct(before))).toEqual([]);
  expect(conductChanges(before, conduct({ ...before, promises: ['on the spot', 'for life'] }))).toEqual([]);
  expect(conductChanges(before, conduct({ tone: 'short', rules: ['two', 'one'], forbidden: [{ topic: 'pay', words: ['salary', 'wage'] }], promises: ['for life'], hidden: ['mail', 'card'] }))).toEqual([
    { field: 'tone', added: ['short'], removed: ['warm'], moved: false }, { field: 'rules', added: [], removed: [], moved: true },
    { field: 'forbidden', topic: 'pay', added: ['wage'], removed: [], moved: false }, { field: 'forbidden', topic: 'politics', added: [], removed: ['party'], moved: false },
    { field: 'promises', added: [], removed: ['on the spot'], moved: false }, { field: 'hidden', added: [], removed: ['phone', 'identity'], moved: false },
  ]);
});

it('what is wrong is refused by its place', () => {
  const wrong = Conduct.safeParse({ rules: ['  '], forbidden: [{ topic: 'x', words: ['。'] }], hidden: ['secret'] });
  expect(wrong.error?.issues.map(({ path }) => path.join('.'))).toEqual(['rules.0', 'forbidden.0.words.0', 'hidden.0']);
});
