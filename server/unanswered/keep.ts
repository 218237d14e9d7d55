/** Keeps what the bot could not answer, beside the work; after a crash it is read out of the entries. */
import { isGreeting, isThanks } from '../../bots/retrieval/signals.ts';
import { localeOf } from '../../bots/locale.ts';
import type { Entry } from '../conversations/schema.ts';
import type { Hub } from '../hub.ts';
import { clusters } from './rules/clusters.ts';
import { masked } from './rules/masked.ts';
import { substanceOf } from './rules/proposals.ts';
import { mayTell, signOf } from './rules/signs.ts';
import { suggesting } from './suggest.ts';

const looksBack = 100;
const markMs = 30_000;
/** Entries get their id before they are durable: so much before the mark is read again. */
const marginMs = 600_000;
const most = 2_000;

const idle = (text: string) => isGreeting(text) || isThanks(text);
const isReply = ({ kind, actor, content }: Entry) => kind === 'message' && actor.kind === 'agent' && content?.text !== undefined;
const concerns = (entry: Entry) => isReply(entry) || mayTell(entry);

/** Starts keeping. `ready` resolves when everything that happened before has been read. */
export function startKeeping(hub: Hub): { ready: Promise<void>; stop(): Promise<void> } {
  const groups = clusters();
  const suggest = suggesting(hub);
  let stopped = false;
  let pending = 0;
  let missed = false;

  const load = async () => { for await (const { text, locale, cluster } of hub.store.unanswered.placed()) groups.restore(text, locale, cluster); };

  async function keep(entry: Entry): Promise<void> {
    if (isReply(entry)) return keepReply(entry);
    const before = await hub.store.conversations.readEntries(entry.conversationId, { before: entry.seq, limit: looksBack });
    const told = signOf(before, entry, idle);
    if (!told || await hub.store.unanswered.addSign(told.asked.id, told.sign)) return;
    const head = await hub.heads.get(entry.conversationId);
    const { text: said, ...asked } = told.asked;
    const text = masked(said.slice(0, most), await namesIn(entry.conversationId));
    const locale = localeOf(text, head?.locale ?? 'zh-CN');
    const cluster = groups.place({ id: asked.id, text, locale });
    await hub.store.unanswered.keep({ ...asked, conversationId: entry.conversationId, text, locale, cluster, signs: [told.sign] });
  }

  async function keepReply(entry: Entry): Promise<void> {
    const colleague = await hub.store.people.get(entry.actor.id);
    const names = [...await namesIn(entry.conversationId), ...colleague ? [colleague.name] : []];
    const text = substanceOf(masked((entry.content?.text ?? '').slice(0, most), names));
    if (!text || await hub.store.unanswered.putReply({ text, conversationId: entry.conversationId, seq: entry.seq, at: entry.at })) return;
    const locale = (await hub.heads.get(entry.conversationId))?.locale ?? 'zh-CN';
    await suggest(entry, text, { idle, masks: said => masked(said, names), localeOf: said => localeOf(said, locale) });
  }

  async function namesIn(conversationId: string): Promise<string[]> {
    const head = await hub.heads.get(conversationId);
    const contact = head && await hub.store.contacts.get(head.contactId);
    return contact ? [contact.name] : [];
  }

  /** Reads what was said since the mark; the first time, all there is. */
  async function recover(): Promise<void> {
    const mark = await hub.store.unanswered.readTo();
    const began = hub.now();
    for await (const entry of hub.store.conversations.readSince(mark && new Date(mark.getTime() - marginMs), ['message', 'queued', 'reaction'])) {
      if (stopped) return;
      if (!concerns(entry)) continue;
      // One that can never be read must not keep all later ones from being read; what the database refuses is tried again.
      await keep(entry).catch((error: unknown) => {
        if (error instanceof Error && error.name.startsWith('Mongo')) throw error;
        hub.log.error({ err: error, entry: entry.id }, 'an unanswered question cannot be kept; it is left out');
      });
    }
    missed = false;
    await hub.store.unanswered.setReadTo(began);
  }

  // One after the other: which cluster a question joins depends on those before it.
  const attempt = async (work: () => Promise<void>) => {
    try {
      if (!stopped) await work();
    } catch (error) {
      missed = true;
      hub.log.warn({ err: error }, 'an unanswered question could not be kept; it will be read again');
    }
  };
  const ready = attempt(async () => { await load(); await recover(); });
  let queue = ready;
  const add = (work: () => Promise<void>) => { queue = queue.then(() => attempt(work)); };

  const unsubscribe = hub.events.on('appended', ({ entry, own }) => {
    if (!own || !concerns(entry)) return;
    pending++;
    add(async () => { await keep(entry).finally(() => { pending--; }); });
  });
  const ticker = setInterval(() => {
    if (missed) add(recover);
    else if (pending === 0) { const now = hub.now(); add(() => hub.store.unanswered.setReadTo(now)); }
  }, markMs);

  return {
    ready,
    async stop() {
      unsubscribe();
      clearInterval(ticker);
      await Promise.race([queue, new Promise(done => { setTimeout(done, 5_000).unref(); })]);
      stopped = true;
    },
  };
}
