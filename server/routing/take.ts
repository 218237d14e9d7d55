/** Agents who take what waits instead of being offered it: as far as the queue allows. */
import { append, type Appended } from '../conversations/append.ts';
import type { Head } from '../conversations/schema.ts';
import type { Hub } from '../hub.ts';
import type { Caller } from '../people/sign-in.ts';
import { Problem } from '../problem.ts';
import type { PullReceipt } from './schema.ts';

const waitsFor = (head: Head, agentId: string): boolean => head.handler === 'queue' && head.status === 'open' && head.offer?.agentId !== agentId;

/** Throws a Problem 'forbidden' when the conversation waits in a queue that gives out its work itself. Who runs the floor always may. */
export async function mayTake(hub: Hub, caller: Caller, conversationId: string): Promise<void> {
  if (caller.role !== 'agent') return;
  const head = await hub.heads.get(conversationId);
  if (!head || head.queueId === null || !waitsFor(head, caller.id)) return;
  const queue = await hub.store.queues.get(head.queueId);
  if (queue?.pull !== 'off') return;
  throw new Problem('forbidden', {
    'zh-CN': `队列“${queue.name}”由系统分配会话，客服不能自行领取。`, en: `The queue “${queue.name}” gives out its conversations itself: agents do not take them.`,
  });
}

/** The agent takes what waits. A Problem 'conflict' when somebody has it or is being asked. */
export async function take(hub: Hub, caller: Extract<Caller, { kind: 'person' }>, conversationId: string): Promise<Appended> {
  await mayTake(hub, caller, conversationId);
  const place = hub.place(conversationId);
  return append(hub, conversationId, (head) => {
    const receipt: PullReceipt = {
      rule: 'pull', queueId: head.queueId, waitedSeconds: head.queuedAt ? Math.round((hub.now().getTime() - head.queuedAt.getTime()) / 1000) : 0,
      place: place?.position ?? null, waiting: place?.waiting ?? null,
    };
    return { kind: 'assigned', actor: { kind: 'agent', id: caller.id }, agentId: caller.id, only: 'waiting', receipt };
  });
}
