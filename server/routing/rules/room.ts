/** Whether an agent has room for one more: units, caps, what may interrupt what, and the room that is kept for calls. */
import type { Exclusion, Media, RoutingPolicy } from '../schema.ts';
import type { Agent, RoutingState, Shape } from './state.ts';

const media: readonly Media[] = ['voice', 'chat', 'email'];

/** What a channel kind is to somebody who is busy: everything that is neither a call nor mail is written back and forth. */
export function mediaOf(channelKind: string): Media {
  if (/voice|call|phone/.test(channelKind)) return 'voice';
  return channelKind === 'email' ? 'email' : 'chat';
}

/** Signed in: may still be on a break. */
export function signedIn(agent: Agent): boolean {
  return agent.known && agent.state !== 'offline';
}

/** Whether there could ever be room while the agent is signed in, whatever is going on now. */
export function couldEver(agent: Agent, { kind, units }: Shape): boolean {
  return signedIn(agent) && agent.capacity >= units && (agent.caps[kind] ?? units) >= units && !agent.off.has(kind);
}

/** Whether there is room now. A tight shape is one that leaves the room that calls need. */
export function hasRoom(state: RoutingState, agent: Agent, shape: Shape): boolean {
  const { kind, units, tight } = shape;
  if (agent.capacity - agent.load < units || agent.off.has(kind)) return false;
  const cap = agent.caps[kind];
  if (cap !== undefined && (agent.loadByKind.get(kind) ?? 0) + units > cap) return false;
  if (agent.holding > 0 && interrupted(state.policy, agent, shape.media) !== null) return false;
  return !tight || leavesRoom(state.policy, agent, units);
}

/** Why there is no room; null when there is. */
export function lacksRoom(state: RoutingState, agent: Agent, shape: Shape): Exclusion | null {
  const { kind, units, tight } = shape;
  if (agent.off.has(kind)) return { code: 'off-channel', channelKind: kind };
  const { load, capacity } = agent;
  if (capacity - load < units) return { code: 'capacity', load, capacity, needs: units };
  const cap = agent.caps[kind];
  const loadOfKind = agent.loadByKind.get(kind) ?? 0;
  if (cap !== undefined && loadOfKind + units > cap) return { code: 'channel-cap', channelKind: kind, load: loadOfKind, cap, needs: units };
  const busyWith = interrupted(state.policy, agent, shape.media);
  if (busyWith !== null) return { code: 'interrupt', busyWith, media: shape.media };
  if (tight && !leavesRoom(state.policy, agent, units)) return { code: 'voice-first', load: agent.load - agent.unitsOf.voice, units: state.policy.voiceFirst?.units ?? 0 };
  return null;
}

/** What the agent is busy with that this must not interrupt; null when nothing. */
function interrupted(policy: RoutingPolicy, agent: Agent, by: Media): Media | null {
  for (const busyWith of media) if (agent.itemsOf[busyWith] > 0 && !policy.interrupts[busyWith].includes(by)) return busyWith;
  return null;
}

/** Only who takes calls keeps room for them. */
function leavesRoom({ voiceFirst }: RoutingPolicy, agent: Agent, units: number): boolean {
  return voiceFirst === null || !agent.takesCalls || agent.load - agent.unitsOf.voice + units <= voiceFirst.units;
}
