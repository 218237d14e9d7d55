/** Asking for a break, deciding it, going. */
import type { Hub } from '../hub.ts';
import { chosenReason } from '../people/rules/states.ts';
import type { Caller } from '../people/sign-in.ts';
import { changeState, stateSettings, wrongReason } from '../people/states.ts';
import { Problem } from '../problem.ts';
import { approvedAtOnce, viewOf } from './rules/breaks.ts';
import type { BreakInput, BreakRequest, BreakView } from './schema.ts';

type Myself = Extract<Caller, { kind: 'person' }>;

const changed = (hub: Hub, request: BreakRequest): BreakView => {
  hub.events.emit('breaks', { personId: request.personId });
  return viewOf(request, hub.now());
};
const tooLate = () => new Problem('conflict', { 'zh-CN': '这个休息申请的状态已经变了，请刷新。', en: 'This request for a break is in another state by now. Look again.' });

/**
 * Asks for a break. It is approved at once while fewer are on a break than the settings let go unasked; counted on this node one after
 * another: two nodes in the same moment may let one more go. A Problem 'conflict' when they asked already or are on a break.
 */
export function askBreak(hub: Hub, caller: Myself, { reason: asked, minutes }: BreakInput): Promise<BreakView> {
  return hub.turns('breaks', async () => {
    const settings = await stateSettings(hub);
    const found = chosenReason(settings, 'break', asked);
    if ('wrong' in found) throw wrongReason(found.wrong);
    const now = hub.now();
    const people = await hub.store.people.list();
    const on = people.filter(({ state, disabled }) => state === 'break' && !disabled);
    if (on.some(({ id }) => id === caller.id)) throw new Problem('conflict', { 'zh-CN': '您正在休息。', en: 'You are on a break.' });
    const going = (await hub.store.breaks.open()).filter(({ state }) => state === 'approved');
    const request = await hub.store.breaks.ask({
      personId: caller.id, reason: asked, ...(found.reason ? { words: found.reason.words } : {}), minutes, askedAt: now,
      ...(approvedAtOnce(settings.breaks.autoApprove, on.length + going.length) ? { state: 'approved', decidedBy: null, decidedAt: now } : { state: 'asked' }),
    });
    if (!request) throw new Problem('conflict', { 'zh-CN': '您已经提交了休息申请。', en: 'You have asked for a break already.' });
    return changed(hub, request);
  });
}

/** A supervisor's word on it. A Problem 'conflict' when it is decided or withdrawn already. */
export async function decideBreak(hub: Hub, { id, name }: Caller, requestId: string, state: 'approved' | 'declined', note?: string): Promise<BreakView> {
  const request = await hub.store.breaks.decide(requestId, { state, decidedBy: { id, name }, decidedAt: hub.now(), ...(note ? { note } : {}) });
  if (!request) throw tooLate();
  return changed(hub, request);
}

/** The agent goes: the break counts from now. */
export async function beginBreak(hub: Hub, caller: Myself, requestId: string): Promise<BreakView> {
  const request = await hub.store.breaks.begin(requestId, caller.id, hub.now());
  if (!request) throw tooLate();
  const { reason, words } = request;
  await changeState(hub, caller.id, { to: { state: 'break', reason: reason !== null && words ? { id: reason, words, states: ['break'] } : reason }, by: { kind: 'agent', id: caller.id } });
  return changed(hub, request);
}

/** The agent does not want it any more. */
export async function withdrawBreak(hub: Hub, caller: Myself, requestId: string): Promise<void> {
  const request = await hub.store.breaks.withdraw(requestId, caller.id, hub.now());
  if (!request) throw tooLate();
  changed(hub, request);
}
