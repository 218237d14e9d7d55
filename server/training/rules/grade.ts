/** Judging what the bot did by what was expected. The same outcome always gets the same verdict. */
import type { Expectations, Failure, Outcome } from '../schema.ts';
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
    ...handedOver(outcome, expect.mustHandOver),
  ];
}

function handedOver(outcome: Outcome, wanted: Expectations['mustHandOver']): Failure[] {
  if (wanted === undefined) return [];
  const failure = (why: Failure['why']): Failure[] => [{ expectation: 'mustHandOver', value: String(wanted), why }];
  if (wanted === false) return outcome.kind === 'hand-over' ? failure('handed-over') : [];
  if (outcome.kind === 'reply') return failure(outcome.choices.length > 0 ? 'asked-back' : 'answered');
  return wanted === true || wanted === outcome.reason ? [] : failure('other-reason');
}
