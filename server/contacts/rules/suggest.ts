/** How much speaks for two contacts being one person. Pure. */
import type { Evidence, Reason } from '../schema.ts';
import { vouched } from './address.ts';

const nameAlone = 0.2;
/** The same name in the same place. */
const nameAndPlace = 0.45;
/** A browser is lent, and stands in shops. */
const sameDevice = 0.5;
/** Attributes in which channels and colleagues keep where somebody lives. */
export const cityKeys = ['city', '城市', 'City'] as const;
/** What two different values of a kind of which a person has one take away. */
const doubt = 0.4;
const weights = { both: 0.9, one: 0.7, none: 0.45 };

/** A reason as it is remembered when somebody says no to it. */
export const reasonName = ({ kind, value }: Reason): string => `${kind}:${value}`;

/** An address that somebody writes from is worth more than one they merely name. */
const firm = (evidence: Evidence) => vouched(evidence) || evidence === 'person' || evidence === 'wrote-from-it';

function weightOf({ kind, evidence }: Reason): number {
  if (kind === 'device') return sameDevice;
  if (!evidence) return kind === 'name-and-city' ? nameAndPlace : nameAlone;
  return weights[evidence.every(firm) ? 'both' : evidence.some(firm) ? 'one' : 'none'];
}

/** Where a contact lives, as far as we were told. */
export const cityOf = (attributes: Record<string, string>): string | undefined => cityKeys.flatMap(key => attributes[key]?.trim() || [])[0];

/** 0 to 1. Independent reasons add up, none alone makes certain. */
export function score(reasons: Reason[], against: string[]): number {
  const left = reasons.reduce((rest, reason) => rest * (1 - weightOf(reason)), 1);
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
