/** The router among the others: fed by entries and people, its offers become entries. One node holds it at a time. */
import type mongoose from 'mongoose';
import { append } from '../conversations/append.ts';
import { tellCustomer } from '../conversations/tell-customer.ts';
import type { Head } from '../conversations/schema.ts';
import type { Hub } from '../hub.ts';
import type { Person } from '../people/schema.ts';
import { setState } from '../people/states.ts';
import { holdLease, type Lease } from '../store/lease.ts';
import { customers } from './customers.ts';
import { createRouter } from './router.ts';
import type { Cause, Fed } from './rules/sync.ts';
import { versioned } from './rules/policy.ts';
import { defaultPolicy, type AgentInput, type RoutingPolicy } from './schema.ts';

const placesMs = 1_000;
/** What another node saved is known after this. */
const policyMs = 5_000;

const agentOf = (person: Person): AgentInput => ({ id: person.id, state: person.disabled ? 'offline' : person.state, capacity: person.capacity, skills: person.skills, perChannelCaps: person.perChannelCaps ?? {}, offFor: person.offFor ?? [] });

const waits = (head: Head): boolean => head.handler === 'queue' && head.status === 'open';

/** What of a head the router is told. */
const told = ['handler', 'offer', 'assigneeId', 'status', 'priority', 'queueId', 'skills', 'labels', 'mood', 'returnTo', 'sla'] as const;

/** Starts routing as soon as this node holds the lease. @param soleNode whoever held it is dead: take it at once */
export function startRouting(hub: Hub, leases: mongoose.mongo.Collection<Lease>, owner: string, soleNode: boolean) {
  const fedOf = (head: Head): Fed => {
    const kind = hub.channels.get(head.thread.channelId)?.channel.kind ?? 'unknown';
    // Outside hours it waits, and nobody is to be asked: to the router it is not there.
    return { head: hub.hours.holds(head) ? { ...head, handler: 'nobody' } : head, channelKind: kind, units: kind === 'unknown' ? 1 : hub.channels.manifest(kind).units, customer: asking.of(head) };
  };
  let policy = defaultPolicy;
  let people: Person[] = [];
  const asking = customers(hub, () => people);
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
    miss: async (conversationId, agentId, receipt) => ({ seq: (await append(hub, conversationId, { kind: 'missed', agentId, receipt })).entry.seq }),
    move: async ({ conversationId, queueId, receipt }) => ({ seq: (await append(hub, conversationId, { kind: 'queued', actor: { kind: 'system', id: 'router' }, queueId, only: 'waiting', receipt })).entry.seq }),
    async read(conversationId) {
      const head = await hub.heads.get(conversationId);
      return head ? fedOf(head) : null;
    },
    agentMissed: agentId => setState(hub, agentId, 'missed', 'unanswered', { kind: 'system', id: 'router' }),
  });

  const takeOver = () => router.takeOver(async () => {
    await hub.heads.flush();
    await readPolicy();
    people = await hub.store.people.list();
    const queues = await hub.store.queues.list();
    const heads = (await hub.store.conversations.activeHeads()).map(head => hub.heads.peek(head.id) ?? head);
    asking.clear();
    await asking.readAll(heads.filter(waits));
    return { policy, queues, agents: people.map(agentOf), heads: heads.map(head => fedOf(hub.heads.peek(head.id) ?? head)) };
  });
  const lease = holdLease(leases, 'router', owner, {
    onHeld: () => { void takeOver().catch(error => hub.log.error({ err: error }, 'the router could not take over')); },
    onLost: () => { void router.stop(); },
    onError: error => hub.log.warn({ err: error }, 'the router lease could not be renewed'),
  }, { force: soleNode });

  /** Hours began or ended: who waits comes into line, or steps out of it without losing the place. */
  const feedAll = async () => {
    for (const stored of await hub.store.conversations.activeHeads()) {
      const head = hub.heads.peek(stored.id) ?? stored;
      if (head.handler === 'queue' && head.status === 'open') feed(head, null);
    }
  };

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

  const tell = (held: RoutingPolicy) => {
    if (held.version === policy.version) return;
    policy = held;
    router.policyChanged(held);
  };
  const readPolicy = async () => {
    const last = await hub.store.routingPolicies.last();
    if (last) tell(versioned(last));
  };
  const policies = setInterval(() => { void readPolicy().catch(error => hub.log.warn({ err: error }, 'the routing policy could not be read')); }, policyMs);

  /** What comes into line is told once its customer is known, in the order in which it happened. */
  const feed = (head: Head, cause: Cause | null) => {
    if (!router.busy()) return;
    if (!waits(head)) asking.forget(head.id);
    const pending = waits(head) && !asking.has(head.id) ? asking.read(head) : asking.reading(head.id);
    if (pending) void pending.then(() => router.feed(fedOf(head), cause));
    else router.feed(fedOf(head), cause);
  };
  const off = [
    hub.events.on('appended', ({ entry, head }) => {
      if (waits(head)) { if (!waiting.has(head.id)) waiting.set(head.id, 0); } else waiting.delete(head.id);
      if (told.some(name => name in entry.changes)) feed(head, entry.kind);
    }),
    hub.events.on('person', ({ person }) => {
      people = [...people.filter(each => each.id !== person.id), person];
      router.agentChanged(agentOf(person));
      if (person.disabled) void releaseAll(hub, person.id).catch(error => hub.log.error({ err: error }, 'the work of a disabled agent could not be requeued'));
    }),
    hub.events.on('queues', ({ queues }) => router.queuesChanged(queues)),
    hub.events.on('hours', () => { void feedAll().catch(error => hub.log.error({ err: error }, 'what waits was not told that hours began or ended')); }),
    hub.events.on('routing-policy', ({ policy: saved }) => tell(saved)),
    hub.events.on('contact', ({ contact }) => {
      for (const id of asking.waitingOf(contact.id)) {
        const head = hub.heads.peek(id);
        if (head && waits(head)) void asking.read(head).then(() => feed(hub.heads.peek(id) ?? head, null));
      }
    }),
  ];

  return {
    place: router.position,
    policy: (): RoutingPolicy => policy,
    load: (agentId: string): number => router.agent(agentId)?.load ?? 0,
    async stop(): Promise<void> {
      for (const stop of off) stop();
      clearInterval(places);
      clearInterval(policies);
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
