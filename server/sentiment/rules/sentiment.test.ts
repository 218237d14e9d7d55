import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { classify, feelingOf, leaningOf } from './classify.ts';
import { likely, weighPieces } from './ngrams.ts';
import type { HeadMood } from '../../conversations/schema.ts';
import { escalation, trendOf } from './escalate.ts';
import { moodAfter, next } from './mood.ts';

const mood = (text: string) => classify(text).mood;

describe('one message', () => {
  test.each([
    ['满意', 'positive'], ['不满意', 'negative'], ['不是很满意', 'negative'], ['非常满意', 'positive'], ['不错', 'positive'], ['没有问题，很好', 'positive'], ['一点都不好吃', 'negative'], ['not good', 'negative'], ['not bad at all, impressed', 'positive'],
    ['有点慢', 'negative'], ['东西还是坏的', 'negative'], ['虽然便宜，但是质量差', 'negative'], ['it was slow but the support was amazing', 'positive'], ['呵呵，你们可真专业', 'negative'], ['thanks for nothing', 'negative'], ['oh great, it broke again', 'negative'],
    ['👍👍', 'positive'], ['😡', 'negative'], ['东西收到了 T_T', 'negative'], ['服務太差，爛透了', 'negative'], ['等了五天还没发货', 'negative'], ['屏幕太暗', 'negative'], ['谢谢太太', 'neutral'], ['很好吃，只是有点慢', 'positive'], ['味道不错，但是太差', 'negative'], ['WHY IS IT STILL BROKEN', 'negative'],
    ['', 'neutral'], ['你好', 'neutral'], ['好的，谢谢，知道了', 'neutral'], ['麻烦帮我查一下', 'neutral'], ['怎么取消订单？', 'neutral'], ['尺码偏大还是偏小', 'neutral'], ['how do I get a refund?', 'neutral'], ['A1023', 'neutral'], ['ok thanks', 'neutral'],
  ])('%s is %s', (text, expected) => expect(mood(text)).toBe(expected));
  test('strength, degrees and shouting show in the score', () => {
    const score = (text: string) => classify(text).score;
    expect(score('很差')).toBeLessThan(score('有点差'));
    expect(score('terrible!!!')).toBeLessThan(score('terrible'));
    expect(score('非常喜欢')).toBeGreaterThan(score('喜欢'));
  });
  test('abuse and threats are furious, a plain complaint is not', () => {
    expect(['你们是骗子，我要报警', 'This is a scam, my lawyer will call', '垃圾公司，气死我了，坑人'].map((text) => classify(text).furious)).toEqual([true, true, true]);
    expect(['怎么还没到', 'it is late', '请问投诉电话是多少', '律师函怎么写', 'thanks'].map((text) => classify(text).furious)).toEqual([false, false, false, false, false]);
  });
  test('weights calm an alarm and never raise one: what is bad, the words alone call bad', () => {
    const pieces = fc.constantFrom('怎么', '退款', '慢', '差', '不能', '好', '很', '还没到', '为什么', '失败', '客服', ' the ', ' order ', ' slow ', ' not ', ' great ', ' late ', '？', '！', '，');
    fc.assert(fc.property(fc.array(pieces, { maxLength: 12 }).map((some) => some.join('')), (text) => {
      weighPieces(text);
      expect(likely.negative + likely.positive).toBeLessThanOrEqual(1 + 1e-9);
      return classify(text).mood !== 'negative' || feelingOf(text) <= -0.75;
    }), { numRuns: 2_000 });
    expect([feelingOf('卡在审核三天'), Math.sign(leaningOf('卡在审核三天')), mood('卡在审核三天')]).toEqual([0, -1, 'neutral']);
  });
  test('any text has a score within bounds, a long one soon', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => Math.abs(classify(text).score) <= 1));
    for (const text of ['不'.repeat(100_000), 'not '.repeat(50_000), '但是'.repeat(50_000), '等了'.repeat(50_000), '!'.repeat(100_000), 'a'.repeat(100_000), '[怒]'.repeat(50_000)]) {
      const start = performance.now();
      classify(text);
      expect([text.slice(0, 4), performance.now() - start < 1_000]).toEqual([text.slice(0, 4), true]);
    }
  });
});

const said = (mood: 'negative' | 'neutral' | 'positive', score: number, furious = false) => ({ mood, score, furious });
const bad = said('negative', -0.5);
const mad = said('negative', -0.9, true);
const calm = said('neutral', 0);
const after = (...messages: (typeof bad)[]) => messages.reduce<HeadMood | null>((mood, message, i) => next(mood, message, i + 1), null);
const raised = (priority: number, ...messages: (typeof bad)[]) => escalation(messages.at(-1) ?? calm, after(...messages) ?? { bad: 0, furious: 0 }, priority);

test('three bad messages in a row or one furious one raise the priority; nothing lowers it', () => {
  expect(raised(1, bad, bad)).toBeUndefined();
  expect(raised(1, bad, bad, bad)).toEqual({ priority: 3, why: 'three-bad' });
  expect(raised(1, bad, calm, bad, bad)).toBeUndefined();
  expect(raised(1, bad, bad, bad, calm)).toBeUndefined();
  expect(raised(0, mad)).toEqual({ priority: 3, why: 'furious' });
  expect(raised(3, mad, mad)).toEqual({ priority: 4, why: 'furious' });
  expect(raised(3, bad, bad, bad)).toBeUndefined();
  expect(raised(0)).toBeUndefined();
});

test('a mood sinks with bad messages, fades with calm ones, raises its alarm once and begins anew with the next matter', () => {
  expect([after(calm), after(bad)?.score, after(bad, bad)?.score, after(bad, bad)?.direction, after(bad, calm)?.direction]).toEqual([null, -0.25, -0.37, 'falling', 'rising']);
  expect(after(bad, bad, bad, bad)?.alarmSeq).toBe(3);
  expect(after(mad, calm, mad)).toMatchObject({ alarmSeq: 1, furious: 2 });
  const head = { seq: 4, status: 'open' as const, handler: 'queue' as const };
  expect(moodAfter(head, { text: '你好' })).toBeUndefined();
  expect(moodAfter(head, { text: '你们是骗子' })).toMatchObject({ alarmSeq: 5 });
  expect(moodAfter({ ...head, mood: after(mad) }, { attachments: [] })).toEqual(after(mad));
  expect(moodAfter({ ...head, status: 'resolved', mood: after(mad) }, { text: '你好' })).toBeNull();
  expect(moodAfter(head, { text: '你们是骗子', email: { subject: '', from: '', to: [], cc: [], messageId: '', references: [], automatic: 'bulk' } })).toBeUndefined();
});

test('the trend is the newest most, and knows its direction', () => {
  const points = (...scores: number[]) => scores.map((score, i) => ({ seq: i + 1, at: new Date(i), score, mood: 'neutral' as const, furious: false, by: 'rules' as const }));
  expect([trendOf([]), trendOf(points(0.5)), trendOf(points(0.5, 0.2, -0.6, -0.8)), trendOf(points(-0.8, 0.6))].map(({ score, direction }) => [score < 0, direction])).toEqual([[false, 'steady'], [false, 'steady'], [true, 'falling'], [false, 'rising']]);
});
