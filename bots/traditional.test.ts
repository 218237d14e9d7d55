import { expect, test } from 'vitest';
import type { Tools, Turn } from './bot.ts';
import { retrievalBot } from './retrieval/retrieval.ts';
import { askBack, askedBack } from './retrieval/words.ts';
import { inTraditional, readsTraditional, writesTraditional } from './traditional.ts';

test.each([['請問退款要多久', true], ['怎麼退貨', true], ['请问退款要多久', false], ['怎么退货', false], ['你好', false], ['how do I pay', false], ['', false], ['這個订单', false]])('%s: %s', (text, traditional) =>
  expect(writesTraditional(text)).toBe(traditional));

test('a reply becomes traditional, its addresses stay', async () => {
  expect(await inTraditional({ kind: 'reply', text: '退款将在3天内退回，见 https://help.example/退款', confidence: 1, sources: [{ id: 'a', title: '怎么退款' }], choices: ['发票'] })).toEqual({
    kind: 'reply', text: '退款將在3天內退回，見 https://help.example/退款', confidence: 1, sources: [{ id: 'a', title: '怎麼退款' }], choices: ['發票'],
  });
});

test('who writes traditional characters is answered in them, who does not is not', async () => {
  const tools: Tools = { search: async () => [{ answerId: 'a', question: '怎么退货', answer: '请在订单页面申请退货。', locale: 'zh-CN', confidence: 0.9 }] };
  const ask = (text: string) => retrievalBot.answer([{ from: 'contact', text }], tools, { locale: 'zh-CN' }, new AbortController().signal);
  expect([await ask('怎麼退貨'), await ask('怎么退货')]).toMatchObject([{ text: '請在訂單頁面申請退貨。' }, { text: '请在订单页面申请退货。' }]);
});

test('what both write alike keeps the characters of the conversation; who changes them is followed', async () => {
  const reads = (...texts: string[]) => readsTraditional(texts.flatMap((text): Turn[] => [{ from: 'contact', text }, { from: 'bot', text: '请稍等' }]));
  expect([reads('請問退款要多久', '好的'), reads('請問退款要多久', '20231105'), reads('請問退款要多久', '👍'), reads('請問退款要多久', '请问发票'), reads('请问发票', '請問發票'), reads('好的'), reads()]).toEqual([true, true, true, false, true, false, false]);
});

test('asked back in traditional characters, it is still known that it was', async () => {
  for (const choices of [1, 2]) expect(askedBack((await inTraditional({ kind: 'reply', text: askBack('zh-CN', choices), confidence: 1, sources: [] })).text)).toBe(true);
});
