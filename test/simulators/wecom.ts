/** WeCom's customer service on loopback: qyapi.weixin.qq.com with cursors, idempotent ids, quotas, session states, media and sealed pushes. */
import { randomBytes, randomInt, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import { dice, misbehaviour } from './misbehaviour.ts';
import type { Order } from './misbehaviour.ts';
import { notification, push } from './wecom-callback.ts';
import type { Hook } from './wecom-callback.ts';
import { Body, download, fail, good, hold, text, unfit, upload, wordsOf } from './wecom-rules.ts';
import type { Media } from './wecom-rules.ts';
import { sessionsOf } from './wecom-sessions.ts';

/** One item of sync_msg. */
export type Item = Record<string, unknown> & { msgid: string; msgtype: string };
/** What reached a customer. */
export type Received = { id: string; customer: string; account: string; text: string; key: string; kind: string; body: Record<string, unknown>; recalled: boolean };
/** `pushed`: callbacks that were taken, dropped or given up. */
type Counts = { pushed: number; dropped: number; givenUp: number; pulls: number; tokenless: number; tokens: number; lookUps: number };

type Options = {
  corpId?: string;
  secret?: string;
  accounts?: { id: string; name: string }[];
  port?: number;
  seed?: number;
  /** The largest page, whatever is asked for. */
  page?: number;
  /** Questions a minute without a callback's token. */
  tokenless?: number;
  /** Told of each message that reaches a customer. */
  arrived?: (message: Received) => void;
  /** How a push reaches the hub; absent: by HTTP. */
  deliver?: (request: Request) => Promise<Response>;
};

const historyMs = 3 * 86_400_000;
const eventTokenMs = 10 * 60_000;

/** A running simulator. */
export type WecomSimulator = Awaited<ReturnType<typeof startWecomSimulator>>;

/** Starts it on a free port. */
export async function startWecomSimulator(options: Options = {}) {
  const { corpId = 'ww5f2b8c1d9e7a6340', secret = 'kf-secret-0123456789abcdef', accounts = [{ id: 'wkAJ2GCAAASSm4_FhToWMFea0xAFfd3Q', name: '售前 Sales' }], port = 0, seed = 1, page = 100, tokenless = 600, arrived, deliver = fetch } = options;
  const moods = misbehaviour(seed);
  let skew = 0;
  const now = (): number => Date.now() + skew;
  const sessions = sessionsOf(now);
  const logs = new Map<string, { at: number; item: Item }[]>();
  const said: { id: string; customer: string; text: string; account: string }[] = [];
  const received: Received[] = [];
  const media = new Map<string, Media>();
  const eventTokens = new Map<string, number>();
  const people = new Map<string, { nickname: string; unionid?: string }>();
  const greetings: { customer: string; text: string; msgid: string }[] = [];
  const hanging = new Set<ServerResponse>();
  const pushes = new Set<Promise<void>>();
  const counts: Counts = { pushed: 0, dropped: 0, givenUp: 0, pulls: 0, tokenless: 0, tokens: 0, lookUps: 0 };
  const asked: number[] = [];
  let dropped = 0;
  const run = randomInt(1e9);
  let accessToken = '';
  let hook: Hook | undefined;
  let refusal: { errcode: number; errmsg: string } | undefined;
  let [away, recallTooLate] = [false, false];
  let [emptyPages, cutDownloads, fileRefusal] = [0, 0, 0];
  const roll = dice(seed + 1);

  const logOf = (account: string) => {
    const log = logs.get(account) ?? [];
    logs.set(account, log);
    return log;
  };

  /** Tells the hub that something is there; a share gets lost on the way. */
  function announce(account: string): void {
    if (!hook) return;
    const to = hook;
    const eventToken = `ENC${randomBytes(18).toString('base64url')}`;
    eventTokens.set(eventToken, now() + eventTokenMs);
    const job = moods.push(async () => {
      if (roll() < dropped) { counts.dropped += 1; return; }
      const ok = await push(to, notification(to, to.corpId ?? corpId, account, eventToken, now()), deliver);
      counts[ok ? 'pushed' : 'givenUp'] += 1;
    }).finally(() => pushes.delete(job));
    pushes.add(job);
  }

  function put(account: string, item: Item): void {
    logOf(account).push({ at: now(), item });
    announce(account);
  }

  const first = (): string => accounts[0]?.id ?? '';

  function syncMsg(body: Record<string, unknown>): Record<string, unknown> {
    counts.pulls += 1;
    const account = text(body['open_kfid']);
    if (!accounts.some(({ id }) => id === account)) return fail(95000, 'invalid open_kfid');
    const eventToken = text(body['token']);
    if (eventToken !== '' && (eventTokens.get(eventToken) ?? 0) < now()) return fail(95007, 'invalid msg token');
    if (eventToken === '') {
      counts.tokenless += 1;
      while ((asked[0] ?? Infinity) < Date.now() - 60_000) asked.shift();
      if (asked.length >= tokenless) return fail(45009, 'api freq out of limit');
      asked.push(Date.now());
    }
    const log = logOf(account);
    const cursor = text(body['cursor']);
    let at = 0;
    if (cursor !== '') {
      const [, place, from] = /^c(\d+)_(\d+)_/.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
      if (place === undefined) return fail(40058, 'invalid cursor');
      // A cursor of an earlier run of this program: all that lies here is new.
      at = Number(from) === run ? Number(place) : 0;
    }
    while (at < log.length && (log[at]?.at ?? 0) < now() - historyMs) at += 1;
    if (emptyPages > 0) {
      emptyPages -= 1;
      return good({ next_cursor: cursorAt(at), has_more: 1, msg_list: [] });
    }
    const wanted = z.coerce.number().catch(1_000).parse(body['limit'] ?? 1_000);
    const end = Math.min(log.length, at + Math.min(wanted, page));
    return good({ next_cursor: cursorAt(end), has_more: end < log.length ? 1 : 0, msg_list: log.slice(at, end).map(({ item }) => item) });
  }
  const cursorAt = (at: number): string => Buffer.from(`c${at}_${run}_${randomInt(1e6)}`).toString('base64url');

  function sendMsg(body: Record<string, unknown>): Record<string, unknown> {
    const [account, customer, kind] = [text(body['open_kfid']), text(body['touser']), text(body['msgtype'])];
    const msgid = body['msgid'] === undefined ? randomBytes(16).toString('hex') : text(body['msgid']);
    if (!/^[0-9a-zA-Z_-]{1,32}$/.test(msgid)) return fail(40063, 'invalid msgid');
    if (!accounts.some(({ id }) => id === account)) return fail(95000, 'invalid open_kfid');
    if (received.some((one) => one.id === msgid && one.account === account)) return good({ msgid });
    const errcode = sessions.maySend(account, customer);
    if (errcode !== 0) return fail(errcode, errcode === 95018 ? 'send msg session status invalid' : 'send msg limit');
    const bad = unfit(kind, body, media);
    if (bad) return bad;
    sessions.sent(account, customer);
    const message: Received = { id: msgid, customer, account, text: wordsOf(kind, body, media), key: msgid, kind, body, recalled: false };
    received.push(message);
    arrived?.(message);
    return good({ msgid });
  }

  function recallMsg(body: Record<string, unknown>): Record<string, unknown> {
    const found = received.find((one) => one.id === text(body['msgid']) && one.account === text(body['open_kfid']));
    if (!found) return fail(95028, 'msgid not exist');
    if (recallTooLate) return fail(95029, 'recall time expired');
    found.recalled = true;
    return good();
  }

  function greet(body: Record<string, unknown>): Record<string, unknown> {
    const who = sessions.redeem(text(body['code']));
    if (typeof who === 'number') return fail(who, 'invalid code');
    greetings.push({ customer: who.customer, text: wordsOf(text(body['msgtype']), body, media), msgid: text(body['msgid']) });
    return good({ msgid: text(body['msgid']) || randomUUID() });
  }

  const answers: Record<string, (body: Record<string, unknown>, query: URLSearchParams) => Record<string, unknown>> = {
    'kf/account/list': (body) => {
      const offset = z.coerce.number().catch(0).parse(body['offset'] ?? 0);
      return good({ account_list: accounts.slice(offset, offset + z.coerce.number().catch(100).parse(body['limit'] ?? 100)).map(({ id, name }) => ({ open_kfid: id, name, avatar: 'https://wework.qpic.cn/x', manage_privilege: true })) });
    },
    'kf/sync_msg': syncMsg,
    'kf/send_msg': sendMsg,
    'kf/send_msg_on_event': greet,
    'kf/recall_msg': recallMsg,
    'kf/add_contact_way': (body) => good({ url: `https://work.weixin.qq.com/kfid/kfc${text(body['open_kfid']).slice(2, 12)}?enc_scene=ENC${text(body['scene'])}` }),
    'kf/service_state/get': (body) => {
      const { state, servicer } = sessions.of(text(body['open_kfid']), text(body['external_userid']));
      return good({ service_state: state, ...(servicer && { servicer_userid: servicer }) });
    },
    'kf/service_state/trans': (body) => {
      const errcode = sessions.move(text(body['open_kfid']), text(body['external_userid']), Number(body['service_state']), text(body['servicer_userid']) || undefined);
      return errcode === 0 ? good({ msg_code: 'MSG_CODE' }) : fail(errcode, 'invalid state transition');
    },
    'kf/customer/batchget': (body) => {
      counts.lookUps += 1;
      const ids = z.array(z.string()).max(100).catch([]).parse(body['external_userid_list']);
      return good({ customer_list: ids.filter((id) => people.has(id)).map((id) => ({ external_userid: id, gender: 0, avatar: '', ...people.get(id) })), invalid_external_userid: ids.filter((id) => !people.has(id)) });
    },
  };

  async function hear(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(Buffer.from(part));
    const bytes = Buffer.concat(parts);
    const json = (value: object, status = 200, headers: Record<string, string> = {}): void => void response.writeHead(status, { 'content-type': 'application/json; charset=UTF-8', ...headers }).end(JSON.stringify(value));
    if (away) return void request.socket.destroy();
    const fate = moods.fate();
    if (fate === 'limited') return json({ errcode: 45009, errmsg: 'api freq out of limit' }, 429, { 'retry-after': '0' });
    if (fate === 'failing') return json({}, 500);
    if (fate === 'hanging') return void hanging.add(response);
    if (fate === 'cut') return void request.socket.destroy();
    const path = url.pathname.replace(/^\/cgi-bin\//, '');
    if (path === 'gettoken') return json(getToken(url.searchParams));
    if (url.searchParams.get('access_token') !== accessToken || accessToken === '') return json(fail(40014, 'invalid access_token'));
    if (refusal) return json(refusal);
    if (path === 'media/upload' && fileRefusal) return json(fail(fileRefusal, 'invalid file'));
    if (path === 'media/upload') return json(await upload(url.searchParams, bytes, request.headers['content-type'] ?? '', media, now()));
    if (path === 'media/get') {
      const file = media.get(url.searchParams.get('media_id') ?? '');
      if (!file) return json(fail(40007, 'invalid media_id'));
      const cut = cutDownloads > 0 && file.bytes.length > 10;
      if (cut) cutDownloads -= 1;
      return download(file, request.headers.range, response, cut);
    }
    const answer = answers[path]?.(Body.catch({}).parse(bytes.length > 0 ? JSON.parse(bytes.toString()) : {}), url.searchParams) ?? fail(404, 'no such path');
    if (fate === 'lying') return json({}, 500);
    json(answer);
  }

  function getToken(query: URLSearchParams): Record<string, unknown> {
    if (query.get('corpid') !== corpId) return fail(40013, 'invalid corpid');
    if (query.get('corpsecret') !== secret) return fail(40001, 'invalid credential');
    counts.tokens += 1;
    accessToken = accessToken || randomBytes(24).toString('base64url');
    return good({ access_token: accessToken, expires_in: 7_200 });
  }

  const server = createServer((request, response) => void hear(request, response).catch(() => response.destroy()));
  await new Promise<void>((done) => server.listen(port, '127.0.0.1', done));
  const address = server.address();

  const at = (account?: string) => account ?? first();
  const simulator = {
    url: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : port}`,
    corpId, secret, account: first(), counts, greetings, sessions, now,
    async close(): Promise<void> {
      for (const response of hanging) response.destroy();
      server.closeAllConnections();
      await new Promise<void>((done) => server.close(() => done()));
    },
    order(next: Partial<Order> & { dropped?: number }): void {
      const { dropped: share = 0, ...rest } = next;
      dropped = share;
      moods.order(rest);
    },
    connect(next: Hook): void { hook = next; },
    /** A customer writes. The same id once more is the same message, handed out again. */
    say(customer: string, words: string, { id = `msg${randomBytes(12).toString('base64url')}`, account, menu }: { id?: string; account?: string; menu?: string } = {}): { id: string } {
      if (!said.some((one) => one.id === id)) said.push({ id, customer, text: words, account: at(account) });
      sessions.heard(at(account), customer);
      put(at(account), { msgid: id, open_kfid: at(account), external_userid: customer, send_time: Math.floor(now() / 1_000), origin: 3, msgtype: 'text', text: { content: words, ...(menu && { menu_id: menu }) } });
      return { id };
    },
    /** Any item, as the platform would list it. */
    put(item: Record<string, unknown> & { msgtype: string }, account?: string): { id: string } {
      const whole = { msgid: `msg${randomBytes(12).toString('base64url')}`, send_time: Math.floor(now() / 1_000), origin: 3, open_kfid: at(account), ...item };
      if (whole.origin === 3 && typeof item['external_userid'] === 'string') sessions.heard(at(account), item['external_userid']);
      put(at(account), whole);
      return { id: whole.msgid };
    },
    /** A customer sends a file. */
    show(customer: string, kind: 'image' | 'voice' | 'video' | 'file', file: Omit<Media, 'form'>, account?: string): { id: string } {
      return simulator.put({ msgtype: kind, external_userid: customer, [kind]: { media_id: hold(media, { ...file, form: kind }) } }, account);
    },
    event(event: Record<string, unknown>, account?: string): { id: string } {
      return simulator.put({ msgtype: 'event', origin: 4, open_kfid: undefined, event: { open_kfid: at(account), ...event } }, account);
    },
    /** A customer opens the chat: we may greet once. */
    enter(customer: string, scene = '', account?: string): { id: string; code: string } {
      const code = `W${randomBytes(12).toString('base64url')}`;
      sessions.welcome(code, at(account), customer);
      return { ...simulator.event({ event_type: 'enter_session', external_userid: customer, scene, scene_param: '', welcome_code: code }, account), code };
    },
    know(customer: string, nickname: string, unionid?: string): void { people.set(customer, { nickname, ...(unionid && { unionid }) }); },
    history: () => ({ said: said.map(({ id, customer, text: words }) => ({ id, customer, text: words })), received: received.map((one) => ({ ...one })) }),
    media,
    /** Whether a cursor lies behind the message: the platform hands it out no more. */
    passed(cursor: string, id: string, account?: string): boolean {
      const place = Number(/^c(\d+)_/.exec(Buffer.from(cursor, 'base64url').toString())?.[1] ?? 0);
      return logOf(at(account)).findLastIndex(({ item }) => item.msgid === id) < place;
    },
    /** All pushes under way are over. */
    async settled(): Promise<void> { while (pushes.size > 0) await Promise.all(pushes); },
    /** The next calls are refused with this; null: no more. */
    refuse(errcode: number | null, errmsg = ''): void { refusal = errcode === null ? undefined : { errcode, errmsg }; },
    /** Every upload is refused with this; 0: no more. */
    refuseFiles(errcode: number): void { fileRefusal = errcode; },
    away(is: boolean): void { away = is; },
    emptyPages(count: number): void { emptyPages = count; },
    cutDownloads(count: number): void { cutDownloads = count; },
    recallsTooLate(is: boolean): void { recallTooLate = is; },
    /** Access tokens from before are refused. */
    expireTokens(): void { accessToken = ''; },
    expireEventTokens(): void { eventTokens.clear(); },
    forget(after: number): void { received.length = after; },
    /** Time goes by. */
    pass(ms: number): void { skew += ms; },
    /** An account in which nothing lies. */
    clear(): void {
      logs.clear(); received.length = 0; said.length = 0; sessions.clear(); eventTokens.clear(); greetings.length = 0; asked.length = 0;
    },
  };
  return simulator;
}
