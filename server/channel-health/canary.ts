/** A probe for each channel, by one node at a time; what it and real sends show becomes one state for all nodes. */
import type mongoose from 'mongoose';
import type { RunningChannel } from '../channels/running.ts';
import type { Hub } from '../hub.ts';
import { holdLease, type Lease } from '../store/lease.ts';
import { findingOf, look } from './look.ts';
import { apartMs, nextProbeMs, patienceMs, step, type Finding } from './rules/canary.ts';
import type { Canary } from './schema.ts';

/** A channel that cannot be probed is given another chance when no send has failed for so long: longer than any back-off. */
const lapseMs = 20 * 60_000;
/** Deliveries that are due later than this lie with nobody. */
const soonMs = 60_000;
const mostRaces = 10;

/** @param everyMs between two probes of a channel  @param soleNode whoever held the lease is dead */
export function startCanary(hub: Hub, leases: mongoose.mongo.Collection<Lease>, owner: string, { everyMs, soleNode }: { everyMs: number; soleNode: boolean }) {
  const known = new Map<string, Canary>();
  const plan = new Map<string, { connector: RunningChannel['connector']; at: number }>();
  const apart = apartMs(everyMs);
  const patience = patienceMs(everyMs);
  let stopped = false;

  /** Takes over what is stored; whoever looks at channels hears of a change. */
  const learn = (canary: Canary) => {
    const { channelId, state, since, reason } = canary;
    const before = known.get(channelId);
    if (stopped || (before && before.version >= canary.version)) return;
    known.set(channelId, canary);
    if ((before?.state ?? 'up') === state) return;
    hub.channels.setVerdict(channelId, state === 'down' ? { state: 'down', detail: { message: reason ?? '' }, at: since } : null);
    const health = hub.channels.health(channelId);
    if (health) hub.events.emit('health', { channelId, health });
    hub.events.emit('alerts', {});
    hub.log.warn({ channel: channelId, since, reason }, state === 'down' ? 'the channel is down' : 'the channel is there again');
    if (state === 'up') void hub.store.conversations.hasten(channelId, hub.now(), soonMs).catch(error => hub.log.warn({ err: error }, 'waiting messages could not be hastened'));
  };

  const note = async (channelId: string, finding: Finding): Promise<void> => {
    for (let race = 0; race < mostRaces; race++) {
      const next = step(await hub.store.channelHealth.getCanary(channelId), channelId, finding, hub.now(), apart);
      if (!await hub.store.channelHealth.putCanary(next)) continue;
      learn(next);
      return;
    }
  };
  const quietly = (work: Promise<unknown>) => { void work.catch(error => { if (!stopped) hub.log.warn({ err: error }, 'the state of a channel could not be noted'); }); };

  const probe = async (running: RunningChannel): Promise<void> => {
    const { channel, connector } = running;
    const finding = await look(connector, patience);
    // Removed, or started anew with other settings meanwhile: that was another channel.
    if (stopped || hub.channels.get(channel.id)?.connector !== connector) return;
    await Promise.all([
      note(channel.id, finding),
      hub.store.channelHealth.add(channel.id, hub.now(), { probes: 1, probesFailed: 'ok' in finding && !finding.ok ? 1 : 0 }),
    ]);
    const failures = known.get(channel.id)?.failures ?? 0;
    const planned = plan.get(channel.id);
    if (planned?.connector === connector) planned.at = performance.now() + nextProbeMs(everyMs, failures, hub.random());
  };

  const lease = holdLease(leases, 'canary', owner, { onHeld: () => plan.clear(), onLost: () => undefined, onError: error => hub.log.warn({ err: error }, 'the canary lease could not be renewed') }, { force: soleNode });

  const round = () => {
    if (lease.fence() === null) return;
    const now = performance.now();
    for (const id of hub.channels.ids()) {
      const running = hub.channels.get(id);
      if (!running?.connector.probe) continue;
      const canary = known.get(id);
      const planned = plan.get(id);
      // At the start not all at once, and not before a session had time to open.
      if (planned?.connector !== running.connector) { plan.set(id, { connector: running.connector, at: now + everyMs * (0.1 + 0.3 * hub.random()) }); continue; }
      // A send that failed is looked into soon.
      const soon = canary?.failures === 1 && planned.at - now > everyMs / 4 ? now + everyMs / 4 : planned.at;
      planned.at = soon;
      if (soon > now) continue;
      // Nobody has signed in here yet: that is no outage.
      if (!canary?.proven && hub.channels.health(id)?.state === 'waiting') { planned.at = now + everyMs; continue; }
      planned.at = now + everyMs;
      quietly(probe(running));
    }
  };
  /** What other nodes found out; and canaries of channels that are gone. */
  const refresh = async () => {
    const stored = await hub.store.channelHealth.listCanaries();
    for (const canary of stored) if (hub.channels.get(canary.channelId)) learn(canary);
    for (const id of known.keys()) if (!hub.channels.get(id)) forget(id);
    if (lease.fence() === null) return;
    const channels = new Set((await hub.store.channels.list()).map(({ id }) => id));
    for (const { channelId, state, failedAt } of stored) {
      if (!channels.has(channelId)) await hub.store.channelHealth.dropCanary(channelId);
      else if (state === 'down' && !hub.channels.get(channelId)?.connector.probe && hub.now().getTime() - (failedAt?.getTime() ?? 0) > lapseMs) await note(channelId, { ok: true });
    }
  };
  const forget = (channelId: string) => {
    const was = known.get(channelId);
    known.delete(channelId);
    plan.delete(channelId);
    hub.channels.setVerdict(channelId, null);
    if (was?.state === 'down') hub.events.emit('alerts', {});
  };

  const rounds = setInterval(round, Math.min(1_000, everyMs / 20));
  const refreshing = setInterval(() => quietly(refresh()), Math.max(500, Math.min(5_000, everyMs / 12)));
  const off = hub.events.on('tried', ({ channelId, error }) => {
    const canary = known.get(channelId);
    const works = !canary || (canary.state === 'up' && canary.failures === 0);
    const finding = error === undefined ? { ok: true as const } : findingOf(error);
    if (!finding || ('limited' in finding) || (finding.ok && works)) return;
    // A mailbox may send while nothing comes in: what a probe found only a probe ends, but soon.
    const planned = plan.get(channelId);
    if (finding.ok && hub.channels.get(channelId)?.connector.probe) {
      if (planned) planned.at = Math.min(planned.at, performance.now() + everyMs / 4);
      return;
    }
    quietly(note(channelId, finding));
  });
  quietly(refresh());

  return {
    /** What is known of a channel here; up to some seconds old. */
    of: (channelId: string): Canary | undefined => known.get(channelId),
    async stop(): Promise<void> {
      stopped = true;
      clearInterval(rounds);
      clearInterval(refreshing);
      off();
      await lease.stop();
    },
  };
}
