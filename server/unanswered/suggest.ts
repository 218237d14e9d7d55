/** Good replies of colleagues to what never came to the bot: proposed, and used only when somebody has read them. */
import { setImmediate as breathe } from 'node:timers/promises';
import { teach } from '../answers/teach.ts';
import type { Answer, AnswerInput } from '../answers/schema.ts';
import type { Entry, Locale } from '../conversations/schema.ts';
import type { Hub } from '../hub.ts';
import { Problem } from '../problem.ts';
import { alreadyMade } from './answer.ts';
import { ALIKE, likeness, reading } from './rules/clusters.ts';
import type { Reading } from './rules/clusters.ts';
import { spoken, STARS } from './rules/masked.ts';
import { isQuestionOfSubstance } from './rules/proposals.ts';
import { repliedTo } from './rules/signs.ts';

const compared = 2_000;
/** Customers are answered in between. */
const step = 100;
const looksBack = 40;
/** From here on the bot says it already. */
const KNOWN = 0.75;

type Known = { id: string; locale: Locale; question: Reading; answer: string };

/** Collects them. @param masks takes out of a text whose it is */
export function suggesting(hub: Hub) {
  const { suggestions } = hub.store.unanswered;
  let known: Known[] | undefined;
  const read = (id: string, { question, answer, locale }: { question: string; answer: string; locale: Locale }): Known => ({ id, locale, question: reading(question), answer });
  async function load(): Promise<Known[]> {
    const all: Known[] = [];
    for (const each of await suggestions.newest(compared)) if (all.push(read(each.id, each)) % step === 0) await breathe();
    return all;
  }
  async function sameAs(list: readonly Known[], locale: Locale, asks: Reading, says: Reading): Promise<Known | undefined> {
    for (const [at, each] of list.entries()) {
      if (at % step === step - 1) await breathe();
      if (each.locale === locale && likeness(each.question, asks) >= ALIKE && likeness(reading(each.answer), says) >= ALIKE) return each;
    }
    return undefined;
  }

  return async (entry: Entry, answer: string, { idle, masks, localeOf }: { idle(text: string): boolean; masks(text: string): string; localeOf(text: string): Locale }): Promise<void> => {
    // What speaks of one customer's own order is no answer for others.
    if (answer.includes(STARS) || await suggestions.knows(entry.conversationId, entry.seq)) return;
    const asked = repliedTo(await hub.store.conversations.readEntries(entry.conversationId, { before: entry.seq, limit: looksBack }), idle);
    const question = asked && spoken(masks(asked.slice(0, 2_000))).slice(0, 500);
    if (!question || !isQuestionOfSubstance(question)) return;
    const locale = localeOf(question);
    const [best] = await hub.knowledge.tools({ at: hub.now() }).search(question, locale);
    if (best && best.confidence >= KNOWN) return;
    known ??= await load();
    const [asks, says] = [reading(question), reading(answer)];
    const same = await sameAs(known, locale, asks, says);
    const source = { conversationId: entry.conversationId, seq: entry.seq };
    if (same) return suggestions.add(same.id, source, entry.at);
    const made = await suggestions.make({ question, answer, locale }, source, entry.at);
    known = [read(made.id, made), ...known.slice(0, compared - 1)];
  };
}

const none = () => new Problem('not-found', { 'zh-CN': '没有这条建议。', en: 'There is no such suggestion.' });
const decided = () => new Problem('conflict', { 'zh-CN': '已有人处理过这条建议。', en: 'Somebody has decided about it already.' });

/** It becomes an answer, as somebody worded it. Of two who do so at once one wins. */
export async function accept(hub: Hub, id: string, input: AnswerInput): Promise<Answer> {
  const { suggestions, claim, release } = hub.store.unanswered;
  if (!await suggestions.get(id)) throw none();
  if (!await claim(id, hub.now())) throw decided();
  try {
    if ((await suggestions.get(id))?.state !== 'pending') throw decided();
    // The answer first: after a crash it is still proposed, and the same words again are the same answer.
    const answer = await alreadyMade(hub, input) ?? (await teach(hub, [input]))[0];
    if (!answer) throw none();
    if (!await suggestions.decide(id, 'accepted', answer.id)) throw decided();
    return answer;
  } finally {
    await release(id);
  }
}

/** It is set aside; likes of it are not proposed again. */
export async function dismiss(hub: Hub, id: string): Promise<void> {
  if (!await hub.store.unanswered.suggestions.get(id)) throw none();
  if (!await hub.store.unanswered.suggestions.decide(id, 'dismissed')) throw decided();
}
