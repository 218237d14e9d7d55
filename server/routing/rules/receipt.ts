/** Why: the candidates of one decision with their scores, and the reason for each who was left out. */
import type { Candidate, Receipt } from '../schema.ts';
import { excludedBecause } from './needs.ts';
import { firstWith } from './rosters.ts';
import { scoreOf, type Agent, type Item, type Need, type RoutingState } from './state.ts';

/** Runners-up listed behind the winner. */
const runnersUp = 4;
/** Agents looked at for reasons: a receipt must not cost a walk over ten thousand agents. */
const lookedAt = 16;

/** Call before the offer is taken into the state. The list is capped; `eligible` and `agents` count all. */
export function explain(state: RoutingState, item: Item, need: Need, winner: Agent, now: number): Receipt {
  const { policy } = state;
  const candidates: Candidate[] = [candidate(winner, need, now, 'winner')];
  firstWith(need, (agent) => {
    const reason = agent === winner ? null : excludedBecause(agent, item, need, now);
    if (reason !== null) candidates.push(candidate(agent, need, now, 'excluded', reason));
    else if (agent !== winner) candidates.push(candidate(agent, need, now, 'eligible'));
    return candidates.length > runnersUp || candidates.length >= policy.candidatesShown;
  });
  const listed = (agent: Agent): boolean => candidates.some((one) => one.agentId === agent.id);
  const leaveOut = (agent: Agent | undefined): void => {
    if (!agent || candidates.length >= policy.candidatesShown) return;
    const reason = excludedBecause(agent, item, need, now);
    if (reason !== null && !listed(agent)) candidates.push(candidate(agent, need, now, 'excluded', reason));
  };
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
    waitedSeconds: Math.round((now - item.queuedAt) / 1000),
    needs: { skills: need.skills, units: need.units, channelKind: need.kind },
    winner: winner.id,
    candidates,
    eligible: state.seats[need.index] ?? 0,
    agents: state.agents.size,
  };
}

function candidate(agent: Agent, need: Need, now: number, outcome: Candidate['outcome'], reason?: string): Candidate {
  const { load, capacity } = agent;
  const score = strategyScore(agent, need, now);
  return reason === undefined ? { agentId: agent.id, outcome, score, load, capacity } : { agentId: agent.id, outcome, reason, score, load, capacity };
}

function strategyScore(agent: Agent, need: Need, now: number): number {
  const { id, strategy } = need.line.queue;
  if (strategy === 'least-busy') return rounded(agent.capacity === 0 ? 1 : agent.load / agent.capacity);
  if (strategy === 'round-robin') return agent.turns.get(id) ?? 0;
  return Math.max(0, Math.round((now - agent.idleSince) / 1000));
}

function rounded(score: number): number {
  return Math.round(score * 100) / 100;
}
