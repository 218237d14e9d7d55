import { expect, test } from 'vitest';
import { clientAddress } from './client-address.ts';

test('only what trusted proxies saw counts', () => {
  expect(clientAddress('10.0.0.1', undefined, 0)).toBe('10.0.0.1');
  expect(clientAddress('10.0.0.1', 'forged, 1.2.3.4', 0)).toBe('10.0.0.1');
  expect(clientAddress('10.0.0.1', 'forged, 1.2.3.4', 1)).toBe('1.2.3.4');
  expect(clientAddress('10.0.0.1', '5.6.7.8, 10.0.0.2', 2)).toBe('5.6.7.8');
  expect(clientAddress('10.0.0.1', undefined, 2)).toBe('10.0.0.1');
});
