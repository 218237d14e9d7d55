import { expect, test } from 'vitest';
import type { Entry } from '../../conversations/schema.ts';
import type { Line } from '../schema.ts';
import { isCurrent, isOpen } from './current.ts';
import { distance, verdictOf } from './distance.ts';
import { sameFacts } from './facts.ts';
import { numbersOf } from './numbers.ts';
import { saidIn } from './said.ts';
import { summaryOf } from './summary.ts';

const line = (seq: number, by: Line['by'], text: string): Line => ({ seq, by, text });
const texts = (lines: Line[]) => lines.map(({ text }) => text);

test('the distance counts characters, not bytes, and white space once', () => {
  expect(distance('', '')).toBe(0);
  expect(distance('kitten', 'sitting')).toBe(3);
  expect(distance('退款在 3 个工作日内到账。', '退款在 5 个工作日内到账。')).toBe(1);
  expect(distance('一  行\n二行', '一 行 二行')).toBe(0);
  expect(distance('cafe\u0301', 'café')).toBe(0);
  expect(distance('abc', '')).toBe(3);
  expect(distance('𠮷野家', '吉野家')).toBe(1);
});

test('a novel is compared in bounded time', () => {
  const [a, b] = ['甲乙'.repeat(20_000), '丙丁戊'.repeat(20_000)];
  const start = performance.now();
  expect(distance(a, b)).toBeGreaterThan(20_000);
  expect(performance.now() - start).toBeLessThan(2_000);
});

test('sent as it was, changed, or the agent\'s own words', () => {
  expect(verdictOf('三个工作日内到账。', ' 三个工作日内到账。\n')).toEqual({ act: 'accepted', distance: 0, share: 0 });
  expect(verdictOf('三个工作日内到账。', '您好，三个工作日内到账。')).toMatchObject({ act: 'edited', distance: 3 });
  expect(verdictOf('三个工作日内到账。', 'Please call our office.')).toMatchObject({ act: 'rejected' });
});

test('advice is current until anybody says something', () => {
  expect(isOpen({ lastContactSeq: 4, lastReplySeq: 2 })).toBe(true);
  expect(isCurrent(4, { lastContactSeq: 4, lastReplySeq: 2 })).toBe(true);
  expect(isCurrent(4, { lastContactSeq: 5, lastReplySeq: 2 })).toBe(false);
  expect(isCurrent(4, { lastContactSeq: 4, lastReplySeq: 5 })).toBe(false);
  expect(isOpen({ lastContactSeq: 0, lastReplySeq: 0 })).toBe(false);
});

const entry = (seq: number, more: Partial<Entry>): Entry => ({ id: String(seq), conversationId: 'c', seq, at: new Date(0), actor: { kind: 'contact', id: 'x' }, kind: 'message', changes: {}, effects: [], ...more });

test('what was said: edits count, what was taken back, noted or never sent does not', () => {
  const said = saidIn([
    entry(1, { externalId: 'a', content: { text: 'wrong wrods' } }), entry(2, { externalId: 'b', content: { text: 'taken back' } }),
    entry(3, { kind: 'edited', about: 'a', content: { text: 'right words' } }), entry(4, { kind: 'recalled', about: 'b' }),
    entry(5, { kind: 'note', actor: { kind: 'agent', id: 'u' }, content: { text: 'a difficult customer' } }),
    entry(6, { actor: { kind: 'system', id: 'hand-over' }, content: { text: 'One moment please' } }),
    entry(7, { actor: { kind: 'agent', id: 'u' }, content: { text: 'never went out' }, delivery: { state: 'withdrawn', at: new Date(0) } }),
    entry(8, { actor: { kind: 'program', id: 'outside' }, content: { text: 'Hello' } }),
  ]);
  expect(said).toEqual([line(1, 'contact', 'right words'), line(8, 'agent', 'Hello')]);
});

test('a summary says only what was said: asked, tried, promised, open', () => {
  const summary = summaryOf([
    line(1, 'contact', '你好。我的订单 4711 退款多久到账？'), line(2, 'bot', '退款在 3 个工作日内原路退回。'),
    line(3, 'contact', '已经五天了'), line(4, 'agent', '抱歉让您久等。我今天下午五点前给您回复。'),
    line(5, 'contact', '好的，'), line(6, 'contact', '那发票呢？'), line(7, 'contact', '能不能一起寄'),
  ]);
  expect(texts(summary.asked)).toEqual(['我的订单 4711 退款多久到账？', '那发票呢？', '能不能一起寄']);
  expect(summary.tried.map(({ seq, by }) => [seq, by])).toEqual([[2, 'bot'], [4, 'agent']]);
  expect(texts(summary.promised)).toEqual(['我今天下午五点前给您回复。']);
  expect(texts(summary.open)).toEqual(['那发票呢？', '能不能一起寄']);
});

test('in English too; nothing is open once we answered', () => {
  const summary = summaryOf([line(1, 'contact', 'My parcel is lost. Where is it?'), line(2, 'agent', "Thanks for waiting. I'll get back to you by tomorrow noon. We are open daily.")]);
  expect(texts(summary.asked)).toEqual(['Where is it?']);
  expect(texts(summary.promised)).toEqual(["I'll get back to you by tomorrow noon."]);
  expect(summary.open).toEqual([]);
});

test('who only says what is wrong asks by that; an empty conversation is nothing', () => {
  expect(texts(summaryOf([line(1, 'contact', '杯子碎了')]).asked)).toEqual(['杯子碎了']);
  expect(summaryOf([])).toEqual({ asked: [], tried: [], promised: [], open: [] });
});

test('other words keep numbers, links and addresses', () => {
  expect(sameFacts('退款 3 天内到账，见 https://a.example/x', '您好！退款将在 3 天内到账（https://a.example/x）。')).toBe(true);
  expect(sameFacts('1,200 元', '1200 yuan')).toBe(true);
  expect(sameFacts('退款 3 天内到账', '退款 5 天内到账')).toBe(false);
  expect(sameFacts('电话 13800001111', '请打电话')).toBe(false);
  expect(sameFacts('退款很快到账', '退款 3 天内到账')).toBe(false);
  expect(sameFacts('见网站', '见 https://evil.example')).toBe(false);
});

test('numbers: the part that was sent and how far it was changed, by day of the zone and by answer', () => {
  const shown = [
    { id: '1', at: new Date('2026-11-20T15:00:00Z'), sources: [{ id: 'a', title: '退款' }] }, { id: '2', at: new Date('2026-11-20T17:00:00Z'), sources: [{ id: 'a', title: '退款' }] },
    { id: '3', at: new Date('2026-11-20T18:00:00Z'), sources: [{ id: 'b', title: '发票' }] }, { id: '4', at: new Date('2026-11-20T18:30:00Z'), sources: [{ id: 'b', title: '发票' }] },
  ];
  const numbers = numbersOf(shown, [{ suggestionId: '1', act: 'accepted', distance: 0 }, { suggestionId: '2', act: 'edited', distance: 6 }, { suggestionId: '3', act: 'rejected' }], 'Asia/Shanghai');
  expect(numbers).toMatchObject({ shown: 4, accepted: 1, edited: 1, rejected: 1, rate: 2 / 3, distance: 3 });
  expect(numbers.days.map(({ day, shown: n }) => [day, n])).toEqual([['2026-11-20', 1], ['2026-11-21', 3]]);
  expect(numbers.topics.map(({ title, rate }) => [title, rate])).toEqual([['退款', 1], ['发票', 0]]);
  expect(numbersOf([], [], 'UTC')).toMatchObject({ shown: 0, rate: null, distance: null });
});
