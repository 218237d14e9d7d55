/** Sentences people read about this channel, in both languages. */
import type { Words } from '../connector.ts';

/** One sentence, in each language. */
export const both = (zh: string, en: string): Words => ({ 'zh-CN': zh, en });

/** wechaty's number of a message kind -> our word and what stands in its place. */
export const kinds: Record<number, { name: string; zh: string; en: string }> = {
  0: { name: 'unknown', zh: '未知类型', en: 'unknown kind' },
  1: { name: 'attachment', zh: '文件', en: 'file' },
  2: { name: 'audio', zh: '语音', en: 'voice message' },
  3: { name: 'contact', zh: '名片', en: 'contact card' },
  4: { name: 'chat-history', zh: '聊天记录', en: 'chat history' },
  5: { name: 'emoticon', zh: '表情', en: 'sticker' },
  6: { name: 'image', zh: '图片', en: 'image' },
  7: { name: 'text', zh: '文字', en: 'text' },
  8: { name: 'location', zh: '位置', en: 'location' },
  9: { name: 'mini-program', zh: '小程序', en: 'mini-program' },
  10: { name: 'group-note', zh: '接龙', en: 'group note' },
  11: { name: 'transfer', zh: '转账', en: 'money transfer' },
  12: { name: 'red-envelope', zh: '红包', en: 'red packet' },
  13: { name: 'recalled', zh: '撤回', en: 'recalled message' },
  14: { name: 'url', zh: '链接', en: 'link' },
  15: { name: 'video', zh: '视频', en: 'video' },
  16: { name: 'post', zh: '动态', en: 'post' },
};
