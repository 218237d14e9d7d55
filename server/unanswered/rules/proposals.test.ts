import { expect, test } from 'vitest';
import { proposals, substanceOf } from './proposals.ts';

test('courtesy and patience are no answers', () => {
  for (const text of ['您好', '***您好，请稍等。', '您好，请稍等', '我帮您查一下', '好的，请稍候。我这边查询一下', '我是客服小李。', '请问还有什么可以帮您？', 'Hello!', 'One moment please.', 'Let me check that for you.', 'This is Ada. How can I help?', '您的订单号是多少呢？', 'ok', '']) expect(substanceOf(text), text).toBeNull();
});

test('what is left of a reply is what it says', () => {
  expect(substanceOf('您好！请稍等。耳机没有声音时，请长按电源键十秒重置。')).toBe('耳机没有声音时，请长按电源键十秒重置。');
  expect(substanceOf('Hello, thanks for waiting.\nHold the power key for ten seconds, e.g. with a pen.')).toContain('Hold the power key for ten seconds, e.g. with a pen.');
});

test('replies that say the same are one proposal, the most said first', () => {
  const reply = (text: string, seq: number) => ({ text, seq, conversationId: 'c', at: new Date(seq) });
  const found = proposals([reply('这款耳机不支持电视，请用音频线连接', 1), reply('请长按电源键十秒重置耳机', 2), reply('长按电源键十秒重置耳机就好', 3)]);
  expect(found.map(({ count, seq }) => [count, seq])).toEqual([[2, 3], [1, 1]]);
});
