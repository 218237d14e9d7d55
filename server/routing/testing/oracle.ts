/** Routing by scanning everything, every time: slow, and without a line of the rules it is to check. */
import type { AgentState } from '../../people/schema.ts';
import type { Media, Queue, RoutingPolicy, Stage } from '../schema.ts';

export const units = { chat: 1, email: 2, voice: 1 } as const;
export type Kind = keyof typeof units;
type Levels = Record<string, number>;

/** A conversation as a plain record. Empty `agentId`: nobody's. */
export type Work = {
  id: string; place: 'waiting' | 'offered' | 'assigned' | 'gone'; queueId: string; priority: number; asks: Levels; kind: Kind; queuedAt: number; lineSince: number;
  agentId: string; until: number; seq: number; no: Map<string, number>; stage: number; lifted: boolean; passed: Set<string>; requeued: boolean;
  preferred: string | null; returnTo: { agentId: string; until: number } | null; value: number; vip: boolean; mood: number;
};
export type Person = {
  id: string; state: AgentState; capacity: number; levels: Levels; emailCap: number; off: string[]; idleSince: number; misses: number; turns: Map<string, number>;
};

/** Everything there is, and the questions one may ask about it. `fallback` serves queues that do not exist. */
export function oracle(fallback: Queue) {
  const works: Work[] = [];
  const people = new Map<string, Person>();
  const queues = new Map<string, Queue>();
  /** Queues that calls came into. */
  const callQueues = new Set<string>();
  const world: { policy: RoutingPolicy | null; now: number } = { policy: null, now: 0 };
  const policy = (): RoutingPolicy => world.policy ?? never();

  const queueOf = (work: Work): Queue => queues.get(work.queueId) ?? fallback;
  const stagesOf = (work: Work): readonly Stage[] => queueOf(work).stages ?? policy().stages;
  const waiting = (): Work[] => works.filter((work) => work.place === 'waiting');
  const held = (id: string): Work[] => works.filter((work) => work.agentId === id && (work.place === 'offered' || work.place === 'assigned'));
  const load = (id: string, kind?: Kind): number => held(id).reduce((sum, work) => sum + (kind === undefined || work.kind === kind ? units[work.kind] : 0), 0);

  const score = (work: Work): number => {
    const { pointsPerPriority, vipSteps, agePointsPerMinute, slaPointsPerMinute, slackMinutesWithoutSla, valuePoints, moodPoints, requeuePoints } = policy();
    const waited = (world.now - work.queuedAt) / 60_000;
    return pointsPerPriority * (queueOf(work).priority + work.priority) + agePointsPerMinute * waited + slaPointsPerMinute * (waited - slackMinutesWithoutSla) +
      (valuePoints * work.value) / 100 + (work.vip ? pointsPerPriority * vipSteps : 0) + moodPoints * Math.max(0, -work.mood) + (work.requeued ? requeuePoints : 0);
  };

  /** Skills asked in the present stage. */
  const asked = (work: Work): Levels => {
    const levels: Levels = Object.fromEntries(Object.entries(work.asks).filter(([, level]) => level > 0));
    for (const { name, level } of queueOf(work).requires) levels[name] = Math.max(level, levels[name] ?? 0);
    for (const { requires } of stagesOf(work).slice(0, work.stage)) {
      if (!requires) continue;
      for (const name of Object.keys(levels)) {
        const still = requires.find((skill) => skill.name === name);
        if (still) levels[name] = Math.min(levels[name] ?? 0, still.level);
        else delete levels[name];
      }
    }
    return levels;
  };
  const serves = (work: Work, who: Person): boolean => {
    const { members } = queueOf(work);
    return (members === 'all' || members.includes(who.id)) && Object.entries(asked(work)).every(([name, level]) => (who.levels[name] ?? 0) >= level);
  };
  const capOf = (who: Person, kind: Kind): number => (kind === 'email' ? who.emailCap : Infinity);
  const signedIn = (who: Person | undefined): boolean => who !== undefined && who.state !== 'offline';
  const able = (work: Work, who: Person): boolean =>
    signedIn(who) && serves(work, who) && who.capacity >= units[work.kind] && capOf(who, work.kind) >= units[work.kind] && !who.off.includes(work.kind);

  /** The agent it waits for alone. */
  const holder = (work: Work): { agentId: string; by: 'stage' | 'return' } | null => {
    if (work.lifted || queueOf(work).pull === 'only') return null;
    if (work.returnTo) return { agentId: work.returnTo.agentId, by: 'return' };
    return work.preferred !== null && stagesOf(work)[work.stage - 1]?.preferred === true ? { agentId: work.preferred, by: 'stage' } : null;
  };

  const callsFirst = (): boolean => {
    const { voiceFirst } = policy();
    return voiceFirst !== null && waiting().some((work) => work.kind === 'voice' && holder(work) === null && work.queuedAt + voiceFirst.afterSeconds * 1000 <= world.now && [...people.values()].some((who) => able(work, who)));
  };
  const room = (work: Work, who: Person): boolean => {
    const cost = units[work.kind];
    if (load(who.id) + cost > who.capacity || load(who.id, work.kind) + cost > capOf(who, work.kind) || who.off.includes(work.kind)) return false;
    if (held(who.id).some((other) => !mayRing(other.kind, work.kind))) return false;
    const { voiceFirst } = policy();
    return work.kind === 'voice' || voiceFirst === null || !takesCalls(who) || !callsFirst() || load(who.id) - load(who.id, 'voice') + cost <= voiceFirst.units;
  };
  const mayRing = (busyWith: Media, by: Media): boolean => policy().interrupts[busyWith].includes(by);
  const takesCalls = (who: Person): boolean => [...callQueues].some((id) => {
    const { members } = queues.get(id) ?? fallback;
    return members === 'all' || members.includes(who.id);
  });

  const can = (work: Work, who: Person): boolean => {
    const hold = holder(work);
    if (who.state !== 'available' || !room(work, who) || (hold && hold.agentId !== who.id)) return false;
    return hold?.by === 'return' || (serves(work, who) && (hold !== null || (work.no.get(who.id) ?? -Infinity) <= world.now));
  };
  const pairs = (): { work: Work; who: Person }[] =>
    waiting().filter((work) => queueOf(work).pull !== 'only').flatMap((work) => [...people.values()].filter((who) => can(work, who)).map((who) => ({ work, who })));

  /** Who is asked first: lower, then the longer idle. */
  const rank = (work: Work, who: Person): number[] => {
    const { id, strategy } = queueOf(work);
    const fit = Object.keys(asked(work)).reduce((sum, name) => sum + (policy().skillWeights[name] ?? 1) * (who.levels[name] ?? 0), 0);
    return [strategy === 'least-busy' ? load(who.id) / who.capacity : strategy === 'round-robin' ? (who.turns.get(id) ?? 0) : strategy === 'best-fit' ? -fit : 0, who.idleSince];
  };

  /** It comes into line: from now on its queue takes calls if it is one. */
  const comes = (work: Work): void => {
    work.place = 'waiting';
    work.agentId = '';
    if (work.kind === 'voice') callQueues.add(queueOf(work).id);
  };

  const openNext = (work: Work, because: string, moved: string[]): void => {
    const next = stagesOf(work)[work.stage] ?? never();
    work.stage += 1;
    const target = queues.get(next.overflowQueueId ?? '');
    if (!target || target.id === queueOf(work).id || work.passed.has(target.id)) return;
    moved.push(`${work.id} to ${target.id} because of ${because}`);
    work.passed.add(queueOf(work).id);
    Object.assign(work, { queueId: target.id, lineSince: world.now, stage: 0, returnTo: null });
    comes(work);
  };

  /** Opens what is due, until nothing is; says what moved. */
  const openStages = (): string[] => {
    const moved: string[] = [];
    for (let more = true; more; ) {
      more = false;
      for (const work of waiting()) {
        const hold = holder(work);
        const next = stagesOf(work)[work.stage];
        if (hold?.by === 'return') {
          if ((work.returnTo?.until ?? 0) > world.now && signedIn(people.get(hold.agentId))) continue;
          work.lifted = true;
          more = true;
        } else if (next && work.lineSince + next.afterSeconds * 1000 <= world.now) {
          openNext(work, 'time', moved);
          more = true;
        }
      }
      if (more) continue;
      const alone = waiting().find((work) => {
        const hold = holder(work);
        return stagesOf(work)[work.stage]?.skipIfNone === true && hold?.by !== 'return' && ![...people.values()].some((who) => (hold === null || hold.agentId === who.id) && able(work, who));
      });
      if (!alone) continue;
      openNext(alone, 'nobody', moved);
      more = true;
    }
    return moved;
  };

  /** The earliest time at which a scan would find something new: an offer, a stage, a hold or a call's patience ends. */
  const nextAt = (): number => {
    const stages = waiting().flatMap((work) => {
      const next = stagesOf(work)[work.stage];
      return holder(work)?.by === 'return' ? [work.returnTo?.until ?? 0] : next ? [work.lineSince + next.afterSeconds * 1000] : [];
    });
    return Math.min(Infinity, ...works.filter((work) => work.place === 'offered').map((work) => work.until), ...stages);
  };

  return { works, people, queues, callQueues, world, policy, queueOf, held, load, score, can, able, pairs, rank, room, holder, comes, openStages, nextAt };
}

/** The test names something that does not exist. */
export function never(): never {
  throw new Error('the test names something that does not exist');
}
