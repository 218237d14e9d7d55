import { expect, test } from 'vitest';
import { shownAddresses } from './addresses.ts';

test('an address is shown once, as the one somebody wrote from', () => {
  expect(shownAddresses([
    { kind: 'phone', value: '86138', claim: true, evidence: 'attested' }, { kind: 'phone', value: '86138', stable: true }, { kind: 'email', value: 'a@b.c', claim: true, evidence: 'claimed' },
  ])).toEqual([{ kind: 'phone', value: '86138', stable: true }, { kind: 'email', value: 'a@b.c', claim: true, evidence: 'claimed' }]);
  expect(shownAddresses([{ kind: 'phone', value: '86138', claim: true, evidence: 'claimed' }, { kind: 'phone', value: '86138', claim: true, evidence: 'person' }])).toEqual([{ kind: 'phone', value: '86138', claim: true, evidence: 'person' }]);
});
