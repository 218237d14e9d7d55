import { expect, it } from 'vitest';
import { ConnectorError } from '../connector.ts';
import { outgoingProbe } from './outgoing.ts';

it('signs in rarely, and not again with what was refused; trouble of the line is looked at each time', async () => {
  let now = 0;
  let tries = 0;
  let answer: Error | null = null;
  const outgoing = outgoingProbe(async () => { tries += 1; if (answer) throw answer; }, () => now);
  for (let minute = 0; minute < 5; minute += 1) { now = minute * 60_000; await outgoing.check(); }
  expect(tries).toBe(1);
  outgoing.went();
  now += 4 * 60_000;
  await outgoing.check();
  expect(tries).toBe(1);
  now += 2 * 60_000;
  answer = new ConnectorError('unreachable', 'away');
  await expect(outgoing.check()).rejects.toThrow('away');
  await expect(outgoing.check()).rejects.toThrow('away');
  expect(tries).toBe(3);
  answer = new ConnectorError('signed-out', 'wrong');
  for (let round = 0; round < 5; round += 1) await expect(outgoing.check()).rejects.toThrow('wrong');
  expect(tries).toBe(4);
  now += 15 * 60_000;
  answer = null;
  await outgoing.check();
  expect(tries).toBe(5);
});
