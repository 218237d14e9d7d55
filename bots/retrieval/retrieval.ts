/** The default bot: no key, no network. It says what somebody wrote as an answer, asks back once, or hands over. */
import type { Conduct } from '../../server/bot-conduct/schema.ts';
import type { Locale } from '../../server/conversations/schema.ts';
import type { Action, Bot, BotHandOver, Context, Finding, Reply, Tools, Turn } from '../bot.ts';
import { forbiddenTopic } from '../guard/conduct.ts';
import { localeOf } from '../locale.ts';
import { askAgain, begin, besides, goOn, standing, waits, type Round } from '../tools/flow.ts';
import { inTraditional, readsTraditional } from '../traditional.ts';
import { asksForHuman, chosen, isGreeting, isThanks, needsPeople } from './signals.ts';
import { askBack, askedBack, greeting, isNear, summary, welcome } from './words.ts';

/**
 * From this confidence on the bot answers: nineteen of twenty answers are to be right, questions that nothing covers
 * counted too (test/bench/faq/README.md). On the labelled questions it answers a fifth to a third of the paraphrases
 * outright, asks back about most of the others, and answers next to none of the questions made to look like one it knows.
 */
export const ANSWER_FLOOR = 0.75;
/** From here to the answer floor it asks which question was meant; below, it hands over. */
export const ASK_FLOOR = 0.35;
/** A question less likely than this is not offered as a choice. */
const CHOICE_FLOOR = 0.12;
const CHOICES = 3;
const CHOICE_LENGTH = 80;
const BURST = 6;
const READ = 8_000;
/** Said twice, the same answer has not helped. */
const REPEATS = 2;
/** Complaints wait less than questions; 4 is left to people. */
const POLICY_PRIORITY = 3;

/** What is said since we last spoke, what was said before, and whether we had asked back. */
export type Burst = { said: string[]; before: string[]; afterAskBack: boolean };

/** The customer's last messages as one: people send one question in five short ones. */
export function burstOf(turns: Turn[]): Burst {
  let start = turns.length;
  while (start > 0 && turns[start - 1]?.from === 'contact') start--;
  const ours = turns[start - 1];
  let earlier = start;
  while (earlier > 0 && turns[earlier - 1]?.from !== 'contact') earlier--;
  let from = earlier;
  while (from > 0 && turns[from - 1]?.from === 'contact') from--;
  const texts = (list: Turn[]): string[] => list.map((turn) => turn.text.slice(0, READ).trim()).filter((text) => text !== '');
  return {
    said: texts(turns.slice(start)).slice(-BURST),
    before: texts(turns.slice(from, earlier)).slice(-BURST),
    afterAskBack: ours?.from === 'bot' && askedBack(ours.text),
  };
}

/** A typed hand-over with what is known. */
export function handOver(reason: BotHandOver['reason'], text: string, found: Finding[]): BotHandOver {
  return {
    kind: 'hand-over', reason, summary: text, skills: [],
    tried: found.filter(isNear).slice(0, 5).map(({ question, answerId, confidence }) => ({ question, answerId, confidence })),
    ...(reason === 'policy' ? { priority: POLICY_PRIORITY } : {}),
  };
}

/** What needs no search: a person asked for, a matter for people, a topic an admin left to them, a greeting, thanks, nothing said. */
export function withoutSearch(burst: Burst, locale: Locale, conduct?: Conduct): Reply | BotHandOver | undefined {
  const { said, before } = burst;
  const rounds = { askedBack: burst.afterAskBack, answered: false };
  if (said.some(asksForHuman)) return handOver('asked', summary(locale, 'asked', [...before, ...said], [], rounds), []);
  if (said.some(needsPeople)) return handOver('policy', summary(locale, 'policy', said, [], rounds), []);
  if (conduct && forbiddenTopic(said.join('\n'), conduct.forbidden) !== undefined) return { ...handOver('low-confidence', summary(locale, 'forbidden', said, [], rounds), []), reason: 'policy' };
  if (said.length === 0) return handOver('low-confidence', summary(locale, 'low-confidence', said, [], rounds), []);
  if (said.every(isGreeting)) return { kind: 'reply', text: greeting(locale), confidence: 1, sources: [] };
  if (said.every((text) => isThanks(text) || isGreeting(text))) return { kind: 'reply', text: welcome(locale), confidence: 1, sources: [] };
  return undefined;
}

type Search = (text: string) => Promise<Finding[]>;

/** The burst as one question and each message alone; every answer once, with the best confidence it got. */
export async function findAll(said: string[], context: string[], search: Search): Promise<{ found: Finding[]; certain: Finding[] }> {
  const questions = said.filter((text) => !isGreeting(text) && !isThanks(text));
  const joined = questions.join(' ');
  const asks = [...new Set([joined, ...questions, ...(context.length > 0 ? [[...context, joined].join(' ')] : [])])].filter((text) => text !== '');
  const best = new Map<string, Finding>();
  const certain = new Map<string, Finding>();
  for (const text of asks) {
    const found = await search(text);
    for (const finding of found) if (finding.confidence > (best.get(finding.answerId)?.confidence ?? -1)) best.set(finding.answerId, finding);
    const [top] = found;
    // Two questions in one burst get both answers.
    if (top && top.confidence >= ANSWER_FLOOR && ![...certain.values()].some((other) => other.answer === top.answer)) certain.set(top.answerId, top);
  }
  return { found: [...best.values()].toSorted((a, b) => b.confidence - a.confidence), certain: [...certain.values()].slice(0, CHOICES) };
}

const choiceOf = (finding: Finding): string => (finding.question.length > CHOICE_LENGTH ? `${finding.question.slice(0, CHOICE_LENGTH - 1)}…` : finding.question);
const choicesOf = (found: Finding[]): Finding[] => found.filter((finding, i) => i === 0 || finding.confidence >= CHOICE_FLOOR).slice(0, CHOICES);

/** An answer as somebody wrote it, with its source. */
export function quote(certain: Finding[]): Reply {
  return {
    kind: 'reply', text: certain.map((finding) => finding.answer).join('\n\n'), confidence: Math.min(...certain.map((finding) => finding.confidence)),
    sources: certain.map(({ answerId, question, url }) => ({ id: answerId, title: question, ...(url === undefined ? {} : { url }) })),
  };
}

/** What the knowledge has on all that was asked, for the person who takes over. A search that fails keeps nobody from people. */
async function triedFor(turns: Turn[], search: Search): Promise<BotHandOver['tried']> {
  const asked = turns.filter(({ from, text }) => from === 'contact' && !asksForHuman(text)).map(({ text }) => text.slice(0, READ)).slice(-BURST);
  const { found } = await findAll(asked, [], search).catch(() => ({ found: [] }));
  return handOver('asked', '', found.filter(({ confidence }) => confidence >= CHOICE_FLOOR)).tried;
}

/** From this likeness on a tool is begun; and never when the knowledge fits clearly better. */
const TOOL_FLOOR = 0.75;
const TOOL_MARGIN = 0.1;

async function wanted(said: string[], { actions, wanted: find }: Tools, locale: Locale, known: number): Promise<Action | undefined> {
  if (!actions?.length || !find) return undefined;
  const asks = [...new Set([said.join(' '), ...said])];
  const best = (await Promise.all(asks.map((text) => find(text, localeOf(text, locale))))).flat().toSorted((a, b) => b.confidence - a.confidence)[0];
  return best && best.confidence >= Math.max(TOOL_FLOOR, known - TOOL_MARGIN) ? actions.find(({ name }) => name === best.name) : undefined;
}

/** A look-up that failed: what can be said without is said; else people. What may have changed something is for people. */
const settled = (out: Reply | BotHandOver, reply: Reply | undefined): Reply | BotHandOver => (out.kind === 'hand-over' && out.reason === 'error' && reply ? reply : out);

/** Goes on with a tool whose question the customer answered. */
export async function continued(round: Round, search: Search): Promise<Reply | BotHandOver | undefined> {
  const out = await goOn(round);
  if (out?.kind !== 'hand-over' || out.reason !== 'error') return out;
  const { certain } = await findAll(round.turns.filter(({ from }) => from === 'contact').map(({ text }) => text.slice(0, READ)).slice(0, 1), [], search).catch(() => ({ certain: [] }));
  const action = round.tools.actions?.find(({ name }) => name === out.tool?.tool);
  return action?.effect === 'read' && certain.length > 0 ? settled(out, quote(certain)) : out;
}

async function answer(turns: Turn[], tools: Tools, context: Context, stopping: AbortSignal): Promise<Reply | BotHandOver> {
  stopping.throwIfAborted();
  const burst = burstOf(turns);
  const locale = localeOf(burst.said.join(' '), localeOf(burst.before.join(' '), context.locale));
  const search: Search = async (text) => {
    stopping.throwIfAborted();
    return tools.search(text, localeOf(text, locale));
  };
  const quick = withoutSearch(burst, locale, context.conduct);
  if (quick?.kind === 'hand-over') return { ...quick, tried: await triedFor(turns, search) };
  const round: Round = { turns, said: burst.said, tools, locale, stopping, today: new Date() };
  const going = await continued(round, search);
  if (going) return going;
  if (quick) return quick;
  const rounds = { askedBack: burst.afterAskBack, answered: false };
  const place = burst.afterAskBack ? chosen(burst.said.join(' ')) : undefined;
  if (place !== undefined) {
    const offered = choicesOf((await findAll(burst.before, [], search)).found);
    const picked = offered[place];
    if (picked) return quote([{ ...picked, confidence: 1 }]);
    return handOver('low-confidence', summary(locale, 'low-confidence', [...burst.before, ...burst.said], offered, rounds), offered);
  }
  const { found, certain } = await findAll(burst.said, burst.afterAskBack ? burst.before : [], search);
  const reply = certain.length > 0 ? quote(certain) : undefined;
  const action = await wanted(burst.said, tools, locale, found[0]?.confidence ?? 0);
  if (action) return settled(await begin(round, action), action.effect === 'read' ? reply : undefined);
  const state = standing(turns);
  const open = waits(state) ? state : undefined;
  if (open) return (reply ? besides(round, open, reply) : askAgain(round, open)) ?? handOver('low-confidence', summary(locale, 'low-confidence', burst.said, found, rounds), found);
  rounds.answered = reply !== undefined && turns.filter((turn) => turn.from === 'bot' && turn.text === reply.text).length >= REPEATS;
  if (reply && !rounds.answered) return reply;
  const [top] = found;
  if (!rounds.answered && !burst.afterAskBack && top && top.confidence >= ASK_FLOOR) {
    const choices = choicesOf(found);
    return { kind: 'reply', text: askBack(locale, choices.length), confidence: top.confidence, sources: [], choices: choices.map(choiceOf) };
  }
  return handOver('low-confidence', summary(locale, 'low-confidence', [...(burst.afterAskBack ? burst.before : []), ...burst.said], found, rounds), found);
}

/** Answers out of the knowledge alone, in the characters the customer writes. */
export const retrievalBot: Bot = {
  name: 'retrieval',
  async answer(turns, ...rest) {
    const outcome = await answer(turns, ...rest);
    return outcome.kind === 'reply' && readsTraditional(turns) ? inTraditional(outcome) : outcome;
  },
};
