/** Carrier of 'ask-bot': the customer's burst is over, the bot answers it or passes the conversation to people. */
import type { BotHandOver, Reply, Turn } from '../../bots/bot.ts';
import { burstOf } from '../../bots/retrieval/retrieval.ts';
import { ToolState } from '../bot-tools/schema.ts';
import { append } from '../conversations/append.ts';
import type { Outcome } from '../conversations/effects.ts';
import type { Effect, Entry, HandOver, Head } from '../conversations/schema.ts';
import type { Hub } from '../hub.ts';
import { Problem } from '../problem.ts';
import { askingOf } from './asking.ts';
import { inTrouble, stated } from './rules/hand-over.ts';
import { mayBeLoop } from './rules/loop.ts';
import { inTurn } from './turn.ts';
import { passingOn } from './words.ts';

const turnsShown = 60;
/** A bot that fails so often on one message gives it to people. */
const mostAttempts = 3;

/** Answers for the whole burst: an older message of it has nothing to do, the newest one answers for all. */
export async function askBot(hub: Hub, entry: Entry, effect: Effect): Promise<Outcome> {
  const head = await hub.heads.get(entry.conversationId);
  if (!head) return { state: 'done' };
  if (head.handler !== 'bot' || head.lastContactSeq !== entry.seq) return finishHandOver(hub, entry, head);
  typing(hub, head, true);
  try {
    const { answer, release } = await turn(hub, head, entry, effect);
    const by = receiptOf(hub, release);
    if (answer.kind === 'reply') await say(hub, entry, answer, by);
    else await handOver(hub, entry, head, answer, by);
  } catch (error) {
    // The customer wrote again or a person took over while the bot was thinking: its word is not wanted any more.
    if (!(error instanceof Problem) || error.code !== 'conflict') throw error;
  } finally {
    typing(hub, head, false);
  }
  return { state: 'done' };
}

/** What the bot says, and the release it said it on: chosen once, whatever is published while it thinks. */
async function turn(hub: Hub, head: Head, entry: Entry, effect: Effect): Promise<{ answer: Reply | BotHandOver; release: number | null }> {
  const asking = await askingOf(hub, head);
  // Both at once: knowledge, conduct and receipt of a turn are of one release.
  const spend = hub.spend.of('bot', head.queueId);
  const [knowledge, release] = [hub.knowledge.tools(asking, spend), hub.knowledge.releaseFor(asking)];
  if (effect.attempts >= mostAttempts) return { answer: inTrouble('broken', head.locale, entry.content?.text ? [entry.content.text] : []), release };
  const episode = await hub.store.conversations.readEntries(head.id, { after: Math.max(head.episodeSeq, head.seq - turnsShown) });
  const running = hub.channels.get(head.thread.channelId);
  const turns = episode.flatMap(turnOf);
  const asked = burstOf(turns).said;
  if (mayBeLoop(episode, hub.now(), running?.channel.kind === 'email')) return { answer: inTrouble('looped', head.locale, asked), release };
  const answer = await inTurn(hub, () => inTrouble('slow', head.locale, asked), async stopping => {
    const tools = { ...knowledge, ...await hub.botTools.toolsFor(head, episode, release) };
    return hub.bot.answer(turns, tools, { locale: head.locale, conduct: await hub.conduct.of(release), spend }, stopping);
  });
  return { answer, release };
}

function turnOf(entry: Entry): Turn[] {
  const { kind } = entry.actor;
  if (entry.kind !== 'message' || kind === 'system' || !entry.content?.text) return [];
  const tool = kind === 'bot' ? ToolState.safeParse(entry.receipt?.['tool']).data : undefined;
  return [{ from: kind === 'contact' || kind === 'bot' ? kind : 'agent', text: entry.content.text, ...(tool ? { tool } : {}) }];
}

async function say(hub: Hub, entry: Entry, reply: Reply, by: Receipt): Promise<void> {
  // The turn is over, and what a tool did is done: a setting that cannot be read loses neither. In doubt it stays open.
  const closesAfterMs = entry.thread && await hub.closing.silenceMs(entry.thread.channelId).catch((error: unknown) => {
    hub.log.warn({ err: error, conversation: entry.conversationId }, 'when a conversation ends by itself could not be read; it stays open');
    return undefined;
  });
  await append(hub, entry.conversationId, {
    kind: 'we-said', actor: { kind: 'bot', id: hub.bot.name }, key: `ask-bot/${entry.id}`, answersSeq: entry.seq, thread: entry.thread, closesAfterMs,
    content: { text: reply.text, ...(reply.sources.length ? { sources: reply.sources } : {}), ...(reply.choices?.length ? { choices: reply.choices } : {}) },
    receipt: { ...by, ...(reply.tool ? { tool: reply.tool } : {}), confidence: reply.confidence, sources: reply.sources.map(source => source.id), topics: hub.knowledge.topicsOf(reply.sources.map(source => source.id)) },
  });
}

/** Which bot, on which release and model of meaning; what is served at once has no release. */
type Receipt = { bot: string; release?: number; embeddings?: string };
function receiptOf(hub: Hub, release: number | null): Receipt {
  return { bot: hub.bot.name, ...(release === null ? {} : { release }), ...(hub.knowledge.embeddings ? { embeddings: hub.knowledge.embeddings } : {}) };
}

/** A crash may have come between the hand-over and its word to the customer. */
async function finishHandOver(hub: Hub, entry: Entry, head: Head): Promise<Outcome> {
  const done = await hub.store.conversations.findByKey(`ask-bot/${entry.id}`);
  if (done?.kind === 'queued' && head.handler === 'queue') await sayPassingOn(hub, entry, head, head.handOver?.reason ?? 'asked', typeof done.receipt?.['say'] === 'string' ? done.receipt['say'] : undefined);
  return { state: 'done' };
}

async function handOver(hub: Hub, entry: Entry, head: Head, answer: BotHandOver, by: Receipt): Promise<void> {
  const facts = stated(answer, head.locale);
  const routed = await hub.routeFor({ moment: 'hand-over', conversationId: head.id, handOver: facts });
  await append(hub, entry.conversationId, {
    kind: 'queued', actor: { kind: 'bot', id: hub.bot.name }, key: `ask-bot/${entry.id}`, answersSeq: entry.seq,
    queueId: routed ? routed.queueId : facts.queueId ?? head.queueId, priority: routed?.priority ?? facts.priority, skills: routed?.skills ?? facts.skills, handOver: facts, receipt: { ...by, ...(routed ? { routed: routed.receipt } : {}), ...(answer.tool ? { tool: answer.tool } : {}), ...(answer.say ? { say: answer.say } : {}), reason: facts.reason },
  });
  await sayPassingOn(hub, entry, head, facts.reason, answer.say);
}

async function sayPassingOn(hub: Hub, entry: Entry, head: Head, reason: HandOver['reason'], words = passingOn(head.locale, reason)): Promise<void> {
  await append(hub, entry.conversationId, { kind: 'we-said', actor: { kind: 'system', id: 'hand-over' }, key: `passing-on/${entry.id}`, thread: entry.thread, content: { text: words } });
}

function typing(hub: Hub, head: Head, on: boolean): void {
  void hub.channels.get(head.thread.channelId)?.connector.typing?.(head.thread.key, on).catch(() => undefined);
}
