import { expect, it } from 'vitest';
import { lookEvery, tellsLate } from './look.ts';

const hot = { lookMs: -1, late: true, quietMs: 1_000, looking: 1 };

it('asks only servers that tell late, and only while mails come and go', () => {
  expect(lookEvery(hot)).toBe(80);
  expect(lookEvery({ ...hot, late: false })).toBeNull();
  expect(lookEvery({ ...hot, quietMs: 11 * 60_000 })).toBeNull();
  expect(lookEvery({ ...hot, quietMs: Number.POSITIVE_INFINITY })).toBeNull();
});

it('many mailboxes share what the process may ask; where that is no faster than listening, it only listens', () => {
  for (const looking of [1, 20, 50, 99, 1_000]) {
    const wait = lookEvery({ ...hot, looking });
    expect(wait === null ? 0 : (looking * 1_000) / wait).toBeLessThanOrEqual(250);
  }
  expect(lookEvery({ ...hot, looking: 50 })).toBe(200);
  expect(lookEvery({ ...hot, looking: 200 })).toBeNull();
});

it('a setting of its own counts, whatever the server and the hour', () => {
  expect(lookEvery({ ...hot, lookMs: 0 })).toBeNull();
  expect(lookEvery({ lookMs: 100, late: false, quietMs: Number.POSITIVE_INFINITY, looking: 500 })).toBe(100);
  expect(lookEvery({ ...hot, lookMs: 1 })).toBe(20);
});

it('knows Dovecot by its name or its greeting', () => {
  expect(tellsLate({ serverInfo: { name: 'Dovecot' }, greeting: 'OK' })).toBe(true);
  expect(tellsLate({ serverInfo: null, greeting: 'Dovecot (Debian) ready.' })).toBe(true);
  expect(tellsLate({ serverInfo: { name: 'GImap', vendor: 'Google, Inc.' }, greeting: 'Gimap ready for requests' })).toBe(false);
  expect(tellsLate({ serverInfo: null, greeting: undefined })).toBe(false);
});
