/** What today's bot would say in a past conversation. */
import { conversation } from '../conversations/conversation.ts';
import type { Hub } from '../hub.ts';
import { askedIn } from './rules/replay.ts';
import type { Asked } from './rules/replay.ts';
import type { Outcome } from './schema.ts';
import { tryOut } from './try.ts';

const read = 1_000;
/** The last so many questions: each may cost a model's answer. */
const mostAsked = 30;
/** A model that is slow at every one of them must not keep somebody for minutes. */
const atOnce = 4;

/** Asks each question of the customer again, beside what came of it. Nothing is sent. @param release absent: what people edit */
export async function replay(hub: Hub, conversationId: string, release: number | undefined): Promise<(Omit<Asked, 'turns'> & { now: Outcome })[]> {
  const head = await conversation(hub, conversationId);
  const asked = askedIn(await hub.store.conversations.readEntries(head.id, { limit: read }), mostAsked);
  const channelKind = hub.channels.get(head.thread.channelId)?.channel.kind;
  if (release !== undefined) await hub.knowledge.load(release);
  const items: (Omit<Asked, 'turns'> & { now: Outcome })[] = [];
  for (let from = 0; from < asked.length; from += atOnce) {
    items.push(...await Promise.all(asked.slice(from, from + atOnce).map(async ({ turns, ...rest }) => ({ ...rest, now: await tryOut(hub, { turns, locale: head.locale, channelKind, release }) }))));
  }
  return items;
}
