import fc from 'fast-check';
import { expect, it } from 'vitest';
import { contrast, inkOn, isColour, readable } from './colour.ts';

const colour = fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255)).map((parts) => `#${parts.map((part) => part.toString(16).padStart(2, '0')).join('')}`);

it('reads on every colour a site may choose', () => {
  fc.assert(fc.property(colour, (hex) => {
    expect(contrast(hex, inkOn(hex))).toBeGreaterThanOrEqual(4.2);
    for (const ground of ['#ffffff', '#1e2430']) expect(contrast(readable(hex, ground), ground)).toBeGreaterThanOrEqual(4.5);
  }));
  expect(contrast('#000000', '#ffffff')).toBeCloseTo(21);
});

it('computes with six digits only', () => expect(['#1d4ed8', '#FFF', 'red', '#12345g', '#1d4ed8;x'].map(isColour)).toEqual([true, false, false, false, false]));
