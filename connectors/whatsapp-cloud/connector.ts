/** The WhatsApp Cloud API connector: signed calls in, Graph calls out. */
import { setTimeout as pause } from 'node:timers/promises';
import { ConnectorError, type Connector, type Health, type Inbox, type Words } from '../connector.ts';
import { runChecks } from './checks.ts';
import { firstWords, list, object } from './fields.ts';
import { openGraph, type Graph, type GraphOptions } from './graph.ts';
import { handshake, take, type Answer, type Incoming } from './incoming.ts';
import type { Config } from './manifest.ts';
import { bring } from './media.ts';
import { send, settle, type Outgoing } from './outgoing.ts';
import { messagesOf } from './messages.ts';
import { recipient } from './render.ts';
import { sendBook } from './sends.ts';
import { templateBook } from './templates.ts';
import { threadBook } from './threads.ts';

/** `hook`: our address for Meta. The rest is for tests. */
export type Options = Pick<GraphOptions, 'timeoutMs'> & { hook?: string; settleMs?: number; checkMs?: number };

/** Meta shows "typing" for 25 seconds; asking more often says nothing new. */
const typingMs = 20_000;
const mostThreads = 10_000;
const newsMs = 60 * 60_000;
/** How long a stop waits for the answers of what is being sent: an answer is better than a doubt. */
const graceMs = 3_000;

/** Makes the connector of one number. */
export function whatsappConnector(config: Config, { hook, settleMs, timeoutMs, checkMs = 30 * 60_000 }: Options = {}): Connector {
  const { phoneNumberId, wabaId } = config;
  const stop = new AbortController();
  const graph = watched(openGraph(config, { timeoutMs, stopping: stop.signal }));
  const sends = sendBook(() => running?.inbox, settleMs);
  const templates = templateBook(graph, wabaId);
  /** The customer's last message of each thread: what "read" and "typing" speak of. */
  const lastHeard = new Map<string, string>();
  const typingAt = new Map<string, number>();
  const underWay = new Set<Promise<unknown>>();
  let running: { incoming: Incoming; outgoing: Outgoing; inbox: Inbox } | undefined;
  let lastHealth = '';
  let news: { message: Words; until: number } | undefined;
  let lastCall: Date | null = null;
  let check: NodeJS.Timeout | undefined;

  function report(told: Health): void {
    // What Meta said of the account stays in sight for a while, though calls go through.
    const health: Health = told.state === 'ready' && news && news.until > performance.now() ? { state: 'degraded', detail: { message: news.message } } : told;
    const said = JSON.stringify(health);
    if (said !== lastHealth && !stop.signal.aborted) running?.inbox.health(health);
    lastHealth = said;
  }
  /** Every call of Meta's API tells how the account is. */
  function watched(api: Graph): Graph {
    const watch = async <T>(call: Promise<T>): Promise<T> => {
      try {
        const answer = await call;
        if (lastHealth) report({ state: 'ready' });
        return answer;
      } catch (error) {
        if (error instanceof ConnectorError && error.kind === 'signed-out') report({ state: 'down', detail: { message: error.words } });
        else if (error instanceof ConnectorError && (error.kind === 'unreachable' || error.kind === 'in-doubt')) report({ state: 'degraded', detail: { message: error.words } });
        throw error;
      }
    };
    return { ...api, get: (path, query) => watch(api.get(path, query)), post: (path, body) => watch(api.post(path, body)), upload: (path, form) => watch(api.upload(path, form)) };
  }
  const started = (): NonNullable<typeof running> => {
    if (!running) throw new Error('the channel is not started');
    return running;
  };
  const bounded = <T>(map: Map<string, T>, name: string, value: T): void => {
    map.delete(name);
    map.set(name, value);
    const [oldest] = map.keys();
    if (map.size > mostThreads && oldest !== undefined) map.delete(oldest);
  };

  /** A first look at the account; nothing waits for it. */
  async function look(): Promise<void> {
    await graph.get(phoneNumberId, { fields: 'display_phone_number' }).then(() => report({ state: 'ready' }), (error: unknown) => {
      if (error instanceof ConnectorError && error.kind === 'rejected') report({ state: 'down', detail: { message: error.words } });
      else if (error instanceof ConnectorError && error.kind === 'rate-limited') report({ state: 'ready' });
    });
  }

  async function hot(body: Uint8Array, headers: Record<string, string | undefined>): Promise<Answer> {
    const answer = await take(started().incoming, body, headers['x-hub-signature-256']);
    if (answer.status < 300) lastCall = new Date();
    return answer;
  }

  async function mark(messageId: string, isTyping: boolean): Promise<void> {
    await graph.post(`${phoneNumberId}/messages`, { messaging_product: 'whatsapp', status: 'read', message_id: messageId, ...(isTyping && { typing_indicator: { type: 'text' } }) });
  }

  return {
    async start(inbox) {
      const threads = threadBook(inbox);
      running = {
        inbox,
        incoming: {
          config, inbox, threads, sends, heard: (thread, externalId) => bounded(lastHeard, thread, externalId),
          foreign: new Map(),
          news(field, message, serious) {
            if (field.includes('template')) templates.forget();
            inbox.log[serious ? 'warn' : 'info']({ news: message }, 'WhatsApp sent news of the account');
            if (!serious) return;
            news = { message, until: performance.now() + newsMs };
            report({ state: 'ready' });
          },
        },
        outgoing: { graph, config, sends, threads, shapeOf: templates.shapeOf, stopping: stop.signal },
      };
      void look();
      check = setInterval(() => void look(), checkMs).unref();
    },
    async stop() {
      clearInterval(check);
      if (underWay.size > 0) await Promise.race([Promise.allSettled(underWay), pause(graceMs, undefined, { ref: false })]);
      stop.abort();
    },
    hot,
    async webhook(request) {
      if (request.method === 'GET') return handshake(new URL(request.url).searchParams, config.verifyToken);
      if (request.method !== 'POST') return new Response(null, { status: 405, headers: { allow: 'GET, POST' } });
      const { status, body } = await hot(await request.bytes(), Object.fromEntries(request.headers));
      return new Response(body, { status, headers: { 'content-type': status < 300 ? 'application/json' : 'application/problem+json', ...(status === 503 && { 'retry-after': '2' }) } });
    },
    send(message) {
      const sending = send(started().outgoing, message);
      underWay.add(sending);
      return sending.finally(() => underWay.delete(sending));
    },
    split: messagesOf,
    settle: (message) => settle(started().outgoing, message),
    // One small question a minute: the account may ask 5,000 things an hour.
    async probe() { await graph.get(phoneNumberId, { fields: 'id' }); },
    fetch: (ref) => bring(graph, phoneNumberId, ref),
    templates: () => templates.all(),
    async react(thread, externalId, emoji) {
      const to = await started().outgoing.threads.address(thread);
      await graph.post(`${phoneNumberId}/messages`, { messaging_product: 'whatsapp', ...recipient(thread, to), type: 'reaction', reaction: { message_id: externalId, emoji } });
    },
    async read(thread, externalId) {
      bounded(lastHeard, thread, externalId);
      await mark(externalId, false);
    },
    async typing(thread, isTyping) {
      const messageId = lastHeard.get(thread);
      const now = performance.now();
      if (!isTyping) return void typingAt.delete(thread);
      if (!messageId || now - (typingAt.get(thread) ?? Number.NEGATIVE_INFINITY) < typingMs) return;
      bounded(typingAt, thread, now);
      await mark(messageId, true);
    },
    async act(action) {
      if (action !== 'subscribe') throw new ConnectorError('rejected', { 'zh-CN': `没有操作“${action}”`, en: `There is no action "${action}"` });
      if (!wabaId) throw new ConnectorError('rejected', { 'zh-CN': '请先填写 WhatsApp 商业账号编号', en: 'Fill in the WhatsApp Business Account ID first' });
      const isPublic = hook?.startsWith('https://') === true;
      await graph.post(`${wabaId}/subscribed_apps`, isPublic ? { override_callback_uri: hook, verify_token: config.verifyToken } : {});
      const apps = list((await graph.get(`${wabaId}/subscribed_apps`))['data']).map((app) => firstWords(object(object(app)['whatsapp_business_api_data'])['name'], '?')).join(', ');
      return isPublic ? { 'zh-CN': `已订阅，回调地址已设为 ${hook}（${apps}）`, en: `Subscribed; Meta now calls ${hook} (${apps})` }
        : { 'zh-CN': `已订阅（${apps}）。本站没有公网 https 地址，请在 Meta 应用后台手动填写回调地址`, en: `Subscribed (${apps}). This hub has no public https address: enter the webhook address in the Meta app` };
    },
    test: () => runChecks(graph, config, lastCall),
  };
}
