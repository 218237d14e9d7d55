import { expect, test } from 'vitest';
import type { Entry, Head } from '../../conversations/schema.ts';
import { completion, type Reading } from './completion.ts';
import { didItHelp, keptOpen } from './words.ts';

const reading: Reading = { serious: text => text.includes('投诉'), unhappy: text => text.includes('气死'), thanks: text => /^(谢谢|你好)$/.test(text) };
type Part = Partial<Entry> | string;
const source = [{ id: 'a', title: '发票' }];
const bot = (text: string, content: Entry['content'] = { sources: source }): Partial<Entry> => ({ actor: { kind: 'bot', id: 'retrieval' }, content: { text, ...content }, delivery: { state: 'sent', at: new Date(0) } });

/** What is judged of these words and deeds; a string is the customer's. */
function judged(parts: Part[], head: Partial<Head> = {}) {
  const entries = parts.map((part, i): Entry => ({
    id: String(i), conversationId: 'c', seq: i + 1, at: new Date(0), actor: { kind: 'contact', id: 'x' }, kind: 'message', changes: {}, effects: [], ...(typeof part === 'string' ? { content: { text: part } } : part),
  }));
  const last = (kinds: string[]) => entries.findLast(({ kind, actor }) => kind === 'message' && kinds.includes(actor.kind))?.seq ?? 0;
  const verdict = completion({ handler: 'bot', labels: [], lastContactSeq: last(['contact']), lastReplySeq: last(['bot', 'agent']), ...head }, entries, reading);
  return verdict.done ? `done: ${verdict.why}` : verdict.why;
}

test('an answer that was left, or thanked for, is the end', () => {
  expect(judged(['怎么开发票', bot('在订单页申请。')])).toBe('done: answered');
  expect(judged(['怎么开发票', bot('在订单页申请。'), '谢谢', bot('不客气！', {})])).toBe('done: thanked');
  expect(judged(['你好', bot('您好！', {}), '怎么开发票', bot('在订单页申请。')])).toBe('done: answered');
  // Our own question whether it helped, a person who looked, a label: nobody took part.
  expect(judged(['怎么开发票', bot('在订单页申请。'), { actor: { kind: 'system', id: 'closing' }, content: didItHelp('zh-CN') }, { kind: 'read', actor: { kind: 'agent', id: 'u' } }, { kind: 'labelled', actor: { kind: 'agent', id: 'u' } }])).toBe('done: answered');
});

test.each<[string, Part[], Partial<Head>?]>([
  ['people', ['怎么开发票', bot('在订单页申请。'), { actor: { kind: 'agent', id: 'u' }, content: { text: '您好' } }]],
  ['people', ['怎么开发票', bot('在订单页申请。'), { kind: 'note', actor: { kind: 'agent', id: 'u' }, content: { text: '看看' } }]],
  ['people', ['转人工', { kind: 'queued', actor: { kind: 'bot', id: 'retrieval' } }]],
  ['people', ['怎么开发票', bot('在订单页申请。')], { handler: 'queue' }],
  ['customer-last', ['怎么开发票', bot('在订单页申请。'), '那纸质的呢']],
  ['customer-last', ['怎么开发票', bot('在订单页申请。'), { kind: 'edited', about: 'x', content: { text: '怎么开纸质发票' } }]],
  ['no-answer', ['你好', bot('您好！', {})]],
  ['no-answer', ['在不在', bot('我在。', {})]],
  ['no-answer', ['你好', bot('您好！', {}), '谢谢', bot('不客气！', {})]],
  ['asked-back', ['发票', bot('您想问的是？', { choices: ['怎么开发票'] })]],
  ['asked-back', ['发票', bot('您要纸质的还是电子的？', { sources: source })]],
  ['asked-back', ['发票', bot('您想问的是？', { choices: ['怎么开发票'] }), '谢谢', bot('不客气！', {})]],
  ['undelivered', ['怎么开发票', { ...bot('在订单页申请。'), delivery: { state: 'failed', at: new Date(0) } }]],
  ['undelivered', ['怎么开发票', { ...bot('在订单页申请。'), delivery: { state: 'queued', at: new Date(0) } }]],
  ['serious', ['退款多久到账', bot('三天。')]],
  ['serious', ['你们多收了我 20 元', bot('三天。')]],
  ['serious', ['I was charged twice', bot('Three days.')]],
  ['serious', ['怎么投诉', bot('这样。')]],
  ['serious', ['怎么开发票', bot('在订单页申请。')], { labels: ['退款'] }],
  ['serious', ['怎么开发票', bot('在订单页申请。')], { labels: ['投诉升级'] }],
  ['mood', ['气死了，发票呢', bot('在订单页申请。')]],
  ['mood', ['怎么开发票', { kind: 'prioritised', actor: { kind: 'system', id: 'sentiment' } }, bot('在订单页申请。')]],
  ['rated-low', ['怎么开发票', bot('在订单页申请。'), { kind: 'reaction', about: 'm', emoji: '\u{1F44E}' }]],
  ['unreadable', ['怎么开发票', { content: { attachments: [{ id: 'f', name: 'a.png', type: 'image/png', size: 1 }] } }, bot('在订单页申请。')]],
  ['unreadable', ['領収書はどうやって', bot('在订单页申请。')]],
  ['unreadable', ['как получить счёт', bot('在订单页申请。')]],
])('in doubt it stays open: %s', (why, parts, head) => {
  expect(judged(parts, head)).toBe(why);
});

test('a dislike that was taken back counts no more', () => {
  const down = { kind: 'reaction', about: 'm', emoji: '\u{1F44E}' } as const;
  expect(judged(['怎么开发票', bot('在订单页申请。'), down, { ...down, emoji: '' }])).toBe('done: answered');
});

test('the note says why in both languages, with the model\'s words where it spoke', () => {
  expect(keptOpen('serious')).toEqual({ 'zh-CN': '客户没有再说话，会话未自动结束：涉及退款、投诉、费用或法律。', en: 'The customer fell silent; not closed by itself: it is about a refund, a complaint, money or the law.' });
  expect(keptOpen('model', '客户还在等快递')).toMatchObject({ 'zh-CN': expect.stringContaining('（客户还在等快递）') });
});
