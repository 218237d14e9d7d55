/** The channel of one company's WeCom customer service. What comes is fetched; callbacks only say when. See README.md. */
import { z } from 'zod';
import { ConnectorError } from '../connector.ts';
import type { Connector, Health, Inbox } from '../connector.ts';
import { wecomApi } from './api.ts';
import type { Tuning } from './api.ts';
import { bodyLimit, openCallback } from './callback.ts';
import { checks } from './checks.ts';
import { customersOf } from './customers.ts';
import type { Config } from './manifest.ts';
import { messagesOf } from './render.ts';
import { mouthOf } from './speak.ts';
import { taker } from './take.ts';
import { watchOver } from './watch.ts';
import type { Watch } from './watch.ts';

const Way = z.looseObject({ url: z.string().min(1) });

/** Makes the connector of one channel; `tuning` is for tests. */
export function wecomConnector(config: Config, channel: { id: string; publicUrl: string }, tuning: Tuning = {}): Connector {
  const now = tuning.now ?? Date.now;
  let inbox: Inbox | undefined;
  let watch: Watch | undefined;
  let callbackAt: number | undefined;
  let lastHealth = '';

  const api = wecomApi(config, tuning, () => inbox?.stopping);
  const mouth = mouthOf(api, config.welcome, () => inbox, now);
  const customers = customersOf(api, () => inbox?.log, now);

  function report(health: Health): void {
    const said = JSON.stringify(health);
    if (said !== lastHealth && !inbox?.stopping.aborted) inbox?.health(health);
    lastHealth = said;
  }

  const text = (status: number, words: string): Response => new Response(words, { status, headers: { 'content-type': 'text/plain; charset=utf-8' } });

  return {
    async start(given) {
      inbox = given;
      const take = taker(given, customers, (welcome) => void mouth.greet(welcome));
      watch = watchOver({ only: config.openKfId || undefined, pollMs: config.pollSeconds * 1_000, retryMs: tuning.retryMs ?? 250, api, inbox: given, take, now, report, callbackAt: () => callbackAt });
      watch.start();
    },
    async stop() {
      await watch?.stop();
      watch = undefined;
    },

    async webhook(request) {
      if (!watch) return text(503, 'the channel is not started');
      if (request.method !== 'GET' && request.method !== 'POST') return text(405, 'GET or POST');
      if (Number(request.headers.get('content-length') ?? 0) > bodyLimit) return text(413, 'too large');
      const body = request.method === 'POST' ? await request.text() : undefined;
      if ((body?.length ?? 0) > bodyLimit) return text(413, 'too large');
      const callback = openCallback(config, new URL(request.url).searchParams, body);
      switch (callback.kind) {
        case 'refused': return text(403, callback.reason);
        case 'echo': callbackAt = now(); return text(200, callback.text);
        case 'other': return text(200, 'success');
        case 'notice':
          callbackAt = now();
          // What there is lies with the platform until our cursor has passed it: the notice itself need not be kept.
          watch.notice(callback.account, callback.eventToken);
          return text(200, 'success');
      }
    },

    send: (message) => mouth.send(message),
    split: messagesOf,
    probe: () => api.check(),
    recall: (thread, externalId) => mouth.recall(thread, externalId),
    fetch: (ref) => mouth.files.fetch(ref),
    async reconcile(since) {
      if (!watch) throw new ConnectorError('unreachable', { 'zh-CN': '渠道未启动', en: 'the channel is not started' });
      return { until: await watch.reconcile(since) };
    },
    async act(action, input) {
      if (action === 'gap-seen') {
        await watch?.forgetGaps();
        return { 'zh-CN': '好的，缺口提示已清除。', en: 'Done: the gap is no longer shown.' };
      }
      if (action !== 'link') throw new ConnectorError('rejected', { 'zh-CN': `没有操作 ${action}。`, en: `There is no action ${action}.` });
      const account = input['openKfId']?.trim() || config.openKfId || (await api.accounts())[0]?.id;
      if (!account) throw new ConnectorError('rejected', { 'zh-CN': '没有客服账号。', en: 'There is no account.' });
      const scene = input['scene']?.trim();
      if (scene && !/^[\w-]{1,32}$/.test(scene)) throw new ConnectorError('rejected', { 'zh-CN': '场景值为 1-32 位字母、数字、_ 或 -。', en: 'A scene has 1 to 32 letters, digits, _ or -.' });
      return Way.parse(await api.ask('/cgi-bin/kf/add_contact_way', { open_kfid: account, ...(scene && { scene }) })).url;
    },
    test: () => checks(api, { callbackAt, webhookUrl: `${channel.publicUrl}/hooks/wecom/${channel.id}`, accounts: watch?.accounts() ?? [], only: config.openKfId || undefined }, now),
  };
}
