/** Why: the candidates of one decision with their scores, the stage, and the reason for each who was left out. */
import type { Skill } from '../../conversations/schema.ts';
import type { Candidate, Exclusion, Receipt } from '../schema.ts';
import { allAsked } from './needs.ts';
import { lacksRoom } from './room.ts';
import { firstWith, fitOf, seatOf } from './rosters.ts';
import { rounded, scoreOf, termsOf } from './score.ts';
import type { Agent, Item, Need, RoutingState } from './state.ts';

/** Runners-up listed behind the winner. */
const runnersUp = 4;
/** Agents looked at for reasons: a receipt must not cost a walk over ten thousand agents. */
const lookedAt = 16;

/** Call before the offer is taken into the state. The list is capped; `eligible` and `agents` count all. */
export function explain(state: RoutingState, item: Item, need: Need, winner: Agent, now: number): Receipt {
  const { policy } = state;
  const { hold } = item;
  const candidates: Candidate[] = [candidate(state, winner, need, now, 'winner')];
  const listed = (agent: Agent): boolean => candidates.some((one) => one.agentId === agent.id);
  const leaveOut = (agent: Agent | undefined): void => {
    if (!agent || candidates.length >= policy.candidatesShown || listed(agent)) return;
    const because = excludedBecause(state, agent, item, need, now);
    if (because !== null) candidates.push(candidate(state, agent, need, now, 'excluded', because));
  };
  if (!hold) {
    firstWith(state, need, (agent) => {
      if (candidates.length > runnersUp || candidates.length >= policy.candidatesShown) return true;
      if (agent === winner) return false;
      const because = excludedBecause(state, agent, item, need, now);
      candidates.push(because === null ? candidate(state, agent, need, now, 'eligible') : candidate(state, agent, need, now, 'excluded', because));
      return false;
    });
  }
  // Those who just declined first, then the agents known longest.
  for (const { agentId } of item.declinedBy) leaveOut(state.agents.get(agentId));
  let looked = 0;
  for (const agent of state.agents.values()) {
    if (++looked > lookedAt || candidates.length >= policy.candidatesShown) break;
    leaveOut(agent);
  }
  return {
    policy: policy.version,
    strategy: need.line.queue.strategy,
    queueId: item.queueId,
    score: rounded(scoreOf(policy, item, now)),
    terms: termsOf(policy, need.line, item, now),
    waitedSeconds: Math.round((now - item.queuedAt) / 1000),
    stage: { index: item.stage, of: need.line.stages.length + 1, opened: [...item.opened], dropped: droppedSkills(item, need) },
    ...(hold ? { held: { agentId: winner.id, by: hold.by } } : {}),
    needs: { skills: hold?.by === 'return' ? [] : need.skills, units: need.units, channelKind: need.kind },
    winner: winner.id,
    candidates,
    eligible: hold ? 1 : (state.seats[seatOf(state, need)] ?? 0),
    agents: state.agents.size,
  };
}

/** The first reason why the agent cannot take it now; null when nothing speaks against it. */
export function excludedBecause(state: RoutingState, agent: Agent, item: Item, need: Need, now: number): Exclusion | null {
  if (!agent.known) return { code: 'unknown' };
  if (item.hold && item.hold.agent !== agent) return { code: 'not-preferred', agentId: item.hold.agent.id };
  if (need.line.members && !need.line.members.has(agent.id)) return { code: 'not-member' };
  for (const { name, level } of need.skills) {
    const own = agent.skills.get(name) ?? 0;
    if (own < level) return { code: 'skill', skill: name, has: own, needs: level };
  }
  if (agent.state !== 'available') return { code: 'state', state: agent.state };
  const { kind, units, media, tightIndex } = need;
  const lacks = lacksRoom(state, agent, { kind, units, media, tight: state.voiceFirst && tightIndex >= 0 });
  if (lacks) return lacks;
  const no = item.declinedBy.find((one) => one.agentId === agent.id && one.until > now);
  return no ? { code: 'declined', seconds: Math.ceil((no.until - now) / 1000) } : null;
}

/** What queue and conversation asked that this stage asks no more, or not to that level. */
function droppedSkills(item: Item, need: Need): Skill[] {
  if (need.stage === 0) return [];
  return allAsked(need.line, item).filter(({ name, level }) => !need.skills.some((still) => still.name === name && still.level >= level));
}

function candidate(state: RoutingState, agent: Agent, need: Need, now: number, outcome: Candidate['outcome'], because?: Exclusion): Candidate {
  const { id: agentId, load, capacity } = agent;
  const score = strategyScore(state, agent, need, now);
  return because === undefined ? { agentId, outcome, score, load, capacity } : { agentId, outcome, because, score, load, capacity };
}

function strategyScore(state: RoutingState, agent: Agent, need: Need, now: number): number {
  const { id, strategy } = need.line.queue;
  if (strategy === 'least-busy') return rounded(agent.capacity === 0 ? 1 : agent.load / agent.capacity);
  if (strategy === 'round-robin') return agent.turns.get(id) ?? 0;
  if (strategy === 'best-fit' && need.skills.length > 0) return rounded(fitOf(state.policy, agent, need.skills));
  return Math.max(0, Math.round((now - agent.idleSince) / 1000));
}
