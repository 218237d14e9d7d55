/** What was tried becomes a regression case, ready to be looked over. */
import type { RegressionCase } from '../training/shapes.ts';
import type { Locale, Tried } from '../wire.ts';
import type { Exchange } from './use-test-chat.ts';

export type Because = 'right' | 'not-true' | 'not-asked' | 'should-hand-over' | 'could-answer';
/** What can be said of a result. */
export const becauses = (result: Tried): Because[] => ('handOver' in result ? ['right', 'could-answer'] : ['right', 'not-true', 'not-asked', 'should-hand-over']);

const nothing = { mustContain: [], mustNot: [], mustCite: [] };
const longest = 1_000;

/** The case that a verdict on a result makes. */
export function caseOf({ question, before }: Pick<Exchange, 'question' | 'before'>, result: Tried, because: Because, locale: Locale): RegressionCase {
  return {
    id: '', turns: [...before, { from: 'contact', text: question }], locale, severity: 'normal', enabled: true,
    origin: { kind: 'hand-written' }, expect: expected(result, because),
  };
}

function expected(result: Tried, because: Because): RegressionCase['expect'] {
  if (because === 'could-answer') return { ...nothing, mustHandOver: false };
  if (because === 'should-hand-over') return { ...nothing, mustHandOver: true };
  if ('handOver' in result) return { ...nothing, mustHandOver: result.handOver.reason };
  if (because === 'right') {
    const called = result.trace.tools.flatMap(({ tool, inputs, from }) => (from && from !== 'none' ? [{ tool, inputs }] : []));
    return { ...nothing, mustCite: result.sources.map(({ id }) => id).filter((id) => !id.startsWith('tool:')), ...(called.length > 0 ? { mustCall: called } : {}), mustHandOver: false };
  }
  return { ...nothing, mustNot: [result.answer.slice(0, longest)] };
}
