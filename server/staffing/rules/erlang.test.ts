import { describe, expect, it } from 'vitest';
import { agentsFor, erlangA, erlangB, erlangC } from './erlang.ts';

const calls = { rate: 100 / 1800, ahtSeconds: 180 };

describe('Erlang', () => {
  it('C: the published case, 100 calls in 30 minutes of 180 s each', () => {
    const with14 = erlangC(calls, 14);
    expect(with14.pWait).toBeCloseTo(0.1741, 4);
    expect(with14.level(20)).toBeCloseTo(0.88835, 5);
    expect(with14.asaSeconds).toBeCloseTo(7.84, 2);
    expect(with14.occupancy).toBeCloseTo(10 / 14, 9);
    expect(agentsFor(calls, { level: 0.8, seconds: 20 })).toBe(14);
    expect(erlangC(calls, 13).level(20)).toBeLessThan(0.8);
  });

  it('C: with as many agents as load nobody is ever through', () => {
    expect(erlangC(calls, 10)).toMatchObject({ pWait: 1, asaSeconds: Infinity });
    expect(erlangC(calls, 10).level(20)).toBe(0);
    expect(erlangC({ rate: 0, ahtSeconds: 180 }, 0).level(20)).toBe(1);
    expect(agentsFor({ rate: 0, ahtSeconds: 180 }, { level: 0.8, seconds: 20 })).toBe(0);
  });

  it('B: table values, and no overflow with thousands of agents', () => {
    expect(erlangB(10, 10)).toBeCloseTo(0.2146, 4);
    expect(erlangB(2, 3)).toBeCloseTo(4 / 19, 12);
    expect(erlangB(5000, 5000)).toBeGreaterThan(0.01);
    expect(erlangB(5000, 5000)).toBeLessThan(0.012);
  });

  it('A: the case of Mandelbaum and Zeltyn, 48 calls a minute, 1 min each, 50 agents, patience 2 min', () => {
    const minute = { rate: 48 / 60, ahtSeconds: 60 };
    const a = erlangA(minute, 50, 120);
    expect(a.pAbandon).toBeCloseTo(0.031, 3);
    expect(a.waitSeconds).toBeCloseTo(3.7, 1);
    expect(a.occupancy).toBeCloseTo(0.93, 2);
    expect(erlangC(minute, 50).asaSeconds).toBeCloseTo(20.8, 1);
  });

  it('A: balances what comes and goes as the birth and death equations do', () => {
    for (const [rate, aht, agents, patience] of [[0.5, 180, 80, 60], [100 / 1800, 180, 14, 300], [1, 100, 120, 240], [0.02, 300, 2, 30]] as const) {
      const exact = birthAndDeath(rate, aht, agents, patience);
      const a = erlangA({ rate, ahtSeconds: aht }, agents, patience);
      expect(a.pWait).toBeCloseTo(exact.pWait, 6);
      expect(a.pAbandon).toBeCloseTo(exact.pAbandon, 6);
      expect(a.level(0)).toBeCloseTo(1 - exact.pWait, 6);
    }
  });

  it('A: the more patient, the nearer to C; and who leaves makes room', () => {
    expect(erlangA(calls, 14, 1e7).asaSeconds).toBeCloseTo(7.84, 1);
    expect(erlangA(calls, 14, 1e7).level(20)).toBeCloseTo(0.888, 3);
    expect(agentsFor(calls, { level: 0.8, seconds: 20, patienceSeconds: 60 })).toBeLessThan(14);
    expect(erlangA(calls, 0, 60).pAbandon).toBe(1);
  });
});

function birthAndDeath(rate: number, aht: number, agents: number, patience: number): { pWait: number; pAbandon: number } {
  let weight = 1;
  let sum = 1;
  let busy = agents === 0 ? 1 : 0;
  let leaving = 0;
  for (let n = 1; n < agents + 5_000; n += 1) {
    weight *= rate / (Math.min(n, agents) / aht + Math.max(0, n - agents) / patience);
    sum += weight;
    if (n >= agents) busy += weight;
    leaving += (weight * Math.max(0, n - agents)) / patience;
  }
  return { pWait: busy / sum, pAbandon: leaving / sum / rate };
}
