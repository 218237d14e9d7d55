/** Signed links: for this file, until that day, from this hub. */
import { expect, it } from 'vitest';
import { fileLinks } from './links.ts';

const links = fileLinks(new Uint8Array(32).fill(1));
const id = 'a1'.repeat(12);
const now = new Date('2026-03-01T10:00:00Z');
const days = (n: number) => new Date(now.getTime() + n * 86_400_000);

it('opens for as long as it says, and is the same all day', () => {
  const token = links.token(id, now, 14);
  expect(links.token(id, new Date('2026-03-01T23:59:59Z'), 14)).toBe(token);
  expect([links.read(token, now), links.read(token, days(14)), links.read(token, days(15))]).toEqual([{ id }, { id }, 'expired']);
  expect(token).toMatch(/^[A-Za-z0-9._-]+$/);
});

it('is nothing with a changed letter, another file, a later day, another hub', () => {
  const token = links.token(id, now, 14);
  const [, day = '', signature = ''] = token.split('.');
  for (let at = 0; at < token.length - 1; at += 1) {
    const changed = `${token.slice(0, at)}${token[at] === 'b' ? 'c' : 'b'}${token.slice(at + 1)}`;
    expect(links.read(changed, now), changed).toBeNull();
  }
  for (const forged of [`${'b2'.repeat(12)}.${day}.${signature}`, `${id}.zzz.${signature}`, `${id}.${day}.`, `${id}.${day}.${signature}A`, '', '..', `${token}\n`, `${id}.${day}`]) expect(links.read(forged, now), forged).toBeNull();
  expect(fileLinks(new Uint8Array(32)).read(token, now)).toBeNull();
});
