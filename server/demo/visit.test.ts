import { expect, test } from 'vitest';
import { retrievalBot } from '../../bots/retrieval/retrieval.ts';
import { answerIndex } from '../answers/search.ts';
import { Locale } from '../conversations/schema.ts';
import { answersEn } from './content/answers-en.ts';
import { answersZh } from './content/answers-zh.ts';
import { scripts } from './content/scripts.ts';
import { nextLine } from './visit.ts';

const script = { lines: ['a', 'b'], person: 'human', toPeople: ['c', 'd'], thanks: 'thanks' };
const arrived = (): Parameters<typeof nextLine>[0] => ({ script, next: 0, toPeople: 0, asked: false, thanked: false, heard: 'bot', said: 0 });

test('asks the bot line by line, then for a person, talks to the person, thanks and leaves', () => {
  const customer = arrived();
  expect([nextLine(customer), nextLine(customer), nextLine(customer)]).toEqual(['a', 'b', 'human']);
  customer.heard = 'agent';
  expect([nextLine(customer), nextLine(customer), nextLine(customer), nextLine(customer)]).toEqual(['c', 'd', 'thanks', null]);
  expect(customer.said).toBe(7);
});

test('one who needs nobody thanks the bot; one who waited too long just leaves', () => {
  const happy = { ...arrived(), script: { ...script, person: undefined, toPeople: [] } };
  expect([nextLine(happy), nextLine(happy), nextLine(happy), nextLine(happy)]).toEqual(['a', 'b', 'thanks', null]);
  expect(nextLine({ ...arrived(), heard: 'nothing' })).toBeNull();
});

test('both languages have customers who need nobody and customers who want a person', () => {
  for (const list of Object.values(scripts)) {
    expect(list.some(one => !one.person && !one.toPeople.length)).toBe(true);
    expect(list.some(one => one.person && one.toPeople.length > 0)).toBe(true);
  }
});

test('the bot answers everything asked by customers who need nobody, and passes on who asks for a person', async () => {
  const index = answerIndex();
  for (const [locale, known] of [['zh-CN', answersZh], ['en', answersEn]] as const) for (const { key, ...answer } of known) index.add({ ...answer, id: `${locale}/${key}`, locale });
  index.settle();
  const ask = (text: string, locale: Locale) => retrievalBot.answer([{ from: 'contact', text }], { search: (words, language) => Promise.resolve(index.search(words, language)) }, { locale }, new AbortController().signal);
  for (const locale of Locale.options) {
    for (const script of scripts[locale]) {
      if (script.person !== undefined) expect(await ask(script.person, locale), script.person).toMatchObject({ kind: 'hand-over', reason: 'asked' });
      if (script.toPeople.length === 0) for (const line of script.lines) expect(await ask(line, locale), line).toMatchObject({ kind: 'reply', sources: [{ title: line }] });
    }
  }
});
