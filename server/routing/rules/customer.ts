/** What routing wants to know of a customer: what they are worth, and which agent knows them. */
import type { Head } from '../../conversations/schema.ts';
import type { RoutingPolicy } from '../schema.ts';
import type { CustomerFacts } from './sync.ts';

/** A conversation of the customer's, as far as it tells who answered. */
export type Spoken = Pick<Head, 'id' | 'lastReplyBy' | 'lastReplySeq' | 'episodeSeq' | 'lastMessageAt'>;

const dayMs = 86_400_000;
const yes = /^(1|true|yes|y|vip|是|对)$/i;

/**
 * `attributes` of the person (the first that has a value counts), `spoken` of all their conversations, `agents` those who work here.
 * The owner is preferred; without one whoever replied last. Who passes the present conversation on is not asked for it again.
 */
export function customerFacts(
  conversationId: string, attributes: Record<string, string>[], spoken: Spoken[], agents: { id: string; email: string }[], policy: RoutingPolicy, now: Date,
): CustomerFacts {
  const attribute = (name: string): string => attributes.map((each) => each[name]?.trim() ?? '').find((value) => value !== '') ?? '';
  const worth = Number.parseFloat(attribute('value'));
  const owner = attribute('owner').toLowerCase();
  const since = now.getTime() - policy.preferredDays * dayMs;
  const last = spoken
    .filter((each) => each.lastMessageAt.getTime() > since && agents.some((agent) => agent.id === each.lastReplyBy) && (each.id !== conversationId || each.lastReplySeq <= each.episodeSeq))
    .sort((a, b) => b.lastMessageAt.getTime() - a.lastMessageAt.getTime())[0];
  return {
    value: Number.isFinite(worth) ? Math.min(100, Math.max(0, worth)) : 0,
    vip: yes.test(attribute('vip')),
    preferred: (owner === '' ? undefined : agents.find((agent) => agent.id === owner || agent.email.toLowerCase() === owner)?.id) ?? last?.lastReplyBy ?? null,
  };
}
