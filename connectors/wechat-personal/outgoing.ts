/** Our words to the account. Each part goes once: what went is remembered by the key, what may have gone is never repeated. */
import { z } from 'zod';
import { ConnectorError, inLanguage, type Inbox, type Outbound } from '../connector.ts';
import { SentAnswer, type Call } from './protocol.ts';
import { render, type Part } from './render.ts';
import type { Sends } from './sends.ts';
import { CallError } from './supervisor.ts';

/** How long a message without id, or without an answer, may take to come back as our own. */
const namelessMs = 3_000;
const rememberedSends = 200;

type Wanted = { inbox: Pick<Inbox, 'recall' | 'remember'>; ours: Sends; call(call: Call): Promise<unknown>; conversationOf(thread: string): string | undefined; limitedMs: number };
type Progress = { ids: string[]; whole: boolean };

export type Outgoing = Awaited<ReturnType<typeof outgoing>>;

export async function outgoing({ inbox, ours, call, conversationOf, limitedMs }: Wanted) {
  const stored = z.array(z.tuple([z.string(), z.string()])).catch([]).parse(await inbox.recall('sent'));
  const progress = new Map<string, Progress>(stored.map(([key, id]) => [key, { ids: [id], whole: true }]));

  async function finish(key: string, done: Progress): Promise<string> {
    done.whole = true;
    const finished = [...progress].filter(([, one]) => one.whole).slice(-rememberedSends);
    await inbox.remember('sent', finished.map(([each, { ids }]) => [each, ids[0] ?? '']));
    for (const old of progress.keys()) {
      if (progress.size <= rememberedSends * 2) break;
      progress.delete(old);
    }
    return done.ids[0] ?? `sent:${key}`;
  }

  /** One message; its id, or one of ours when the puppet has none to tell. */
  async function say(key: string, conversation: string, part: Part, index: number, file: Outbound['file']): Promise<string> {
    const bytes = part.kind === 'file' ? await file(part.attachment) : undefined;
    const flight = ours.begin(key, conversation, part.kind === 'text' ? part.text : part.kind);
    try {
      const { id } = SentAnswer.parse(await call(callOf(conversation, part, bytes)));
      if (id) {
        ours.end(flight, { id });
        return id;
      }
      ours.end(flight, 'nameless');
      return await ours.named(flight, namelessMs) ?? `sent:${key}:${index}`;
    } catch (error) {
      const failure = failureOf(error, limitedMs);
      // A service that says no after all may have sent it: should it come back as our own, it is not the phone that spoke.
      ours.end(flight, failure.kind === 'unreachable' || failure.kind === 'signed-out' ? 'failed' : 'lost');
      const id = failure.kind === 'in-doubt' ? await ours.named(flight, namelessMs) : undefined;
      if (id !== undefined) return id;
      // Few puppets can send cards of links.
      if (part.kind === 'link' && failure.kind === 'rejected') return say(key, conversation, { kind: 'text', text: part.text }, index, file);
      throw failure;
    }
  }

  return {
    async send(message: Outbound): Promise<{ externalId: string; state: 'sent' }> {
      const { key, again, thread } = message;
      const known = progress.get(key);
      if (known?.whole) return { externalId: known.ids[0] ?? `sent:${key}`, state: 'sent' };
      if (again && !known) throw new ConnectorError('in-doubt', { 'zh-CN': '无法确认这条消息是否已发到手机：请先在手机上查看，再决定是否重发', en: 'Nobody can tell whether this message reached the phone: look there before sending it again' });
      const conversation = conversationOf(thread);
      if (conversation === undefined) throw new ConnectorError('rejected', { 'zh-CN': '此账号已没有带这个标记的联系人', en: 'No contact of this account carries this token any more' });
      const done: Progress = known ?? { ids: [], whole: false };
      progress.set(key, done);
      const parts = render(message);
      for (const [index, part] of parts.entries()) {
        if (index < done.ids.length) continue;
        try {
          done.ids.push(await say(key, conversation, part, index, message.file));
        } catch (error) {
          if (done.ids.length === 0) progress.delete(key);
          if (error instanceof ConnectorError && error.kind === 'rejected' && index > 0) {
            const [nth, all] = [index + 1, parts.length];
            throw new ConnectorError('rejected', { 'zh-CN': `第 ${nth}/${all} 部分被拒绝，之前的已发出：${inLanguage(error.words, 'zh-CN')}`, en: `Part ${nth} of ${all} was refused, what stands before it was sent: ${inLanguage(error.words, 'en')}` }, { cause: error });
          }
          throw error;
        }
      }
      return { externalId: await finish(key, done), state: 'sent' };
    },

    /** A message whose outcome was lost came back as our own. */
    async found(key: string, externalId: string): Promise<void> {
      if (!progress.has(key)) await finish(key, progress.set(key, { ids: [externalId], whole: true }).get(key) ?? { ids: [externalId], whole: true });
    },
    whatBecameOf: (key: string): { externalId: string } | null => {
      const done = progress.get(key);
      return done?.whole ? { externalId: done.ids[0] ?? `sent:${key}` } : null;
    },
    /** All messages that one of ours became. */
    partsOf: (externalId: string): string[] => [...progress.values()].find(({ ids }) => ids[0] === externalId)?.ids ?? [externalId],
  };
}

function callOf(to: string, part: Part, bytes: Uint8Array | undefined): Call {
  switch (part.kind) {
    case 'text': return { do: 'send-text', to, text: part.text };
    case 'link': return { do: 'send-link', to, title: part.title, url: part.url, description: part.description };
    case 'file': return { do: 'send-file', to, name: part.attachment.name, bytes: bytes ?? new Uint8Array() };
  }
}

/** What a failed call means to the hub. */
export function failureOf(error: unknown, limitedMs = 60_000): ConnectorError {
  const message = error instanceof Error ? error.message : String(error);
  if (!(error instanceof CallError)) return new ConnectorError('unreachable', message, { cause: error });
  const as = (kind: ConnectorError['kind'], retryAfterMs?: number): ConnectorError => new ConnectorError(kind, message, { cause: error, retryAfterMs });
  if (/not logged|logged ?out|not log(?:ged)? ?in|未登录|请先登录|already logout/i.test(message) || error.code === 16) return as('signed-out');
  if (error.left || error.code === 4 || /time(?:d)? ?out/i.test(message)) return as('in-doubt');
  if (error.code === 8 || /频繁|too (?:often|fast|many|frequent)|rate.?limit/i.test(message)) return as('rate-limited', limitedMs);
  if (error.code === 14 || error.code === undefined) return as('unreachable');
  return as('rejected');
}
