import { expect, test } from 'vitest';
import type { Locale } from '../../server/conversations/schema.ts';
import type { Finding, Tools, Turn } from '../bot.ts';
import { ANSWER_FLOOR, burstOf, retrievalBot } from './retrieval.ts';

const finding = (id: string, question: string, confidence: number): Finding => ({ answerId: id, question, answer: `answer ${id}`, locale: 'en', confidence, url: `https://help.example/${id}` });

function tools(table: Record<string, Finding[]>): Tools & { asked: [string, Locale][] } {
  const asked: [string, Locale][] = [];
  return { asked, search: async (text, locale) => (asked.push([text, locale]), table[text] ?? []) };
}
const contact = (...texts: string[]): Turn[] => texts.map((text) => ({ from: 'contact', text }));
const bot = (text: string): Turn => ({ from: 'bot', text });
const ask = (turns: Turn[], table: Record<string, Finding[]> = {}, locale: Locale = 'en') => retrievalBot.answer(turns, tools(table), { locale }, new AbortController().signal);

test('a certain answer is given as it was written, with its source', async () => {
  expect(await ask(contact('refund?'), { 'refund?': [finding('a', 'How do I get a refund?', ANSWER_FLOOR)] })).toEqual({
    kind: 'reply', text: 'answer a', confidence: ANSWER_FLOOR, sources: [{ id: 'a', title: 'How do I get a refund?', url: 'https://help.example/a' }],
  });
});

test('an uncertain one is asked back, once, with at most three choices', async () => {
  const table = { money: [finding('a', 'Refund?', 0.6), finding('b', 'Prices?', 0.5), finding('c', 'Cards?', 0.3), finding('d', 'Vouchers?', 0.2)], 'more money': [finding('a', 'Refund?', 0.6)] };
  const first = await ask(contact('money'), table);
  expect(first).toMatchObject({ kind: 'reply', choices: ['Refund?', 'Prices?', 'Cards?'], sources: [] });
  if (first.kind !== 'reply') throw new Error('not a reply');
  const second = await ask([...contact('money'), bot(first.text), ...contact('more money')], table);
  expect(second).toMatchObject({ kind: 'hand-over', reason: 'low-confidence', tried: [{ answerId: 'a' }] });
  expect(second.kind === 'hand-over' && second.summary).toContain('Asked back once');
  expect(await ask([...contact('money'), bot(`${first.text}\n1. Refund?\n2. Prices?`), ...contact('2')], table)).toMatchObject({ kind: 'reply', text: 'answer b' });
  expect(await ask([...contact('money'), bot(first.text), ...contact('none of them')], table)).toMatchObject({ kind: 'hand-over' });
});

test('what is said after asking back is read together with the question', async () => {
  const first = await ask(contact('card'), { card: [finding('a', 'Lost card?', 0.5), finding('b', 'New card?', 0.5)] });
  if (first.kind !== 'reply') throw new Error('not a reply');
  expect(await ask([...contact('card'), bot(first.text), ...contact('lost')], { 'card lost': [finding('a', 'Lost card?', 0.9)] })).toMatchObject({ text: 'answer a' });
});

test('unknown is handed over, in the language of the customer', async () => {
  expect(await ask(contact('天气怎么样'), { 天气怎么样: [finding('a', '怎么样退款', 0.1)] })).toMatchObject({
    kind: 'hand-over', reason: 'low-confidence', summary: '客户说：“天气怎么样”。机器人没有把握的答案。查过：“怎么样退款”（10%）。', tried: [{ answerId: 'a', confidence: 0.1 }], skills: [],
  });
  expect(await ask(contact('weather?'), {}, 'zh-CN')).toMatchObject({ summary: 'The customer said: "weather?". The bot has no answer it can stand by. Nothing close in the knowledge.' });
});

test('a burst is one question; each message is tried alone; greetings are no part of it', async () => {
  const given = tools({ 'my order where': [finding('a', 'Where is my order?', 0.8)] });
  expect(await retrievalBot.answer(contact('hi', 'my order', 'where', 'thanks'), given, { locale: 'en' }, new AbortController().signal)).toMatchObject({ text: 'answer a' });
  expect(given.asked.map(([text]) => text)).toEqual(['my order where', 'my order', 'where']);
  const both = await ask(contact('q1', 'q2'), { q1: [finding('a', 'one', 0.9)], q2: [finding('b', 'two', 0.8)] });
  expect(both).toMatchObject({ text: 'answer a\n\nanswer b', confidence: 0.8, sources: [{ id: 'a' }, { id: 'b' }] });
  expect(burstOf([...contact('old'), bot('x'), ...contact('a', '  ', 'b')])).toEqual({ said: ['a', 'b'], before: ['old'], afterAskBack: false });
});

test('a person and matters for people come whatever is known; what was tried goes with them', async () => {
  const given = tools({ 退款: [finding('a', '怎么退款', 0.9), finding('b', '退款去哪了', 0.01)] });
  const asked = await retrievalBot.answer([...contact('退款'), bot('…'), ...contact('不行', '转人工')], given, { locale: 'en' }, new AbortController().signal);
  expect(asked).toMatchObject({ kind: 'hand-over', reason: 'asked', summary: '客户说：“退款”；“不行”；“转人工”。客户要求人工服务。' });
  expect(asked).toMatchObject({ tried: [{ answerId: 'a', question: '怎么退款', confidence: 0.9 }] });
  expect(given.asked.flat().some((text) => text.includes('转人工'))).toBe(false);
  const broken = { search: () => Promise.reject(new Error('away')) };
  expect(await retrievalBot.answer(contact('退款', '转人工'), broken, { locale: 'en' }, new AbortController().signal)).toMatchObject({ kind: 'hand-over', reason: 'asked', tried: [] });
  expect(await ask(contact('I will call my lawyer'))).toMatchObject({ kind: 'hand-over', reason: 'policy', priority: 3 });
});

test('greetings and thanks get a word; nothing said is for people', async () => {
  expect(await ask(contact('你好'))).toMatchObject({ kind: 'reply', text: expect.stringContaining('转人工') });
  expect(await ask(contact('Thanks!'))).toMatchObject({ kind: 'reply', text: expect.stringContaining('welcome') });
  for (const turns of [contact('  '), [], [bot('hello')]]) expect(await ask(turns)).toMatchObject({ kind: 'hand-over', reason: 'low-confidence' });
});

test('an answer that did not help twice is not said a third time', async () => {
  const table = { how: [finding('a', 'How?', 0.9)] };
  const turns = [...contact('how'), bot('answer a'), ...contact('how'), bot('answer a'), ...contact('how')];
  expect(await ask(turns, table)).toMatchObject({ kind: 'hand-over', summary: expect.stringContaining('still ask') });
});

test('it stops when told to', async () => {
  await expect(retrievalBot.answer(contact('x'), tools({}), { locale: 'en' }, AbortSignal.abort())).rejects.toThrow();
});
