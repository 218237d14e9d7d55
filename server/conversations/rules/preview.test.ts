import { expect, it } from 'vitest';
import type { Content } from '../schema.ts';
import { previewOf, withoutPlaceholder } from './preview.ts';

const file = { id: 'a'.repeat(24), name: 'report.pdf', type: 'application/pdf', size: 1 };

it.each<[Content, string, string]>([
  [{ text: ' two\nlines ' }, 'two lines', 'two lines'],
  [{ unreadable: { reason: 'why', kind: 'hologram' } }, '[不支持的消息：hologram]', '[unsupported message: hologram]'],
  [{ unreadable: { reason: 'why' } }, '[不支持的消息]', '[unsupported message]'],
  [{ attachments: [{ ...file, role: 'voice' }] }, '[语音]', '[voice message]'],
  [{ attachments: [file] }, '[report.pdf]', '[report.pdf]'],
  [{ cards: [{ name: '张三', phones: [], emails: [] }] }, '[名片 张三]', '[contact card 张三]'],
  [{ location: { latitude: 1, longitude: 2 } }, '[位置]', '[location]'],
  [{}, '', ''],
])('%j reads in lists as %s and %s', (content, zh, en) => {
  expect([previewOf(content, 'zh-CN'), previewOf(content, 'en')]).toEqual([zh, en]);
});

it('never grows beyond a line', () => {
  expect(previewOf({ text: '好'.repeat(500) }, 'zh-CN')).toHaveLength(120);
  expect(previewOf({ attachments: [{ ...file, name: 'x'.repeat(255) }] }, 'en')).toHaveLength(120);
});

it('takes away words that only stand in place of a message, and no others', () => {
  const unreadable = { reason: 'why', kind: 'x' };
  for (const text of ['[不支持的消息：x]', '[unsupported message: x]', '[不支持的消息：x] / [unsupported message: x]']) expect(withoutPlaceholder({ text, unreadable })).toEqual({ unreadable });
  for (const text of ['[unsupported message: x]\nwith a caption', 'words']) expect(withoutPlaceholder({ text, unreadable }).text).toBe(text);
  expect(withoutPlaceholder({ text: '[unsupported message: x]' }).text).toBe('[unsupported message: x]');
});
