/** The API channel: signed calls in, signed calls out. See README.md for the other side's view. */
import { randomUUID } from 'node:crypto';
import { ConnectorError, inLanguage, wordsOf } from '../connector.ts';
import type { Connector, Health, Inbox } from '../connector.ts';
import { bytesWithin } from '../wire/capped.ts';
import { ok, problem, toResponse } from './answer.ts';
import type { Answer } from './answer.ts';
import { bodyLimit } from './manifest.ts';
import type { Config } from './manifest.ts';
import { parse } from './parse.ts';
import { openPost } from './post.ts';
import type { Destination } from './post.ts';
import { renderEvent, renderMessage } from './render.ts';
import type { Event } from './render.ts';
import { prepareKey, sign, verify } from './signature.ts';

/** Header values are visible ASCII; our keys are already, a stranger's is made so. */
const headerSafe = (key: string): string => key.toWellFormed().replaceAll(/[^\x21-\x7e]/gu, encodeURIComponent);

/** Makes the connector of one channel; `tuning` is for tests. */
export function apiConnector({ replyUrl, allowPrivateReplyUrl, events, secret, previousSecret }: Config, tuning: Pick<Destination, 'timeoutMs' | 'resolve'> = {}): Connector {
  const keys = (previousSecret ? [secret, previousSecret] : [secret]).map(prepareKey);
  const out = replyUrl ? openPost({ url: new URL(replyUrl), allowPrivate: allowPrivateReplyUrl, ...tuning }) : undefined;
  let inbox: Inbox | undefined;
  let lastHealth = '';

  function report(health: Health): void {
    const said = JSON.stringify(health);
    if (said !== lastHealth) inbox?.health(health);
    lastHealth = said;
  }

  async function post(id: string, body: Uint8Array): Promise<void> {
    if (!out) throw new ConnectorError('rejected', { 'zh-CN': '此渠道没有回复地址', en: 'This channel has no reply address' });
    try {
      await out.post(body, sign(keys, id, body, Date.now()));
      report({ state: 'ready' });
    } catch (error) {
      if (error instanceof ConnectorError && error.kind !== 'rate-limited') report({ state: 'degraded', detail: { message: error.words } });
      throw error;
    }
  }
  const tell = (event: Event): Promise<void> => post(`evt_${randomUUID()}`, renderEvent(event));

  async function hot(body: Uint8Array, headers: Record<string, string | undefined>): Promise<Answer> {
    if (!inbox) throw new Error('the channel is not started');
    const type = headers['content-type'];
    if (!type || !/^application\/json\s*(?:;\s*charset="?utf-8"?\s*)?$/i.test(type)) return problem(415, 'Send the header content-type: application/json.', { 'content-type': 'must be application/json' });
    if (body.byteLength > bodyLimit) return tooLarge();
    const refusal = verify(keys, body, { id: headers['webhook-id'], timestamp: headers['webhook-timestamp'], signature: headers['webhook-signature'] }, Date.now());
    if (refusal) return problem(401, `The header ${refusal.header} ${refusal.message}.`, { [refusal.header]: refusal.message });
    const parsed = parse(body);
    switch (parsed.kind) {
      case 'message': return ok((await inbox.receive(parsed.message)).seq);
      case 'receipt': await inbox.receipt(parsed.receipt); return ok();
      case 'typing': inbox.typing(parsed.thread, parsed.typing); return ok();
      case 'wrong': return problem(parsed.tooLarge ? 413 : 400, parsed.detail, parsed.fields);
    }
  }

  return {
    async start(given) {
      inbox = given;
      if (replyUrl?.toLowerCase().startsWith('http:') && !allowPrivateReplyUrl) {
        report({ state: 'degraded', detail: { message: { 'zh-CN': '回复地址必须以 https:// 开头；http 只用于内网地址，且须打开 allowPrivateReplyUrl', en: 'The reply address must start with https://; plain http is for private addresses, with allowPrivateReplyUrl turned on' } } });
      } else report({ state: 'ready' });
    },
    async stop() {
      out?.close();
    },
    hot,
    async webhook(request) {
      if (request.method !== 'POST') return toResponse(problem(405, 'Post one signed JSON object.'));
      const body = await readBody(request);
      return toResponse(body ? await hot(body, Object.fromEntries(request.headers)) : tooLarge());
    },
    async send(message) {
      // Without a reply address the other system reads the timeline: being stored is being sent.
      if (out) await post(headerSafe(message.key), await renderMessage(message));
      return { externalId: message.key, state: 'sent' };
    },
    ...(out && events && {
      typing: (thread: string, typing: boolean) => tell({ type: 'typing', thread, typing }),
      status: (thread, status) => tell({ type: 'conversation.status', thread, ...status }),
      read: (thread: string, id: string) => tell({ type: 'message.read', thread, id }),
    } satisfies Partial<Connector>),
    async test() {
      if (!out) return [{ name: { 'zh-CN': '回复', en: 'Replies' }, ok: true, detail: { 'zh-CN': '没有设置回复地址：对方系统用 GET /api/v1/conversations/:id/timeline 读取回复。', en: 'No reply address is set: the other system reads replies with GET /api/v1/conversations/:id/timeline.' } }];
      const begin = performance.now();
      const tookMs = (): number => Math.round(performance.now() - begin);
      const name = { 'zh-CN': '回复地址', en: 'Reply address' };
      return await tell({ type: 'ping' }).then(
        () => [{ name, ok: true, detail: { 'zh-CN': `${tookMs()} 毫秒后接受了签名的 ping。`, en: `A signed ping was accepted after ${tookMs()} ms.` } }],
        (error: unknown) => [{ name, ok: false, detail: { 'zh-CN': `${inLanguage(wordsOf(error), 'zh-CN')}。签名的 {"type":"ping"} 必须以 2xx 应答。`, en: `${inLanguage(wordsOf(error), 'en')}. A signed {"type":"ping"} must be answered with 2xx.` } }],
      );
    },
  };
}

const tooLarge = (): Answer => problem(413, `A call may have ${bodyLimit} bytes.`, { body: `is larger than ${bodyLimit} bytes: send large files as links` });

/** Null when there is more than the limit; the rest is not read. */
async function readBody(request: Request): Promise<Uint8Array | null> {
  if (Number(request.headers.get('content-length') ?? 0) > bodyLimit) return null;
  return bytesWithin(request.body, bodyLimit);
}
