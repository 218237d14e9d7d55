/** Fetches what is new at one account, page by page. The cursor moves only after a page is safe, so nothing can be lost between. */
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { ConnectorError } from '../connector.ts';
import type { Inbox } from '../connector.ts';
import { errcodeOf } from '../tencent/call.ts';
import type { Wecom } from './api.ts';
import { badEventToken } from './errors.ts';
import { fields } from './content.ts';
import type { Taker } from './take.ts';

/** The platform keeps messages for so long. */
export const historyMs = 3 * 86_400_000;
/** The token of a callback lives 10 minutes; a minute for the way. */
const eventTokenMs = 9 * 60_000;
/** An unchanged cursor is written down again after so long, to know how far we are complete. */
const stampMs = 5 * 60_000;
/** Empty pages that lead nowhere, before the rest is left to the next pull. */
const idlePages = 20;

const Memory = z.object({ cursor: z.string().optional(), at: z.number() }).nullish().catch(null);
const Gap = z.object({ from: z.number(), until: z.number() }).nullish().catch(null);
/** Between these times messages may have been lost: we were away for longer than the platform keeps them. */
export type Gap = { from: number; until: number };

/** What a pull found. `until`: complete up to this time. */
export type Pulled = { messages: number; until: number };

export type AccountPull = {
  readonly id: string;
  /** A callback said that something is there. */
  token(eventToken: string): void;
  /** Fetches all there is. One at a time: whoever asks meanwhile waits for one more round. */
  pull(): Promise<Pulled>;
  /** Fetches everything since then once more, whatever was fetched before. */
  again(since: number): Promise<void>;
  gap(): Promise<Gap | null>;
  forgetGap(): Promise<void>;
  /** When the last pull ended well; 0: none has. */
  readonly last: () => number;
  /** Pages that were taken so far: whether a pull that failed got on at all. */
  readonly pages: () => number;
};

/** @param id the account's open_kfid */
export function accountPull(id: string, api: Pick<Wecom, 'page'>, inbox: Inbox, take: Taker, now: () => number): AccountPull {
  const name = `cursor/${id}`;
  const gapName = `gap/${id}`;
  let held: { token: string; until: number } | undefined;
  let running: Promise<Pulled> | undefined;
  let next: Promise<Pulled> | undefined;
  let lastGood = 0;
  let pages = 0;

  /** A token that the platform refuses is forgotten: without one we may ask as well, if less often. */
  async function ask(cursor: string | undefined): Promise<Awaited<ReturnType<Wecom['page']>>> {
    const eventToken = held && held.until > now() ? held.token : undefined;
    try {
      return await api.page({ account: id, ...(cursor && { cursor }), ...(eventToken && { eventToken }) });
    } catch (error) {
      if (!eventToken || errcodeOf(error) !== badEventToken) throw error;
      if (held?.token === eventToken) held = undefined;
      return await api.page({ account: id, ...(cursor && { cursor }) });
    }
  }

  async function walk(from: string | undefined, page: (items: unknown[], next: string | undefined) => Promise<void>): Promise<void> {
    let cursor = from;
    for (let idle = 0; idle < idlePages;) {
      if (inbox.stopping.aborted) throw new Error('the channel is being stopped');
      const { items, next: following, more } = await ask(cursor);
      await page(items, following);
      // A page may be empty although there is more behind it.
      if (items.length === 0 || following === undefined || following === cursor) {
        idle += 1;
        if (more && idle > 3) await pause(10 * idle, undefined, { signal: inbox.stopping });
      } else idle = 0;
      cursor = following ?? cursor;
      if (!more) return;
    }
    // What was read is safe; the rest is read by the next pull.
    throw new ConnectorError('unreachable', { 'zh-CN': '企业微信称还有消息，却没有交出', en: 'WeCom says that there is more, but hands nothing over' });
  }

  async function round(): Promise<Pulled> {
    const began = now();
    const memory = Memory.parse(await inbox.recall(name));
    if (memory && began - memory.at > historyMs) {
      await inbox.remember(gapName, { from: memory.at, until: began - historyMs });
      inbox.log.warn({ account: id, from: new Date(memory.at), until: new Date(began - historyMs) }, 'messages of this time may be lost: WeCom keeps them for three days');
    }
    let cursor = memory?.cursor;
    let stamped = memory?.at ?? 0;
    let messages = 0;
    await walk(cursor, async (items, following) => {
      await take(items, id);
      messages += items.filter((item) => fields(item).text('msgtype') !== 'event').length;
      if (following === undefined || following === cursor) return;
      cursor = following;
      // Not complete yet: the time stays, the place moves.
      stamped = stamped || began;
      await inbox.remember(name, { cursor, at: stamped });
      pages += 1;
    });
    if (began - stamped > stampMs || stamped === 0) await inbox.remember(name, { ...(cursor && { cursor }), at: began });
    lastGood = now();
    return { messages, until: began };
  }

  function start(): Promise<Pulled> {
    running = round().finally(() => { running = undefined; });
    return running;
  }

  return {
    id,
    token(eventToken) { held = { token: eventToken, until: now() + eventTokenMs }; },
    pull() {
      if (!running) return start();
      // What came after the running round asked may not be in its answer.
      next ??= running.then(() => {}, () => {}).then(() => { next = undefined; return running ?? start(); });
      return next;
    },
    async again(since) {
      await walk(undefined, async (items) => {
        await take(items.filter((item) => !((fields(item).number('send_time') ?? Infinity) * 1_000 < since - 1_000)), id);
      });
    },
    gap: async () => Gap.parse(await inbox.recall(gapName)) ?? null,
    forgetGap: () => inbox.remember(gapName, null),
    last: () => lastGood,
    pages: () => pages,
  };
}
