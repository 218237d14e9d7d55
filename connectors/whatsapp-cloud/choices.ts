/** Quick replies: the id of a button carries the whole choice, because its title is cut short. Pure. */
import type { Content, Locale } from '../../server/conversations/schema.ts';
import { lengths } from './manifest.ts';

const mark = 'choice:';
const ask: Record<Locale, string> = { 'zh-CN': '请选择', en: 'Please choose' };

/** What the customer chose, if it is one of our buttons. */
export function choiceOf(id: string): string | undefined {
  return id.startsWith(mark) ? id.slice(id.indexOf(':', mark.length) + 1).trim() || undefined : undefined;
}

const idOf = (choice: string, index: number): string => `${mark}${index}:${choice}`.slice(0, lengths.choiceId);
const cut = (text: string, most: number): string => ([...text].length <= most ? text : `${[...text].slice(0, most - 1).join('')}…`);

/** Titles of one message must differ, also when cut short. */
function titles(choices: string[], most: number): string[] {
  const taken = new Set<string>();
  return choices.map((choice, index) => {
    const short = cut(choice, most);
    const title = taken.has(short) ? cut(`${index + 1} ${choice}`, most) : short;
    taken.add(title);
    return title;
  });
}

/** Up to three short choices are buttons, up to ten a list; words of ours are in the customer's language. */
export function renderChoices(choices: NonNullable<Content['choices']>, text: string, locale: Locale): object {
  const body = { text: text.trim() || ask[locale] };
  const offered = choices.map((choice) => choice.trim()).filter(Boolean).slice(0, 10);
  if (offered.length <= 3 && offered.every((choice) => [...choice].length <= lengths.button)) {
    return { type: 'button', body, action: { buttons: titles(offered, lengths.button).map((title, index) => ({ type: 'reply', reply: { id: idOf(offered[index] ?? title, index), title } })) } };
  }
  const rows = titles(offered, lengths.row).map((title, index) => {
    const whole = offered[index] ?? title;
    return { id: idOf(whole, index), title, ...(title !== whole && { description: cut(whole, lengths.rowDescription) }) };
  });
  return { type: 'list', body, action: { button: cut(ask[locale], lengths.button), sections: [{ rows }] } };
}
