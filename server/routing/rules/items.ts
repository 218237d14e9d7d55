/** What happens to one conversation: it waits, is offered, is taken, comes back, or leaves. */
import type { Opened, WorkItem } from '../schema.ts';
import { recall } from './agents.ts';
import { push, take } from './heap.ts';
import { refresh } from './needs.ts';
import { weightOf } from './ranking.ts';
import { mediaOf } from './room.ts';
import { agentOf, lineOf, type Agent, type Item, type RoutingState } from './state.ts';
import { leaveLine, wait } from './waiting.ts';

const noStage: readonly Opened[] = [];
const nowhere: ReadonlySet<string> = new Set();

/**
 * It waits for an agent, with the start of the wait it brings; one that is known already changes or comes back. Which of its stages have
 * opened is found by the next decide, which knows the time.
 */
export function enqueue(state: RoutingState, work: WorkItem): void {
  const known = state.items.get(work.conversationId);
  if (!known) {
    wait(state, created(state, work));
    return;
  }
  const anew = known.place === 'assigned' || known.queueId !== work.queueId;
  const freed = leavePlace(state, known);
  revise(known, work);
  if (anew) beginAnew(known, work);
  wait(state, known);
  if (freed) refresh(state, freed);
}

/** It is known from now on, with these units, whether or not it ever waited here; offered or accepted says who has it. */
export function acquaint(state: RoutingState, work: WorkItem): void {
  const item = state.items.get(work.conversationId);
  if (!item) {
    created(state, work);
    return;
  }
  if (item.need || (item.units === work.units && item.channelKind === work.channelKind)) return;
  const { agent } = item;
  if (agent) unload(item, agent);
  item.units = work.units;
  item.channelKind = work.channelKind;
  item.media = mediaOf(work.channelKind);
  if (!agent) return;
  hold(item, agent);
  refresh(state, agent);
}

/** Takes what is affected out of line, lets the rules of the line change, and lines it up again. Linear, and rare. */
export function restand(state: RoutingState, affected: (item: Item) => boolean, change: () => void): void {
  const items = [...state.items.values()].filter(affected);
  for (const item of items) if (item.place === 'waiting') leavePlace(state, item);
  change();
  for (const item of items) {
    item.line = lineOf(state, item.queueId);
    item.stage = 0;
    item.opened = noStage;
    if (item.place === 'waiting') wait(state, item);
  }
}

/** It left: resolved, parked, taken back by the bot, or the customer went. Frees whoever had it. */
export function dequeue(state: RoutingState, conversationId: string, now: number): void {
  const item = state.items.get(conversationId);
  if (!item) return;
  const agent = leavePlace(state, item);
  state.items.delete(conversationId);
  if (!agent) return;
  agent.idleSince = now;
  refresh(state, agent);
}

/** An agent is asked: the units are taken from now on. Idempotent, so the entry that reports our own offer does no harm. */
export function offered(state: RoutingState, conversationId: string, agentId: string, until: number, now: number): void {
  const item = state.items.get(conversationId);
  if (!item) return;
  if (item.place === 'offered' && item.agent?.id === agentId && item.until === until) {
    if (item.at < 0) push(state.offers, item);
    return;
  }
  const before = leavePlace(state, item);
  const agent = agentOf(state, agentId);
  item.place = 'offered';
  item.rings = now;
  item.until = until;
  item.due = until;
  push(state.offers, item);
  agent.offers.add(item);
  hold(item, agent);
  agent.idleSince = now;
  agent.turns.set(item.line.queue.id, ++item.line.turn);
  refresh(state, agent);
  if (before && before !== agent) refresh(state, before);
}

/** An agent has it: by accepting, or because somebody assigned it, which may exceed the capacity. */
export function accepted(state: RoutingState, conversationId: string, agentId: string, now: number): void {
  const item = state.items.get(conversationId);
  if (!item || (item.place === 'assigned' && item.agent?.id === agentId)) return;
  const answered = item.place === 'offered' && item.agent?.id === agentId;
  if (item.need || item.place === 'offered') keepPace(item, now);
  const before = leavePlace(state, item);
  const agent = agentOf(state, agentId);
  item.place = 'assigned';
  item.declinedBy = [];
  hold(item, agent);
  if (answered) agent.missedInRow = 0;
  else agent.idleSince = now;
  refresh(state, agent);
  if (before && before !== agent) refresh(state, before);
}

/** The agent said no: back to its old place in line, and not to this agent for a while. */
export function declined(state: RoutingState, conversationId: string, now: number): void {
  const agent = state.items.get(conversationId)?.agent;
  if (agent) agent.missedInRow = 0;
  comeBack(state, conversationId, state.policy.cooldownSeconds, now);
}

/** Nobody answered: as declined, and the agent who lets offers ring becomes 'missed'. Returns that agent's id then. */
export function missed(state: RoutingState, conversationId: string, now: number): string | null {
  const item = state.items.get(conversationId);
  if (item?.place !== 'offered' || !item.agent) return null;
  const { agent } = item;
  const counts = agent.state === 'available' || agent.state === 'busy';
  if (counts) agent.missedInRow += 1;
  const left = counts && agent.missedInRow >= state.policy.missesToMissed;
  if (left) agent.state = 'missed';
  comeBack(state, conversationId, state.policy.missCooldownSeconds, now);
  if (left) recall(state, agent, now);
  return left ? agent.id : null;
}

function comeBack(state: RoutingState, conversationId: string, cooldownSeconds: number, now: number): void {
  const item = state.items.get(conversationId);
  if (item?.place !== 'offered' || !item.agent) return;
  const { agent } = item;
  const until = now + cooldownSeconds * 1000;
  item.declinedBy = item.declinedBy.filter((no) => no.until > now && no.agentId !== agent.id);
  item.declinedBy.push({ agentId: agent.id, until });
  push(state.cooldowns, { at: -1, until, conversationId });
  item.requeued = true;
  if (agent.id === item.preferred) item.lifted = true;
  enqueue(state, item);
}

/** Takes the item out of wherever it is and the units off whoever held it; the caller refreshes that agent. */
function leavePlace(state: RoutingState, item: Item): Agent | null {
  const { agent } = item;
  leaveLine(state, item);
  if (!agent) return null;
  if (item.place === 'offered') {
    if (item.at >= 0) take(state.offers, item);
    agent.offers.delete(item);
  }
  unload(item, agent);
  return agent;
}

function unload(item: Item, agent: Agent): void {
  item.agent = null;
  weigh(item, agent, -1);
}

function hold(item: Item, agent: Agent): void {
  item.agent = agent;
  weigh(item, agent, 1);
}

function weigh({ units, channelKind, media }: Item, agent: Agent, sign: 1 | -1): void {
  agent.load += sign * units;
  agent.loadByKind.set(channelKind, (agent.loadByKind.get(channelKind) ?? 0) + sign * units);
  agent.holding += sign;
  agent.itemsOf[media] += sign;
  agent.unitsOf[media] += sign * units;
}

function created(state: RoutingState, work: WorkItem): Item {
  const nth = state.nth++;
  // What every comparison reads comes first, so that it shares a line of the processor's cache.
  const item: Item = {
    order: 0, queuedAt: work.queuedAt, nth, left: null, right: null, size: 1, weight: weightOf(nth), at: -1,
    conversationId: work.conversationId, queueId: work.queueId, priority: work.priority, skills: work.skills, units: work.units, channelKind: work.channelKind,
    declinedBy: [...work.declinedBy], lineSince: work.lineSince ?? work.queuedAt, preferred: work.preferred, heldUntil: work.heldUntil, dueAt: work.dueAt,
    value: work.value, vip: work.vip, mood: work.mood, requeued: work.requeued, media: mediaOf(work.channelKind),
    place: 'waiting', line: lineOf(state, work.queueId), need: null, stage: 0, opened: noStage, hold: null, lifted: work.declinedBy.some((no) => no.agentId === work.preferred), timer: null, call: null, passed: nowhere,
    agent: null, rings: 0, until: 0, due: 0,
  };
  for (const { until } of work.declinedBy) push(state.cooldowns, { at: -1, until, conversationId: work.conversationId });
  state.items.set(work.conversationId, item);
  return item;
}

/** An agent's "somebody had it" is ours to remember: the outside need not say it again. */
function revise(item: Item, work: WorkItem): void {
  const { queueId, priority, skills, queuedAt, units, channelKind, preferred, heldUntil, dueAt, value, vip, mood, requeued } = work;
  Object.assign(item, { queueId, priority, skills, queuedAt, units, channelKind, preferred, heldUntil, dueAt, value, vip, mood, media: mediaOf(channelKind) });
  item.requeued = item.requeued === true || requeued === true;
}

/** Another wait, or another queue: its stages begin again. */
function beginAnew(item: Item, work: WorkItem): void {
  if (item.place === 'assigned') {
    item.requeued = true;
    item.lifted = false;
  }
  item.lineSince = work.lineSince ?? work.queuedAt;
  item.stage = 0;
  item.opened = noStage;
  item.passed = nowhere;
}

/** Idle times of a line are no pace: an interval starts no earlier than this conversation's own wait. */
function keepPace(item: Item, now: number): void {
  const { pace } = item.line;
  const interval = Math.max(0, now - Math.max(pace.lastAt, item.queuedAt));
  pace.samples += 1;
  pace.meanMs += (interval - pace.meanMs) / Math.min(pace.samples, 20);
  pace.lastAt = now;
}
