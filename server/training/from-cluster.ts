/** A case from one click on a cluster of questions that was answered. */
import type { Hub } from '../hub.ts';
import { Problem } from '../problem.ts';
import { Duplicate } from '../store/group-commit.ts';
import { spoken } from '../unanswered/rules/masked.ts';
import type { Case, FromCluster } from './schema.ts';

/** Its question, in words that the answer ended, must be answered from that answer. Clicked twice, it is the same case. */
export async function caseFromCluster(hub: Hub, { clusterId, answerId }: FromCluster, by: Case['by']): Promise<Case> {
  const { training: { cases }, unanswered } = hub.store;
  const [known, cluster, questions] = await Promise.all([cases.byCluster(clusterId), unanswered.cluster(clusterId), unanswered.questions(clusterId)]);
  if (known) return known;
  if (!cluster) throw new Problem('not-found', 'There is no such cluster of questions.');
  const ended = questions.filter(({ settled }) => settled && (answerId === undefined || settled.answerId === answerId)).toSorted((a, b) => (b.settled?.at.getTime() ?? 0) - (a.settled?.at.getTime() ?? 0));
  const cited = answerId ?? ended[0]?.settled?.answerId;
  if (!cited || !await hub.store.answers.get(cited)) throw new Problem('conflict', { 'zh-CN': '这组问题还没有答案：请先回答它。', en: 'These questions have no answer yet: answer them first.' });
  const text = spoken(ended.at(-1)?.text ?? cluster.question);
  if (text === '') throw new Problem('invalid', { 'zh-CN': '这组问题没有可用的文字。', en: 'These questions have no words to ask.' });
  try {
    return await cases.create({
      turns: [{ from: 'contact', text }], locale: cluster.locale, expect: { mustContain: [], mustNot: [], mustCite: [cited], mustHandOver: false },
      severity: 'normal', enabled: true, origin: { kind: 'cluster', clusterId },
    }, by, hub.now());
  } catch (error) {
    const made = error instanceof Duplicate ? await cases.byCluster(clusterId) : null;
    if (made) return made;
    throw error;
  }
}
