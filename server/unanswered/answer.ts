/** From a cluster to knowledge: an answer is made or widened, and the questions are asked again. */
import { ask } from '../answers/ask.ts';
import { change, teach } from '../answers/teach.ts';
import type { Answer, AnswerInput, AskResult } from '../answers/schema.ts';
import type { Hub } from '../hub.ts';
import { Problem } from '../problem.ts';
import { keyOf } from '../answers/rules/text.ts';
import { reading } from './rules/clusters.ts';
import { spoken } from './rules/masked.ts';
import { proposals } from './rules/proposals.ts';
import type { Answered, AsVariant, Cluster, ClusterDetail, Compared, Outcome, Question } from './schema.ts';

/** A model may take its time: only so many wordings are asked again, those most asked first. */
const mostAsked = 50;
const atOnce = 4;
const mostVariants = 50;
const shown = 200;
const longest = 500;

const none = () => new Problem('not-found', 'There is no such cluster of questions.');

/** A cluster with its questions, what colleagues replied, and the answers that come nearest. */
export async function detail(hub: Hub, id: string): Promise<ClusterDetail> {
  const cluster = await hub.store.unanswered.cluster(id);
  if (!cluster) throw none();
  const questions = await hub.store.unanswered.questions(id);
  const found = await hub.knowledge.tools({ at: hub.now() }).search(spoken(cluster.question), cluster.locale);
  const answers = await hub.store.answers.some([...new Set(questions.flatMap(({ settled }) => settled?.answerId ?? []))]);
  const { published } = hub.knowledge.pointer();
  const waiting = published === null ? new Set() : await hub.store.training.releases.lacks(published, answers);
  return {
    ...cluster, guarded: await hub.store.training.cases.byCluster(id) !== null, ended: answers.map(answer => ({ answerId: answer.id, question: answer.question, waits: waiting.has(answer.id) })), questions: questions.slice(0, shown), proposals: proposals(questions.flatMap(({ reply }) => reply ?? [])).slice(0, 5),
    nearest: found.slice(0, 3).map(({ answerId, question, confidence }) => ({ answerId, question, confidence })),
  };
}

type Wording = { text: string; ids: string[] };

/** Ways in which the questions of a cluster are worded, the most frequent first. */
function wordingsOf(questions: Question[]): Wording[] {
  const all = new Map<string, Wording>();
  for (const { id, text } of questions) {
    const said = spoken(text).slice(0, longest);
    if (!said) continue;
    const key = [...reading(said).tokens.keys()].toSorted().join(' ') || said;
    const wording = all.get(key) ?? { text: said, ids: [] };
    wording.ids.push(id);
    all.set(key, wording);
  }
  return [...all.values()].toSorted((a, b) => b.ids.length - a.ids.length);
}

/** Makes an answer, with the questions' wordings as they are given. */
export const makeAnswer = (hub: Hub, id: string, input: AnswerInput): Promise<Answered> => compare(hub, id, async () => (await alreadyMade(hub, input)) ?? (await teach(hub, [input]))[0]);

/** The same words again, after a crash or a second click, are the same answer; other words to the same question would be two answers to it. */
export async function alreadyMade(hub: Hub, { question, locale, answer }: AnswerInput): Promise<Answer | null> {
  const same = hub.knowledge.draft().find(each => each.locale === locale && keyOf(each.question) === keyOf(question));
  if (!same) return null;
  if (same.answer === answer) return hub.store.answers.get(same.id);
  throw new Problem('conflict', { 'zh-CN': '这个问题已经有答案：请修改那条答案，或把这些问法加给它。', en: 'This question has an answer already: change that one, or make these other ways to ask for it.' }, { question: 'has an answer already' });
}

/** The questions become other ways to ask for an answer there is. */
export const addVariants = (hub: Hub, id: string, { answerId, wordings }: AsVariant): Promise<Answered> => compare(hub, id, async questions => {
  const answer = await hub.store.answers.get(answerId);
  if (!answer) throw new Problem('invalid', 'The request body is not valid.', { answerId: 'there is no such answer' });
  const added = wordings ?? wordingsOf(questions.filter(({ locale }) => locale === answer.locale)).map(({ text }) => text);
  const variants = [...new Set([...answer.variants, ...added.filter(text => text !== answer.question)])];
  if (variants.length > mostVariants) throw new Problem('invalid', `An answer has at most ${mostVariants} other ways to ask.`, { wordings: `at most ${Math.max(0, mostVariants - answer.variants.length)} more fit` });
  return change(hub, answerId, { variants });
});

async function compare(hub: Hub, id: string, work: (questions: Question[]) => Promise<Answer | null | undefined>): Promise<Answered> {
  const cluster = await hub.store.unanswered.cluster(id);
  if (!cluster) throw none();
  if (!await hub.store.unanswered.claim(id, hub.now())) throw new Problem('conflict', { 'zh-CN': '有同事正在回答这组问题，请稍后刷新。', en: 'A colleague is answering these questions right now; look again in a moment.' });
  try {
    return await compareNow(hub, cluster, work);
  } finally {
    await hub.store.unanswered.release(id);
  }
}

async function compareNow(hub: Hub, cluster: Cluster, work: (questions: Question[]) => Promise<Answer | null | undefined>): Promise<Answered> {
  const { id } = cluster;
  const questions = (await hub.store.unanswered.questions(id)).filter(({ settled }) => !settled);
  const wordings = wordingsOf(questions).slice(0, mostAsked);
  const before = await askAll(hub, wordings, cluster);
  const answer = await work(questions);
  if (!answer) throw none();
  const after = await askAll(hub, wordings, cluster);
  const compared = wordings.map(({ text, ids }, at): Compared => ({ text, count: ids.length, before: outcomeOf(before[at]), after: outcomeOf(after[at]) }));
  const settled = wordings.flatMap(({ ids }, at) => (compared[at]?.after === 'answered' ? ids : []));
  await hub.store.unanswered.settle(settled, answer.id, hub.now());
  return { answer, compared, settled: settled.length, waits: hub.knowledge.pointer().published !== null };
}

async function askAll(hub: Hub, wordings: Wording[], { locale }: Cluster): Promise<AskResult[]> {
  const results: AskResult[] = [];
  for (let at = 0; at < wordings.length; at += atOnce) results.push(...await Promise.all(wordings.slice(at, at + atOnce).map(({ text }) => ask(hub, [{ from: 'contact', text }], locale))));
  return results;
}

function outcomeOf(result: AskResult | undefined): Outcome {
  if (!result || 'handOver' in result) return 'handed-over';
  return result.choices ? 'asked-back' : 'answered';
}
