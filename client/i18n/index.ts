/** The two languages of the console: typed messages, one switch. */
import { createI18n } from 'vue-i18n';
import { en, type Messages } from './en.ts';
import { zhCN } from './zh-CN.ts';

export const locales = [{ code: 'zh-CN', name: '简体中文' }, { code: 'en', name: 'English' }] as const;
export type LocaleCode = (typeof locales)[number]['code'];

const key = 'hubbub-locale';

function firstLocale(): LocaleCode {
  try {
    const stored = localStorage.getItem(key);
    if (stored === 'zh-CN' || stored === 'en') return stored;
  } catch {
    // Storage may be forbidden: the browser's language decides.
  }
  return navigator.language.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en';
}

export const i18n = createI18n<[Messages], LocaleCode, false>({
  legacy: false,
  locale: firstLocale(),
  fallbackLocale: 'en',
  messages: { 'zh-CN': zhCN, en },
});

/** Switches the language of the page at once and remembers it in this browser. */
export function setLocale(code: LocaleCode): void {
  i18n.global.locale.value = code;
  document.documentElement.lang = code;
  try {
    localStorage.setItem(key, code);
  } catch {
    // Lasts until the page closes then.
  }
}

document.documentElement.lang = i18n.global.locale.value;
