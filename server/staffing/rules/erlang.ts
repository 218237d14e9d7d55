/**
 * Closed forms of one queue with one kind of agent: Poisson arrivals, exponential handle times. Erlang C: everybody waits; Erlang A:
 * customers leave after an exponential patience. Both begin with the Erlang B recursion, which neither overflows nor loses digits.
 * They do not hold for several skills or for several chats at once: there the simulator counts.
 */

/** One half-hour or any other steady stretch. Times in seconds. */
export type Traffic = { /** Arrivals per second. */ rate: number; /** Mean handle time with wrap-up. */ ahtSeconds: number };

export type ErlangC = { pWait: number; asaSeconds: number; occupancy: number; /** Answered within so many seconds. */ level(seconds: number): number };

/** Share of arrivals that find all of `agents` busy and are turned away; `load` in erlangs (rate x AHT). */
export function erlangB(load: number, agents: number): number {
  let blocked = 1;
  for (let n = 1; n <= agents; n += 1) blocked = (load * blocked) / (n + load * blocked);
  return blocked;
}

/** Nobody leaves. With no more agents than load the line grows for ever: all wait, nobody is answered in time. */
export function erlangC({ rate, ahtSeconds }: Traffic, agents: number): ErlangC {
  const load = rate * ahtSeconds;
  if (load === 0) return { pWait: 0, asaSeconds: 0, occupancy: 0, level: () => 1 };
  if (agents <= load) return { pWait: 1, asaSeconds: Infinity, occupancy: 1, level: () => 0 };
  const blocked = erlangB(load, agents);
  const pWait = blocked / (1 - (load / agents) * (1 - blocked));
  return {
    pWait,
    asaSeconds: (pWait * ahtSeconds) / (agents - load),
    occupancy: load / agents,
    level: (seconds) => 1 - pWait * Math.exp((-(agents - load) * seconds) / ahtSeconds),
  };
}

export type ErlangA = {
  /** Found all agents busy. */
  pWait: number;
  pAbandon: number;
  /** Mean wait of all, and of those answered (ASA). */
  waitSeconds: number;
  asaSeconds: number;
  occupancy: number;
  /** Answered within T / (answered + abandoned after T). */
  level(seconds: number): number;
};

/** Steps of the integrals: halving them changes the sixth digit. */
const steps = 4_000;

/**
 * Customers leave after an exponential patience of this mean. Formulas of Mandelbaum and Zeltyn over the density of the virtual wait,
 * which is proportional to exp(rate x H(x) - agents x x / AHT), H(x) = patience x (1 - exp(-x / patience)).
 */
export function erlangA({ rate, ahtSeconds }: Traffic, agents: number, patienceSeconds: number): ErlangA {
  const load = rate * ahtSeconds;
  if (load === 0) return { pWait: 0, pAbandon: 0, waitSeconds: 0, asaSeconds: 0, occupancy: 0, level: () => 1 };
  if (agents === 0) return { pWait: 1, pAbandon: 1, waitSeconds: patienceSeconds, asaSeconds: Infinity, occupancy: 0, level: () => 0 };
  const stays = (x: number): number => Math.exp(-x / patienceSeconds);
  const exponent = (x: number): number => rate * patienceSeconds * (1 - stays(x)) - (agents * x) / ahtSeconds;
  // The exponent is concave: its top is where arrivals that still stay balance what the agents finish.
  const top = load > agents ? patienceSeconds * Math.log(load / agents) : 0;
  const highest = exponent(top);
  let end = Math.max(top, ahtSeconds / agents);
  while (exponent(end) - highest > -40) end *= 1.5;
  const weight = (x: number): number => Math.exp(exponent(x) - highest);
  // 1 / B(agents - 1) scaled as the integrals are: may underflow to 0, which then is right.
  const free = Math.exp(-highest) / erlangB(load, agents - 1);
  const all = free + rate * simpson(weight, 0, end);
  const share = (what: (x: number) => number, from: number, to: number): number => (rate * simpson((x) => what(x) * weight(x), from, to)) / all;
  const pWait = share(() => 1, 0, end);
  const answeredLate = share(stays, 0, end);
  const pAbandon = pWait - answeredLate;
  const answered = 1 - pAbandon;
  return {
    pWait,
    pAbandon,
    // Everybody in line leaves at the same rate, so the wait of all follows from those who left.
    waitSeconds: pAbandon * patienceSeconds,
    asaSeconds: share((x) => x * stays(x), 0, end) / answered,
    occupancy: (load * answered) / agents,
    level(seconds) {
      const until = Math.min(seconds, end);
      const inTime = 1 - pWait + share(stays, 0, until);
      const leftLater = share((x) => stays(seconds) - stays(x), until, end);
      return inTime / (answered + Math.max(0, leftLater));
    },
  };
}

export type Target = { /** 0..1 */ level: number; seconds: number; patienceSeconds?: number };

/** The fewest agents that reach the target: Erlang A when the patience is known, else C. Zero traffic needs nobody. */
export function agentsFor(traffic: Traffic, { level, seconds, patienceSeconds }: Target): number {
  if (traffic.rate * traffic.ahtSeconds === 0) return 0;
  const reached = (agents: number): boolean =>
    (patienceSeconds === undefined ? erlangC(traffic, agents) : erlangA(traffic, agents, patienceSeconds)).level(seconds) >= level;
  let high = Math.max(1, Math.ceil(traffic.rate * traffic.ahtSeconds));
  while (!reached(high)) high *= 2;
  let low = 0;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (reached(middle)) high = middle;
    else low = middle;
  }
  return high;
}

function simpson(of: (x: number) => number, from: number, to: number): number {
  if (to <= from) return 0;
  const width = (to - from) / steps;
  let sum = of(from) + of(to);
  for (let step = 1; step < steps; step += 1) sum += (step % 2 === 1 ? 4 : 2) * of(from + step * width);
  return (sum * width) / 3;
}
