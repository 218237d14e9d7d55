/** Answers and failures of Tencent's APIs, as the kinds the hub knows. */
import { describe, expect, it } from 'vitest';
import { ConnectorError } from '../connector.ts';
import { errcodeOf, tencentApi } from './call.ts';
import type { Options } from './call.ts';

type Reply = () => Response | Promise<Response>;
const json = (body: object | string, init: ResponseInit = {}): Response => new Response(typeof body === 'string' ? body : JSON.stringify(body), { headers: { 'content-type': 'text/plain' }, ...init });

function stage(replies: Reply[], options: Partial<Options> = {}) {
  const calls: { url: string; body: unknown }[] = [];
  const renewed: string[] = [];
  const api = tencentApi({
    base: 'https://api.example.test', ...options,
    tokens: 'tokens' in options ? options.tokens : { get: async () => 'old', renew: async (bad) => { renewed.push(bad); return 'new'; } },
    fetch: async (url, init) => {
      calls.push({ url: String(url), body: init?.body });
      const reply = replies.shift();
      if (!reply) throw new Error('no reply is left');
      return reply();
    },
  });
  return { api, calls, renewed };
}
const failure = async (run: Promise<unknown>): Promise<ConnectorError> => {
  const error = await run.then(() => undefined, (caught: unknown) => caught);
  if (error instanceof ConnectorError) return error;
  throw new Error(`no ConnectorError but ${String(error)}`);
};
const cut = (code: string): Reply => () => { throw new TypeError('fetch failed', { cause: Object.assign(new Error(code), { code }) }); };

describe('tencentApi', () => {
  it('sends the token and JSON with its letters, not their codes', async () => {
    const { api, calls } = stage([() => json({ errcode: 0, errmsg: 'ok' })]);
    await api.post('/a', { text: '你好' }, { type: 'x' });
    expect(calls).toEqual([{ url: 'https://api.example.test/a?type=x&access_token=old', body: '{"text":"你好"}' }]);
  });

  it('renews a refused token once and tries again; a second refusal is final', async () => {
    for (const errcode of [40001, 40014, 42001]) {
      const good = stage([() => json({ errcode, errmsg: 'expired' }), () => json({ errcode: 0, answer: 1 })]);
      expect(await good.api.get('/a')).toMatchObject({ answer: 1 });
      expect([good.renewed, good.calls[1]?.url]).toEqual([['old'], 'https://api.example.test/a?access_token=new']);
      const bad = stage([() => json({ errcode }), () => json({ errcode })]);
      expect(await failure(bad.api.get('/a'))).toMatchObject({ kind: 'signed-out' });
      expect(bad.calls).toHaveLength(2);
    }
  });

  it('names limits, with the time to wait', async () => {
    expect(await failure(stage([() => json('', { status: 429, headers: { 'retry-after': '7' } })]).api.post('/a', {}))).toMatchObject({ kind: 'rate-limited', retryAfterMs: 7_000 });
    expect(await failure(stage([() => json({ errcode: 45009 })]).api.post('/a', {}))).toMatchObject({ kind: 'rate-limited', retryAfterMs: 60_000 });
    expect(await failure(stage([() => json({ errcode: -1, errmsg: 'system error' })]).api.post('/a', {}))).toMatchObject({ kind: 'unreachable' });
  });

  it('a change whose answer is lost is in doubt; a question is not', async () => {
    const ways: Reply[] = [() => json('', { status: 502 }), cut('ECONNRESET'), () => json('<html>'), () => { throw new DOMException('late', 'TimeoutError'); }];
    for (const way of ways) {
      expect(await failure(stage([way]).api.post('/a', {}))).toMatchObject({ kind: 'in-doubt' });
      expect(await failure(stage([way]).api.ask('/a', {}))).toMatchObject({ kind: 'unreachable' });
      expect(await failure(stage([way]).api.get('/a'))).toMatchObject({ kind: 'unreachable' });
    }
  });

  it('what never connected never happened', async () => {
    for (const code of ['ECONNREFUSED', 'ENOTFOUND', 'UND_ERR_CONNECT_TIMEOUT']) expect(await failure(stage([cut(code)]).api.post('/a', {}))).toMatchObject({ kind: 'unreachable' });
  });

  it('refuses in words, with the number, and without the token', async () => {
    const error = await failure(stage([() => json({ errcode: 45015, errmsg: 'response out of time limit' })], { words: { 45015: 'The customer has not written' } }).api.post('/a', {}));
    expect([error.kind, errcodeOf(error)]).toEqual(['rejected', 45015]);
    expect(error.message).toBe('The customer has not written (45015 response out of time limit)');
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('old');
    expect(await failure(stage([() => json({ errcode: 7 })], { kinds: { 7: 'signed-out' } }).api.get('/a'))).toMatchObject({ kind: 'signed-out' });
  });

  it('keeps the last digits of 64-bit ids', async () => {
    expect(await stage([() => json('{"errcode":0,"msgid":4567890123456789012,"text":"\\"msgid\\":4567890123456789012,"}')]).api.get('/a')).toMatchObject({ msgid: '4567890123456789012', text: '"msgid":4567890123456789012,' });
  });

  it('tells a file from an error that came instead', async () => {
    const file = await stage([() => new Response(new Uint8Array([0x7b, 1, 2]), { headers: { 'content-type': 'image/jpeg', 'content-disposition': 'attachment; filename="a%20b.jpg"' } })]).api.download('/m');
    expect(file).toMatchObject({ type: 'image/jpeg', name: 'a b.jpg' });
    expect([...file.bytes]).toEqual([0x7b, 1, 2]);
    expect(await failure(stage([() => json({ errcode: 40007, errmsg: 'invalid media_id' })]).api.download('/m'))).toMatchObject({ kind: 'rejected' });
  });

  it('takes no endless answer', async () => {
    const endless = (): Response => new Response(new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(8 * 1024 * 1024)) }), { headers: { 'content-type': 'image/jpeg' } });
    expect((await failure(stage([endless]).api.download('/m'))).message).toContain('larger than');
  });
});
