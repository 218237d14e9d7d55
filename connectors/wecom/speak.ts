/** Our words to a customer, the welcome, and taking back what was said. */
import { z } from 'zod';
import { ConnectorError } from '../connector.ts';
import type { Inbox, Outbound, Words } from '../connector.ts';
import type { Attachment } from '../../server/conversations/schema.ts';
import { errcodeOf } from '../tencent/call.ts';
import type { Wecom } from './api.ts';
import { wrongState } from './errors.ts';
import { filesOf } from './files.ts';
import { fromThread, messageId, threadOf } from './ids.ts';
import { limits } from './manifest.ts';
import type { Welcome } from './parse.ts';
import { cut, partOf } from './render.ts';
import type { Part } from './render.ts';

const State = z.looseObject({ service_state: z.coerce.number(), servicer_userid: z.string().optional().catch(undefined), service_userid: z.string().optional().catch(undefined) });

/** A welcome code works for 20 seconds; clocks differ. */
const welcomeMs = 60_000;
const welcomeAttempts = 3;
/** Files shorter than this are refused by the platform. */
const leastBytes = 6;
const shortTextType = /^(?:text\/|application\/json$)/;

/** @param welcome what an entering customer is told; empty: nothing */
export function mouthOf(api: Pick<Wecom, 'ask' | 'files'>, welcome: string, inbox: () => Inbox | undefined, now: () => number) {
  const files = filesOf(api, now);
  const greeted = new Set<string>();

  /** What send_msg takes; files are uploaded on the way. */
  async function payload(part: Part, file: Outbound['file']): Promise<Record<string, unknown>> {
    switch (part.msgtype) {
      case 'text': case 'msgmenu': case 'location': case 'ca_link': return { ...part };
      case 'link': case 'miniprogram': {
        const { thumb, ...rest } = part;
        const thumb_media_id = thumb ? await files.idOf(thumb, 'image', file) : await files.plainPicture();
        return rest.msgtype === 'link' ? { msgtype: 'link', link: { ...rest.link, thumb_media_id } } : { msgtype: 'miniprogram', miniprogram: { ...rest.miniprogram, thumb_media_id } };
      }
      case 'image': case 'voice': case 'video': case 'file': {
        if (part.file.size < leastBytes) return await inWords(part.file, file);
        return { msgtype: part.msgtype, [part.msgtype]: { media_id: await files.idOf(part.file, part.msgtype, file) } };
      }
    }
  }

  /** Programs may speak while a session is new or with the robot. */
  async function regain(account: string, customer: string): Promise<void> {
    const where = { open_kfid: account, external_userid: customer };
    const { service_state: state, servicer_userid, service_userid } = State.parse(await api.ask('/cgi-bin/kf/service_state/get', where));
    if (state === 1) return;
    const holder = servicer_userid ?? service_userid;
    const refuse = (words: Words, cause?: unknown): never => { throw new ConnectorError('rejected', words, { cause }); };
    if (state === 4) refuse({ 'zh-CN': '会话已结束：等客户再次来信后才能发送。', en: 'The session has ended: nothing can be sent until the customer writes again.' });
    await api.ask('/cgi-bin/kf/service_state/trans', { ...where, service_state: 1 }).catch((error: unknown) => {
      if (!(error instanceof ConnectorError) || error.kind !== 'rejected') throw error;
      if (state === 3) refuse({ 'zh-CN': `会话正由企业微信同事${holder ? ` ${holder} ` : ''}接待：请对方结束会话，或在企业微信中回复。`, en: `${holder ?? 'A colleague'} is serving this customer in WeCom: have the session ended there, or answer there.` }, error);
      if (state === 2) refuse({ 'zh-CN': '会话在企业微信的接待池中排队，无法取回。', en: 'The session waits in the queue of WeCom and could not be taken back.' }, error);
      throw error;
    });
  }

  async function say(account: string, customer: string, msgid: string, body: Record<string, unknown>): Promise<void> {
    const message = { touser: customer, open_kfid: account, msgid, ...body };
    try {
      await api.ask('/cgi-bin/kf/send_msg', message);
    } catch (error) {
      if (errcodeOf(error) !== wrongState) throw error;
      await regain(account, customer);
      await api.ask('/cgi-bin/kf/send_msg', message);
    }
  }

  return {
    files,
    async send(message: Outbound): Promise<{ externalId: string; state: 'sent' }> {
      const { account, customer } = fromThread(message.thread);
      const part = partOf(message.content, message.locale);
      if (!part) throw new ConnectorError('rejected', { 'zh-CN': '没有可发送的内容。', en: 'There is nothing to send.' });
      const externalId = messageId(message.key);
      await say(account, customer || message.to, externalId, await payload(part, message.file));
      return { externalId, state: 'sent' };
    },

    /** Once for each code, at once: after 20 seconds it is too late. */
    async greet({ code, account, customer, at }: Welcome): Promise<void> {
      const box = inbox();
      if (!box || welcome === '' || greeted.has(code) || now() - (at?.getTime() ?? now()) > welcomeMs) return;
      greeted.add(code);
      if (greeted.size > 10_000) greeted.clear();
      const text = cut(welcome, limits.textBytes);
      for (let attempt = 1; !box.stopping.aborted; attempt += 1) {
        try {
          const msgid = messageId(`welcome/${code}`);
          await api.ask('/cgi-bin/kf/send_msg_on_event', { code, msgid, msgtype: 'text', text: { content: text } });
          // Not an echo: nobody of ours has taken the customer in hand yet.
          return await box.happened({
            kind: 'event', externalId: msgid, thread: threadOf(account, customer), from: { value: customer, stable: true }, name: 'welcomed', text: { 'zh-CN': `已发送欢迎语：${text}`, en: `Welcome sent: ${text}` },
          });
        } catch (error) {
          if (attempt < welcomeAttempts && error instanceof ConnectorError && error.kind !== 'rejected') continue;
          return box.log.info({ reason: error instanceof Error ? error.message : String(error) }, 'an entering customer could not be welcomed');
        }
      }
    },

    /** Within two minutes. */
    async recall(thread: string, externalId: string): Promise<void> {
      await api.ask('/cgi-bin/kf/recall_msg', { open_kfid: fromThread(thread).account, msgid: externalId });
    },
  };
}

/** A file that is too short for the platform: a text is said, of anything else its name. */
async function inWords(attachment: Attachment, file: Outbound['file']): Promise<Record<string, unknown>> {
  const inside = shortTextType.test(attachment.type) ? new TextDecoder().decode(await file(attachment)) : '';
  return { msgtype: 'text', text: { content: cut(`[${attachment.name}]${inside ? `\n${inside}` : ''}`, limits.textBytes) } };
}
