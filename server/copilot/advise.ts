/** What an agent could reply now, and from where. */
import type { Finding, Reply } from '../../bots/bot.ts';
import { localeOf } from '../../bots/locale.ts';
import { ANSWER_FLOOR, ASK_FLOOR, findAll, quote } from '../../bots/retrieval/retrieval.ts';
import { asksForHuman, isGreeting, isThanks } from '../../bots/retrieval/signals.ts';
import { askingOf } from '../answers/asking.ts';
import type { Head } from '../conversations/schema.ts';
import type { Hub } from '../hub.ts';
import { Problem } from '../problem.ts';
import { inTime, said, turnsOf, type Flow } from './episode.ts';
import { alike } from './rules/alike.ts';
import { isCurrent, isOpen } from './rules/current.ts';
import type { Advice, Canned, Found, Line, Suggestion } from './schema.ts';

const mostFound = 5;
const mostAsked = 6;
const mostCanned = 3;
/** Found with less is no help. */
const foundFloor = 0.1;

/** What the customer wants to know, as far as no person has answered: asking for one, greetings and thanks are no questions. */
function openQuestion(lines: readonly Line[]): string[] {
  const since = lines.slice(lines.findLastIndex(({ by }) => by === 'agent') + 1).filter(({ by }) => by === 'contact').map(({ text }) => text);
  return since.filter((text) => !asksForHuman(text) && !isGreeting(text) && !isThanks(text)).slice(-mostAsked);
}

/** Finds an answer to the open question. The first for an agent and turn stands: a reload suggests nothing new, a rejected one stays away. */
export async function advise(hub: Hub, head: Head, agentId: string, flow: Flow): Promise<Advice> {
  const forSeq = head.lastContactSeq;
  const nothing: Advice = { forSeq, suggestion: null, rejected: false, used: false, findings: [], canned: [] };
  if (!isOpen(head)) return nothing;
  const lines = await said(hub, head);
  const questions = openQuestion(lines);
  if (questions.length === 0) return nothing;
  const locale = localeOf(questions.join(' '), head.locale);
  const who = await askingOf(hub, head);
  const tools = hub.knowledge.tools(who, hub.spend.of('copilot', head.queueId));
  const { found, certain } = await findAll(questions, [], (text) => tools.search(text, localeOf(text, locale)));
  const findings = found.filter(({ confidence }) => confidence >= foundFloor).slice(0, mostFound);
  const shown = findings.map((finding) => foundOf(finding, lines));
  const canned = await cannedFor(hub, questions, locale);
  const known = await hub.store.copilot.find(head.id, agentId, forSeq);
  if (known) {
    const verdict = await hub.store.copilot.verdictOn(known.id);
    return { forSeq, suggestion: verdict || !stillHolds(known, found) ? null : known, rejected: verdict?.act === 'rejected', used: !verdict && await hub.store.copilot.isInserted(known.id), findings: shown, canned };
  }
  // What the customer has read already did not help.
  const fresh = (list: Finding[]): Finding[] => list.filter(({ answer }) => !wasTold(answer, lines));
  const made = await written(hub, head, lines, fresh(findings), flow, locale) ?? quoted(fresh(certain), fresh(findings));
  if (!made) return { ...nothing, findings: shown, canned };
  const now = await hub.heads.get(head.id);
  if (!now || !isCurrent(forSeq, now)) throw new Problem('conflict', { 'zh-CN': '会话有新消息，该建议已过期。', en: 'Something was said since; this suggestion is out of date.' });
  const suggestion = await hub.store.copilot.add({ conversationId: head.id, agentId, forSeq, at: hub.now(), release: hub.knowledge.releaseFor(who), ...made });
  return { forSeq, suggestion, rejected: false, used: false, findings: shown, canned };
}

/** What it rests on is still known to the house, and word by word where it was quoted: an answer may be withdrawn or mended meanwhile. */
const stillHolds = ({ by, text, sources }: Suggestion, found: readonly Finding[]): boolean => sources.every(({ id }) => found.some(({ answerId, answer }) => answerId === id && (by === 'model' || text.includes(answer))));

/** Replies kept ready that are like it, in the customer's language or in none. */
async function cannedFor(hub: Hub, questions: readonly string[], locale: Head['locale']): Promise<Canned[]> {
  const replies = (await hub.store.cannedReplies.list()).filter((reply) => !reply.locale || reply.locale === locale);
  const found = questions.flatMap(question => alike(question, replies, mostCanned)).toSorted((a, b) => b.likeness - a.likeness);
  return found.filter(({ reply }, i) => found.findIndex(other => other.reply.id === reply.id) === i).slice(0, mostCanned)
    .map(({ reply: { id, shortcut, title, text }, likeness }) => ({ id, shortcut, title, text, likeness }));
}

/** Knowledge for words that an agent looks for. */
export async function findFor(hub: Hub, head: Head, text: string): Promise<Found[]> {
  const [lines, who] = await Promise.all([said(hub, head), askingOf(hub, head)]);
  const found = await hub.knowledge.tools(who, hub.spend.of('copilot', head.queueId)).search(text, localeOf(text, head.locale));
  return found.slice(0, 2 * mostFound).map((finding) => foundOf(finding, lines));
}

type Made = Pick<Suggestion, 'by' | 'model' | 'text' | 'sources' | 'confidence'>;

/** By the model, where there is one, it is awake and the findings bear out what it says. */
async function written(hub: Hub, head: Head, lines: readonly Line[], findings: Finding[], flow: Flow, locale: Head['locale']): Promise<Made | null> {
  const { writer } = hub;
  if (!writer || findings.length === 0) return null;
  const reply = await inTime(hub, head, flow, asked => writer.suggest(turnsOf(lines), findings, locale, asked)).catch(() => null);
  flow.gone.throwIfAborted();
  return reply && { by: 'model', model: writer.model, ...facts(reply) };
}

function quoted(certain: Finding[], findings: Finding[]): Made | null {
  const sure = certain.filter(({ confidence }) => confidence >= ANSWER_FLOOR);
  const near = findings.filter(({ confidence }) => confidence >= ASK_FLOOR).slice(0, 1);
  const used = sure.length > 0 ? sure : near;
  return used.length > 0 ? { by: 'answers', ...facts(quote(used)) } : null;
}

const facts = ({ text, sources, confidence }: Reply) => ({ text, sources, confidence });
const wasTold = (answer: string, lines: readonly Line[]): boolean => lines.some(({ by, text }) => by !== 'contact' && text.includes(answer));
const foundOf = ({ answerId, question, answer, confidence, locale, url }: Finding, lines: readonly Line[]): Found =>
  ({ id: answerId, title: question, answer, confidence, locale, ...(url === undefined ? {} : { url }), told: wasTold(answer, lines) });
