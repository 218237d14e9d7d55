import { describe, expect, it } from 'vitest';
import type { CannedReply } from '../wire.ts';
import { fillVariables, matchCanned, mentionQuery, slashQuery } from './match-canned.ts';

const reply = (shortcut: string, title: string, text = '', locale?: 'zh-CN' | 'en'): CannedReply => ({ id: shortcut, shortcut, title, text, locale });

describe('slashQuery', () => {
  it('opens at the start, after a space and after Chinese punctuation', () => {
    expect(slashQuery('/he', 3)).toEqual({ query: 'he', from: 0 });
    expect(slashQuery('你好 /物流', 6)).toEqual({ query: '物流', from: 3 });
    expect(slashQuery('好的，/bye', 7)).toEqual({ query: 'bye', from: 3 });
  });
  it('stays closed inside words, addresses and paths', () => {
    for (const text of ['and/or', 'https://a.example', 'a/b/c', '1/2']) expect(slashQuery(text, text.length)).toBeNull();
    expect(slashQuery('/hello there', 12)).toBeNull();
  });
});

it('mentionQuery leaves e-mail addresses alone', () => {
  expect(mentionQuery('请看 @李', 5)).toEqual({ query: '李', from: 3 });
  expect(mentionQuery('li@example', 10)).toBeNull();
});

describe('matchCanned', () => {
  const replies = [reply('ship', '物流查询'), reply('hello', '问候'), reply('end', 'Shipping done', ''), reply('x', 'other', 'we ship tomorrow')];
  it('ranks shortcut before title before text', () => {
    expect(matchCanned(replies, 'ship', 'en').map((each) => each.shortcut)).toEqual(['ship', 'end', 'x']);
  });
  it('finds Chinese titles and shows all for nothing typed', () => {
    expect(matchCanned(replies, '物流', 'zh-CN').map((each) => each.shortcut)).toEqual(['ship']);
    expect(matchCanned(replies, '', 'en')).toHaveLength(4);
  });
  it("prefers the customer's language within a rank", () => {
    const both = [reply('hi-en', 'Hi', '', 'en'), reply('hi-zh', '您好', '', 'zh-CN')];
    expect(matchCanned(both, 'hi', 'zh-CN')[0]?.shortcut).toBe('hi-zh');
  });
});

it('fills known variables and leaves unknown ones visible', () => {
  expect(fillVariables('{{contact.name}}您好，我是{{ agent.name }} {{order.id}}', { 'contact.name': '王芳', 'agent.name': '陈晨' })).toBe('王芳您好，我是陈晨 {{order.id}}');
});
