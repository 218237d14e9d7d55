/** An agent reacts to a message, mends or takes back one of ours, on platforms that can. */
import type { Connector } from '../../connectors/connector.ts';
import { onPlatform } from '../channels/on-platform.ts';
import type { Hub } from '../hub.ts';
import { Problem } from '../problem.ts';
import { append } from './append.ts';
import type { Actor, Content, Entry, Thread } from './schema.ts';

type Change = { happening: 'reaction'; emoji: string } | { happening: 'edited'; content: Content } | { happening: 'recalled' };
type Target = Entry & { thread: Thread; externalId: string };

/** The platform does it first; what it accepted becomes an entry. Throws a Problem that says why it cannot be. */
export async function changeMessage(hub: Hub, conversationId: string, seq: number, actor: Actor, change: Change): Promise<Entry> {
  const target = await targetOf(hub, conversationId, seq);
  if (change.happening !== 'reaction' && target.actor.kind === 'contact') throw new Problem('conflict', 'Only a message of ours can be changed or taken back.');
  const connector = hub.channels.get(target.thread.channelId)?.connector;
  if (!connector) throw new Problem('unavailable', 'The channel of this message is off.');
  await onPlatform(() => carryOut(connector, target, change));
  const { entry } = await append(hub, conversationId, head => ({
    kind: 'happened', actor, contactId: head.contactId, thread: target.thread, about: target.externalId, aboutSeq: seq, ...change,
  }));
  return entry;
}

async function targetOf(hub: Hub, conversationId: string, seq: number): Promise<Target> {
  const entry = await hub.store.conversations.getEntry(conversationId, seq);
  if (!entry || entry.kind !== 'message') throw new Problem('not-found', 'There is no such message.');
  const { thread, externalId } = entry;
  if (!thread || !externalId) throw new Problem('conflict', 'The message has not reached the platform.');
  return { ...entry, thread, externalId };
}

async function carryOut(connector: Connector, { thread, externalId, parts }: Target, change: Change): Promise<void> {
  const cannot = (what: string): never => { throw new Problem('conflict', `This channel cannot ${what} messages.`); };
  switch (change.happening) {
    case 'reaction': return connector.react?.(thread.key, externalId, change.emoji) ?? cannot('react to');
    case 'edited': return (parts?.length ?? 1) > 1 ? cannot('change') : connector.edit?.(thread.key, externalId, change.content) ?? cannot('change');
    case 'recalled': {
      const { recall } = connector;
      if (!recall) return cannot('take back');
      // All of the platform's messages that it is.
      for (const id of parts?.flatMap(part => part.externalId ?? []) ?? [externalId]) await recall.call(connector, thread.key, id);
    }
  }
}
