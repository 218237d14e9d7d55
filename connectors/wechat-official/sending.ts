/** Customer-service messages: each once, and what is known of those whose answer was lost. */
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { ConnectorError } from '../connector.ts';
import type { Outbound } from '../connector.ts';
import { errcodeOf } from '../tencent/call.ts';
import type { TencentApi } from '../tencent/call.ts';
import { uploadAttachment, uploadGrey } from './media.ts';
import { carriedAs, menuAsText, partOf, textPart } from './render.ts';
import type { Part } from './render.ts';
import type { TemplateBook } from './templates.ts';

export type Tools = {
  api: TencentApi;
  book: TemplateBook;
  kfAccount: string;
  now: () => number;
  /** Pauses before each look into WeChat's chat records. */
  looks?: number[];
};

type Body = Record<string, unknown> & { msgtype?: unknown };
/** A call that is out: the words by which the records know it, and since when. */
type Attempt = { to: string; words: string; since: number };

const Records = z.looseObject({ recordlist: z.array(z.looseObject({ openid: z.string(), opercode: z.coerce.number(), text: z.string().default(''), time: z.coerce.number() })).default([]) });
/** WeChat's code of "a person of ours wrote". */
const weWrote = 2002;
/** How many of the last sends are remembered. */
const mostDone = 5_000;

/** Sends for one account. */
export function sender({ api, book, kfAccount, now, looks = [400, 1_500, 4_000] }: Tools) {
  const done = new Map<string, string>();
  const sentWords: Attempt[] = [];
  const attempts = new Map<string, Attempt>();

  async function send(given: Outbound): Promise<{ externalId: string }> {
    const message = { ...given, to: given.to || given.thread };
    const before = done.get(message.key);
    if (before) return { externalId: before };
    if (message.content.template) return finish(message.key, await sendTemplate(message));
    if (message.again) return finish(message.key, (await settle(message)).externalId);
    const part = partOf(message.content, await linksOf(message), message.locale);
    await sendPart(message, await bodyOf(part, message), part);
    return finish(message.key, `out:${message.key}`);
  }

  async function sendTemplate(message: Outbound): Promise<string> {
    if (message.again && !await book.idempotent(message.content.template?.name ?? '')) throw new ConnectorError('in-doubt', { 'zh-CN': '无法确认通知是否已发出', en: 'Nobody can tell whether the notice went out' });
    return book.send(message);
  }

  async function sendPart(message: Outbound, body: Body, part: Part | undefined): Promise<void> {
    const attempt = { to: message.to, words: wordsOf(body), since: now() };
    attempts.set(message.key, attempt);
    try {
      await api.post('/cgi-bin/message/custom/send', { touser: message.to, ...body, ...(kfAccount && { customservice: { kf_account: kfAccount } }) });
    } catch (error) {
      if (error instanceof ConnectorError && error.kind === 'in-doubt' && await recorded(attempt)) return keep(attempt, message.key);
      if (!(error instanceof ConnectorError && error.kind === 'in-doubt')) attempts.delete(message.key);
      // Test accounts and unverified ones may not send menus.
      if (part?.kind === 'menu' && errcodeOf(error) === 40200) return sendPart(message, textPart(menuAsText(part.head, part.choices)).body, undefined);
      throw error;
    }
    keep(attempt, message.key);
  }

  function keep(attempt: Attempt, key: string): void {
    attempts.delete(key);
    sentWords.push(attempt);
    while (sentWords.length > mostDone) sentWords.shift();
  }

  /** Whether WeChat's chat records hold one more such message than we know of. They prove that it went out, never that it did not. */
  async function recorded(attempt: Attempt): Promise<boolean> {
    const from = Math.floor(attempt.since / 1_000) - 1;
    for (const wait of looks) {
      await pause(wait);
      const answer = await api.ask('/customservice/msgrecord/getmsglist', { starttime: from, endtime: Math.ceil(now() / 1_000) + 1, msgid: 1, number: 10_000 }).catch(() => undefined);
      const same = (one: Attempt): boolean => one.to === attempt.to && one.words === attempt.words && one.since >= from * 1_000;
      const records = Records.safeParse(answer).data?.recordlist ?? [];
      const found = records.filter((one) => one.openid === attempt.to && one.opercode === weWrote && one.text === attempt.words && one.time >= from);
      if (found.length > sentWords.filter(same).length) return true;
    }
    return false;
  }

  /** Templates may be sent again; of the rest the records may tell. */
  async function settle(message: Outbound): Promise<{ externalId: string }> {
    const before = done.get(message.key);
    if (before) return { externalId: before };
    const attempt = attempts.get(message.key);
    if (attempt && await recorded(attempt)) {
      keep(attempt, message.key);
      return finish(message.key, `out:${message.key}`);
    }
    throw new ConnectorError('in-doubt', { 'zh-CN': '微信没有回应，无法确认是否已发出', en: 'WeChat did not answer: nobody can tell whether the message went out' });
  }

  async function bodyOf(part: Part, message: Outbound): Promise<Body> {
    switch (part.kind) {
      case 'ready': return part.body;
      case 'menu': return { msgtype: 'msgmenu', msgmenu: { head_content: part.head, list: part.choices.map((content, index) => ({ id: String(index + 1), content })), tail_content: '' } };
      case 'file': {
        const id = await uploadAttachment(api, part.as, part.attachment, message);
        return { msgtype: part.as, [part.as]: { media_id: id, ...(part.as === 'video' && { title: part.attachment.name.slice(0, 60), description: '' }) } };
      }
      case 'mini-program': return { msgtype: 'miniprogrampage', miniprogrampage: { title: part.title, appid: part.appId, pagepath: part.path, thumb_media_id: await uploadGrey(api) } };
    }
  }

  function finish(key: string, externalId: string): { externalId: string } {
    done.set(key, externalId);
    for (const oldest of done.size > mostDone ? done.keys() : []) { done.delete(oldest); break; }
    return { externalId };
  }

  return {
    send,
    async settle(message: Outbound): Promise<{ externalId: string } | null> {
      return message.content.template && await book.idempotent(message.content.template.name) ? null : settle(message);
    },
  };
}

async function linksOf({ content, link }: Outbound): Promise<Map<string, string>> {
  const files = link ? (content.attachments ?? []).filter((file) => !carriedAs(file)) : [];
  return new Map(await Promise.all(files.map(async (file): Promise<[string, string]> => [file.id, await link?.(file) ?? ''])));
}

/** As the chat records spell it: pictures and the like are a word in brackets. */
function wordsOf(body: Body): string {
  const text = z.object({ text: z.object({ content: z.string() }) }).safeParse(body);
  return text.success ? text.data.text.content : `[${String(body.msgtype)}]`;
}
