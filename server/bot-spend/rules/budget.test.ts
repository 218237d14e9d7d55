import { describe, expect, it } from 'vitest';
import { Budget } from '../schema.ts';
import type { Use } from '../schema.ts';
import { dayOf, isLeft, spentIn, totalsOf, useOf } from './budget.ts';

const queue = 'a'.repeat(24);
const use = (given: Partial<Use>): Use => ({ day: '2026-11-21', queueId: '', purpose: 'bot', model: 'm', calls: 1, input: 0, output: 0, cost: 0, ...given });

describe('a day', () => {
  it.each([['2026-11-21T23:00:00Z', 'UTC', '2026-11-21'], ['2026-11-21T23:00:00Z', 'Asia/Shanghai', '2026-11-22'], ['2026-11-21T03:00:00Z', 'America/New_York', '2026-11-20']])('%s in %s is %s', (at, zone, day) => expect(dayOf(new Date(at), zone)).toBe(day));
});

describe('a call', () => {
  it('costs by the price of its model for a million tokens; strange numbers count nothing', () => {
    const call = { day: 'd', queueId: '', purpose: 'bot', model: 'gpt-4.1', input: 1_500, output: 200 } as const;
    const prices = [{ model: 'gpt-4.1', input: 2, output: 8 }];
    expect(useOf(call, prices)).toMatchObject({ calls: 1, input: 1_500, output: 200, cost: 4_600 });
    expect(useOf({ ...call, model: 'other' }, prices).cost).toBe(0);
    expect(useOf({ ...call, input: Number.NaN, output: -5 }, prices)).toMatchObject({ input: 0, output: 0, cost: 0 });
  });
});

describe('a budget', () => {
  const budget = (input: object) => Budget.parse({ day: {}, ...input });
  const scopes = (limits: object, uses: Use[]) => spentIn(budget(limits), totalsOf(uses)).map(({ scope, name }) => `${scope} ${name}`);
  it('ends at its limit, for all, for a purpose, for a queue, in tokens or money', () => {
    const uses = [use({ input: 60, output: 40, cost: 900_000 }), use({ purpose: 'copilot', input: 10 }), use({ queueId: queue, input: 5, cost: 100_000 })];
    expect(scopes({ day: { tokens: 116 } }, uses)).toEqual([]);
    expect(scopes({ day: { tokens: 115 } }, uses)).toEqual(['day ']);
    expect(scopes({ day: { money: 1 } }, uses)).toEqual(['day ']);
    expect(scopes({ purposes: { copilot: { tokens: 10 }, bot: { tokens: 200 } }, queues: { [queue]: { tokens: 5 } } }, uses)).toEqual(['purpose copilot', `queue ${queue}`]);
  });
  it('counts the reading of knowledge in money and in its own limit, not in the tokens of the day', () => {
    const uses = [use({ purpose: 'knowledge', input: 90, cost: 900_000 }), use({ input: 10, cost: 100_000 })];
    expect(scopes({ day: { tokens: 11 } }, uses)).toEqual([]);
    expect(scopes({ day: { tokens: 10 } }, uses)).toEqual(['day ']);
    expect(scopes({ day: { money: 1 } }, uses)).toEqual(['day ']);
    expect(scopes({ day: {}, purposes: { knowledge: { tokens: 90 } } }, uses)).toEqual(['purpose knowledge']);
  });
  it('of 0 switches off; without any, nothing ends', () => {
    expect(scopes({ purposes: { judge: { tokens: 0 } }, queues: { [queue]: { money: 0 } } }, [])).toEqual(['purpose judge', `queue ${queue}`]);
    expect(scopes({}, [use({ input: 1e12 })])).toEqual([]);
  });
  it('that is spent ends what it is for, and nothing else', () => {
    const spent = [{ scope: 'purpose', name: 'copilot' }, { scope: 'queue', name: queue }] as const;
    expect([isLeft(spent, 'bot', ''), isLeft(spent, 'copilot', ''), isLeft(spent, 'bot', queue), isLeft([{ scope: 'day', name: '' }], 'bot', '')]).toEqual([true, false, false, false]);
  });
  it('has sound defaults, and wrong ones are refused by their place', () => {
    expect(Budget.parse({})).toEqual({ zone: 'UTC', day: { tokens: 5_000_000 }, purposes: {}, queues: {}, currency: 'CNY', prices: [] });
    const wrong = Budget.safeParse({ zone: 'Mars', day: { tokens: -1 }, queues: { x: {} }, currency: 'yuan', prices: [{ model: 'm', input: 1, output: 1 }, { model: 'm', input: 1, output: 1 }] });
    expect(wrong.error?.issues.map(({ path }) => path.join('.'))).toEqual(['zone', 'day.tokens', 'queues.x', 'currency', 'prices']);
  });
});
