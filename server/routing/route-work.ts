/** The router among the others: fed by entries and people, its offers become entries. One node holds it at a time. */
import type mongoose from 'mongoose';
import { append } from '../conversations/append.ts';
import { tellCustomer } from '../conversations/tell-customer.ts';
import type { Head } from '../conversations/schema.ts';
import type { Hub } from '../hub.ts';
import { setState } from '../people/change.ts';
import type { Person } from '../people/schema.ts';
import { holdLease, type Lease } from '../store/lease.ts';
import { createRouter } from './router.ts';
import type { AgentInput } from './schema.ts';
import type { Fed } from './rules/sync.ts';

const placesMs = 1_000;

const agentOf = (person: Person): AgentInput => ({ id: person.id, state: person.disabled ? 'offline' : person.state, capacity: person.capacity, skills: person.skills });

/** Starts routing as soon as this node holds the lease. @param soleNode whoever held it is dead: take it at once */
export function startRouting(hub: Hub, leases: mongoose.mongo.Collection<Lease>, owner: string, soleNode: boolean) {
  const fedOf = (head: Head): Fed => {
    const kind = hub.channels.get(head.thread.channelId)?.channel.kind ?? 'unknown';
    return { head, channelKind: kind, units: kind === 'unknown' ? 1 : hub.channels.manifest(kind).units };
  };
  const router = createRouter({
    now: hub.now,
    holds: () => lease.fence() !== null,
    log: hub.log,
    async offer({ conversationId, agentId, until, autoAccept, receipt }) {
      const { entry } = await append(hub, conversationId, autoAccept
        ? { kind: 'assigned', actor: { kind: 'system', id: 'router' }, agentId, only: 'waiting', receipt }
        : { kind: 'offered', agentId, until, receipt });
      return { seq: entry.seq };
    },
    miss: async (conversationId, agentId) => ({ seq: (await append(hub, conversationId, { kind: 'missed', agentId })).entry.seq }),
    async read(conversationId) {
      const head = await hub.heads.get(conversationId);
      return head ? fedOf(head) : null;
    },
    agentMissed: agentId => setState(hub, agentId, 'missed', 'offers rang unanswered'),
  });

  const takeOver = () => router.takeOver(async () => (await hub.heads.flush(), {
    queues: await hub.store.queues.list(),
    agents: (await hub.store.people.list()).map(agentOf),
    heads: (await hub.store.conversations.activeHeads()).map(head => fedOf(hub.heads.peek(head.id) ?? head)),
  }));
  const lease = holdLease(leases, 'router', owner, {
    onHeld: () => { void takeOver().catch(error => hub.log.error({ err: error }, 'the router could not take over')); },
    onLost: () => { void router.stop(); },
    onError: error => hub.log.warn({ err: error }, 'the router lease could not be renewed'),
  }, { force: soleNode });

  const waiting = new Map<string, number>();
  /** Customers in line hear when their place changes. */
  const tellPlaces = () => {
    for (const [id, told] of waiting) {
      const place = router.position(id)?.position;
      if (place === undefined || place === told) continue;
      waiting.set(id, place);
      const head = hub.heads.peek(id);
      if (head) void tellCustomer(hub, head);
    }
  };
  const places = setInterval(tellPlaces, placesMs);
  const off = [
    hub.events.on('appended', ({ entry, head }) => {
      const { changes } = entry;
      if (head.handler === 'queue' && head.status === 'open') { if (!waiting.has(head.id)) waiting.set(head.id, 0); } else waiting.delete(head.id);
      if ('handler' in changes || 'offer' in changes || 'assigneeId' in changes || 'status' in changes || 'priority' in changes || 'queueId' in changes) router.feed(fedOf(head), entry.kind);
    }),
    hub.events.on('person', ({ person }) => {
      router.agentChanged(agentOf(person));
      if (person.disabled) void releaseAll(hub, person.id).catch(error => hub.log.error({ err: error }, 'the work of a disabled agent could not be requeued'));
    }),
    hub.events.on('queues', ({ queues }) => router.queuesChanged(queues)),
  ];

  return {
    place: router.position,
    load: (agentId: string): number => router.agent(agentId)?.load ?? 0,
    async stop(): Promise<void> {
      for (const stop of off) stop();
      clearInterval(places);
      await router.stop();
      await lease.stop();
    },
  };
}

/** Nobody's conversations may stay with somebody who is locked out: they go back in line. */
async function releaseAll(hub: Hub, agentId: string): Promise<void> {
  await hub.heads.flush();
  for (const { id, assigneeId } of await hub.store.conversations.activeHeads()) {
    if (assigneeId === agentId) await append(hub, id, head => ({ kind: 'queued', actor: { kind: 'system', id: 'agent-disabled' }, queueId: head.queueId }));
  }
}
