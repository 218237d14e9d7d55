/** The rules at hand, and what they make of a conversation that comes into line. Only what some rule looks at is read. */
import { isOpen } from '../calendars/rules/calendar.ts';
import { localeAfter } from '../conversations/receive.ts';
import { beginsAnew } from '../conversations/rules/apply.ts';
import type { Head } from '../conversations/schema.ts';
import type { Hub } from '../hub.ts';
import type { Queue } from '../routing/schema.ts';
import { firstMatch, looksAt, outcome, type IsOpen } from './rules/match.ts';
import type { InLine, Otherwise, Routed, RoutingFacts, RoutingRule } from './schema.ts';

export type RulesServed = {
  routeFor(line: InLine): Promise<Routed | undefined>;
  /** Reads the rules anew: after a saving, and now and then for what another node saved. */
  refresh(): Promise<void>;
  stop(): void;
};

/** What another node saved is known after this. */
const refreshMs = 5_000;
/** So far into an episode its first message is looked for. */
const opening = 10;

/** What is known of the customer when a rule asks: attributes of all contacts that are this person, their own first. */
export async function customerOf(hub: Pick<Hub, 'store'>, rules: readonly RoutingRule[], contactId: string, conversationId: string): Promise<Pick<RoutingFacts, 'attributes' | 'returning'>> {
  const [attributed, returned] = [looksAt(rules, 'attributes'), looksAt(rules, 'returning')];
  if (!attributed && !returned) return { attributes: {}, returning: false };
  const { members } = await hub.store.contacts.component(contactId);
  const all = [...members.filter((each) => each !== contactId), contactId];
  const contacts = attributed ? await hub.store.contacts.getMany(all) : new Map<string, { attributes: Record<string, string> }>();
  return {
    attributes: Object.assign({}, ...all.map((each) => contacts.get(each)?.attributes ?? {})),
    returning: returned && await hub.store.conversations.metBefore(all, conversationId),
  };
}

/** Whether a calendar is open; one that is gone is always open. */
export const openBy = (hub: Pick<Hub, 'calendars'>): IsOpen => (calendarId, at) => isOpen(hub.calendars.of(calendarId), at);

/** The customer's first words of an episode. */
async function firstWords(hub: Hub, head: Head): Promise<string> {
  const entries = await hub.store.conversations.readEntries(head.id, { after: head.episodeSeq, limit: opening });
  return entries.find(({ kind, actor }) => kind === 'message' && actor.kind === 'contact')?.content?.text ?? '';
}

/** Opens them: read once, and then as often as another node may have saved. */
export async function openRules(hub: Hub): Promise<RulesServed> {
  let version = 0;
  let rules: RoutingRule[] = [];
  let queues: Queue[] = [];
  const refresh = async () => {
    const last = await hub.store.routingRules.last();
    version = last?.rev ?? 0;
    rules = last?.kept ?? [];
    const list = await hub.store.queues.list();
    // Another node or the command line changed queues: the router here has not heard of it.
    if (JSON.stringify(list) !== JSON.stringify(queues)) hub.events.emit('queues', { queues: list });
  };
  const off = hub.events.on('queues', ({ queues: list }) => { queues = list; });
  await refresh();
  const timer = setInterval(() => { refresh().catch((error: unknown) => hub.log.warn({ err: error }, 'the routing rules could not be read')); }, refreshMs);
  timer.unref();

  const route = async (line: InLine): Promise<Routed | undefined> => {
    const [served, of] = [rules, version];
    const head = await hub.heads.get(line.conversationId);
    if (!head || (line.moment === 'first' && !beginsAnew(head))) return undefined;
    const first = line.moment === 'first';
    const channelId = first ? line.channelId : head.thread.channelId;
    const facts: RoutingFacts = {
      ...await customerOf(hub, served, first ? line.contactId : head.contactId, head.id),
      channelId, channelKind: hub.channels.get(channelId)?.channel.kind ?? '', handOver: first ? null : line.handOver.reason, labels: head.labels, at: hub.now(),
      locale: first ? localeAfter(head, line.text) : head.locale,
      priority: first ? (head.lastContactSeq === 0 ? line.priority : head.priority) : line.handOver.priority ?? head.priority,
      text: first ? line.text : looksAt(served, 'words') ? await firstWords(hub, head) : '',
    };
    // Something of this customer's was resolved here before.
    facts.returning ||= head.status === 'resolved' || head.episodeSeq > 0;
    const found = firstMatch(served, facts, openBy(hub));
    const otherwise: Otherwise = first ? { queueId: line.queueId, priority: facts.priority, skills: [] } : { queueId: line.handOver.queueId ?? head.queueId, priority: facts.priority, skills: line.handOver.skills, named: { queue: line.handOver.queueId !== undefined, priority: line.handOver.priority !== undefined } };
    return found ? outcome(found, of, line.moment, otherwise, (id) => queues.some((queue) => queue.id === id)) : undefined;
  };

  return {
    async routeFor(line) {
      if (rules.length === 0) return undefined;
      // A customer never waits for a rule: what cannot be read is as if there were none.
      return route(line).catch((error: unknown) => {
        hub.log.warn({ err: error, conversation: line.conversationId }, 'routing rules could not be asked; the conversation goes where its channel says');
        return undefined;
      });
    },
    refresh,
    stop() { clearInterval(timer); off(); },
  };
}
