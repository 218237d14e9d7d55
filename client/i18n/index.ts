/** The two languages of the console: one switch; words come with the part of the console that says them. */
import { createI18n } from 'vue-i18n';

export const locales = [{ code: 'zh-CN', name: '简体中文' }, { code: 'en', name: 'English' }] as const;
export type LocaleCode = (typeof locales)[number]['code'];

/** Where the words of each part are: 'base' is the shell, the inbox and the settings. */
const parts = {
  base: { en: async () => (await import('./en.ts')).en, 'zh-CN': async () => (await import('./zh-CN.ts')).zhCN },
  operations: { en: async () => (await import('./operations/en.ts')).operationsEn, 'zh-CN': async () => (await import('./operations/zh-CN.ts')).operationsZhCN },
  bot: { en: async () => (await import('./bot/en.ts')).botEn, 'zh-CN': async () => (await import('./bot/zh-CN.ts')).botZhCN },
};
type Part = keyof typeof parts;

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

export const i18n = createI18n({ legacy: false, locale: firstLocale(), messages: { 'zh-CN': {}, en: {} } });

const spoken = new Set<Part>();
const loaded = new Set<string>();
let wanted = i18n.global.locale.value;

/** The words of a part, in the language of the page now and after each switch. Rejects when they cannot be fetched. */
export async function loadWords(part: Part): Promise<void> {
  spoken.add(part);
  await Promise.all([load(part, i18n.global.locale.value), load(part, wanted)]);
}

/** A lazily loaded part of the console, together with its words. */
export const withWords = <T>(part: Part, component: () => Promise<T>) => async (): Promise<T> => (await Promise.all([component(), loadWords(part)]))[0];

async function load(part: Part, code: LocaleCode): Promise<void> {
  if (loaded.has(`${part}/${code}`)) return;
  i18n.global.mergeLocaleMessage(code, await parts[part][code]());
  loaded.add(`${part}/${code}`);
}

/** Switches the language of the page, and remembers it in this browser. */
export async function setLocale(code: LocaleCode): Promise<void> {
  wanted = code;
  await Promise.all([...spoken].map((part) => load(part, code)));
  if (wanted !== code) return; // switched again meanwhile
  i18n.global.locale.value = code;
  document.documentElement.lang = code;
  try {
    localStorage.setItem(key, code);
  } catch {
    // Lasts until the page closes then.
  }
}

document.documentElement.lang = i18n.global.locale.value;
