import { expect, it } from 'vitest';
import { parseAnswers } from './parse-answers.ts';

it('reads CSV with quotes, line breaks, a heading row and variants', () => {
  const text = '\uFEFF问题,答案,相似问法\r\n多久发货？,"一个工作日内,\n最迟两天",什么时候发货|发货时间\r\n"He said ""hi""",Yes,,\r\n';
  expect(parseAnswers(text)).toEqual({
    rows: [
      { question: '多久发货？', answer: '一个工作日内,\n最迟两天', variants: ['什么时候发货', '发货时间'] },
      { question: 'He said "hi"', answer: 'Yes', variants: [] },
    ],
    problems: [],
  });
});
it('reads what a spreadsheet puts on the clipboard', () => {
  expect(parseAnswers('How long?\tTwo days, at most\tWhen?\n').rows).toEqual([{ question: 'How long?', answer: 'Two days, at most', variants: ['When?'] }]);
});
it('names the lines it cannot use', () => {
  expect(parseAnswers('a,b\nonly a question\n,only an answer\n\nc,d').problems).toEqual([{ line: 2, reason: 'no-answer' }, { line: 3, reason: 'no-question' }]);
});
