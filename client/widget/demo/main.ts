/** The demo shop: a page like any site's, with the widget embedded as a site would do it. */
import { localeOf } from '../locale.ts';
import './demo.css';
import type {} from '../loader/start.ts';
import { words, type Word } from './words.ts';

const query = new URLSearchParams(location.search);
const channel = query.get('channel') ?? '';
let locale = localeOf(query.get('locale') ?? navigator.language);
let theme: 'light' | 'dark' = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';

const find = (selector: string): HTMLElement => {
  const found = document.querySelector<HTMLElement>(selector);
  if (!found) throw new Error(`${selector} is not on the page`);
  return found;
};
const isWord = (name: string | undefined): name is Word => name !== undefined && name in words.en;
const say = (name: string | undefined): string => (isWord(name) ? words[locale][name] : '');
/** Before the script has come this is a list that waits; afterwards it is the widget itself. */
const call = (...given: [string, ...unknown[]]): void => void (window.Hubbub ??= []).push(given);

function make(tag: string, className: string, text = ''): HTMLElement {
  const element = document.createElement(tag);
  element.className = className;
  element.textContent = text;
  return element;
}

function draw(): void {
  document.documentElement.lang = locale;
  document.documentElement.dataset['theme'] = theme;
  document.title = say('title');
  for (const element of document.querySelectorAll<HTMLElement>('[data-t]')) element.textContent = say(element.dataset['t']);
  for (const element of document.querySelectorAll<HTMLElement>('[data-label]')) element.ariaLabel = say(element.dataset['label']);
  find('#language').textContent = say('language');
  find('.goods').replaceChildren(...['notebook', 'brush', 'ink'].map((name) => {
    const card = make('article', name);
    card.append(make('div', 'picture'), make('h2', '', say(name)), make('p', 'note', say(`${name}Note`)), make('p', 'price', say(`${name}Price`)));
    return card;
  }));
  find('.questions').replaceChildren(...['q1', 'q2', 'q3'].map((name) => make('li', '', say(name))));
  find('#snippet').textContent = `<script>window.HubbubSettings = { channel: '${channel || 'ID'}' }</script>\n<script async src="${location.origin}/widget.js"></script>`;
}

draw();
find('#language').addEventListener('click', () => {
  locale = locale === 'en' ? 'zh-CN' : 'en';
  draw();
  call('setLocale', locale);
});
find('#theme').addEventListener('click', () => {
  theme = theme === 'dark' ? 'light' : 'dark';
  draw();
  call('setTheme', theme);
});
find('.ask').addEventListener('click', () => (channel ? call('open') : find('#embed').scrollIntoView()));

if (/^[\w-]+$/.test(channel)) {
  // The two lines of the snippet, written by a script because this page allows no inline ones.
  window.HubbubSettings = { channel, locale, theme };
  const script = document.createElement('script');
  script.src = '/widget.js';
  script.async = true;
  document.head.append(script);
} else find('#missing').hidden = false;
