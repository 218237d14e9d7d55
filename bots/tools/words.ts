/** What the bot says around a tool, in the customer's language. The results themselves are the hub's words. */
import type { Locale } from '../../server/conversations/schema.ts';
import { inTongue, type ToolInput, type Value } from '../../server/bot-tools/schema.ts';
import type { Action } from '../bot.ts';
import type { Known } from './slots.ts';

const shown = (input: ToolInput, value: Value, locale: Locale): string => {
  if (typeof value === 'boolean' || input.type === 'boolean') return String(value) === 'true' ? (locale === 'en' ? 'yes' : '是') : locale === 'en' ? 'no' : '否';
  const choice = input.choices?.find(each => each.value === value);
  return choice ? inTongue(choice.label, locale) : String(value);
};

/** "Order number: A1023", for the customer and for colleagues. */
export const listed = ({ inputs }: Pick<Action, 'inputs'>, known: Known, locale: Locale): string =>
  inputs.flatMap(input => { const value = known[input.name]; return value === undefined ? [] : [`${inTongue(input.label, locale)}${locale === 'en' ? ': ' : '：'}${shown(input, value, locale)}`]; }).join(locale === 'en' ? ', ' : '，');

/** The question for one input. */
export function question(input: ToolInput, locale: Locale): { text: string; choices?: string[] } {
  const label = inTongue(input.label, locale);
  const text = inTongue(input.ask, locale) || (locale === 'en' ? `What is your ${label}?` : `请问您的${label}是？`);
  const choices = input.type === 'choice' ? input.choices?.map(each => inTongue(each.label, locale).slice(0, 80)).slice(0, 10) : undefined;
  return { text, ...(choices ? { choices } : {}) };
}

/** Why the question comes again. */
export const wrong = (input: ToolInput, why: string, locale: Locale): string => (locale === 'en' ? `${inTongue(input.label, locale)} ${why}.` : `${inTongue(input.label, locale)}${why}。`);

export const again = (locale: Locale): string => (locale === 'en' ? 'Sorry, I did not get that. You can also say "cancel" or "human please".' : '抱歉，我没有看懂。您也可以说“取消”或“转人工”。');
export const nothingFound = (locale: Locale): string => (locale === 'en' ? 'I found nothing under that. Please check it.' : '没有查到相关信息，请核对一下。');
export const nothingThere = (locale: Locale): string => (locale === 'en' ? 'I found nothing for you there.' : '没有查到您的相关信息。');
export const dropped = (locale: Locale): string => (locale === 'en' ? 'All right, I leave it; nothing was changed. What else can I do for you?' : '好的，已取消，没有做任何更改。还有什么可以帮您？');

/** Shall I? With exactly what will be done. */
export function consent(action: Action, known: Known, locale: Locale): { text: string; choices: string[] } {
  const title = inTongue(action.title, locale);
  const facts = listed(action, known, locale);
  return locale === 'en'
    ? { text: `I can do this for you: ${title}${facts === '' ? '' : ` (${facts})`}. Shall I go ahead?`, choices: ['Yes, go ahead', 'No, leave it'] }
    : { text: `我可以为您办理：${title}${facts === '' ? '' : `（${facts}）`}。确认要办理吗？`, choices: ['好的，请办理', '不用了'] };
}

/** What cannot be taken back any more. */
export function sent(action: Action, locale: Locale): string {
  const title = inTongue(action.title, locale);
  return locale === 'en' ? `"${title}" was already sent and may have taken effect; I cannot take it back myself. A colleague will look at it now; one moment please.` : `“${title}”的请求已经发出，可能已经生效，我无法自行撤回。已请同事核实，请稍候。`;
}

/** How to prove who one is. */
export const proof = (locale: Locale): string => (locale === 'en'
  ? 'For this I must be sure who you are. Please sign in on our site or in our app and write to us from there, or say "human please": a colleague can send you a code.'
  : '为了您的信息安全，需要先确认您的身份。请在我们的网站或 App 登录后再来咨询，或回复“转人工”，由同事给您发送验证码。');

const REASONS = {
  failed: { 'zh-CN': '系统没有答复', en: 'the system behind it did not answer' },
  unknown: { 'zh-CN': '系统没有确认，可能已经办理，请先核实', en: 'the system did not confirm; it may have been done, so check first' },
  'too-many': { 'zh-CN': '一小时内查询次数过多', en: 'there were too many calls in an hour' },
  left: { 'zh-CN': '客户又说了别的，但请求已经发出，请先核实结果', en: 'the customer said something else, but it was sent already; look what came of it' },
  unsaid: { 'zh-CN': '多次询问，仍缺少信息', en: 'asked several times, and something is still missing' },
  'not-found': { 'zh-CN': '多次核对，仍未查到', en: 'nothing was found, several times' },
  proof: { 'zh-CN': '客户身份未验证', en: 'nothing proves who the customer is' },
} as const;

/** For the colleague who takes over. */
export function summary(action: Action, known: Known, why: keyof typeof REASONS, said: readonly string[], locale: Locale): string {
  const facts = listed(action, known, locale);
  const words = said.join(' ').replace(/\s+/g, ' ').slice(0, 200);
  return locale === 'en'
    ? `The customer wants: ${inTongue(action.title, locale)}${facts === '' ? '' : ` (${facts})`}. The bot could not: ${REASONS[why].en}.${words === '' ? '' : ` They said: "${words}".`}`
    : `客户要办：${inTongue(action.title, locale)}${facts === '' ? '' : `（${facts}）`}。机器人未能完成：${REASONS[why]['zh-CN']}。${words === '' ? '' : `客户说：“${words}”。`}`;
}
