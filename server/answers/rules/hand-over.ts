/** A hand-over always says why, and what is known. A bot may be anybody's: what it says is looked at. */
import { HandOver, type Locale } from '../../conversations/schema.ts';

const longestSummary = 4_000;
const mostTried = 10;
const quoted = 200;

const words = {
  'zh-CN': { broken: '机器人处理这条消息时多次出错，未能回答。', slow: '机器人没有及时给出回答。', looped: '机器人短时间内在此会话中回答过多，对方可能也是机器。', silent: '机器人转来此会话，但没有说明情况，请查看以上消息。' },
  en: { broken: 'The bot failed several times on this message.', slow: 'The bot took too long.', looped: 'The bot answered this conversation too often in a short time; it may be talking to a machine.', silent: 'The bot passed this on without saying what it knows; see the messages above.' },
} as const;

type Stated = { kind: 'hand-over' } & HandOver;

/** What is handed over when there is no word of the bot: it failed, was too slow, or talks to a machine. */
export function inTrouble(trouble: 'broken' | 'slow' | 'looped', locale: Locale, asked: string[]): Stated {
  const told = asked.map(text => [...text.replace(/\s+/g, ' ').trim()].slice(0, quoted).join('')).slice(-3);
  const said = told.length === 0 ? '' : locale === 'zh-CN' ? `客户说：${told.map(text => `“${text}”`).join('；')}。` : `The customer said: ${told.map(text => `"${text}"`).join('; ')}. `;
  return { kind: 'hand-over', reason: trouble === 'looped' ? 'policy' : 'error', summary: `${said}${words[locale][trouble]}`, tried: [], skills: [] };
}

/** As it is stored: what a bot left out or got wrong is put right, for the customer goes to people whatever the bot wrote. */
export function stated(facts: HandOver, locale: Locale): HandOver {
  const summary = typeof facts.summary === 'string' && facts.summary.trim() ? facts.summary.trim().slice(0, longestSummary) : words[locale].silent;
  const whole = HandOver.safeParse({ ...facts, summary, tried: Array.isArray(facts.tried) ? facts.tried.slice(0, mostTried) : [] });
  if (whole.success) return whole.data;
  const reason = HandOver.shape.reason.safeParse(facts.reason);
  return { reason: reason.success ? reason.data : 'error', summary, tried: [], skills: [] };
}
