import { expect, test } from 'vitest';
import type { Entry } from '../../conversations/schema.ts';
import { mayTell, signOf } from './signs.ts';

let seq = 0;
const entry = (by: Entry['actor']['kind'], kind: Entry['kind'], more: Partial<Entry> = {}): Entry => ({ id: `e${++seq}`, conversationId: 'c', seq, at: new Date(seq), actor: { kind: by, id: 'x' }, kind, thread: { channelId: 'ch', key: 'k' }, changes: {}, effects: [], ...more });
const says = (text: string) => entry('contact', 'message', { content: { text } });
const bot = (text: string, more: Partial<NonNullable<Entry['content']>> = {}, externalId?: string) => entry('bot', 'message', { content: { text, ...more }, ...(externalId ? { externalId } : {}) });
const queued = (reason: string) => entry('bot', 'queued', { receipt: { bot: 'retrieval', reason } });
const idle = (text: string) => text === '你好';
const sources = [{ id: 'a', title: 'q' }];
const found = (before: Entry[], cause: Entry) => {
  const told = signOf(before, cause, idle);
  return told && [told.sign, told.asked.text];
};

test('a burst that the bot handed over is one question, named after its first message that asks', () => {
  const before = [says('你好'), says('耳机'), says('没有声音')];
  expect(found(before, queued('low-confidence'))).toEqual(['handed-over', '耳机 没有声音']);
  expect(signOf(before, queued('low-confidence'), idle)?.asked.id).toBe(before[1]?.id);
});

test('what it asked back about; who then only picks is handed over for the question before', () => {
  const asked = [says('能开票吗')];
  const back = bot('您是想问哪个？', { choices: ['怎么开发票', '发票抬头'] });
  expect(found(asked, back)).toEqual(['asked-back', '能开票吗']);
  expect(found([...asked, back, says('都不是')], queued('low-confidence'))).toEqual(['handed-over', '能开票吗']);
  expect(found([...asked, back, says('我要的是去年的纸质发票')], queued('low-confidence'))).toEqual(['handed-over', '我要的是去年的纸质发票']);
});

test('a person wanted after an answer speaks against the answer; wanted at once it does not', () => {
  expect(found([says('多久发货'), bot('两天', { sources }), says('转人工')], queued('asked'))).toEqual(['after-answer', '多久发货']);
  expect(found([says('转人工')], queued('asked'))).toBeNull();
  expect(found([says('多久发货'), bot('两天', { sources }), entry('agent', 'resolved'), says('转人工')], queued('asked'))).toBeNull();
  expect(found([says('我要投诉')], queued('policy'))).toBeNull();
});

test('a thumb down on an answer is a low rating of the question before it; a thumb up is not', () => {
  const before = [says('多久发货'), bot('两天', { sources }, 'm2'), says('嗯')];
  const down = entry('contact', 'reaction', { about: 'm2', emoji: '\u{1F44E}\u{1F3FB}' });
  expect(mayTell(down)).toBe(true);
  expect(found(before, down)).toEqual(['rated-low', '多久发货']);
  expect(mayTell(entry('contact', 'reaction', { about: 'm2', emoji: '\u{1F44D}' }))).toBe(false);
});

test('a file without a word, or nothing at all, is no question', () => {
  expect(found([entry('contact', 'message', { content: {} })], queued('low-confidence'))).toBeNull();
  expect(found([], queued('low-confidence'))).toBeNull();
});
