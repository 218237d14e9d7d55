/** How much speaks for two contacts being one person. Pure. */
import type { Evidence, Reason } from '../schema.ts';
import { vouched } from './address.ts';

const nameAlone = 0.2;
/** What two different values of a kind of which a person has one take away. */
const doubt = 0.4;
const weights = { both: 0.9, one: 0.7, none: 0.45 };

/** A reason as it is remembered when somebody says no to it. */
export const reasonName = ({ kind, value }: Reason): string => `${kind}:${value}`;

/** An address that somebody writes from is worth more than one they merely name. */
const firm = (evidence: Evidence) => vouched(evidence) || evidence === 'person' || evidence === 'wrote-from-it';

/** 0 to 1. Independent reasons add up, none alone makes certain. */
export function score(reasons: Reason[], against: string[]): number {
  const left = reasons.reduce((rest, { evidence }) => rest * (1 - (evidence ? weights[evidence.every(firm) ? 'both' : evidence.some(firm) ? 'one' : 'none'] : nameAlone)), 1);
  return Math.round((1 - left) * (against.length ? doubt : 1) * 100) / 100;
}

/** Reasons once each, the strongest evidence of each. */
export function distinct(reasons: Reason[]): Reason[] {
  const found = new Map<string, Reason>();
  for (const reason of reasons) {
    const before = found.get(reasonName(reason));
    if (!before || score([reason], []) > score([before], [])) found.set(reasonName(reason), reason);
  }
  return [...found.values()];
}
