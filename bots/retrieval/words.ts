/** What the bot says by itself, in the customer's language. Everything else it says somebody wrote as an answer. */
import type { Locale } from '../../server/conversations/schema.ts';
import type { Finding } from '../bot.ts';

const ASK_BACK = { 'zh-CN': '我不太确定您的意思，您想问的是下面哪一个？', en: 'I am not sure I understood. Which of these do you mean?' } as const;
const ASK_BACK_ONE = { 'zh-CN': '我不太确定您的意思，您想问的是这个吗？', en: 'I am not sure I understood. Do you mean this?' } as const;

// As a customer who writes traditional characters got them.
const TRADITIONAL = ['我不太確定您的意思，您想問的是下面哪一個？', '我不太確定您的意思，您想問的是這個嗎？'];

/** The question back, for one choice or several. */
export const askBack = (locale: Locale, choices: number): string => (choices === 1 ? ASK_BACK_ONE : ASK_BACK)[locale];

/** Whether a turn of ours was the question back; a channel may have put the choices below it. */
export const askedBack = (text: string): boolean => [...Object.values(ASK_BACK), ...Object.values(ASK_BACK_ONE), ...TRADITIONAL].some((asked) => text.startsWith(asked));

/** After a greeting. */
export const greeting = (locale: Locale): string =>
  locale === 'zh-CN' ? '您好！请问有什么可以帮您？您可以直接提问，也可以随时说“转人工”。' : 'Hello! How can I help? Ask me anything, or say "human please" at any time.';

/** After thanks. */
export const welcome = (locale: Locale): string => (locale === 'zh-CN' ? '不客气！还有问题随时告诉我。' : 'You are welcome! Ask again any time.');

const short = (text: string, most: number): string => ([...text].length > most ? `${[...text].slice(0, most - 1).join('')}…` : text);
const percent = (confidence: number): string => `${Math.round(confidence * 100)}%`;

/** Worth telling a person of: what came up by chance only costs them a look. */
export const isNear = ({ confidence }: Pick<Finding, 'confidence'>): boolean => confidence >= 0.05;

/** What the next person needs to know, so that nobody asks the customer again. */
export function summary(locale: Locale, why: 'asked' | 'low-confidence' | 'policy' | 'error' | 'promise' | 'forbidden', asked: string[], tried: Finding[], rounds: { askedBack: boolean; answered: boolean }): string {
  const zh = locale === 'zh-CN';
  const questions = asked.map((text) => short(text.replace(/\s+/g, ' ').trim(), 200)).filter((text) => text !== '').slice(-3);
  const best = tried.filter(isNear).slice(0, 3).map((finding) => (zh ? `“${short(finding.question, 60)}”（${percent(finding.confidence)}）` : `"${short(finding.question, 60)}" (${percent(finding.confidence)})`));
  const lines = zh
    ? [
        questions.length > 0 ? `客户说：${questions.map((text) => `“${text}”`).join('；')}。` : '客户没有写文字。',
        { asked: '客户要求人工服务。', 'low-confidence': '机器人没有把握的答案。', policy: '涉及投诉、法律或钱款纠纷，由人工处理。', error: '机器人出错，未能回答。', promise: '机器人的回答里有资料没有写的承诺（退款、赔偿、时限等），没有发出。', forbidden: '这个话题设定为由人工处理。' }[why],
        best.length > 0 ? `查过：${best.join('、')}。` : why === 'low-confidence' ? '知识库里没有相近的内容。' : '',
        rounds.askedBack ? '已反问过一次。' : '', rounds.answered ? '已给过答案，客户仍在问。' : '',
      ]
    : [
        questions.length > 0 ? `The customer said: ${questions.map((text) => `"${text}"`).join('; ')}.` : 'The customer wrote no text.',
        { asked: 'They asked for a person.', 'low-confidence': 'The bot has no answer it can stand by.', policy: 'A complaint, legal or money dispute: for people to decide.', error: 'The bot failed to answer.', promise: 'The bot was about to promise what no source says (money, a date, a guarantee); it was not sent.', forbidden: 'The topic is set to be left to people.' }[why],
        best.length > 0 ? `Considered: ${best.join(', ')}.` : why === 'low-confidence' ? 'Nothing close in the knowledge.' : '',
        rounds.askedBack ? 'Asked back once already.' : '', rounds.answered ? 'Answered once, and they still ask.' : '',
      ];
  return lines.filter((line) => line !== '').join(zh ? '' : ' ');
}
