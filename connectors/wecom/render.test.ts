import { describe, expect, it } from 'vitest';
import { messageId, ourId } from './ids.ts';
import type { Content } from '../../server/conversations/schema.ts';
import { cut, formOf, messagesOf, partOf, pieces } from './render.ts';

const render = (content: Content) => messagesOf(content).map((each) => partOf(each));
const file = (name: string, type: string, size = 1_000) => ({ id: 'a'.repeat(24), name, type, size });

describe('render', () => {
  it('text, in pieces of 2048 bytes that lose no word', () => {
    expect(render({ text: '你好' })).toEqual([{ msgtype: 'text', text: { content: '你好' } }]);
    const long = Array.from({ length: 120 }, (_, index) => `第${index}句话，说了一些很长很长的内容。`).join('');
    const parts = pieces(long, 2_048);
    expect(parts.length).toBeGreaterThan(1);
    for (const part of parts) expect(Buffer.byteLength(part)).toBeLessThanOrEqual(2_048);
    expect(parts.join('')).toBe(long);
    expect(parts[0]).toMatch(/。$/);
    expect(pieces('\u{1F600}'.repeat(1_000), 2_048).join('')).toBe('\u{1F600}'.repeat(1_000));
    expect(Buffer.byteLength(cut('\u{1F600}'.repeat(1_000), 100))).toBeLessThanOrEqual(100);
  });

  it('choices become a menu; those that do not fit become numbered words', () => {
    expect(render({ text: '满意吗？', choices: ['满意', '不满意'] })).toEqual([{ msgtype: 'msgmenu', msgmenu: { head_content: '满意吗？', list: [{ type: 'click', click: { id: '1', content: '满意' } }, { type: 'click', click: { id: '2', content: '不满意' } }] } }]);
    expect(render({ text: '字'.repeat(500), choices: ['好'] }).map((part) => part?.msgtype)).toEqual(['text', 'msgmenu']);
    expect([partOf({ choices: ['a'] }, 'zh-CN'), partOf({ choices: ['a'] }, 'en')]).toMatchObject([{ msgmenu: { head_content: '请选择：' } }, { msgmenu: { head_content: 'Please choose:' } }]);
    expect(render({ choices: ['字'.repeat(50), 'b'] })).toEqual([{ msgtype: 'text', text: { content: `1. ${'字'.repeat(50)}\n2. b` } }]);
  });

  it('taken apart again, each message is one', () => {
    const picture = file('a.png', 'image/png');
    for (const whole of [
      { text: '字'.repeat(1_500), choices: ['好'], location: { latitude: 1, longitude: 2 }, attachments: [picture, file('b.pdf', 'application/pdf')], quote: { externalId: 'm', text: 'q' } },
      { text: 'x', link: { title: 't', url: 'https://example.test/' }, attachments: [picture, { ...picture, id: 'b'.repeat(24) }] }, { choices: ['字'.repeat(50)] },
    ]) {
      const messages = messagesOf(whole);
      expect(messages.map((each) => messagesOf(each))).toEqual(messages.map((each) => [each]));
    }
  });

  it('links, mini-programs and acquisition links; without what they need they are words', () => {
    expect(render({ link: { title: '说明书', url: 'https://example.test/m', description: '第 3 章' } })).toEqual([{ msgtype: 'link', link: { title: '说明书', desc: '第 3 章', url: 'https://example.test/m' }, thumb: undefined }]);
    const picture = file('a.png', 'image/png');
    expect(render({ link: { title: '说明书', url: 'https://example.test/m' }, attachments: [picture, file('b.pdf', 'application/pdf')] })).toMatchObject([{ msgtype: 'link', thumb: picture }, { msgtype: 'file' }]);
    expect(render({ link: { title: '选购', app: 'wx1', description: 'pages/a.html' } })).toMatchObject([{ msgtype: 'miniprogram', miniprogram: { appid: 'wx1', pagepath: 'pages/a.html' } }]);
    expect(render({ link: { title: 'x', url: 'https://work.weixin.qq.com/ca/abc' } })).toEqual([{ msgtype: 'ca_link', ca_link: { link_url: 'https://work.weixin.qq.com/ca/abc' } }]);
    expect(render({ link: { title: '选购', app: 'wx1' } })).toEqual([{ msgtype: 'text', text: { content: '选购' } }]);
  });

  it('files travel in the form WeCom knows, others as files', () => {
    expect([file('a', 'image/jpeg'), file('a', 'image/gif'), file('a', 'image/png', 11 * 1024 * 1024), file('a', 'audio/amr'), file('a', 'audio/ogg'), file('a', 'video/mp4'), file('a', 'video/webm'), file('a', 'application/pdf')].map(formOf)).toEqual(['image', 'file', 'file', 'voice', 'file', 'video', 'file', 'file']);
  });

  it('what cannot be carried becomes words', () => {
    expect(render({ html: '<p>Hello<br><b>you</b></p>', quote: { externalId: 'x', text: 'asked' }, sources: [{ id: 's', title: 'Handbook', url: 'https://h.test' }], cards: [{ name: 'Mei', phones: ['138'], emails: [] }] })).toEqual([
      { msgtype: 'text', text: { content: '「asked」\n- - - - - -\nHello\nyou\n\n- Handbook https://h.test\nMei 138' } },
    ]);
    expect(render({ text: 'x', attachments: [{ ...file('late.pdf', 'application/pdf'), awaited: { ref: 'r' } }] })).toEqual([{ msgtype: 'text', text: { content: 'x\n[late.pdf]' } }]);
    expect(render({})).toEqual([]);
  });

  it('ids are the same for a key, fit the platform, and lead back', () => {
    expect(messageId('key')).toMatch(/^[0-9a-zA-Z_-]{1,32}$/);
    expect(messageId('key')).toBe(messageId('key'));
    expect(messageId('key')).not.toBe(messageId('other'));
    expect(ourId(`${messageId('key')}_4`)).toBe(messageId('key'));
    expect(ourId('AZUS3nsFE5b48MhaA4NxaBg6gN_1')).toBe('AZUS3nsFE5b48MhaA4NxaBg6gN_1');
  });
});
