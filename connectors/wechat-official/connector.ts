/** The Official Account channel: pushes in, customer-service messages out. */
import { createHash } from 'node:crypto';
import { ConnectorError } from '../connector.ts';
import type { Connector, Inbox } from '../connector.ts';
import { errcodeOf, tencentApi } from '../tencent/call.ts';
import type { TencentApi } from '../tencent/call.ts';
import { bodyLimit, plainText, readBody, say } from './answer.ts';
import { checks } from './checks.ts';
import { textOf } from './fields.ts';
import { explained, healthLight } from './health.ts';
import type { WechatOfficialConfig } from './manifest.ts';
import { fetchMedia } from './media.ts';
import { publishMenu, readMenu } from './menu.ts';
import { parse } from './parse.ts';
import { messagesOf } from './render.ts';
import { profiles } from './profiles.ts';
import { open, signed } from './push.ts';
import type { Opened } from './push.ts';
import { sender } from './sending.ts';
import { templateBook } from './templates.ts';
import { accountTokens } from './tokens.ts';
import { kinds, words } from './words.ts';

/** For tests. */
export type Tuning = { now?: () => number; fetch?: typeof fetch; timeoutMs?: number; looks?: number[]; retryMs?: number };

/** 45072 wrong command, 45080 no word from the customer in 30 s, 45081 shown already: nothing to tell anybody. */
const noTyping = new Set([45072, 45080, 45081]);

/** Makes the connector of one account. */
export function wechatOfficialConnector(config: WechatOfficialConfig, { now = Date.now, fetch: ask = fetch, timeoutMs, looks, retryMs = 15_000 }: Tuning = {}): Connector {
  const base = config.apiBase.replace(/\/+$/, '');
  const plainApi = tencentApi({ base, fetch: ask, timeoutMs, words, kinds });
  const tokens = accountTokens(plainApi, config, now);
  const api: TencentApi = tencentApi({ base, tokens, fetch: ask, timeoutMs, words, kinds });
  const book = templateBook(api, now);
  const out = sender({ api, book, kfAccount: config.kfAccount, now, looks });
  const people = profiles(api, now);
  const light = healthLight((health) => inbox?.health(health));
  let inbox: Inbox | undefined;
  let callbackSeen = false;
  let timer: NodeJS.Timeout | undefined;

  /** Runs a call of the API; its failure may be one of the whole account. */
  async function watched<Result>(call: Promise<Result>): Promise<Result> {
    try {
      const result = await call;
      light('api');
      return result;
    } catch (error) {
      if (error instanceof ConnectorError && (error.kind === 'signed-out' || error.kind === 'unreachable')) light('api', { state: error.kind === 'signed-out' ? 'down' : 'degraded', detail: { message: explained(error) } });
      throw error;
    }
  }

  /** Until the account is known to work, and then no more: later calls tell. */
  async function greet(): Promise<void> {
    await watched(tokens.get()).catch(() => {
      if (!inbox || inbox.stopping.aborted) return;
      timer = setTimeout(() => void greet(), retryMs);
      timer.unref();
    });
  }

  async function seen(given: Inbox): Promise<void> {
    if (callbackSeen) return;
    callbackSeen = true;
    await given.remember('callback', new Date(now()).toISOString()).catch(() => { callbackSeen = false; });
  }

  /** Resolves once everything in the push is stored. */
  async function take(given: Inbox, opened: Exclude<Opened, { kind: 'refused' }>, body: string): Promise<void> {
    const keep = (reason: string): Promise<void> => given.quarantine({ externalId: `raw:${createHash('sha1').update(opened.kind === 'open' ? opened.raw : body).digest('hex')}`, bytes: new TextEncoder().encode(opened.kind === 'open' ? opened.raw : body), reason });
    if (opened.kind === 'broken') {
      light('callback', { state: 'degraded', detail: { message: { 'zh-CN': `微信的消息无法解密或读取，请核对 EncodingAESKey 和 AppID（${opened.reason}）`, en: `A message from WeChat could not be decrypted or read, check the EncodingAESKey and the AppID: ${opened.reason}` } } });
      return keep(opened.reason);
    }
    light('callback');
    let parsed: ReturnType<typeof parse>;
    try {
      parsed = parse(opened.fields, opened.raw);
    } catch (error) {
      return keep(error instanceof Error ? error.message : String(error));
    }
    switch (parsed.kind) {
      case 'account': return given.log.info({ event: parsed.event, words: parsed.words }, 'WeChat says something about the account');
      case 'message': {
        const { from } = parsed.message;
        // A tap on a message of choices opens what a tap on the menu does.
        const tapped = opened.kind === 'open' && textOf(opened.fields, 'bizmsgmenuid') !== '';
        await given.receive({ ...parsed.message, from: { ...from, ...people.about(from.value) }, ...(tapped && { act: 'CLICK' }) });
        return people.ask(from.value);
      }
      case 'happenings':
        for (const happening of parsed.happenings) {
          await given.happened(happening);
          if (happening.kind === 'event' && happening.name.toLowerCase() !== 'unsubscribe') people.ask(happening.thread);
        }
        for (const receipt of parsed.receipts) await given.receipt(receipt);
    }
  }

  /** One push. */
  async function hot(bytes: Uint8Array, _headers: unknown, query: string): Promise<{ status: number; body: string; type: string }> {
    const answer = (status: number, body: string) => ({ status, body, type: plainText });
    if (bytes.byteLength > bodyLimit) return answer(413, 'too large');
    const body = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString();
    const opened = open(config, new URLSearchParams(query), body);
    if (opened.kind === 'refused') {
      if (opened.hint) light('callback', { state: 'degraded', detail: { message: opened.hint } });
      return answer(403, 'wrong signature');
    }
    const given = inbox;
    if (!given) return answer(503, 'not started');
    try {
      await take(given, opened, body);
    } catch (error) {
      // Anything but success: WeChat pushes again.
      given.log.warn({ err: error }, 'a push could not be stored; WeChat will push it again');
      return answer(503, 'try again');
    }
    void seen(given);
    return answer(200, 'success');
  }

  return {
    async start(given) {
      inbox = given;
      void greet();
    },
    async stop() {
      clearTimeout(timer);
      inbox = undefined;
    },
    async webhook(request) {
      const query = new URL(request.url).searchParams;
      if (request.method === 'GET') {
        const echo = query.get('echostr');
        if (echo === null || !signed(query, config.token)) return say(403, 'wrong signature');
        if (inbox) await seen(inbox);
        return say(200, echo);
      }
      if (request.method !== 'POST') return say(405, 'GET or POST');
      const body = await readBody(request);
      if (body === null) return say(413, 'too large');
      const answer = await hot(body, {}, query.toString());
      return say(answer.status, answer.body);
    },
    hot,
    send: (message) => watched(out.send(message)),
    split: messagesOf,
    settle: (message) => watched(out.settle(message)),
    probe: () => watched(tokens.check()),
    async typing(thread, typing) {
      await api.ask('/cgi-bin/message/custom/typing', { touser: thread, command: typing ? 'Typing' : 'CancelTyping' })
        .catch((error: unknown) => { if (!noTyping.has(errcodeOf(error) ?? 0)) throw error; });
    },
    fetch: (ref) => watched(fetchMedia(api, ref, { apiBase: base, fetch: ask })),
    templates: () => watched(book.list()),
    async act(action, input) {
      if (action === 'publish-menu') return watched(publishMenu(api, input['json'] ?? ''));
      if (action === 'read-menu') return watched(readMenu(api));
      throw new ConnectorError('rejected', { 'zh-CN': `没有操作 ${action}`, en: `There is no action ${action}` });
    },
    test: () => checks({ api, tokens, kfAccount: config.kfAccount, explained, callbackSeen: async () => callbackSeen || typeof await inbox?.recall('callback') === 'string' }),
  };
}
