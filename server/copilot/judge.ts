/** What agents do with suggestions, put on record. */
import type { Head } from '../conversations/schema.ts';
import type { Hub } from '../hub.ts';
import { Problem } from '../problem.ts';
import { isCurrent } from './rules/current.ts';
import { verdictOf } from './rules/distance.ts';
import type { Suggestion } from './schema.ts';

/** The suggestion, if it was made to this agent in this conversation. */
async function own(hub: Hub, head: Head, agentId: string, id: string): Promise<Suggestion> {
  const suggestion = await hub.store.copilot.get(id);
  if (suggestion?.conversationId !== head.id || suggestion.agentId !== agentId) throw new Problem('not-found', 'There is no such suggestion.');
  return suggestion;
}

/** The agent puts it into their message; what is sent in the end tells the rest. */
export async function insert(hub: Hub, head: Head, agentId: string, id: string): Promise<void> {
  const suggestion = await own(hub, head, agentId, id);
  if (!isCurrent(suggestion.forSeq, head)) throw new Problem('conflict', { 'zh-CN': '会话有新消息，该建议已过期。', en: 'Something was said since; this suggestion is out of date.' });
  await hub.store.copilot.note({ suggestionId: id, conversationId: head.id, agentId, at: hub.now(), act: 'inserted' });
}

/** The agent does not want it. */
export async function reject(hub: Hub, head: Head, agentId: string, id: string): Promise<void> {
  await own(hub, head, agentId, id);
  await hub.store.copilot.note({ suggestionId: id, conversationId: head.id, agentId, at: hub.now(), act: 'rejected' });
}

/** Watches what agents send and judges the suggestions they had put into it. Returns the stop. */
export function startJudging(hub: Hub): () => void {
  return hub.events.on('appended', ({ entry, own: ours }) => {
    if (!ours || entry.kind !== 'message' || entry.actor.kind !== 'agent') return;
    judge(hub, entry.conversationId, entry.actor.id, entry.seq, entry.content?.text ?? '').catch((error: unknown) => hub.log.warn({ err: error }, 'what became of a suggestion was not noted'));
  });
}

async function judge(hub: Hub, conversationId: string, agentId: string, sentSeq: number, sent: string): Promise<void> {
  const suggestion = await hub.store.copilot.insertedLast(conversationId, agentId);
  if (!suggestion) return;
  await hub.store.copilot.note({ suggestionId: suggestion.id, conversationId, agentId, at: hub.now(), sent, sentSeq, ...verdictOf(suggestion.text, sent) });
}
