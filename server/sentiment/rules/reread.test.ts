import { expect, test } from 'vitest';
import type { Entry } from '../../conversations/schema.ts';
import type { Mood } from '../schema.ts';
import { classify, isUnsure } from './classify.ts';
import { moodAfter } from './mood.ts';
import { isFelt, moodOf, readingOf, rereadings } from './reread.ts';

const said = (seq: number, text: string, changes: Entry['changes'] = { lastContactSeq: seq }): Entry => ({ id: String(seq), conversationId: 'c', seq, at: new Date(seq), actor: { kind: 'contact', id: 'p' }, kind: 'message', content: { text }, changes, effects: [] });
const anew = (about: number, mood: Mood): Pick<Entry, 'kind' | 'receipt'> => ({ kind: 'event', receipt: { rule: 'sentiment', by: 'model', model: 'm', about, mood, was: 'neutral' } });
const texts = ['怎么还没到，太慢了', '卡在审核三天', '东西还是坏的', '好的，谢谢', '服务太差，很失望'];
const entries = texts.map((text, i) => said(i + 1, text));

test('without another reading it is what each message made of it when it came', () => {
  let mood: ReturnType<typeof moodAfter> = null;
  entries.forEach(({ content, seq }) => { mood = moodAfter({ mood: mood ?? null, seq: seq - 1, status: 'open', handler: 'bot' }, content ?? {}) ?? mood; });
  expect(moodOf(entries, new Map())).toEqual(mood);
});

test('another reading counts where the message stands, whatever was said since', () => {
  const first = entries.slice(0, 3);
  expect(moodOf(first, new Map())).toMatchObject({ bad: 1 });
  expect(moodOf(first, rereadings([anew(2, 'negative')]))).toMatchObject({ bad: 3, alarmSeq: 3 });
  expect(moodOf(first, rereadings([anew(1, 'neutral'), anew(3, 'neutral')]))).toBeNull();
  // The later of two.
  expect(rereadings([anew(2, 'negative'), anew(2, 'positive')]).get(2)).toBe('positive');
  expect(rereadings([{ kind: 'message', receipt: anew(2, 'negative').receipt }, { kind: 'event', receipt: { rule: 'sentiment', about: 2, mood: 'negative' } }]).size).toBe(0);
});

test('a point says who read it; what is furious stays so', () => {
  expect(readingOf(said(1, '卡在审核三天'), new Map())).toMatchObject({ mood: 'neutral', by: 'rules' });
  expect(readingOf(said(1, '卡在审核三天'), new Map([[1, 'negative']]))).toMatchObject({ mood: 'negative', by: 'model', score: -0.5 });
  expect(readingOf(said(1, '你们是骗子，我要报警'), new Map([[1, 'positive']]))).toMatchObject({ mood: 'negative', furious: true });
});

test('what woke nobody moves nothing', () => {
  expect([said(1, '太差了', {}), { ...said(1, '太差了'), actor: { kind: 'agent' as const, id: 'a' } }, said(1, '')].map(isFelt)).toEqual([false, false, false]);
});

test('asked about is what hangs by a word, not what is plain or furious', () => {
  expect(['客服态度真是一言难尽', '卡在审核三天', '呵呵', '还没发货', '又是机器人，能不能好好回答'].filter((text) => !isUnsure(text))).toEqual([]);
  expect(['你好', '请问几点下班', '发票可以开专票吗', '怎么还没到，太慢了', '你们是骗子，我要报警', '非常满意，谢谢', '', 'A1023'].filter(isUnsure)).toEqual([]);
  expect(classify('呵呵').mood).toBe('negative');
});
