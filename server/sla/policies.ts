/** Policies at hand, so that every entry knows its deadlines without waiting; and what changes them. */
import { mayFollow } from '../calendars/change.ts';
import { append } from '../conversations/append.ts';
import type { Head } from '../conversations/schema.ts';
import type { Hub } from '../hub.ts';
import { Problem } from '../problem.ts';
import { chosen, which } from './rules/choose.ts';
import { clocksAfter } from './rules/clocks.ts';
import type { SlaFacts, SlaPolicy, SlaPolicyInput, SlaPolicyPatch, WhichAnswer } from './schema.ts';

export type Sla = {
  /** The deadlines of a head to which something was done; undefined: as they were. Nothing is reckoned where there is no policy. */
  after(head: Head, now: Date): Head['sla'];
  which(facts: SlaFacts): WhichAnswer;
  /** Reads the policies anew. */
  refresh(): Promise<void>;
  stop(): void;
};

const refreshMs = 30_000;
const none = () => new Problem('not-found', { 'zh-CN': '没有这条 SLA 策略。', en: 'There is no such SLA policy.' });

/** What of a head a policy looks at. */
export const factsOf = ({ queueId, thread, priority, labels }: Head): SlaFacts => ({ queueId, channelId: thread.channelId, priority, labels });

/** Reads the policies, and now and then those another node changed. */
export async function openSla({ store, calendars, log }: Pick<Hub, 'calendars' | 'log'> & { store: Pick<Hub['store'], 'sla'> }): Promise<Sla> {
  let policies: SlaPolicy[] = [];
  const refresh = async () => { policies = await store.sla.list(); };
  await refresh();
  const timer = setInterval(() => { refresh().catch((error: unknown) => log.warn({ err: error }, 'SLA policies could not be read')); }, refreshMs);
  timer.unref();
  return {
    after(head, now) {
      const before = head.sla ?? null;
      if (!policies.length && !before) return undefined;
      const policy = policies.length ? chosen(policies, factsOf(head)) : null;
      if (!policy && !before) return undefined;
      const after = clocksAfter(head, policy, calendars.of(policy?.calendarId), now);
      return after === before ? undefined : after;
    },
    which: (facts) => which(policies, facts),
    refresh,
    stop: () => clearInterval(timer),
  };
}

/** The policies are others now: whatever is open and has other deadlines by them gets an entry that sets them. One after the other, beside the work. */
async function resettle(hub: Hub): Promise<void> {
  for (const stored of await hub.store.conversations.activeHeads()) {
    if (hub.stopping.aborted) return;
    const head = hub.heads.peek(stored.id) ?? stored;
    if (hub.slaAfter(head, hub.now()) === undefined) continue;
    // Asked again inside its turn: something may have happened meanwhile.
    await append(hub, head.id, (now) => {
      if (hub.slaAfter(now, hub.now()) === undefined) throw new Problem('conflict', 'Its deadlines are as they should be.');
      return { kind: 'resettled' };
    }).catch((error: unknown) => { if (!(error instanceof Problem)) throw error; });
  }
}

async function changed(hub: Hub): Promise<void> {
  await hub.sla.refresh();
  resettle(hub).catch((error: unknown) => hub.log.warn({ err: error }, 'deadlines of open conversations could not be set anew; each is with its next entry'));
}

/** Makes a policy; it is the last of the list. */
export async function createPolicy(hub: Hub, input: SlaPolicyInput, by: string): Promise<SlaPolicy> {
  mayFollow(hub, input.calendarId);
  const policy = await hub.store.sla.create(input, hub.now(), by);
  await changed(hub);
  return policy;
}

/** Changes it: a new version, which open conversations follow at once. */
export async function changePolicy(hub: Hub, id: string, patch: SlaPolicyPatch, by: string): Promise<SlaPolicy> {
  mayFollow(hub, patch.calendarId);
  const policy = await hub.store.sla.change(id, patch, hub.now(), by);
  if (!policy) throw none();
  await changed(hub);
  return policy;
}

/** Removes it; open conversations lose its deadlines. */
export async function removePolicy(hub: Hub, id: string): Promise<void> {
  if (!await hub.store.sla.remove(id)) throw none();
  await changed(hub);
}
