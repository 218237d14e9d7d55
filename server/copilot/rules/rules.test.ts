import { expect, test } from 'vitest';
import type { Entry } from '../../conversations/schema.ts';
import type { Line } from '../schema.ts';
import { alike } from './alike.ts';
import { isCurrent, isOpen } from './current.ts';
import { distance, verdictOf } from './distance.ts';
import { addsNothing, sameFacts } from './facts.ts';
import { givenIn } from './given.ts';
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
  const at = (lastContactSeq: number, lastReplySeq: number) => ({ status: 'open' as const, lastContactSeq, lastReplySeq });
  expect(isOpen(at(4, 2))).toBe(true);
  expect(isOpen({ ...at(4, 2), status: 'resolved' })).toBe(false);
  expect(isCurrent(4, at(4, 2))).toBe(true);
  expect(isCurrent(4, at(5, 2))).toBe(false);
  expect(isCurrent(4, at(4, 5))).toBe(false);
  expect(isOpen(at(0, 0))).toBe(false);
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
  expect(summaryOf([])).toEqual({ asked: [], tried: [], promised: [], open: [], given: [] });
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
    { id: '1', agentId: 'u1', at: new Date('2026-11-20T15:00:00Z'), sources: [{ id: 'a', title: '退款' }] }, { id: '2', agentId: 'u2', at: new Date('2026-11-20T17:00:00Z'), sources: [{ id: 'a', title: '退款' }] },
    { id: '3', agentId: 'u2', at: new Date('2026-11-20T18:00:00Z'), sources: [{ id: 'b', title: '发票' }] }, { id: '4', agentId: 'u2', at: new Date('2026-11-20T18:30:00Z'), sources: [{ id: 'b', title: '发票' }] },
  ];
  const numbers = numbersOf(shown, [{ suggestionId: '1', act: 'accepted', distance: 0 }, { suggestionId: '2', act: 'edited', distance: 6 }, { suggestionId: '3', act: 'rejected' }], 'Asia/Shanghai');
  expect(numbers).toMatchObject({ shown: 4, accepted: 1, edited: 1, rejected: 1, rate: 2 / 3, distance: 3 });
  expect(numbers.days.map(({ day, shown: n }) => [day, n])).toEqual([['2026-11-20', 1], ['2026-11-21', 3]]);
  expect(numbers.topics.map(({ title, rate }) => [title, rate])).toEqual([['退款', 1], ['发票', 0]]);
  expect(numbers.agents.map(({ id, shown: n, rejected }) => [id, n, rejected])).toEqual([['u2', 3, 1], ['u1', 1, 0]]);
  expect(numbersOf([], [], 'UTC')).toMatchObject({ shown: 0, rate: null, distance: null });
});

test('a draft may lack facts, but add none', () => {
  expect(addsNothing('退款 3 天内到账，见 https://a.example/x', '退款')).toBe(true);
  expect(addsNothing('退款 3 天内到账', '退款 30 天')).toBe(false);
  expect(addsNothing('退款 3 天内到账', '见 https://evil.example')).toBe(false);
});

test('what the customer told is found by its kind, each once, and nothing of ours', () => {
  const given = givenIn([
    line(1, 'contact', '订单号：A2026-1107，11月20日付了 ￥1,299.00，电话 13800001111'), line(2, 'bot', '订单 999999 已发货'),
    line(3, 'contact', 'order number is 55120 and my mail is li@example.com, tracking SF1234567890'), line(4, 'contact', '还是订单 A2026-1107'),
  ]);
  expect(given.map(({ kind, value, seq }) => [kind, value, seq])).toEqual([
    ['amount', '¥1,299.00', 1], ['order', 'A2026-1107', 1], ['phone', '13800001111', 1], ['date', '11月20日', 1],
    ['mail', 'li@example.com', 3], ['order', '55120', 3], ['order', 'SF1234567890', 3],
  ]);
  expect(givenIn([line(1, 'contact', '你好，有 3 个问题')])).toEqual([]);
  expect(givenIn([line(1, 'contact', 'order '.repeat(3_000))])).toEqual([]);
});

test('replies kept ready are found by likeness, in both languages; what is like nothing finds nothing', () => {
  const kept = [
    { title: '发票申请', shortcut: 'fp', text: '您好，请在订单页点击申请发票，电子发票会发到您的邮箱。' }, { title: '退换货地址', shortcut: 'th', text: '您好，退货请寄到上海市仓库，运费到付。' },
    { title: 'Delivery time', shortcut: 'dt', text: 'Hello {{contact.name}}, parcels arrive within three days.' }, { title: '问候', shortcut: 'hi', text: '您好，很高兴为您服务。' },
  ];
  const found = (question: string) => alike(question, kept, 3).map(({ reply }) => reply.shortcut);
  expect(found('那发票怎么申请')[0]).toBe('fp');
  expect(found('我要退货，寄到哪里')[0]).toBe('th');
  expect(found('when are parcels delivered')[0]).toBe('dt');
  expect(found('火星上有水吗')).toEqual([]);
  expect(found('？')).toEqual([]);
});
