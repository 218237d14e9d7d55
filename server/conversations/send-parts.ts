/** One entry that is several messages of the platform goes out: each once and remembered before the next; what is missing goes on later. */
import { ConnectorError, inLanguage, wordsOf } from '../../connectors/connector.ts';
import { withLinks } from '../attachments/fit.ts';
import type { Hub } from '../hub.ts';
import type { Outcome } from './effects.ts';
import { attempt, later, tooFast, type Sending } from './send-one.ts';
import { linkedWords } from './link-instead.ts';
import { takeEarly, tellSum } from './receipts.ts';
import { partKey, sumOf } from './rules/parts.ts';
import type { Content, Entry, Part } from './schema.ts';
import { notOurs } from './take-back.ts';

const others = {
  'zh-CN': '这条回复已发出一部分，而剩余内容现在会被拆成不同的消息，无法接着发送：请把剩余内容另发。',
  en: 'Some of this reply went out, and the rest would now become other messages than before, so it cannot go on: send what is missing as a new reply.',
};

/** Sends the parts of an entry that are not out yet. @param messages what the platform gets, in order */
export async function sendParts(hub: Hub, sending: Sending, given: Entry, messages: Content[]): Promise<Outcome> {
  const { effect, running, traces } = sending;
  const { conversations } = hub.store;
  const plan = messages.map((): Part => ({ state: 'queued', at: hub.now() }));
  let entry: Entry | null = given;
  let started = false;
  const waits = given.parts?.findIndex(({ state }) => state === 'queued') ?? -1;
  const odd = given.parts?.[waits];
  if (odd && given.parts?.length !== messages.length) return end(hub, await conversations.putPart(given.id, waits, { ...odd, state: 'failed', at: hub.now(), reason: others }));
  // The doubt of an earlier attempt is about the part that comes first now; those after it were not tried.
  for (let again = effect.doubt === true; ; again = false) {
    // Begun anew by a receipt: whoever did that goes on.
    if (entry.effects[0]?.kind === 'deliver' && entry.effects[0].round !== effect.round) return { lost: true };
    let next = missing(entry.parts ?? plan);
    if (!next || entry.delivery?.state !== 'queued') return end(hub, entry);
    const wait = await tooFast(hub, running.channel, sending.thread);
    if (wait > 0) return { againAt: new Date(hub.now().getTime() + wait), attempted: false, doubt: again };
    if (!started) {
      entry = await conversations.planParts(given.id, effect, plan, given.effects.map(each => ({ ...each, trying: true, ...(traces ? { doubt: true } : {}) })), hub.now());
      if (!entry) return notOurs(hub, given);
      started = true;
      next = missing(entry.parts ?? plan);
      if (!next) return end(hub, entry);
    }
    const { index, part } = next;
    const message = messages[index] ?? {};
    try {
      const sent = await attempt(hub, sending, entry, part.linked ? withLinks(hub, message) : message, partKey(entry.id, index, part.round), again);
      entry = await conversations.putPart(entry.id, index, { ...part, state: sent.state ?? 'sent', at: hub.now(), externalId: sent.externalId }, index === 0 ? sent.externalId : undefined);
      if (!entry) return { lost: true };
      // A receipt may have come before its part was written down.
      if (await takeEarly(hub, running.channel.id, sent.externalId)) entry = await conversations.getById(entry.id) ?? entry;
    } catch (error) {
      const refused = error instanceof ConnectorError && error.kind === 'rejected';
      const linked = refused && error.because === 'file' && await conversations.linkPart(given.id, index, linkedWords(message, error.words), plan, hub.now());
      // Begun anew, as a link: the worker of before leaves no word of it, so a new one takes it up.
      if (linked) { hub.effects.schedule(linked, hub.now()); return { lost: true }; }
      const ended = refused ? 'failed' : error instanceof ConnectorError && error.kind === 'in-doubt' ? 'unknown' : null;
      if (!ended) {
        const doubt = again || (traces && !(error instanceof ConnectorError));
        const outcome = later(hub, given, effect, error, doubt);
        if (outcome) return outcome;
        return end(hub, await conversations.putPart(given.id, index, { ...part, state: doubt ? 'unknown' : 'failed', at: hub.now(), reason: wordsOf(error) }));
      }
      return end(hub, await conversations.putPart(given.id, index, { ...part, state: ended, at: hub.now(), reason: wordsOf(error) }));
    }
  }
}

function missing(parts: Part[]): { index: number; part: Part } | null {
  const index = parts.findIndex(({ state }) => state === 'queued');
  const part = parts[index];
  return part ? { index, part } : null;
}

async function end(hub: Hub, entry: Entry | null): Promise<Outcome> {
  if (!entry?.parts) return { state: 'done' };
  await tellSum(hub, entry);
  const { state, reason } = sumOf(entry.parts, hub.now());
  return state === 'failed' ? { state: 'failed', error: reason && inLanguage(reason, 'en') } : { state: 'done' };
}
