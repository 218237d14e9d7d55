/** Replies kept ready that fit a question, by likeness of words: pairs of characters in Chinese, words in English; what stands in every reply counts little. */

/** As far as likeness goes. */
export type Kept = { title: string; text: string; shortcut: string };
/** Likeness 0..1 with less is chance. */
const floor = 0.18;

/** Said in any question: it tells nothing of what is asked. */
const EMPTY = new Set(['the', 'a', 'an', 'is', 'are', 'do', 'does', 'did', 'i', 'you', 'my', 'your', 'to', 'of', 'in', 'on', 'for', 'it', 'and', 'or', 'can', 'could', 'how', 'what', 'when', 'where', 'please', 'me', 'we', 'will', 'be', 'with', 'this', 'that', '怎么', '什么', '请问', '可以', '你们', '我们', '一下', '多久', '能不', '不能', '是不', '有没', '没有', '您好', '你好', '谢谢']);

function featuresOf(text: string): Set<string> {
  const plain = text.slice(0, 2_000).normalize('NFKC').toLowerCase().replace(/\{\{[^}]{0,60}\}\}/g, ' ');
  const words = (plain.match(/\p{Script=Latin}+/gu) ?? []).map((word) => word.replace(/(?<=\w{3})(?:ing|ed|es|s)$/, ''));
  const pairs = (plain.match(/\p{Script=Han}+/gu) ?? []).flatMap((run) => (run.length === 1 ? [run] : Array.from({ length: run.length - 1 }, (_, i) => run.slice(i, i + 2))));
  return new Set([...words, ...pairs].filter((feature) => !EMPTY.has(feature)));
}

/** The likest first, above chance. A title that is asked for word by word is likest of all. */
export function alike<One extends Kept>(question: string, replies: readonly One[], most: number): { reply: One; likeness: number }[] {
  const asked = featuresOf(question);
  if (asked.size === 0) return [];
  const read = replies.map((reply) => ({ reply, title: featuresOf(`${reply.title} ${reply.shortcut}`), text: featuresOf(reply.text) }));
  const weightOf = (feature: string): number => {
    const holding = read.filter(({ title, text }) => title.has(feature) || text.has(feature)).length;
    // No reply has it: it tells little about which of them fits.
    return holding === 0 ? 0.35 : Math.log(1 + replies.length / holding);
  };
  const weights = new Map([...asked].map((feature) => [feature, weightOf(feature)]));
  const whole = [...weights.values()].reduce((sum, weight) => sum + weight, 0);
  const sum = (features: ReadonlySet<string>): number => [...weights].reduce((total, [feature, weight]) => total + (features.has(feature) ? weight : 0), 0) / whole;
  return read.map(({ reply, title, text }) => ({ reply, likeness: Math.min(1, Math.max(sum(title), 0.8 * sum(text))) }))
    .filter(({ likeness }) => likeness >= floor).toSorted((a, b) => b.likeness - a.likeness).slice(0, most);
}
