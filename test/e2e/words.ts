/** What stands on the screens, so that a story reads the same in both languages. */
import { botEn } from '../../client/i18n/bot/en.ts';
import { botZhCN } from '../../client/i18n/bot/zh-CN.ts';
import { en } from '../../client/i18n/en.ts';
import { zhCN } from '../../client/i18n/zh-CN.ts';
import { messages } from '../../client/widget/messages.ts';

export { fill } from '../../client/widget/locale.ts';

/** Of the console and of the widget, by language. */
export const words = { 'zh-CN': { desk: { ...zhCN, ...botZhCN }, chat: messages['zh-CN'] }, en: { desk: { ...en, ...botEn }, chat: messages.en } };

/** Finds a text whose values are not known: `{name} is here` matches any name. */
export const pattern = (text: string): RegExp => new RegExp(text.split(/\{\w+\}/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('.+'));
