/** The API channel against an outside system: the shared suite, then what is its own. */
import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { signedRequest, startApiSystem } from '../../test/simulators/api-system.ts';
import type { ApiSystem } from '../../test/simulators/api-system.ts';
import { recordingInbox } from '../testing/recording-inbox.ts';
import { outbound } from '../testing/shape.ts';
import { connectorSuite } from '../testing/suite.ts';
import { apiConnector } from './connector.ts';
import { api } from './kind.ts';
import { bodyLimit, Config } from './manifest.ts';
import { parse } from './parse.ts';

const secret = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;
const hook = 'http://127.0.0.1/hooks/api/0123456789abcdef01234567';
const words = (change: object = {}): string => JSON.stringify({ id: '1', thread: 't', from: { id: 'c' }, text: 'hello', ...change });

let system: ApiSystem | undefined;
const started = (): ApiSystem => {
  if (!system) throw new Error('the outside system is not started');
  return system;
};
const turn = (mood: Parameters<ApiSystem['turn']>[0]) => () => {
  started().turn(mood);
  return () => undefined;
};

connectorSuite({
  channel: api,
  config: () => ({ secret, replyUrl: started().replyUrl, allowPrivateReplyUrl: true, events: true }),
  platform: {
    async start() { system = await startApiSystem({ secret, hub: hook }); },
    async stop() { await system?.stop(); },
  },
  fixtures: ['message', 'message-with-file'].map((name) => ({
    name,
    parse() {
      const parsed = parse(readFileSync(new URL(`fixtures/${name}.json`, import.meta.url)));
      if (parsed.kind !== 'message') throw new Error(JSON.stringify(parsed));
      return parsed.message;
    },
  })),
  deliver: ({ connector }, said) => ({
    acknowledged: Promise.resolve(connector.webhook?.(signedRequest(secret, hook, words(said)))).then((response) => response?.status === 200, () => false),
  }),
  sent: (_stage, text) => started().replies().filter((reply) => reply.text === text).length,
  faults: { 'rate-limited': turn('busy'), unreachable: turn('broken'), rejected: turn('gone') },
  forgeries: () => [
    new Request(hook, { method: 'POST', body: words(), headers: { 'content-type': 'application/json' } }),
    signedRequest(`whsec_${Buffer.alloc(32, 2).toString('base64')}`, hook, words()),
    signedRequest(secret, hook, words(), { at: new Date(Date.now() - 301_000) }),
    signedRequest(secret, hook, words(), { at: new Date(Date.now() + 330_000) }),
    new Request(signedRequest(secret, hook, words()), { body: words({ text: 'changed' }) }),
  ],
  deviations: {
    echo: 'the other system posts only what customers say; a reply posted back has its key as id and is a redelivery to the hub',
    outage: 'a call that was not acknowledged is made again by the other system',
  },
});

describe('calls in', () => {
  async function answer(request: Request): Promise<{ status: number; body: unknown; type: string | null }> {
    const connector = apiConnector(Config.parse({ secret }));
    await connector.start(recordingInbox());
    const response = await connector.webhook?.(request);
    await connector.stop();
    return { status: response?.status ?? 0, body: await response?.json(), type: response?.headers.get('content-type') ?? null };
  }

  it('acknowledges with the sequence number; a redelivery too', async () => {
    const connector = apiConnector(Config.parse({ secret }));
    const inbox = recordingInbox();
    await connector.start(inbox);
    const answers = await Promise.all(Array.from({ length: 50 }, async () => await (await connector.webhook?.(signedRequest(secret, hook, words())))?.json()));
    expect(answers).toEqual(Array.from({ length: 50 }, () => ({ ok: true, seq: 1 })));
    expect(inbox.stored.size).toBe(1);
    for (const call of [{ type: 'receipt', id: 'k', state: 'read' }, { type: 'typing', thread: 't', typing: true }]) {
      expect(await (await connector.webhook?.(signedRequest(secret, hook, JSON.stringify(call))))?.json()).toEqual({ ok: true });
    }
    expect(inbox.receipts).toEqual([{ externalId: 'k', state: 'read' }]);
    expect(inbox.typings).toEqual([{ thread: 't', typing: true }]);
  });

  it('says what is wrong as a problem: the field, and what to do', async () => {
    const invalid = await answer(signedRequest(secret, hook, words({ from: { id: 'c', vip: 1 } })));
    expect(invalid).toEqual({ status: 400, type: 'application/problem+json', body: {
      type: 'urn:hubbub:problem:invalid', title: 'The call was not understood', status: 400, code: 'invalid', detail: 'Please correct: from.vip.', fields: { 'from.vip': 'is not a field we know: remove it' },
    } });
    const unsigned = await answer(new Request(hook, { method: 'POST', body: words(), headers: { 'content-type': 'application/json' } }));
    expect(unsigned).toMatchObject({ status: 401, body: { code: 'not-signed-in', fields: { 'webhook-id': expect.stringContaining('is required') } } });
    expect(await answer(new Request(hook))).toMatchObject({ status: 405, body: { code: 'not-supported' } });
    for (const type of ['text/plain', 'application/json; charset=gbk', 'application/jsonx', '']) {
      expect(await answer(new Request(signedRequest(secret, hook, words()), { headers: { 'content-type': type } })), type).toMatchObject({ status: 415 });
    }
    expect(await answer(signedRequest(secret, hook, words({ text: 'x'.repeat(bodyLimit) })))).toMatchObject({ status: 413, body: { code: 'too-large' } });
    const endless = new ReadableStream({ pull: (stream) => stream.enqueue(new Uint8Array(1024 * 1024)) });
    const streamed = { method: 'POST', body: endless, duplex: 'half', headers: { 'content-type': 'application/json' } };
    expect(await answer(new Request(hook, streamed))).toMatchObject({ status: 413 });
  });

  it('accepts the previous secret while secrets change, and nothing when it is gone', async () => {
    const old = `whsec_${Buffer.alloc(32, 3).toString('base64')}`;
    const status = async (config: object): Promise<number | undefined> => {
      const connector = apiConnector(Config.parse({ secret, ...config }));
      await connector.start(recordingInbox());
      return (await connector.webhook?.(signedRequest(old, hook, words())))?.status;
    };
    expect([await status({ previousSecret: old }), await status({ previousSecret: '' }), await status({})]).toEqual([200, 401, 401]);
  });
});

describe('calls out', () => {
  afterEach(async () => {
    await system?.stop();
    system = undefined;
  });

  async function stage(change: object = {}, tuning: Parameters<typeof apiConnector>[1] = { timeoutMs: 300 }) {
    system = await startApiSystem({ secret, hub: hook });
    const connector = apiConnector(Config.parse({ secret, replyUrl: system.replyUrl, allowPrivateReplyUrl: true, ...change }), tuning);
    const inbox = recordingInbox();
    await connector.start(inbox);
    return { system, connector, inbox };
  }
  const failure = (promise: Promise<unknown> | undefined): Promise<unknown> => Promise.resolve(promise).then(() => null, (error: unknown) => error);

  it('carries everything, signed, with the key as its id', async () => {
    const { system, connector } = await stage();
    const small = { id: 'a'.repeat(24), name: 'a.txt', type: 'text/plain', size: 5 };
    const large = { id: 'b'.repeat(24), name: 'b.iso', type: 'application/octet-stream', size: 50_000_000 };
    const content = { text: 'see', html: '<p>see</p>', choices: ['yes'], sources: [{ id: '1', title: 'FAQ' }], location: { latitude: 1, longitude: 2 }, attachments: [small, large] };
    const sent = await connector.send(outbound({ key: 'deliver:42 中', content, file: async () => Buffer.from('bytes') }));
    expect(sent).toEqual({ externalId: 'deliver:42 中', state: 'sent' });
    expect(system.heard[0]).toMatchObject({ genuine: true, id: 'deliver:42%20%E4%B8%AD', payload: {
      ...content, type: 'message.created', id: 'deliver:42 中', thread: 'thread-1', to: 'customer@example.test', speaker: { kind: 'agent', name: 'Mei 梅' },
      attachments: [{ ...small, data: Buffer.from('bytes').toString('base64') }, large],
    } });
    await connector.stop();
  });

  it('names every failure, and heals', async () => {
    const { system, connector, inbox } = await stage();
    for (const [mood, expected] of [
      ['busy', { kind: 'rate-limited', retryAfterMs: 2000 }], ['broken', { kind: 'unreachable', message: expect.stringContaining('500: something broke') }], ['gone', { kind: 'rejected' }],
      ['redirect', { kind: 'rejected', message: expect.stringContaining('redirects') }], ['hang', { kind: 'unreachable', message: expect.stringContaining('within 0.3 seconds') }], ['cut', { kind: 'unreachable' }],
    ] as const) {
      system.turn(mood);
      expect(await failure(connector.send(outbound())), mood).toMatchObject({ name: 'Error', ...expected });
    }
    expect(system.heard).toHaveLength(6);
    expect(inbox.healths.at(-1)?.state).toBe('degraded');
    await connector.send(outbound());
    expect(inbox.healths.at(-1)).toEqual({ state: 'ready' });
    await system.stop();
    expect(await failure(connector.send(outbound()))).toMatchObject({ kind: 'unreachable', message: expect.stringContaining('ECONNREFUSED') });
    await connector.stop();
  });

  it('never reaches the inside unless that was allowed, not even when a name changes its address', async () => {
    const closed = await stage({ allowPrivateReplyUrl: false });
    expect(await failure(closed.connector.send(outbound()))).toMatchObject({ kind: 'rejected', words: { 'zh-CN': expect.stringContaining('内网地址'), en: expect.stringContaining('private network') } });
    expect(closed.inbox.healths[0]?.state).toBe('degraded');
    expect(closed.system.heard).toEqual([]);
    await closed.system.stop();

    let asked = 0;
    const resolve = async () => [{ address: asked++ === 0 ? '127.0.0.1' : '127.0.0.2', family: 4 }];
    const open = await stage();
    const named = apiConnector(Config.parse({ secret, replyUrl: open.system.replyUrl.replace('127.0.0.1', 'crm.invalid'), allowPrivateReplyUrl: true }), { resolve });
    await named.send(outbound());
    expect([asked, open.system.heard.length]).toEqual([1, 1]);
    await named.stop();
    await open.connector.stop();
  });

  it('posts typing, read marks and status only when asked to, and checks itself with a ping', async () => {
    const quiet = await stage();
    expect([quiet.connector.typing, quiet.connector.status, quiet.connector.read]).toEqual([undefined, undefined, undefined]);
    await quiet.system.stop();
    const { system, connector } = await stage({ events: true });
    await connector.typing?.('t', true);
    await connector.status?.('t', { status: 'open', handler: 'queue', position: 2 });
    await connector.read?.('t', '1');
    expect(system.heard.map(({ genuine, payload }) => ({ genuine, ...payload }))).toEqual([
      { genuine: true, type: 'typing', thread: 't', typing: true },
      { genuine: true, type: 'conversation.status', thread: 't', status: 'open', handler: 'queue', position: 2 },
      { genuine: true, type: 'message.read', thread: 't', id: '1' },
    ]);
    system.turn('broken');
    expect(await connector.test?.()).toMatchObject([{ ok: false, detail: { 'zh-CN': expect.stringContaining('返回 500'), en: expect.stringContaining('answered 500') } }]);
    await connector.stop();
  });

  it('without a reply address, being stored is being sent', async () => {
    const { connector } = await stage({ replyUrl: '' });
    expect(await connector.send(outbound({ key: 'k' }))).toEqual({ externalId: 'k', state: 'sent' });
    expect(await connector.test?.()).toMatchObject([{ ok: true }]);
    for (const replyUrl of ['crm.example.com', 'ftp://x/', 'https://u:p@x/', 'file:///etc/passwd', 'javascript:1']) expect(Config.safeParse({ secret, replyUrl }).success, replyUrl).toBe(false);
  });
});
