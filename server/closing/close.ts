/** Conversations that only the bot handled and that the customer left after an answer end by themselves: when that is beyond doubt. */
import type { Turn } from '../../bots/bot.ts';
import { isThanks, isGreeting, needsPeople } from '../../bots/retrieval/signals.ts';
import { append } from '../conversations/append.ts';
import { isSilent } from '../conversations/rules/due.ts';
import type { Actor, Entry, Head } from '../conversations/schema.ts';
import { closed } from '../conversations/window.ts';
import type { Hub } from '../hub.ts';
import { Problem } from '../problem.ts';
import { classify } from '../sentiment/rules/classify.ts';
import { completion } from './rules/completion.ts';
import { didItHelp, keptOpen } from './rules/words.ts';
import type { Closing, Doubt, Done } from './schema.ts';
import { closingOf, hourMs } from './setting.ts';

const closer: Actor = { kind: 'system', id: 'closing' };
const everyMs = 1_000;
/** A model may take its seconds; the database is asked for no more than is looked at. */
const atOnce = { model: 4, rules: 50 };
const modelMs = 8_000;
const mostEntries = 500;
/** A model that is away is asked again so often, an hour apart. */
const mostAsked = 3;

const reading = { serious: needsPeople, unhappy: (text: string) => classify(text).mood === 'negative', thanks: (text: string) => isThanks(text) || isGreeting(text) };
const gone = (): never => { throw new Problem('conflict', 'Something was said meanwhile.'); };
const isOurs = ({ receipt }: Entry): boolean => receipt?.['rule'] === 'closing';

/** Looks every second at those whose time has come. Returns the stop, which waits for what is under way. */
export function startClosing(hub: Hub): () => Promise<void> {
  const inHand = new Map<string, Promise<void>>();
  let looking: Promise<void> | undefined;
  let stopped = false;

  const take = async () => {
    const most = hub.writer ? atOnce.model : atOnce.rules;
    if (inHand.size >= most) return;
    for (const id of await hub.store.conversations.headsFallenSilent(hub.now(), most)) {
      if (stopped || inHand.has(id) || inHand.size >= most) continue;
      inHand.set(id, look(hub, id)
        .catch((error: unknown) => { if (!(error instanceof Problem)) hub.log.warn({ err: error, conversation: id }, 'a silent conversation could not be looked at; it will be looked at again'); })
        .finally(() => inHand.delete(id)));
    }
  };
  const timer = setInterval(() => {
    looking ??= take().catch((error: unknown) => hub.log.warn({ err: error }, 'silent conversations could not be read')).finally(() => { looking = undefined; });
  }, everyMs);
  return async () => {
    stopped = true;
    clearInterval(timer);
    await looking;
    await Promise.allSettled(inHand.values());
  };
}

/** Judges one conversation and writes down what follows: the end, a question to the customer, or why it stays open. */
async function look(hub: Hub, id: string): Promise<void> {
  const head = await hub.heads.get(id);
  if (!head || !isSilent(head, hub.now())) return refresh(hub, id);
  const entries = await hub.store.conversations.readEntries(id, { after: head.episodeSeq, limit: mostEntries + 1 });
  if ((entries.at(-1)?.seq ?? 0) > head.seq) return refresh(hub, id);
  const setting = await closingOf(hub, head.thread.channelId);
  const { hours } = setting;
  // Switched off meanwhile: it stays open, and nothing need be said about it.
  if (hours === null) return keep(hub, head, 'people', { quiet: true });
  const verdict = entries.length > mostEntries ? { done: false as const, why: 'unreadable' as const } : completion(head, entries, reading);
  if (!verdict.done) return keep(hub, head, verdict.why);
  if (setting.ask && await ask(hub, head, entries, hours)) return;
  const model = await asked(hub, head, entries);
  if (model.doubt) return keep(hub, head, model.doubt, model);
  await end(hub, head, verdict.why, setting, entries, model.model);
}

/** Another node knows more than our memory. */
async function refresh(hub: Hub, id: string): Promise<void> {
  await hub.heads.refresh(id);
}

/** What is decided holds only as long as nobody has said or done anything. */
const unchanged = (hub: Hub, seq: number, head: Head): void => { if (head.seq !== seq || !isSilent(head, hub.now())) gone(); };

async function keep(hub: Hub, { id, seq }: Head, why: Doubt, { quiet = false, said, again }: { quiet?: boolean; said?: string; again?: Date } = {}): Promise<void> {
  await append(hub, id, (head) => {
    unchanged(hub, seq, head);
    return {
      kind: 'kept-open', actor: closer, receipt: quiet ? { rule: 'closing', why: 'off' } : { rule: 'closing', why, ...(said === undefined ? {} : { said }) }, ...(again ? { again } : {}),
      content: { event: { name: 'closing', text: quiet ? { 'zh-CN': '自动结束已关闭，会话保持打开。', en: 'Closing by itself was switched off; it stays open.' } : keptOpen(why, said) } },
    };
  });
}

async function end(hub: Hub, { id, seq }: Head, why: Done, { hours }: Closing, entries: readonly Entry[], model?: string): Promise<void> {
  const answered = entries.findLast(({ actor, content }) => actor.kind === 'bot' && content?.sources?.length);
  await append(hub, id, (head) => {
    unchanged(hub, seq, head);
    return {
      kind: 'resolved', actor: closer,
      receipt: { rule: 'closing', why, hours, ...(answered ? { answer: answered.seq } : {}), ...(entries.some(isOurs) ? { asked: true } : {}), ...(model === undefined ? {} : { model }) },
    };
  });
}

/** Asks the customer once an answer; false where that was done, or where the platform does not let us write any more. */
async function ask(hub: Hub, { id, seq, thread, locale, lastReplySeq }: Head, entries: readonly Entry[], hours: number): Promise<boolean> {
  if (entries.some(entry => entry.seq > lastReplySeq && entry.kind === 'message' && isOurs(entry))) return false;
  const content = didItHelp(locale);
  if (await closed(hub, id, thread, content)) return false;
  await append(hub, id, (head) => {
    unchanged(hub, seq, head);
    return { kind: 'we-said', actor: closer, thread, content, key: `closing/${id}/${lastReplySeq}`, closesAfterMs: hours * hourMs, receipt: { rule: 'closing', why: 'ask' } };
  });
  return true;
}

/** The model's word, where there is a model. It can only keep open what the rules would end. */
async function asked(hub: Hub, head: Head, entries: readonly Entry[]): Promise<{ doubt?: Doubt; said?: string; again?: Date; model?: string }> {
  const { writer } = hub;
  if (!writer) return {};
  const turns = entries.flatMap(({ kind, actor, content }): Turn[] => (kind === 'message' && content?.text && (actor.kind === 'contact' || actor.kind === 'bot') ? [{ from: actor.kind, text: content.text }] : []));
  try {
    const conduct = await hub.conduct.of(hub.knowledge.releaseFor({ conversationId: head.id, at: hub.now() }));
    const asking = { stopping: AbortSignal.any([hub.stopping, AbortSignal.timeout(modelMs)]), spend: hub.spend.of('judge', head.queueId), conduct };
    const { settled, why } = await writer.judgeSettled(turns, head.locale, asking);
    return settled ? { model: writer.model } : { doubt: 'model', ...(why === '' ? {} : { said: why }) };
  } catch {
    hub.stopping.throwIfAborted();
    const tried = entries.filter(({ seq, receipt }) => seq > head.lastReplySeq && receipt?.['rule'] === 'closing' && receipt['why'] === 'model-away').length;
    return { doubt: 'model-away', ...(tried + 1 < mostAsked ? { again: new Date(hub.now().getTime() + hourMs) } : {}) };
  }
}
