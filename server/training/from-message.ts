/** A case from one click on a message. */
import { localeOf } from '../../bots/locale.ts';
import { conversation } from '../conversations/conversation.ts';
import type { Entry } from '../conversations/schema.ts';
import type { Hub } from '../hub.ts';
import { Problem } from '../problem.ts';
import { Duplicate } from '../store/group-commit.ts';
import { expected, turnsBefore } from './rules/from-message.ts';
import type { Case, WrongMessage } from './schema.ts';

const shown = 200;

/** What was asked before the message, with what the reason says it must be like. Clicked twice, it is the same case. */
export async function caseFromMessage(hub: Hub, { conversationId, seq, because, note }: WrongMessage, by: Case['by']): Promise<Case> {
  const head = await conversation(hub, conversationId);
  const entries = await hub.store.conversations.readEntries(conversationId, { before: seq + 1, limit: shown });
  const entry = entries.at(-1);
  if (!entry || entry.seq !== seq) throw new Problem('not-found', 'There is no such message.');
  const text = wordsFor(entry, because === 'could-answer' ? 'agent' : 'bot');
  const turns = turnsBefore(entries.slice(0, -1));
  if (turns.length === 0) throw new Problem('invalid', { 'zh-CN': '这条消息之前客户没有提问。', en: 'The customer asked nothing before this message.' }, { seq: 'has no question before it' });
  const { cases } = hub.store.training;
  try {
    const made = await cases.create({
      turns, locale: localeOf(turns.at(-1)?.text ?? '', head.locale), expect: expected(because, text), severity: 'normal', enabled: true,
      origin: { kind: because === 'could-answer' ? 'corrected-hand-over' : 'bad-answer', conversationId, seq },
      ...(note ? { note } : {}), ...channelKindOf(hub, entry),
    }, by, hub.now());
    hub.events.emit('marked', { conversationId, seq });
    return made;
  } catch (error) {
    const known = error instanceof Duplicate ? await cases.byMessage(conversationId, seq) : null;
    if (known) return known;
    throw error;
  }
}

function wordsFor(entry: Entry, from: 'agent' | 'bot'): string {
  if (entry.kind === 'message' && entry.actor.kind === from && entry.content?.text) return entry.content.text;
  throw new Problem('invalid', from === 'bot' ? { 'zh-CN': '这不是机器人说的话。', en: 'This was not said by the bot.' } : { 'zh-CN': '这不是同事的回复。', en: 'This is not a reply of a colleague.' }, { seq: `is not a message by the ${from}` });
}

function channelKindOf(hub: Hub, entry: Entry): { channelKind?: string } {
  const kind = entry.thread && hub.channels.get(entry.thread.channelId)?.channel.kind;
  return kind ? { channelKind: kind } : {};
}
