/** WhatsApp's Cloud API beside the channel: customers who speak, Graph calls that are checked, statuses, and a history; misbehaves on order. */
import { createHmac, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { misbehaviour, type Order } from './misbehaviour.ts';
import { graphAnswers, type Account, type Customer, type Sent } from './whatsapp-cloud-graph.ts';

export type Hook = { url: string; appSecret?: string; verifyToken?: string };
export type WhatsAppCloudSimulator = Awaited<ReturnType<typeof startWhatsAppCloudSimulator>>;

/** `windowMs`: how long after their last word a customer may be written to; `pair`: Meta's limit of one sender and one recipient; `readMs`: how long a phone takes to get a message, and as long again its owner to read it. */
export type Options = Partial<Pick<Account, 'phoneNumberId' | 'wabaId' | 'accessToken' | 'appSecret' | 'windowMs' | 'mediaUrlMs' | 'pair' | 'retryAfter' | 'now'>> & { seed?: number; port?: number; statuses?: 'in-order' | 'shuffled' | 'none'; readMs?: number; received?(sent: Sent): void };

/** A call as Meta makes it: any payload, signed over its bytes. */
export function signedCall(appSecret: string, url: string, payload: unknown): Request {
  const body = typeof payload === 'string' ? payload : JSON.stringify(payload);
  const signature = `sha256=${createHmac('sha256', appSecret).update(body).digest('hex')}`;
  return new Request(url, { method: 'POST', body, headers: { 'content-type': 'application/json', 'user-agent': 'facebookexternalua', 'x-hub-signature-256': signature } });
}

/** Starts it on loopback. */
export async function startWhatsAppCloudSimulator({ seed = 1, port = 0, statuses = 'in-order', readMs = 0, received, ...given }: Options = {}) {
  const account: Account = {
    phoneNumberId: '106540352242922', wabaId: '102290129340398', displayNumber: '15550783881', accessToken: 'EAAG-simulated-token', appSecret: 'simulated-app-secret',
    windowMs: 24 * 3_600_000, mediaUrlMs: 5 * 60_000, pair: { burst: 45, everyMs: 6_000 }, retryAfter: '1', now: () => Date.now(), base: '',
    customers: new Map(), media: new Map(), templates: [], sent: [], reads: [], subscribed: true, tokenValid: true, ...given,
  };
  const said: { id: string; customer: string; text: string }[] = [];
  const manners = misbehaviour(seed);
  const hanging = new Set<ServerResponse>();
  const fates = new Map<string, number>();
  let hook: Hook | undefined;
  let statusOrder = statuses;
  let closed = false;

  const graph = graphAnswers(account, (sent) => void tell(sent).catch(() => undefined));

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(Buffer.from(part));
    const fate = manners.fate();
    fates.set(fate, (fates.get(fate) ?? 0) + 1);
    if (fate === 'hanging') return void hanging.add(response);
    if (fate === 'cut') return void request.socket.destroy();
    const fault = (status: number, code: number, message: string): void => void response.writeHead(status, { 'content-type': 'application/json', ...(status === 429 && { 'retry-after': account.retryAfter }) })
      .end(JSON.stringify({ error: { message: `(#${code}) ${message}`, type: 'OAuthException', code, fbtrace_id: 'A' } }));
    if (fate === 'limited') return fault(429, 130429, 'Rate limit hit');
    if (fate === 'failing') return fault(500, 131000, 'Something went wrong');
    const answer = await graph(request.method ?? 'GET', new URL(request.url ?? '/', account.base), request.headers, Buffer.concat(parts));
    if (fate === 'lying') return fault(500, 131000, 'Something went wrong');
    response.writeHead(answer.status, { 'content-type': answer.type ?? 'application/json', ...(answer.status === 429 && { 'retry-after': account.retryAfter }) });
    response.end(answer.bytes ?? JSON.stringify(answer.json));
  }

  const server = createServer((request, response) => void serve(request, response).catch(() => response.destroy()));
  server.keepAliveTimeout = 1_500;
  await new Promise<void>((done) => server.listen(port, '127.0.0.1', done));
  const address = server.address();
  account.base = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : port}`;

  const wamid = (): string => `wamid.${randomBytes(24).toString('base64')}`;
  const stamp = (): string => String(Math.floor(account.now() / 1_000));
  const envelope = (value: object, field = 'messages'): object => ({ object: 'whatsapp_business_account', entry: [{ id: account.wabaId, changes: [{ field, value: { messaging_product: 'whatsapp', metadata: { display_phone_number: account.displayNumber, phone_number_id: account.phoneNumberId }, ...value } }] }] });

  /** Meta tries again for days; here for some seconds. */
  async function push(payload: object): Promise<void> {
    for (let attempt = 0; hook && !closed && attempt < 60; attempt += 1) {
      const status = await fetch(signedCall(hook.appSecret ?? account.appSecret, hook.url, payload)).then(async (response) => { await response.body?.cancel(); return response.status; }, () => 0);
      if (status === 200) return;
      await new Promise((done) => { setTimeout(done, Math.min(1_000, 20 * 2 ** attempt)).unref(); });
    }
    if (hook && !closed) throw new Error('the hook never answered 200');
  }
  const pushed = (payload: object): Promise<void> => manners.push(() => push(payload));

  /** Known by number or user id; a stranger is made on the spot. */
  function customer(key: string, change: Partial<Customer> = {}): Customer {
    const known = account.customers.get(key) ?? (/^\d+$/.test(key) ? { phone: key, name: `客户 ${key.slice(-4)}`, lastIn: 0 } : { userId: key, name: `客户 ${key.slice(-4)}`, lastIn: 0 });
    Object.assign(known, change);
    for (const id of [key, known.phone, known.userId]) if (id) account.customers.set(id, known);
    return known;
  }
  const contact = ({ phone, userId, name, username }: Customer): object => ({ profile: { name, ...(username && { username }) }, ...(phone && { wa_id: phone }), ...(userId && { user_id: userId }) });

  async function inbound(key: string, part: { type: string } & Record<string, unknown>): Promise<{ id: string }> {
    const who = customer(key);
    who.lastIn = account.now();
    const id = wamid();
    const text = part['text'];
    said.push({ id, customer: key, text: typeof text === 'object' && text !== null && 'body' in text ? String(text.body) : `[${part.type}]` });
    await pushed(envelope({ contacts: [contact(who)], messages: [{ ...(who.phone && { from: who.phone }), ...(who.userId && { from_user_id: who.userId }), id, timestamp: stamp(), ...part }] }));
    return { id };
  }

  /** What became of a message of ours, in whatever order was asked for. */
  async function tell(sent: Sent): Promise<void> {
    const who = account.customers.get(sent.customer);
    const status = (state: string, more: object = {}): object => envelope({
      ...(who && state !== 'sent' && { contacts: [contact(who)] }),
      statuses: [{ id: sent.id, status: state, timestamp: stamp(), ...(who?.phone && { recipient_id: who.phone }), ...(who?.userId && { recipient_user_id: who.userId }), ...(sent.key && { biz_opaque_callback_data: sent.key }), ...more }],
    });
    if (sent.failure) return await pushed(status('failed', { errors: [sent.failure] }));
    received?.(sent);
    if (statusOrder === 'none') return;
    const pricing = { billable: false, pricing_model: 'PMP', type: 'free_customer_service', category: 'service' };
    const ladder = [status('sent', { pricing }), status('delivered', { pricing }), status('read')];
    for (const [step, one] of (statusOrder === 'shuffled' ? ladder.toReversed() : ladder).entries()) {
      if (step > 0 && readMs > 0) await pause(readMs * (0.5 + Math.random()), undefined, { ref: false });
      await pushed(one);
    }
  }

  return {
    url: account.base,
    /** Settings that fit this account. */
    config: () => ({ phoneNumberId: account.phoneNumberId, wabaId: account.wabaId, accessToken: account.accessToken, appSecret: account.appSecret, verifyToken: 'simulated-verify-token', apiBase: account.base, apiVersion: 'v24.0' }),
    account,
    /** What became of the calls so far. */
    fates,
    order: (next: Partial<Order>): void => manners.order(next),
    statuses(next: NonNullable<Options['statuses']>): void { statusOrder = next; },
    /** The address is entered over there: Meta asks it once. True: it answered as it must. */
    async connect(next: Hook): Promise<boolean> {
      hook = next;
      const challenge = String(randomBytes(4).readUInt32BE());
      const answer = await fetch(`${next.url}?${new URLSearchParams({ 'hub.mode': 'subscribe', 'hub.verify_token': next.verifyToken ?? 'simulated-verify-token', 'hub.challenge': challenge })}`);
      return answer.status === 200 && await answer.text() === challenge;
    },
    customer,
    /** Resolves once it was taken. */
    say: (key: string, text: string) => inbound(key, { type: 'text', text: { body: text } }),
    inbound,
    /** Puts a file on Meta's side; its id. */
    addMedia: (bytes: Uint8Array, type: string): string => graph.addMedia(bytes, type),
    async sendFile(key: string, kind: string, bytes: Uint8Array, type: string, more: object = {}): Promise<{ id: string; mediaId: string }> {
      const mediaId = graph.addMedia(bytes, type);
      return { mediaId, ...await inbound(key, { type: kind, [kind]: { id: mediaId, mime_type: type, ...more } }) };
    },
    /** One of ours answers in the phone app. */
    async echo(key: string, text: string): Promise<{ id: string }> {
      const who = customer(key);
      const id = wamid();
      await pushed(envelope({ message_echoes: [{ from: account.displayNumber, ...(who.phone && { to: who.phone }), ...(who.userId && { to_user_id: who.userId }), id, timestamp: stamp(), type: 'text', text: { body: text } }] }, 'smb_message_echoes'));
      return { id };
    },
    /** A new number means a new user id as well. */
    async changeNumber(key: string, phone: string, userId?: string): Promise<void> {
      const who = customer(key);
      const before = { ...who };
      for (const id of [who.phone, who.userId]) if (id) account.customers.delete(id);
      Object.assign(who, { phone, ...(userId && { userId }) });
      customer(userId ?? phone, who);
      await pushed(envelope({ messages: [{ ...(before.phone && { from: before.phone }), id: wamid(), timestamp: stamp(), type: 'system', system: {
        type: 'user_changed_number', body: `User ${before.name} changed from ${before.phone ?? before.userId} to ${phone}`, wa_id: phone, ...(userId && { user_id: userId }), ...(before.userId && { previous_user_id: before.userId }),
      } }] }));
    },
    /** Anything else that Meta may say. */
    push: (value: object, field?: string): Promise<void> => pushed(envelope(value, field)),
    envelope,
    history: () => ({ said: [...said], received: account.sent.map(({ id, customer: to, text, key }) => ({ id, customer: to, text, ...(key && { key }) })) }),
    async close(): Promise<void> {
      closed = true;
      for (const response of hanging) response.destroy();
      server.closeAllConnections();
      await new Promise<void>((done) => { server.close(() => done()); });
    },
  };
}
