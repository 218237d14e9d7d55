/** Sends what we say, part by part, and never a part twice: what is not known is asked of the chat, or said to be unknown. */
import { ConnectorError, type Inbox, type Outbound } from '../connector.ts';
import { z } from 'zod';
import { parseMessage } from './parse.ts';
import { HistoryAnswer, SentAnswer, type Command, type Item, type Me } from './protocol.ts';
import { render, type Part } from './render.ts';
import { markOfContent, type Send, type sendsOf } from './sends.ts';
import { openChat, type Warmth } from './warm-up.ts';
import { both } from './words.ts';

const Warm = z.object({ pairedAt: z.number(), day: z.number(), opened: z.array(z.string()) });
const historyLength = 50;

type Parts = {
  inbox: Inbox; sends: ReturnType<typeof sendsOf>; warmUpDays: number; sendMs: number; now(): number;
  call(command: Command, waitMs?: number): Promise<unknown>;
  chatOf(thread: string): Promise<string>;
  me(): Me;
};

/** One channel's way out. */
export function sender({ inbox, sends, warmUpDays, sendMs, now, call, chatOf, me }: Parts) {
  const underWay = new Map<string, Promise<unknown>>();

  async function warmth(): Promise<Warmth> {
    return Warm.safeParse(await inbox.recall('warmth')).data ?? { pairedAt: now(), day: 0, opened: [] };
  }

  async function itemOf(part: Part, message: Outbound): Promise<Item> {
    if (part.kind !== 'file') return part;
    const { attachment, as, caption } = part;
    return { kind: 'file', as, name: attachment.name, type: attachment.type, bytes: await message.file(attachment), ...(caption !== undefined && { caption }) };
  }

  /** Looks in the chat for a part in doubt. True: it is there, and noted. */
  async function found(message: Outbound, { doubt }: Send): Promise<boolean> {
    if (!doubt) return true;
    const messages = HistoryAnswer.parse(await call({ name: 'history', chat: await chatOf(message.thread), limit: historyLength }));
    for (const told of messages) {
      const parsed = parseMessage(told, me());
      if (parsed.kind !== 'happening' || parsed.happening.kind !== 'echo') continue;
      const { externalId, sentAt, content, later } = parsed.happening;
      if (message.history.includes(externalId)) continue;
      const mark = markOfContent(content, (later?.length ?? 0) > 0);
      // Nothing else is under way on this thread: what looks the same, is new and belongs to no other send, is it.
      if (mark !== doubt.mark || (sentAt?.getTime() ?? 0) < doubt.at - 120_000) continue;
      if (await sends.adopt(message.key, externalId)) return true;
    }
    return false;
  }

  async function deliver(message: Outbound): Promise<{ externalId: string; state: 'sent' }> {
    const parts = render(message.content);
    let known = await sends.find(message.key);
    if (known?.doubt) {
      if (!await found(message, known)) throw new ConnectorError('in-doubt', both('发送时会话中断，请在手机上查看是否送达', 'the session broke while this was being sent; look on the phone whether it arrived'));
      known = await sends.find(message.key);
    }
    const done = known?.ids ?? [];
    const chat = await chatOf(message.thread);
    if (done.length === 0 && message.history.length === 0 && !chat.endsWith('@g.us')) {
      const allowed = openChat(await warmth(), message.thread, now(), warmUpDays);
      if ('words' in allowed) throw new ConnectorError('rate-limited', allowed.words, { retryAfterMs: allowed.waitMs });
      await inbox.remember('warmth', allowed.warmth);
    }
    let first = done[0];
    for (const [index, part] of parts.entries()) {
      if (index < done.length) continue;
      const item = await itemOf(part, message);
      await sends.begin(message.key, part, now());
      try {
        const quote = index === 0 ? message.content.quote?.externalId : undefined;
        const { id } = SentAnswer.parse(await call({ name: 'send', chat, item, ...(quote !== undefined && { quote }) }, sendMs));
        await sends.settle(message.key, id);
        first ??= id;
      } catch (error) {
        if (!(error instanceof ConnectorError)) throw error;
        // Only a lost outcome leaves a doubt.
        if (error.kind !== 'in-doubt') await sends.settle(message.key);
        throw error;
      }
    }
    return { externalId: first ?? '', state: 'sent' };
  }

  return {
    send(message: Outbound): Promise<{ externalId: string; state: 'sent' }> {
      const sending = deliver(message);
      const over = sending.catch(() => undefined).finally(() => underWay.delete(message.key));
      underWay.set(message.key, over);
      return sending;
    },
    async settle(message: Outbound): Promise<{ externalId: string } | null> {
      const known = await sends.find(message.key);
      if (known?.doubt && !await found(message, known)) throw new ConnectorError('in-doubt', both('此处无法确认是否送达，请在手机上查看', 'nobody can tell from here whether this arrived; look on the phone'));
      const ids = (await sends.find(message.key))?.ids ?? [];
      // What is missing of it goes out at the next attempt; the parts that arrived do not.
      return ids.length >= render(message.content).length && ids[0] !== undefined ? { externalId: ids[0] } : null;
    },
    /** A phone was linked just now: the warm-up begins. */
    paired: (): Promise<void> => inbox.remember('warmth', { pairedAt: now(), day: 0, opened: [] } satisfies Warmth),
    /** A channel from before the warm-up was written down. */
    async warm(): Promise<void> {
      if (!Warm.safeParse(await inbox.recall('warmth')).success) await inbox.remember('warmth', { pairedAt: now(), day: 0, opened: [] } satisfies Warmth);
    },
    busy: {
      keys: (): ReadonlySet<string> => new Set(underWay.keys()),
      async settled(): Promise<void> { await Promise.all(underWay.values()); },
    },
  };
}
