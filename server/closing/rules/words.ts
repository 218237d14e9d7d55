/** What is said about it: to our own people in both languages, to the customer in theirs. */
import type { Content, Locale, Words } from '../../conversations/schema.ts';
import type { Doubt } from '../schema.ts';

const doubts: Record<Doubt, Words> = {
  people: { 'zh-CN': '已有同事参与，或已转给人工', en: 'a person took part, or it was handed over' },
  'customer-last': { 'zh-CN': '最后一句是客户说的', en: 'the last word is the customer\'s' },
  'no-answer': { 'zh-CN': '机器人没有真正给出答案', en: 'the bot gave no real answer' },
  'asked-back': { 'zh-CN': '机器人的反问还没有得到回答', en: 'the bot asked back, and that is unanswered' },
  undelivered: { 'zh-CN': '答案未确认送达客户', en: 'the answer is not known to have reached the customer' },
  serious: { 'zh-CN': '涉及退款、投诉、费用或法律', en: 'it is about a refund, a complaint, money or the law' },
  mood: { 'zh-CN': '客户情绪不佳', en: 'the customer is unhappy' },
  'rated-low': { 'zh-CN': '客户对回答表示不满', en: 'the customer was displeased with the answer' },
  unreadable: { 'zh-CN': '客户发来了机器人读不懂的内容', en: 'the customer sent what cannot be read' },
  model: { 'zh-CN': '语言模型认为问题可能还没有解决', en: 'the language model thinks it may not be done' },
  'model-away': { 'zh-CN': '语言模型没有回应，无法确认', en: 'the language model did not answer, so nobody can tell' },
};

/** The note that stays in the timeline. @param said the model's own reason */
export function keptOpen(why: Doubt, said?: string): Words {
  const words = doubts[why];
  const in_ = (locale: Locale): string => (typeof words === 'string' ? words : words[locale]);
  return { 'zh-CN': `客户没有再说话，会话未自动结束：${in_('zh-CN')}${said ? `（${said}）` : ''}。`, en: `The customer fell silent; not closed by itself: ${in_('en')}${said ? ` (${said})` : ''}.` };
}

/** The question before the end, with answers that the bot understands as thanks, and as a wish for a person. */
export const didItHelp = (locale: Locale): Content => (locale === 'zh-CN'
  ? { text: '请问您的问题解决了吗？', choices: ['没事了，谢谢', '还没有，转人工'] }
  : { text: 'Did this answer your question?', choices: ['Perfect, thanks', 'No, I need a person'] });
