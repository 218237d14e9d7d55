/** What happens to agents: who they are, what they can, whether they take work. */
import type { AgentInput, AgentView } from '../schema.ts';
import { settle } from './heap.ts';
import { joinsCalls, refresh, refreshAble, reseat } from './needs.ts';
import { agentOf, type Agent, type RoutingState } from './state.ts';

/**
 * A new agent, or a change of state, capacity, skills or caps. Who comes back to 'available' counts as idle from now and starts
 * with a clean record of missed offers. Who goes away loses the offers that still ring: the next decide lists them as expired.
 */
export function agentChanged(state: RoutingState, input: AgentInput, now: number): void {
  const agent = agentOf(state, input.id);
  const comesBack = input.state === 'available' && agent.state !== 'available';
  if (comesBack) agent.missedInRow = 0;
  if (!agent.known) agent.idleSince = input.idleSince ?? now;
  else if (comesBack) agent.idleSince = now;
  agent.state = input.state;
  agent.capacity = input.capacity;
  agent.caps = { ...input.perChannelCaps };
  agent.off = new Set(input.offFor);
  joinsCalls(state, agent);
  const seated = agent.known && sameSkills(agent, input);
  agent.known = true;
  agent.skills = new Map(input.skills.map(({ name, level }) => [name, level]));
  if (seated) {
    refreshAble(state, agent);
    refresh(state, agent);
  } else reseat(state, agent);
  if (agent.state !== 'available' && agent.state !== 'busy') recall(state, agent, now);
}

/** The account is gone: its offers are recalled; what it has assigned stays until somebody moves it. */
export function agentRemoved(state: RoutingState, id: string, now: number): void {
  const agent = state.agents.get(id);
  if (!agent) return;
  agent.known = false;
  agent.state = 'offline';
  reseat(state, agent);
  recall(state, agent, now);
  if (agent.load === 0 && agent.holds.size === 0) state.agents.delete(id);
}

/** Offers that still ring at the agent are due at once. */
export function recall(state: RoutingState, agent: Agent, now: number): void {
  for (const item of agent.offers) {
    if (item.at < 0) continue;
    item.due = Math.min(item.due, now);
    settle(state.offers, item);
  }
}

/** The agent as people and tests read it. */
export function agentView(state: RoutingState, id: string): AgentView | null {
  const agent = state.agents.get(id);
  if (!agent?.known) return null;
  const { state: is, capacity, caps, off, idleSince, load, missedInRow } = agent;
  const skills = [...agent.skills].map(([name, level]) => ({ name, level }));
  return { id, state: is, capacity, skills, perChannelCaps: { ...caps }, offFor: [...off], idleSince, load, missedInRow };
}

function sameSkills(agent: Agent, input: AgentInput): boolean {
  return agent.skills.size === input.skills.length && input.skills.every(({ name, level }) => agent.skills.get(name) === level);
}
