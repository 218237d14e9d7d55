import { Problem } from '../problem.ts';

const deepest = 32;
const forbidden = new Set(['__proto__', 'constructor', 'prototype']);

/** Refuses what no honest caller sends: keys that reach for prototypes, nesting without end. */
export function refuseHostile(value: unknown, path = 'body', depth = 0): void {
  if (value === null || typeof value !== 'object') return;
  if (depth > deepest) throw new Problem('invalid', `The body is nested deeper than ${deepest} levels.`, { [path.slice(0, 200)]: 'is nested too deep' });
  for (const key of Object.keys(value)) {
    if (forbidden.has(key)) throw new Problem('invalid', 'The body has a key that is not allowed.', { [`${path}.${key}`]: 'is not allowed' });
    refuseHostile(Reflect.get(value, key), `${path}.${key}`, depth + 1);
  }
}
