import type { HandOver, Locale } from '../conversations/schema.ts';

const words: Record<Locale, Record<'asked' | 'other', string>> = {
  'zh-CN': { asked: '好的，正在为您转接人工客服，请稍候。', other: '这个问题我没有把握回答，已为您转接人工客服，请稍候。' },
  en: { asked: 'Of course. I am passing you to a colleague; one moment please.', other: 'I cannot answer that with certainty, so I am passing you to a colleague; one moment please.' },
};

/** What the customer reads when the bot passes the conversation on. */
export const passingOn = (locale: Locale, reason: HandOver['reason']): string => words[locale][reason === 'asked' ? 'asked' : 'other'];
