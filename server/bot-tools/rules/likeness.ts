/** How like an example a text is, by the words both hold: 0 to 1. Numbers say nothing about what is wanted. */
const COMMON = new Set('a an the is are am be my your our i you we it its me to of for in on at do does did can could would will please what when how and or this that there have has hi hello hey thanks 的 了 吗 呢 啊 我 你 您 请 请问'.split(' '));

function termsOf(text: string): Set<string> {
  const plain = text.slice(0, 500).normalize('NFKC').toLowerCase().replace(/[\u2018\u2019']/g, '');
  const latin = (plain.match(/[a-z][a-z\d-]*/g) ?? []).filter(word => !COMMON.has(word) && !/\d/.test(word)).map(word => word.slice(0, 6));
  const han = (plain.match(/\p{Script=Han}+/gu) ?? []).map(run => run.replace(/请问|[的了吗呢啊我你您请]/gu, '')).flatMap(run => (run.length === 1 ? [run] : Array.from({ length: Math.max(0, run.length - 1) }, (_, at) => run.slice(at, at + 2))));
  return new Set([...latin, ...han]);
}

/** The nearest of the examples. One that stands whole within a longer text counts almost as much as the text alone. */
export function likeness(text: string, examples: readonly string[]): number {
  const said = termsOf(text);
  let best = 0;
  for (const example of examples) {
    const wanted = termsOf(example);
    if (wanted.size === 0 || said.size === 0) continue;
    const shared = [...wanted].filter(term => said.has(term)).length;
    const within = shared === wanted.size && wanted.size > 1 && said.size <= wanted.size * 3 ? 0.85 : 0;
    best = Math.max(best, (2 * shared) / (wanted.size + said.size), within);
  }
  return best;
}
