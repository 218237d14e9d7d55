/** One conversation's way into line, told again under other rules; and many summed up. */
import type { Entry, Head, Skill } from '../../conversations/schema.ts';
import { StoredReceipt, type DryRun, type Otherwise, type Redirected, type RoutingFacts, type RoutingRule } from '../schema.ts';
import { firstMatch, outcome, type IsOpen } from './match.ts';

/** What happened, and what would have. */
export type Retold = Omit<Redirected, 'contactName'> & { contactId: string };

type Moment = { rules: readonly RoutingRule[]; before: Head; after: Head; entry: Entry; text: string; customer: Pick<RoutingFacts, 'attributes' | 'returning'>; channelKind: string; isOpen: IsOpen; isQueue: (id: string) => boolean };

const named = (skills: Skill[]): string => skills.map(({ name, level }) => `${name} ${level}`).sort().join();

/** The entry that put it in line, decided anew. What a rule made of it then is taken out first. */
export function atMoment({ rules, before, after, entry, text, customer, channelKind, isOpen, isQueue }: Moment): Retold {
  const handOver = entry.actor.kind === 'bot' ? after.handOver : null;
  const then = StoredReceipt.safeParse(entry.receipt?.['routed']).data?.instead;
  const own = { queueId: then ? then.queueId : after.queueId, priority: then ? then.priority : after.priority, skills: then ? handOver?.skills ?? [] : after.skills };
  const facts: RoutingFacts = {
    ...customer, channelId: after.thread.channelId, channelKind, handOver: handOver?.reason ?? null, locale: after.locale, priority: own.priority, labels: before.labels, text, at: entry.at,
    returning: customer.returning || before.status === 'resolved' || before.episodeSeq > 0,
  };
  const otherwise: Otherwise = { ...own, named: { queue: handOver?.queueId !== undefined, priority: handOver?.priority !== undefined } };
  const found = firstMatch(rules, facts, isOpen);
  const routed = found && outcome(found, 0, handOver ? 'hand-over' : 'first', otherwise, isQueue);
  const now = { queueId: routed ? routed.queueId : own.queueId, priority: routed?.priority ?? own.priority, skills: routed?.skills ?? own.skills };
  const changes = [...(now.queueId === after.queueId ? [] : ['queue' as const]), ...(named(now.skills) === named(after.skills) ? [] : ['skills' as const]), ...(now.priority === after.priority ? [] : ['priority' as const])];
  return { conversationId: after.id, contactId: after.contactId, preview: after.preview, channelId: after.thread.channelId, at: entry.at, from: after.queueId, to: now.queueId, rule: found?.rule.name ?? null, changes };
}

const shown = 200;

/** How many go elsewhere, by queue and rule; those that change queue first, the newest before. */
export function summedUp(rules: readonly RoutingRule[], all: Retold[]): Omit<DryRun, 'items' | 'cut'> & { items: Retold[] } {
  const queues = new Map<string | null, { before: number; after: number }>();
  const decided = new Map(rules.map(({ name }) => [name, 0]));
  const count = (queueId: string | null, side: 'before' | 'after') => {
    const known = queues.get(queueId) ?? { before: 0, after: 0 };
    queues.set(queueId, { ...known, [side]: known[side] + 1 });
  };
  for (const { from, to, rule } of all) {
    count(from, 'before');
    count(to, 'after');
    if (rule !== null) decided.set(rule, (decided.get(rule) ?? 0) + 1);
  }
  const moves = ({ changes }: Retold): boolean => changes.includes('queue');
  const changed = all.filter(({ changes }) => changes.length > 0).sort((a, b) => Number(moves(b)) - Number(moves(a)) || b.at.getTime() - a.at.getTime());
  return {
    looked: all.length, moved: changed.filter(moves).length, otherwise: changed.filter((each) => !moves(each)).length,
    queues: [...queues].map(([queueId, counts]) => ({ queueId, ...counts })).sort((a, b) => b.before + b.after - a.before - a.after),
    rules: rules.map(({ name }) => ({ rule: name, decided: decided.get(name) ?? 0 })), items: changed.slice(0, shown),
  };
}
