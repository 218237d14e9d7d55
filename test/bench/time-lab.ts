/** The simulator beside closed forms, its pace over a year, and what the shipped policy saves against plain round robin. */
import { defaultPolicy, QueueInput } from '../../server/routing/schema.ts';
import { erlangA, erlangC } from '../../server/staffing/rules/erlang.ts';
import { exponential, stream } from '../../server/time-lab/rules/dice.ts';
import { simulate } from '../../server/time-lab/rules/simulate.ts';
import { createTally } from '../../server/time-lab/rules/tally.ts';
import type { Scenario, ScenarioItem } from '../../server/time-lab/schema.ts';
import { centres, hundred, scenarioOf } from './time-lab-centres.ts';
import { inTurn } from './time-lab-in-turn.ts';

export const name = 'time-lab';

const calls = 1_000_000;
/** A cut of the mean wait by so much, in per cent, is the goal. */
const goal = 41;
const why: Record<string, string> = {
  quiet: 'most are answered by somebody free either way: what is left is the 4 s of picking up',
  oneAgent: 'one agent: there is nobody else to give it to',
  everybodyHisOwnSkill: 'each conversation can be taken by one agent only: there is no choice to make',
  overrun: 'more comes than can be done: the line grows whoever takes what',
};

/** `...Off`: distance from the closed form in per cent. */
export async function run(): Promise<Record<string, number | boolean | string>> {
  const traffic = { rate: 100 / 1800, ahtSeconds: 180 };
  const exactC = erlangC(traffic, 14);
  const c = stationary(14, null);
  const exactA = erlangA(traffic, 11, 180);
  const a = stationary(11, 180_000);
  const offs = {
    erlangC_pWaitOff: off(c.pWait, exactC.pWait), erlangC_levelOff: off(c.level, exactC.level(20)), erlangC_asaOff: off(c.asaSeconds, exactC.asaSeconds),
    erlangA_abandonOff: off(a.abandoned, exactA.pAbandon), erlangA_levelOff: off(a.level, exactA.level(20)), erlangA_asaOff: off(a.asaSeconds, exactA.asaSeconds),
  };
  const agrees = offs.erlangC_pWaitOff < 1 && offs.erlangC_levelOff < 1 && offs.erlangC_asaOff < 1 && offs.erlangA_abandonOff < 2 && offs.erlangA_levelOff < 2 && offs.erlangA_asaOff < 2;
  await breathe();
  const year = ofYear();
  await breathe();
  const cuts: Record<string, number | string> = {};
  let reachedCut = true;
  for (const centre of centres) {
    const ours = meanWait(scenarioOf(centre, 5));
    const line = meanWait(scenarioOf(centre, 5, (queue) => ({ ...queue, strategy: 'round-robin' })));
    const turns = inTurn(scenarioOf(centre, 5));
    const cut = rounded((1 - ours / turns) * 100);
    cuts[`${centre.name}_waitSeconds`] = `${rounded(ours)} ours, ${rounded(line)} round robin in one line, ${rounded(turns)} plain round robin`;
    cuts[`${centre.name}_cutPercent`] = cut;
    cuts[`${centre.name}_cutOfOneLinePercent`] = rounded((1 - ours / line) * 100);
    if (cut < goal) {
      cuts[`${centre.name}_why`] = why[centre.name] ?? 'NOT EXPLAINED';
      reachedCut = reachedCut && centre.name in why;
    }
    await breathe();
  }
  return {
    erlangC: `P(wait) ${c.pWait.toFixed(4)} (${exactC.pWait.toFixed(4)}), 80/20 ${c.level.toFixed(5)} (${exactC.level(20).toFixed(5)}), ASA ${c.asaSeconds.toFixed(2)} (${exactC.asaSeconds.toFixed(2)})`,
    erlangA: `abandoned ${a.abandoned.toFixed(4)} (${exactA.pAbandon.toFixed(4)}), 80/20 ${a.level.toFixed(4)} (${exactA.level(20).toFixed(4)}), ASA ${a.asaSeconds.toFixed(2)} (${exactA.asaSeconds.toFixed(2)})`,
    ...offs, ...year, ...cuts,
    oneLine: 'in one line that is always served while somebody is free, whose turn it is changes who works, and hardly how long anybody waits',
    reached: agrees && year.yearCpuSeconds < 60 && reachedCut,
  };
}

/** A million calls of the published case. @param patienceMs mean, exponential; null: nobody leaves */
function stationary(agents: number, patienceMs: number | null) {
  const to = calls * 18_000;
  const tally = createTally({ from: 0, to, queueIds: ['q'], everywhere: { seconds: 20, share: 0.8, variant: 'late-abandons', shortSeconds: 5 } });
  let [waited, all] = [0, 0];
  const scenario: Scenario = {
    seed: 1, from: 0, to, queues: [{ ...QueueInput.parse({ name: 'q', autoAccept: true }), id: 'q' }], policy: defaultPolicy, drag: 0, items: poisson(7, patienceMs),
    agents: Array.from({ length: agents }, (_, nth) => ({ input: { id: `a${nth}`, capacity: 1, skills: [] }, states: [{ at: 0, state: 'available' }], answersMs: [], misses: 0, declines: 0, missedMs: 0 })),
  };
  simulate(scenario, {
    ended(outcome) {
      tally.ended(outcome);
      all += 1;
      if (outcome.waitMs > 0) waited += 1;
    },
    units: tally.units,
  });
  const { total } = tally.summary(false);
  return { pWait: waited / all, level: total.serviceLevel ?? NaN, asaSeconds: (total.asaMs ?? NaN) / 1000, abandoned: total.abandoned / total.offered };
}

function* poisson(seed: number, patienceMs: number | null): Generator<ScenarioItem> {
  const chance = stream(seed);
  for (let at = 0, nth = 0; nth < calls; nth += 1) {
    at += exponential(chance, 18_000);
    const work = { conversationId: `c${nth}`, queueId: 'q', priority: 0, skills: [], queuedAt: at, units: 1, channelKind: 'voice', declinedBy: [] };
    yield { at, work, handleMs: exponential(chance, 180_000), wrapMs: 0, patienceMs: patienceMs === null ? null : exponential(chance, patienceMs) };
  }
}

function ofYear() {
  const scenario = scenarioOf(hundred(365), 3);
  const tally = createTally({ from: scenario.from, to: scenario.to, queueIds: scenario.queues.map(({ id }) => id) });
  const [began, cpu] = [performance.now(), process.cpuUsage()];
  const { offers } = simulate(scenario, tally);
  const { user, system } = process.cpuUsage(cpu);
  const { total, occupancy } = tally.summary(false);
  return {
    yearConversations: total.offered, yearOffers: offers, yearSeconds: rounded((performance.now() - began) / 1000), yearCpuSeconds: rounded((user + system) / 1e6),
    yearOccupancy: rounded(occupancy ?? 0), yearServiceLevel: rounded(total.serviceLevel ?? 0), yearMemoryMb: Math.round(process.memoryUsage().rss / 1_048_576),
  };
}

function meanWait(scenario: Scenario): number {
  let [waited, all] = [0, 0];
  simulate(scenario, {
    ended({ waitMs }) {
      waited += waitMs;
      all += 1;
    },
  });
  return waited / all / 1000;
}

const off = (one: number, exact: number): number => rounded(Math.abs(one / exact - 1) * 100);
const rounded = (value: number): number => Math.round(value * 100) / 100;
const breathe = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
