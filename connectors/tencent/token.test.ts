/** One question, however many callers. */
import { expect, it } from 'vitest';
import { tokenSource } from './token.ts';

function source(expiresIn = 7_200) {
  const clock = { now: 0 };
  const asked: number[] = [];
  const broken = { by: '' };
  const tokens = tokenSource(async () => {
    asked.push(clock.now);
    const name = `token-${asked.length}`;
    await new Promise((done) => setTimeout(done, 5));
    if (broken.by) throw new Error(broken.by);
    return { token: name, expiresIn };
  }, () => clock.now);
  return { clock, asked, broken, tokens };
}

it('asks once for fifty callers, and again 300 seconds before the end', async () => {
  const { clock, asked, tokens } = source();
  expect(new Set(await Promise.all(Array.from({ length: 50 }, tokens.get)))).toEqual(new Set(['token-1']));
  clock.now = 6_899_000;
  expect(await tokens.get()).toBe('token-1');
  clock.now = 6_900_000;
  expect(await Promise.all([tokens.get(), tokens.get()])).toEqual(['token-2', 'token-2']);
  expect(asked).toEqual([0, 6_900_000]);
});

it('renews a refused token once, however many were refused', async () => {
  const { asked, tokens } = source();
  const bad = await tokens.get();
  expect(new Set(await Promise.all(Array.from({ length: 20 }, () => tokens.renew(bad))))).toEqual(new Set(['token-2']));
  expect(await tokens.renew(bad)).toBe('token-2');
  expect(asked).toHaveLength(2);
});

it('does not keep a failure', async () => {
  const { broken, tokens } = source();
  broken.by = 'away';
  await expect(Promise.all([tokens.get(), tokens.get()])).rejects.toThrow('away');
  broken.by = '';
  expect(await tokens.get()).toBe('token-2');
});

it('uses a token that lives shortly for half of its life', async () => {
  const { clock, tokens } = source(100);
  await tokens.get();
  clock.now = 49_000;
  expect(await tokens.get()).toBe('token-1');
  clock.now = 51_000;
  expect(await tokens.get()).toBe('token-2');
});
