/** A reply that waits for a channel that is down is taken back and goes out elsewhere: once, whatever crashes in between. */
import type { Hub } from '../hub.ts';
import { Problem } from '../problem.ts';
import { append, type Appended } from './append.ts';
import type { Outcome } from './effects.ts';
import { tellDelivery } from './receipts.ts';
import type { Fact } from './rules/apply.ts';
import type { Content, Effect, Entry } from './schema.ts';
import type { TakingBack } from './take-back-store.ts';

/** Leaves word before a message is sent, so that nobody takes it back meanwhile. False: somebody has, or sends it. `traces`: what a crash leaves is a doubt. */
export const claimSend = (hub: Hub, entry: Entry, effect: Effect, traces: boolean): Promise<boolean> =>
  hub.store.conversations.claimSend(entry.id, effect, entry.effects.map(each => ({ ...each, trying: true, ...(traces ? { doubt: true } : {}) })), hub.now());

/** What a worker says that could not claim: settled or taken back means done; what still waits is in another's hand. */
export async function notOurs(hub: Hub, { id }: Entry): Promise<Outcome> {
  return (await hub.store.conversations.getById(id))?.delivery?.state === 'queued' ? { lost: true } : { state: 'done' };
}

/** Takes a waiting message back. Null: it went out, or goes out just now, or nobody can be sure. */
export async function takeBack(hub: Hub, conversationId: string, seq: number, wanted: Omit<TakingBack, 'at'>): Promise<Entry | null> {
  const taken = await hub.store.conversations.takeBack(conversationId, seq, { ...wanted, at: hub.now() });
  if (taken?.delivery) tellDelivery(hub, taken, taken.delivery);
  return taken;
}

/** Carrier of 'pass-on': what was taken back is said again on the other thread, in the order in which it was said. */
export function passOn(hub: Hub, entry: Entry, effect: Effect): Promise<Outcome> {
  const { to, into = entry.conversationId } = effect;
  if (!to) return Promise.resolve({ state: 'failed', error: 'the effect names no thread' });
  return hub.turns(`pass-on/${entry.conversationId}`, async () => {
    if (await hub.store.conversations.passOnAhead(entry)) return { againAt: new Date(hub.now().getTime() + 50), attempted: false };
    // The platform may have said meanwhile that the customer has it after all.
    const state = (await hub.store.conversations.getById(entry.id))?.delivery?.state;
    if (state !== undefined && state !== 'withdrawn') return { state: 'done' };
    const appended = await says(hub, into, {
      kind: 'passed-on', actor: entry.actor, content: portable(entry.content ?? {}), thread: to, key: `passed-on/${entry.id}`, receipt: { passedOn: { conversationId: entry.conversationId, seq: entry.seq, from: entry.thread, by: effect.by } },
    });
    if (!appended) {
      const failed = await hub.store.conversations.failTakenBack(entry.id, nowhere, hub.now());
      if (failed?.delivery) tellDelivery(hub, failed, failed.delivery);
      return { state: 'done' };
    }
    const noted = await hub.store.conversations.notePassedOn(entry.id, appended.entry.seq);
    if (noted?.delivery) tellDelivery(hub, noted, noted.delivery);
    return { state: 'done' };
  });
}

const nowhere = { 'zh-CN': '要转去的会话已不存在，或不再接收。未发出，可以重新发送。', en: 'The conversation it was to go on in is gone, or takes it no more. It was not sent: send it again.' };

/** Null: the conversation will never take it. */
async function says(hub: Hub, conversationId: string, fact: Fact): Promise<Appended | null> {
  try {
    return await append(hub, conversationId, fact);
  } catch (error) {
    if (error instanceof Problem && error.code !== 'unavailable') return null;
    throw error;
  }
}

/** What means something on every channel: a quoted id and an approved template belong to the one they were made for. */
function portable({ quote: _quote, template: _template, ...content }: Content): Content {
  return content;
}
