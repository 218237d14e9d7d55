/** A WeChat Official Account beside the hub: its API, its pushes, its quotas, its customers. Keeps a history, misbehaves on order. */
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { misbehaviour } from './misbehaviour.ts';
import type { Fate, Order } from './misbehaviour.ts';
import { apiOf } from './wechat-official-api.ts';
import type { Customer, Sent, World } from './wechat-official-api.ts';
import { content, post, signedQuery, wrap } from './wechat-official-push.ts';
import type { Fields, Hook, Mode, Secrets, Tried } from './wechat-official-push.ts';

export type Options = Partial<Secrets> & {
  appSecret?: string;
  /** Milliseconds the hub has for an answer; five seconds at WeChat. */
  patienceMs?: number;
  /** Pause before a push is tried again. */
  retryMs?: number;
  seed?: number;
  port?: number;
  /** Told of each message that reaches a customer. */
  arrived?(sent: Sent): void;
};

/** Starts it on loopback. */
export async function startWechatOfficialSimulator(options: Options = {}) {
  const { appId = 'wx1234567890abcdef', appSecret = 'a1b2c3d4e5f60718293a4b5c6d7e8f90', token = 'TokenOfTheSimulator', encodingAesKey = 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG', mode = 'safe', patienceMs = 5_000, retryMs = 1_000, port = 0 } = options;
  const secrets: Secrets = { appId, token, encodingAesKey, mode };
  const bad = misbehaviour(options.seed);
  const said: { id: string; customer: string; text: string }[] = [];
  /** Pushes of which WeChat told the customer "该公众号提供的服务出现故障". */
  const lost: { id: string; tries: Tried[] }[] = [];
  const hanging = new Set<ServerResponse>();
  const fates = new Set<Fate>();
  let hook: Hook | undefined;
  let shift = 0;
  let nextId = 23_456_789_012_345_678n;

  const world: World = {
    appId, appSecret, now: () => Date.now() + shift, url: '', customers: new Map(), sent: [], typings: [], media: new Map(), tokens: [], asked: 0, refusedIp: null, menu: null,
    account: { verified: true, kf: ['service@acme'], blocked: new Map(), templates: [], notices: [] },
    tell: (customer, name, fields) => void event(customer, name, fields),
    arrived: options.arrived,
  };
  const answer = apiOf(world);

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Uint8Array[] = [];
    for await (const part of request) parts.push(Buffer.from(part));
    const url = new URL(request.url ?? '/', world.url);
    const fate = bad.fate();
    fates.add(fate);
    if (fate === 'limited') return void response.writeHead(429, { 'retry-after': '1' }).end();
    if (fate === 'failing') return void response.writeHead(500).end('<html>busy</html>');
    if (fate === 'hanging') return void hanging.add(response);
    if (fate === 'cut') return void request.socket.destroy();
    const { status = 200, type = 'application/json; encoding=utf-8', headers = {}, body } = await answer({ method: request.method ?? 'GET', url, type: request.headers['content-type'] ?? '', body: Buffer.concat(parts) });
    if (fate === 'lying') return void response.writeHead(500).end('<html>busy</html>');
    response.writeHead(status, { 'content-type': type, ...headers }).end(typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body));
  }
  const server = createServer((request, response) => void serve(request, response).catch((error: unknown) => response.writeHead(500).end(String(error))));
  await new Promise<void>((done) => { server.listen(port, '127.0.0.1', done); });
  const address = server.address();
  world.url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : port}`;

  /** Three tries; WeChat signs each anew. */
  async function deliver(fields: Fields, id: string): Promise<Tried[]> {
    const tries: Tried[] = [];
    while (hook && tries.length < 3) {
      const { query, body } = wrap(secrets, fields);
      tries.push(await post(hook, query, body, patienceMs));
      const last = tries.at(-1);
      if (last && content(last)) return tries;
      if (tries.length < 3) await pause(retryMs);
    }
    lost.push({ id, tries });
    return tries;
  }

  const customer = (openid: string): Customer => {
    const known = world.customers.get(openid) ?? { follows: true, unionid: `union-${openid}`, grants: [] };
    world.customers.set(openid, known);
    return known;
  };

  /** Tencent's table has a quota for each line: the next such act renews it, nothing adds up. */
  const grant = (person: Customer, line: string, ms: number, left: number): void => {
    person.grants = [...person.grants.filter((one) => one.line !== line), { line, until: world.now() + ms, left }];
  };

  /** Pushes any message; resolves once WeChat has its answer, or has given up. */
  async function push(openid: string, type: string, fields: Fields, id = String(nextId++)): Promise<{ id: string; taken: boolean }> {
    const person = customer(openid);
    person.follows = true;
    // Who taps a message of choices sends a text, and opens what a tap on the menu does.
    if (fields['bizmsgmenuid'] === undefined) grant(person, 'message', 48 * 3_600_000, 5);
    else grant(person, 'menu', 60_000, 3);
    const all = { ToUserName: 'gh_simulator', FromUserName: openid, CreateTime: Math.floor(world.now() / 1_000), MsgType: type, ...fields, MsgId: id };
    const before = lost.length;
    await bad.push(async () => { await deliver(all, id); });
    return { id, taken: !lost.slice(before).some((one) => one.id === id) };
  }

  async function event(openid: string, name: string, fields: Fields = {}): Promise<{ taken: boolean }> {
    const person = customer(openid);
    if (name === 'unsubscribe') Object.assign(person, { follows: false, grants: [] });
    if (name === 'subscribe') person.follows = true;
    const line = { subscribe: 'follow', SCAN: 'scan', CLICK: 'menu', scancode_push: 'menu', scancode_waitmsg: 'menu' }[name];
    if (line) grant(person, line, 60_000, 3);
    const all = { ToUserName: 'gh_simulator', FromUserName: openid, CreateTime: Math.floor(world.now() / 1_000), MsgType: 'event', Event: name, ...fields };
    const id = `event-${nextId++}`;
    await bad.push(async () => { await deliver(all, id); });
    return { taken: !lost.some((one) => one.id === id) };
  }

  function upload(bytes: Uint8Array, type: string, video = false): string {
    const id = randomBytes(24).toString('base64url');
    world.media.set(id, { bytes, type, video, until: world.now() + 3 * 86_400_000 });
    return id;
  }

  return {
    get url(): string { return world.url; },
    /** What the channel's form takes. */
    config: (): Record<string, unknown> => ({ appId, appSecret, token, encodingAesKey, mode: secrets.mode, apiBase: world.url }),
    world, said, lost,
    order: (next: Partial<Order>): void => bad.order(next),
    /** The account's server from now on; checks the address as WeChat does when it is entered. */
    async connect(next: Hook & Partial<Secrets>): Promise<{ verified: boolean }> {
      Object.assign(secrets, Object.fromEntries(Object.entries(next).filter(([name]) => name in secrets)));
      hook = { url: next.url, ...(next.handle && { handle: next.handle }) };
      const echo = randomBytes(8).readBigUInt64BE().toString();
      const query = signedQuery(secrets);
      query.set('echostr', echo);
      const response = await (next.handle ?? fetch)(new Request(`${next.url}?${query}`)).catch(() => undefined);
      return { verified: response?.status === 200 && await response.text() === echo };
    },
    setMode: (next: Mode): void => { secrets.mode = next; },
    async say(openid: string, text: string, id = String(nextId++)): Promise<{ id: string; taken: boolean }> {
      if (!said.some((one) => one.id === id)) said.push({ id, customer: openid, text });
      return push(openid, 'text', { Content: text }, id);
    },
    push, event,
    image(openid: string, bytes: Uint8Array, type = 'image/jpeg') {
      const id = upload(bytes, type);
      return push(openid, 'image', { PicUrl: `${world.url}/pic/${id}`, MediaId: id });
    },
    voice: (openid: string, bytes: Uint8Array, recognition = '') => push(openid, 'voice', { MediaId: upload(bytes, 'audio/amr'), Format: 'amr', ...(recognition && { Recognition: recognition }) }),
    video: (openid: string, bytes: Uint8Array) => push(openid, 'video', { MediaId: upload(bytes, 'video/mp4', true), ThumbMediaId: upload(bytes, 'image/jpeg') }),
    /** What customers said and what they got. */
    history: (): { said: typeof said; received: Sent[] } => ({ said: [...said], received: [...world.sent] }),
    /** How calls were treated so far. */
    fates: (): Set<Fate> => new Set(fates),
    /** Every token is worth nothing from now on. */
    expireTokens: (): void => { world.tokens.length = 0; },
    /** Tencent refuses this server until null is given. */
    refuseIp: (ip: string | null): void => { world.refusedIp = ip; },
    /** Moves WeChat's clock. */
    advance: (ms: number): void => { shift += ms; },
    async close(): Promise<void> {
      hook = undefined;
      for (const response of hanging) response.destroy();
      server.closeAllConnections();
      await new Promise<void>((done) => { server.close(() => done()); });
    },
  };
}

export type WechatOfficialSimulator = Awaited<ReturnType<typeof startWechatOfficialSimulator>>;
