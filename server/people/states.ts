/** What agents do right now, said by themselves, by who runs the floor, or found out; every change is a line of the log. */
import type { Actor } from '../conversations/schema.ts';
import type { Hub } from '../hub.ts';
import { Problem } from '../problem.ts';
import { chosenReason, defaultStates, intervals } from './rules/states.ts';
import type { AgentState, Person, StateInput, StateInterval, StateReason, StateSettings, StateSettingsInput, StatesQuery } from './schema.ts';
import type { Caller } from './sign-in.ts';

const dayMs = 86_400_000;
const mostDays = 31;

/** How agents say what they do. */
export const stateSettings = async (hub: Pick<Hub, 'store'>): Promise<StateSettings> => (await hub.store.people.stateSettings.last())?.kept ?? defaultStates;

/** As it was saved last; rev 0: nobody has changed it. */
export async function keptStateSettings(hub: Pick<Hub, 'store'>) {
  const last = await hub.store.people.stateSettings.last();
  return { rev: last?.rev ?? 0, settings: last?.kept ?? defaultStates, at: last?.at ?? null, by: last?.by ?? null };
}

/** Saves it. A Problem 'conflict' names who saved meanwhile. */
export async function saveStateSettings(hub: Hub, { rev, settings }: StateSettingsInput, by: { id: string; name: string }) {
  if (!await hub.store.people.stateSettings.save(rev, { kept: settings, at: hub.now(), by })) {
    const name = (await keptStateSettings(hub)).by?.name ?? '?';
    throw new Problem('conflict', { 'zh-CN': `${name} 刚刚保存了状态设置，请刷新后再改。`, en: `${name} saved these settings meanwhile. Look again, then change them.` }, { rev: 'is not the last' });
  }
  return keptStateSettings(hub);
}

/** `to` absent: the state stays. */
type Change = { to?: { state: AgentState; reason: StateReason | string | null }; offFor?: string[] | undefined; by: Actor; only?: AgentState };

/**
 * Changes somebody's state and logs it; what changes nothing is not logged again. Null: they were not in the state `only`.
 * One after another for each person, so that the log tells the order in which it was.
 */
export function changeState(hub: Hub, id: string, { to, offFor, by, only }: Change): Promise<Person | null> {
  return hub.turns(`state/${id}`, async () => {
    const before = await hub.store.people.get(id);
    if (!before) throw new Problem('not-found', 'There is no such person.');
    if (only && before.state !== only) return null;
    const { state, reason } = to ?? { state: before.state, reason: before.stateReason };
    const said = typeof reason === 'string' || reason === null ? { reason } : { reason: reason.id, words: reason.words };
    const off = offFor ?? before.offFor ?? [];
    const moved = before.state !== state || before.stateReason !== said.reason;
    let person: Person | null = before;
    if (moved || off.join() !== (before.offFor ?? []).join()) {
      const at = hub.now();
      person = await hub.store.people.change(id, { state, stateReason: said.reason, offFor: off, ...(moved ? { stateSince: at } : {}) });
      if (moved) await endBreak(hub, id, state, at);
      await hub.store.people.logState(id, { state, ...said, ...(off.length ? { offFor: off } : {}), at, by });
    }
    // Told also when nothing changed: the router may have thought otherwise.
    if (person) hub.events.emit('person', { person });
    return person;
  });
}

/** A break is over when its state is; who leaves needs none any more. */
async function endBreak(hub: Hub, personId: string, state: AgentState, at: Date): Promise<void> {
  if (state !== 'break' && await hub.store.breaks.end(personId, at, state === 'offline')) hub.events.emit('breaks', { personId });
}

/** A state that was found out, or set by the hub's own rules. */
export async function setState(hub: Hub, id: string, state: AgentState, reason: string | null = null, by: Actor = { kind: 'system', id: 'hub' }): Promise<Person> {
  const person = await changeState(hub, id, { to: { state, reason }, by });
  if (!person) throw new Problem('not-found', 'There is no such person.');
  return person;
}

const actorOf = ({ kind, id }: Pick<Caller, 'kind' | 'id'>): Actor => ({ kind: kind === 'person' ? 'agent' : 'program', id });

/** What somebody says of themselves, or a supervisor of them. A Problem 'invalid' where the reason does not fit or is missing. */
export async function chooseState(hub: Hub, caller: Caller, id: string, { state, reason: asked = null, offFor }: StateInput): Promise<Person> {
  const settings = await stateSettings(hub);
  const found = chosenReason(settings, state, asked);
  if ('wrong' in found) throw wrongReason(found.wrong);
  if (state === 'break' && settings.breaks.byRequest && caller.role === 'agent' && (await hub.store.people.get(id))?.state !== 'break') {
    throw new Problem('conflict', { 'zh-CN': '请先申请休息，批准后再开始。', en: 'Ask for a break first; begin it once it is approved.' });
  }
  const person = await changeState(hub, id, { to: { state, reason: found.reason }, offFor: offFor && known(hub, offFor), by: actorOf(caller) });
  if (!person) throw new Problem('not-found', 'There is no such person.');
  return person;
}

/** Leaves kinds of channels out, or takes them again; the state stays. */
export async function leaveOut(hub: Hub, caller: Caller, offFor: string[]): Promise<Person | null> {
  return changeState(hub, caller.id, { offFor: known(hub, offFor), by: actorOf(caller) });
}

/** Each kind once, in order. */
function known(hub: Hub, offFor: string[]): string[] {
  const kinds = new Set(hub.channels.kinds.map(({ manifest }) => manifest.kind));
  const unknown = offFor.findIndex(kind => !kinds.has(kind));
  if (unknown >= 0) throw new Problem('invalid', 'There is no such kind of channel.', { [`offFor.${unknown}`]: 'must be a kind of channel' });
  return [...new Set(offFor)].toSorted();
}

/** Words for a reason that does not fit. */
export const wrongReason = (wrong: 'missing' | 'unknown'): Problem => wrong === 'missing'
  ? new Problem('invalid', { 'zh-CN': '切换到该状态需要选择原因。', en: 'Say why: this state needs a reason.' }, { reason: 'is needed' })
  : new Problem('invalid', { 'zh-CN': '该状态没有这个原因，请重新选择。', en: 'This is no reason for that state. Choose another.' }, { reason: 'is not one of this state' });

/** Somebody's states as times: one's own, or anybody's for who runs the floor. */
export async function statesOf(hub: Hub, caller: Caller, id: string, query: StatesQuery): Promise<StateInterval[]> {
  if (!await hub.store.people.get(id)) throw new Problem('not-found', 'There is no such person.');
  if (caller.role === 'agent' && caller.id !== id) throw new Problem('forbidden', { 'zh-CN': '只能查看自己的状态记录。', en: 'Agents see their own states only.' });
  const now = hub.now();
  const to = query.to ? new Date(query.to) : now;
  const from = query.from ? new Date(query.from) : new Date(to.getTime() - dayMs);
  if (from >= to) throw new Problem('invalid', 'The time must begin before it ends.', { from: 'must be before `to`' });
  if (to.getTime() - from.getTime() > mostDays * dayMs) throw new Problem('invalid', `Ask for at most ${mostDays} days at once.`, { from: `is more than ${mostDays} days before \`to\`` });
  return intervals(await hub.store.people.statesOf(id, from, to), from, to, now);
}
