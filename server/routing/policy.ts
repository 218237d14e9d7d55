/** The routing policy that people edit. */
import type { Hub } from '../hub.ts';
import { Problem } from '../problem.ts';
import { versioned } from './rules/policy.ts';
import type { KeptPolicy, RoutingPolicyInput } from './schema.ts';

/** As it was saved last; rev 0: nobody has changed it. */
export async function policyOf(hub: Hub): Promise<KeptPolicy> {
  const last = await hub.store.routingPolicies.last();
  const { version, ...policy } = versioned(last);
  return { rev: last?.rev ?? 0, version, policy, at: last?.at ?? null, by: last?.by ?? null };
}

/** Saves it; it holds at once here and within seconds on every node. A Problem 'conflict' names who saved meanwhile. */
export async function setPolicy(hub: Hub, { rev, policy }: RoutingPolicyInput, by: { id: string; name: string }): Promise<KeptPolicy> {
  const queues = new Set((await hub.store.queues.list()).map((queue) => queue.id));
  const unknown = policy.stages.findIndex(({ overflowQueueId }) => overflowQueueId !== undefined && !queues.has(overflowQueueId));
  if (unknown >= 0) throw new Problem('invalid', 'There is no such queue.', { [`policy.stages.${unknown}.overflowQueueId`]: 'must be the id of a queue' });
  const saved = await hub.store.routingPolicies.save(rev, { kept: { ...policy, version: `policy-${rev + 1}` }, at: hub.now(), by });
  if (!saved) {
    const name = (await hub.store.routingPolicies.last())?.by.name ?? '?';
    throw new Problem('conflict', { 'zh-CN': `${name} 刚刚保存了分配规则，请刷新后再改。`, en: `${name} saved the routing policy meanwhile. Look again, then change it.` }, { rev: 'is not the last' });
  }
  hub.events.emit('routing-policy', { policy: versioned(saved) });
  return policyOf(hub);
}
