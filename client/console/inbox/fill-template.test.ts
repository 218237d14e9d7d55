import { expect, test } from 'vitest';
import { filled } from './fill-template.ts';

test('variables take their places; a missing one stays visible; what looks like a pattern is only text', () => {
  expect(filled('Hello {{1}}, order {{2}} of {{1}}', ['Ann', '$& 7'])).toBe('Hello Ann, order $& 7 of Ann');
  expect(filled('Hello {{1}} {{2}}', ['Ann'])).toBe('Hello Ann {{2}}');
});
