import { expect, test } from 'vitest';
import { platformCalls } from './calls.ts';

test('the last twenty calls, the newest first, without secrets and with the beginning of the body', () => {
  const calls = platformCalls();
  for (let index = 0; index < 25; index++) calls.note('c', { at: new Date(index), method: 'POST', status: 200, headers: { 'x-id': String(index), authorization: 'Bearer secret', absent: undefined }, body: new TextEncoder().encode(`${index}`.padEnd(index === 24 ? 10_000 : 2, '.')) });
  const found = calls.of('c');
  expect(found).toHaveLength(20);
  expect(found.map(call => call.headers['x-id'])).toEqual(Array.from({ length: 20 }, (_, index) => String(24 - index)));
  expect(found[0]?.body).toHaveLength(8_192);
  expect(JSON.stringify(found)).not.toContain('secret');
  expect(calls.of('nobody')).toEqual([]);
});
