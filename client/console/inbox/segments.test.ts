import { expect, it } from 'vitest';
import { segmentsOf } from './segments.ts';

it.each<[string, string, number, number]>([
  ['nothing', '', 0, 160],
  ['a full one', 'a'.repeat(160), 1, 0],
  ['one letter more', 'a'.repeat(161), 2, 145],
  ['letters that count twice', '€'.repeat(80), 1, 0],
  ['Chinese', '您好', 1, 68],
  ['a full Chinese one', '好'.repeat(70), 1, 0],
  ['a long Chinese one', '好'.repeat(71), 2, 63],
  ['one letter that makes all of them wide', `${'a'.repeat(70)}ł`, 2, 63],
])('%s', (_name, text, count, left) => {
  expect(segmentsOf(text)).toEqual({ count, left });
});
