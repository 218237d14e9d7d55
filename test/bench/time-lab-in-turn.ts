/**
 * The peer: plain round robin, as simple inboxes give work out. Each conversation goes at once to the next agent in turn who is signed in
 * and has the skills, busy or not, and waits for that agent; each takes its own line first come, first served, as many at a time as
 * its capacity allows. Who goes home leaves the line to be given out again, in turn.
 */
import { heap, peek, push, take, type Placed } from '../../server/routing/rules/heap.ts';
import type { Queue } from '../../server/routing/schema.ts';
import type { Scenario, ScenarioAgent, ScenarioItem } from '../../server/time-lab/schema.ts';

type Desk = { agent: ScenarioAgent; here: boolean; free: number; line: ScenarioItem[]; turn: number };
interface Timer extends Placed { time: number; nth: number; act(): void }

/** Mean wait in seconds of all that came; what still waits at the end has waited until then. */
export function inTurn({ from, to, queues, agents, items }: Scenario): number {
  const lines = new Map(queues.map((queue) => [queue.id, queue]));
  const desks = agents.map((agent): Desk => ({ agent, here: false, free: agent.input.capacity, line: [], turn: 0 }));
  const timers = heap<Timer>((a, b) => (a.time === b.time ? a.nth < b.nth : a.time < b.time));
  let [nth, turn, count, waited, now] = [0, 0, 0, 0, from];
  let nobody: ScenarioItem[] = [];
  const at = (time: number, act: () => void): void => push(timers, { at: -1, time, nth: nth++, act });

  const pump = (desk: Desk): void => {
    for (let next = desk.line[0]; next !== undefined && desk.free >= next.work.units; next = desk.line[0]) {
      const { work, handleMs, wrapMs } = next;
      desk.line.shift();
      desk.free -= work.units;
      const starts = now + (desk.agent.answersMs[0] ?? 0);
      count += 1;
      waited += starts - work.queuedAt;
      at(starts + handleMs + wrapMs, () => {
        desk.free += work.units;
        pump(desk);
      });
    }
  };
  const give = (item: ScenarioItem): void => {
    const queue = lines.get(item.work.queueId ?? '');
    let next: Desk | null = null;
    for (const desk of desks) if (desk.here && can(desk, item, queue) && (next === null || desk.turn < next.turn)) next = desk;
    if (next === null) {
      nobody.push(item);
      return;
    }
    next.turn = ++turn;
    next.line.push(item);
    pump(next);
  };
  const again = (some: ScenarioItem[]): void => {
    for (const item of some.sort((a, b) => a.work.queuedAt - b.work.queuedAt)) give(item);
  };
  for (const desk of desks) {
    for (const { at: time, state } of desk.agent.states) {
      at(time, () => {
        desk.here = state === 'available';
        const left = desk.here ? nobody : desk.line;
        if (desk.here) nobody = [];
        else desk.line = [];
        again(left);
      });
    }
  }
  for (const item of items) {
    if (item.at >= to) break;
    run(item.at);
    now = item.at;
    give(item);
  }
  run(to);
  for (const item of [...nobody, ...desks.flatMap(({ line }) => line)]) {
    count += 1;
    waited += to - item.work.queuedAt;
  }
  return waited / count / 1000;

  function run(until: number): void {
    for (let timer = peek(timers); timer !== undefined && timer.time <= until; timer = peek(timers)) {
      take(timers, timer);
      now = timer.time;
      timer.act();
    }
  }
}

function can({ agent: { input } }: Desk, { work }: ScenarioItem, queue: Queue | undefined): boolean {
  if (queue && queue.members !== 'all' && !queue.members.includes(input.id)) return false;
  return [...(queue?.requires ?? []), ...work.skills].every(({ name, level }) => (input.skills.find((own) => own.name === name)?.level ?? 0) >= level);
}
