/** Which policy is a conversation's: the first of the list that fits. */
import type { Misfit, SlaFacts, SlaPolicy, WhichAnswer } from '../schema.ts';

/** Why it does not fit; null: it does. */
export function misfit({ enabled, appliesTo }: SlaPolicy, { queueId, channelId, priority, labels }: SlaFacts): Misfit | null {
  if (!enabled) return 'disabled';
  if (appliesTo.queueIds && !(queueId && appliesTo.queueIds.includes(queueId))) return 'queue';
  if (appliesTo.channelIds && !appliesTo.channelIds.includes(channelId)) return 'channel';
  if (appliesTo.priorities && !appliesTo.priorities.includes(priority)) return 'priority';
  if (appliesTo.labels && !appliesTo.labels.some((label) => labels.includes(label))) return 'label';
  return null;
}

export const chosen = (policies: readonly SlaPolicy[], facts: SlaFacts): SlaPolicy | null => policies.find((policy) => misfit(policy, facts) === null) ?? null;

/** The same with a reason for each that was looked at. */
export function which(policies: readonly SlaPolicy[], facts: SlaFacts): WhichAnswer {
  return { policyId: chosen(policies, facts)?.id ?? null, looked: policies.map((policy) => ({ policyId: policy.id, name: policy.name, misfit: misfit(policy, facts) })) };
}
