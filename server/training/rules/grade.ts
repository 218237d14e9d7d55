/** Judging what the bot did by what was expected. The same outcome always gets the same verdict. */
import type { Called, Expectations, Failure, Outcome } from '../schema.ts';
import { says } from './contains.ts';

/** Every expectation that was not met, in the order they are written; none: it passed. */
export function grade(outcome: Outcome, expect: Expectations): Failure[] {
  const replied = outcome.kind === 'reply' ? outcome : null;
  const missing = (absent: Failure['why']): Failure['why'] => (!replied ? 'handed-over' : replied.choices.length > 0 ? 'asked-back' : absent);
  const text = replied?.text ?? '';
  const shown = replied ? [replied.text, ...replied.choices] : [];
  return [
    ...expect.mustContain.filter(value => !says(text, value)).map((value): Failure => ({ expectation: 'mustContain', value, why: missing('absent') })),
    // A choice that is offered is said too.
    ...expect.mustNot.filter(value => shown.some(each => says(each, value))).map((value): Failure => ({ expectation: 'mustNot', value, why: 'present' })),
    ...expect.mustCite.filter(value => !replied?.sources.includes(value)).map((value): Failure => ({ expectation: 'mustCite', value, why: missing('not-cited') })),
    ...called(outcome.calls ?? [], expect),
    ...handedOver(outcome, expect.mustHandOver),
  ];
}

const plain = (value: unknown): string => String(value).normalize('NFKC').trim().toLowerCase();

function called(calls: readonly Called[], { mustCall = [], mustNotCall = [] }: Expectations): Failure[] {
  return [
    ...mustCall.flatMap(({ tool, inputs = {} }): Failure[] => {
      const uses = calls.filter(each => each.tool === tool);
      const wanted = Object.entries(inputs);
      if (uses.some(use => wanted.every(([name, value]) => use.inputs[name] !== undefined && plain(use.inputs[name]) === plain(value)))) return [];
      const value = wanted.length === 0 ? tool : `${tool} (${wanted.map(([name, each]) => `${name}: ${String(each)}`).join(', ')})`;
      return [{ expectation: 'mustCall', value, why: uses.length > 0 ? 'other-inputs' : 'not-called' }];
    }),
    ...mustNotCall.filter(tool => calls.some(each => each.tool === tool)).map((value): Failure => ({ expectation: 'mustNotCall', value, why: 'called' })),
  ];
}

function handedOver(outcome: Outcome, wanted: Expectations['mustHandOver']): Failure[] {
  if (wanted === undefined) return [];
  const failure = (why: Failure['why']): Failure[] => [{ expectation: 'mustHandOver', value: String(wanted), why }];
  if (wanted === false) return outcome.kind === 'hand-over' ? failure('handed-over') : [];
  if (outcome.kind === 'reply') return failure(outcome.choices.length > 0 ? 'asked-back' : 'answered');
  return wanted === true || wanted === outcome.reason ? [] : failure('other-reason');
}
