/** Available agents who do nothing for too long: they become 'away', so that no customer rings at an empty desk. */
import type { Hub } from '../hub.ts';
import { changeState, stateSettings } from './states.ts';

const lookMs = 15_000;

/** The console tells that somebody does something. Whoever was away comes back by it, where the settings say so. */
export async function active(hub: Hub, id: string): Promise<void> {
  if (await hub.store.people.active(id, hub.now()) !== 'away') return;
  if ((await stateSettings(hub)).away?.back === 'hand') return;
  await changeState(hub, id, { to: { state: 'available', reason: 'active' }, by: { kind: 'agent', id }, only: 'away' });
}

/** Sets away who has been idle for too long and at whose desk nothing rings; a desk that rings is looked at again. */
export async function setAway(hub: Hub): Promise<void> {
  const { away } = await stateSettings(hub);
  if (!away) return;
  const now = hub.now();
  const idle = await hub.store.people.idleSince(new Date(now.getTime() - away.minutes * 60_000));
  if (idle.length === 0) return;
  await hub.heads.flush();
  const ringing = new Set((await hub.store.conversations.activeHeads()).map(({ offer }) => offer?.agentId));
  for (const id of idle) {
    if (!ringing.has(id)) await changeState(hub, id, { to: { state: 'away', reason: 'idle' }, by: { kind: 'system', id: 'idle' }, only: 'available' });
  }
}

/** Looks every quarter of a minute. Returns how to stop. */
export function startAway(hub: Hub): () => void {
  const looking = setInterval(() => { void setAway(hub).catch(error => hub.log.warn({ err: error }, 'who is idle could not be found out')); }, lookMs);
  return () => { clearInterval(looking); };
}
