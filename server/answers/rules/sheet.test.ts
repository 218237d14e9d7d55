import fc from 'fast-check';
import { expect, test } from 'vitest';
import { COLUMNS, cellsOf, columnsOf, fieldsOfRow, guarded, joined, parted, unguarded } from './sheet.ts';

test('several in one cell come back as they were, whatever is in them', () => {
  const word = fc.string({ minLength: 1 }).map(text => text.trim()).filter(text => text !== '');
  fc.assert(fc.property(fc.array(word), words => { expect(parted(joined(words))).toEqual(words); }));
  expect(parted('什么时候发货|发货时间| ')).toEqual(['什么时候发货', '发货时间']);
  expect(parted('a\\b|c')).toEqual(['a\\b', 'c']);
});

test('no cell is a formula, and each comes back as it was', () => {
  fc.assert(fc.property(fc.string(), text => {
    expect(guarded(text)).not.toMatch(/^[=+\-@\t\r]/);
    expect(unguarded(guarded(text))).toBe(text);
  }));
  for (const text of ['=cmd|calc', "'=1", '+49 30', '-5', '@SUM(A1)', '＝1+1', '\t=1']) {
    expect(guarded(text)).toBe(`'${text}`);
    expect(unguarded(guarded(text))).toBe(text);
  }
  expect(guarded("'quoted'")).toBe("'quoted'");
});

test('an answer is the same after a round trip', () => {
  const line = { id: '0123456789abcdef01234567', question: '=1+1?', answer: '-2\n"no"', locale: 'en' as const, variants: ['a|b', 'c\\'], topics: ['sums'], validFrom: '2026-01-01T00:00:00Z', validUntil: undefined, audience: { channels: ['api', 'email'], identified: false }, url: 'https://example.com/', group: undefined };
  expect(fieldsOfRow(cellsOf(line), [...COLUMNS])).toEqual({ ...line, validUntil: null, group: null });
});

test('headings in two languages; what is no heading is a row; an unknown column is named where it says something', () => {
  expect(columnsOf(['问题', '答案', '相似问法', '备注'])).toEqual(['question', 'answer', 'variants', { unknown: '备注' }]);
  expect(columnsOf(['How long?', 'Two days'])).toBeNull();
  expect(fieldsOfRow(['q', 'a', '', 'x'], ['question', 'answer', 'variants', { unknown: '备注' }])).toEqual({ question: 'q', answer: 'a', variants: [], 备注: 'x' });
});

test('days, yes and no as people write them; what is neither stays to be refused', () => {
  expect(fieldsOfRow(['q', '2026-12-31', '2026-12-31', '是'], ['question', 'validFrom', 'validUntil', 'identified'])).toEqual({ question: 'q', validFrom: '2026-12-31T00:00:00Z', validUntil: '2026-12-31T23:59:59Z', audience: { identified: true } });
  expect(fieldsOfRow(['q', 'soon', 'perhaps'], ['question', 'validFrom', 'identified'])).toEqual({ question: 'q', validFrom: 'soon', audience: { identified: 'perhaps' } });
});
