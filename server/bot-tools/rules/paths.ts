/** The few JSON paths an admin needs: names, numbers and [*]. Only what they name is read out of an answer. */
import type { Value } from '../schema.ts';

const MOST = 20;
const STEP = /^(?:\.?([\p{L}_$][\p{L}\p{N}_$-]*)|\[(\d{1,4}|\*)\]|\['([^'\]]{1,100})'\]|\["([^"\]]{1,100})"\])/u;

/** The steps of a path such as $.order.items[*].name; null when it is none. */
export function stepsOf(path: string): (string | number | null)[] | null {
  let rest = path.trim().replace(/^\$(?=\.|\[|$)/, '');
  const steps: (string | number | null)[] = [];
  while (rest !== '') {
    const match = STEP.exec(rest);
    if (!match) return null;
    const [whole, name, index, quoted, double] = match;
    steps.push(index === undefined ? (name ?? quoted ?? double ?? '') : index === '*' ? null : Number(index));
    rest = rest.slice(whole.length);
  }
  return steps.length > 0 && steps.length <= 12 ? steps : null;
}

/** What stands there: texts, numbers and truth values, at most twenty. */
export function valuesAt(json: unknown, path: string): Value[] {
  let nodes: unknown[] = [json];
  for (const step of stepsOf(path) ?? []) {
    nodes = nodes.flatMap((node) => {
      if (Array.isArray(node)) return step === null ? node.slice(0, MOST) : typeof step === 'number' && step < node.length ? [node[step]] : [];
      if (node === null || typeof node !== 'object' || typeof step !== 'string') return [];
      return Object.entries(node).filter(([key]) => key === step).map(([, value]) => value);
    }).slice(0, MOST);
  }
  return nodes.filter(node => typeof node === 'string' || typeof node === 'number' || typeof node === 'boolean');
}
