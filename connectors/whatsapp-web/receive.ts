/** Brings what the session tells to the hub, in order, each thing once, and writes down how far it came. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Happening, Inbox, Receipt } from '../connector.ts';
import { isGroup, isPerson, sameAccount } from './addresses.ts';
import { orderly } from './line.ts';
import { parseAck, parseEdit, parseMessage, parseUndecipherable, senderOf, stepOf, words, type Parsed } from './parse.ts';
import type { Me, Notice, Told } from './protocol.ts';
import { markOfContent, type sendsOf } from './sends.ts';
import type { threadsOf } from './threads.ts';

const Cursor = z.object({ at: z.number(), ids: z.array(z.string()) });
const seenMost = 5_000;
const receiptsMost = 5_000;
/** Ids kept beside the mark. */
const idsMost = 50;
/** After so many failures the store is there, and the message is what it refuses. */
const refusals = 12;

type Parts = {
  inbox: Inbox; groups: boolean; sends: ReturnType<typeof sendsOf>; threads: ReturnType<typeof threadsOf>;
  /** Sends under way: their own messages are seen before their answer. */
  busy: { keys(): ReadonlySet<string>; settled(): Promise<void> };
  stopping: AbortSignal;
};

const remember = <Value>(map: Map<string, Value>, key: string, value: Value, most: number): void => {
  map.delete(key);
  map.set(key, value);
  for (const oldest of map.keys()) {
    if (map.size <= most) return;
    map.delete(oldest);
  }
};

/** One channel's way in. */
export function receiver({ inbox, groups, sends, threads, busy, stopping }: Parts) {
  const seen = new Map<string, true>();
  const told = new Map<string, Receipt>();
  const steps = new Map<string, number>();
  /** What we did ourselves and the page is about to tell us. */
  const own = new Set<string>();
  let me: Me = { id: '' };
  let cursor: z.infer<typeof Cursor> | null = null;
  let catchingUp = 0;
  const trouble = (error: unknown, attempt: number): void => inbox.log.warn({ reason: error instanceof Error ? error.message : String(error), attempt }, 'a message could not be stored yet');
  const customers = orderly(stopping, trouble);
  // Messages of ours wait for the sends under way; customers do not wait with them.
  const ours = orderly(stopping, trouble);

  async function known(): Promise<z.infer<typeof Cursor>> {
    if (cursor) return cursor;
    cursor = Cursor.safeParse(await inbox.recall('cursor')).data ?? { at: 0, ids: [] };
    // What was stored just before a restart need not be brought again.
    for (const id of cursor.ids) seen.set(id, true);
    return cursor;
  }

  async function advance(id: string, at: number): Promise<void> {
    const { at: before, ids } = await known();
    cursor = { at: catchingUp > 0 ? before : Math.max(before, at), ids: [...ids.slice(1 - idsMost), id] };
    await inbox.remember('cursor', cursor);
  }

  async function happened(chat: string, address: string | undefined, happening: Happening): Promise<void> {
    if (seen.has(happening.externalId)) return;
    const { thread } = await threads.threadOf(chat, address);
    await inbox.happened({ ...happening, thread });
    remember(seen, happening.externalId, true, seenMost);
  }

  async function take(parsed: Parsed, raw: unknown, attempt: number): Promise<void> {
    if (parsed.kind === 'silent') return;
    await known();
    if (parsed.kind === 'broken') {
      const bytes = Buffer.from(JSON.stringify(raw) ?? 'null');
      await inbox.quarantine({ externalId: `broken:${createHash('sha256').update(bytes).digest('hex').slice(0, 32)}`, bytes, reason: parsed.reason });
      return;
    }
    if (isGroup(parsed.chat) && !groups) return;
    if (parsed.kind === 'happening') {
      const { happening } = parsed;
      if (seen.has(happening.externalId)) return;
      if (happening.kind === 'echo') {
        await busy.settled();
        const at = happening.sentAt?.getTime() ?? Date.now();
        if (await sends.recognise(happening.externalId, markOfContent(happening.content, (happening.later?.length ?? 0) > 0), at, busy.keys()) === 'ours') {
          remember(seen, happening.externalId, true, seenMost);
          // Its receipts may have come before anybody knew whose they were.
          const before = told.get(happening.externalId);
          const key = before && await sends.keyOf(happening.externalId);
          if (before && key !== undefined) await inbox.receipt({ ...before, key });
          return;
        }
      }
      if (happening.kind === 'recalled' && own.delete(happening.externalId)) return;
      const address = happening.kind === 'echo' ? happening.to.value : isPerson(parsed.chat) && 'from' in happening ? happening.from.value : undefined;
      await happened(parsed.chat, address, happening);
      if (happening.kind === 'echo') await advance(happening.externalId, happening.sentAt?.getTime() ?? Date.now());
      return;
    }
    const { message, chat } = parsed;
    if (seen.has(message.externalId)) return;
    try {
      const { thread, related } = await threads.threadOf(chat, message.from.value);
      await inbox.receive({ ...message, thread, ...(related && { related }) });
    } catch (error) {
      if (attempt < refusals) throw error;
      await inbox.quarantine({ externalId: message.externalId, bytes: Buffer.from(JSON.stringify(raw) ?? 'null'), reason: error instanceof Error ? error.message : String(error) });
    }
    remember(seen, message.externalId, true, seenMost);
    await advance(message.externalId, message.sentAt?.getTime() ?? Date.now());
  }

  const bring = (parsed: Parsed, raw: unknown): Promise<void> =>
    (parsed.kind === 'happening' && parsed.happening.kind === 'echo' ? ours : customers).push((attempt) => take(parsed, raw, attempt));

  async function receipt(receipt: Receipt): Promise<void> {
    const step = stepOf(receipt.state);
    if (step <= (steps.get(receipt.externalId) ?? -1)) return;
    remember(told, receipt.externalId, receipt, receiptsMost);
    const key = await sends.keyOf(receipt.externalId);
    await inbox.receipt({ ...receipt, ...(key !== undefined && { key }) });
    remember(steps, receipt.externalId, step, receiptsMost);
  }

  return {
    hear(notice: Notice): void {
      switch (notice.event) {
        case 'ready': me = notice.me; break;
        case 'message': void bring(parseMessage(notice.told, me), notice.told.raw); break;
        case 'undecipherable': void bring(parseUndecipherable(notice.told, me), notice.told.raw); break;
        case 'ack': {
          const made = parseAck(notice.id, notice.ack);
          if (made) void customers.push(() => receipt(made));
          break;
        }
        case 'revoked': {
          const parsed = parseMessage(notice.told, me);
          if (parsed.kind === 'silent' || parsed.kind === 'broken') break;
          void bring({ kind: 'happening', chat: parsed.chat, happening: { kind: 'recalled', externalId: `recalled:${notice.id}`, thread: parsed.chat, about: notice.id } }, notice.told.raw);
          break;
        }
        case 'edited': {
          const edit = parseEdit(notice.told, notice.text, notice.before);
          if (edit?.happening.kind === 'edited' && !own.delete(`edited:${edit.happening.about}:${notice.text}`)) void bring({ kind: 'happening', ...edit }, notice.told.raw);
          break;
        }
        case 'reaction': {
          const [, chat = ''] = notice.about.split('_');
          // Ours is in the timeline already, or was made on the phone and is nobody's answer.
          if (sameAccount(notice.person.id, me.id) || sameAccount(notice.person.id, me.lid)) break;
          const sentAt = notice.at === undefined ? {} : { sentAt: new Date(notice.at) };
          void bring({ kind: 'happening', chat, happening: { kind: 'reaction', externalId: `reaction:${notice.id}:${notice.at ?? ''}:${notice.emoji}`, thread: chat, about: notice.about, from: senderOf(notice.person), emoji: notice.emoji, ...sentAt } }, notice);
          break;
        }
        case 'happened':
          void bring({ kind: 'happening', chat: notice.chat, happening: { kind: 'event', externalId: notice.id, thread: notice.chat, from: senderOf(notice.person), name: notice.name, text: words(notice.name, notice.data['people']), data: notice.data } }, notice);
          break;
        case 'moved':
          void bring({ kind: 'happening', chat: notice.chat, happening: { kind: 'moved', externalId: `moved:${notice.id}`, thread: notice.chat, from: senderOf({ id: notice.from }), to: senderOf({ id: notice.to }) } }, notice);
          break;
        default:
      }
    },
    /** Messages that were found, not told: the same way in. Resolves when all are stored. */
    async found(messages: Told[]): Promise<void> {
      await Promise.all(messages.map((told) => bring(parseMessage(told, me), told.raw)));
    },
    receipt: (made: Receipt): Promise<void> => customers.push(() => receipt(made)),
    /** We edit or take back; what the page tells of it is no news. */
    async whileOwn(what: string, act: () => Promise<unknown>): Promise<void> {
      own.add(what);
      await act().catch((error: unknown) => {
        own.delete(what);
        throw error;
      });
    },
    /** What came before that time is stored; null on a fresh channel. */
    async since(): Promise<Date | null> {
      const { at } = await known();
      return at > 0 ? new Date(at) : null;
    },
    /** While old messages are fetched, newer ones do not move the mark past them. */
    async catchUp(run: () => Promise<void>): Promise<void> {
      catchingUp += 1;
      await run().finally(() => { catchingUp -= 1; });
    },
    idle: async (): Promise<void> => { await customers.idle(); await ours.idle(); },
    me: (): Me => me,
  };
}
