/** How good the answers are, on labelled questions; the coefficients were never fitted on the held-out bases. Small bases cannot prove where sure is sure, so they ask back more than they answer. */
import { expect, test } from 'vitest';
import { ANSWER_FLOOR, ASK_FLOOR, retrievalBot } from '../../bots/retrieval/retrieval.ts';
import { judge, outcomes } from './testing/judge.ts';
import { ask, indexOf, readBases } from './testing/labelled.ts';

const bases = readBases();
const whole = bases.map((base) => ({ base, figures: judge(ask(indexOf(base.answers), base.asked, new Set(base.answers.map((answer) => answer.id))), ANSWER_FLOOR, ASK_FLOOR) }));

test.each(whole)('$base.name: finds, answers, and keeps quiet', ({ base, figures }) => {
  const { wrong, missed, unsure, outsideAbove, ...shown } = figures;
  console.log(base.name, JSON.stringify(shown, (_key, value: unknown) => (typeof value === 'number' ? Math.round(value * 1000) / 1000 : value)), { wrong: wrong.length, missed: missed.length, unsure: unsure.length, outsideAbove: outsideAbove.length });
  expect(figures.hitAt1).toBeGreaterThanOrEqual(0.85);
  expect(figures.answered).toBeGreaterThanOrEqual(0.15);
  expect(figures.answered + figures.askedBack).toBeGreaterThanOrEqual(0.55);
  expect(figures.answeredWrong).toBe(0);
  expect(figures.outsideAnswered).toBe(0);
  expect(figures.outsideAsked).toBe(0);
  expect(figures.nearAnswered).toBeLessThanOrEqual(0.05);
  expect(figures.brier).toBeLessThan(0.21);
});

test('in bases of every size, fitted and held out, nothing outside is answered and the confidence can be believed', () => {
  for (const [name, part] of Object.entries({ fitted: bases.filter((base) => !base.heldOut), 'held out': bases.filter((base) => base.heldOut) })) {
    const { questions, brier, ece, answered, outsideAnswered, answeredWrong } = judge(outcomes(part), ANSWER_FLOOR, ASK_FLOOR);
    console.log(name, 'in all sizes', { questions, brier, ece, answered, outsideAnswered, answeredWrong });
    expect(outsideAnswered).toBe(0);
    expect(answeredWrong).toBe(0);
    expect(brier).toBeLessThan(0.12);
    expect(ece).toBeLessThan(0.15);
  }
});

test('the bot on this index: paraphrases answered with their source, the rest asked back or handed over', async () => {
  for (const base of bases) {
    const index = indexOf(base.answers);
    const tools = { search: async (text: string, locale: 'zh-CN' | 'en') => index.search(text, locale) };
    for (const { text, locale, label, expected } of base.asked) {
      const said = await retrievalBot.answer([{ from: 'contact', text }], tools, { locale }, new AbortController().signal);
      if (label === 'outside') expect([text, said.kind]).toEqual([text, 'hand-over']);
      if (label === 'paraphrase' && said.kind === 'reply' && !said.choices) expect([text, said.sources[0]?.id]).toEqual([text, expected]);
    }
  }
});
