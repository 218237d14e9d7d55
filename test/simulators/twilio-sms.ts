/** Twilio's messaging in this process: REST with its checks, signed pushes that come again until they are taken, statuses, media, opt-outs, windows. */
import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { misbehaviour } from './misbehaviour.ts';
import type { Order } from './misbehaviour.ts';

type Form = Record<string, string>;
type Message = { sid: string; direction: 'inbound' | 'outbound-api'; from: string; to: string; body: string; service: string; status: string; code: number | null; at: Date; media: string[]; key: string; callback: string; content: string };
type File = { type: string; bytes: Uint8Array };
type Hook = { url: string; take?(request: Request): Promise<Response> };

/** What can be chosen; the rest is made up. */
export type TwilioOptions = { port?: number; seed?: number; speedMs?: number; attempts?: number; now?: () => Date; account?: Partial<{ accountSid: string; authToken: string }>; arrived?(message: { id: string; customer: string; text: string }): void };
export type TwilioSmsSimulator = Awaited<ReturnType<typeof startTwilioSmsSimulator>>;

const sidOf = (prefix: string): string => `${prefix}${randomBytes(16).toString('hex')}`;
const day = 24 * 3_600_000;

/** As Twilio's documentation says it: not by the package, so that a mistake there would show. */
export function twilioSignature(token: string, url: string, form: Form): string {
  const signed = url + Object.keys(form).sort().map((name) => `${name}${form[name]}`).join('');
  return createHmac('sha1', token).update(Buffer.from(signed, 'utf8')).digest('base64');
}

/** Starts it on loopback. */
export async function startTwilioSmsSimulator({ port = 0, seed = 1, speedMs = 2, attempts = 60, now = () => new Date(), account: given, arrived }: TwilioOptions = {}) {
  const account = { accountSid: sidOf('AC'), authToken: randomBytes(16).toString('hex'), number: '+14155550100', whatsapp: '+14155550101', service: sidOf('MG'), ...given };
  const number = { sid: sidOf('PN'), smsUrl: '' };
  const service = { inboundRequestUrl: '', useInboundWebhookOnNumber: false };
  const template = { sid: sidOf('HX'), body: '您好 {{1}}，订单 {{2}} 已发货。' };
  const moods = misbehaviour(seed);
  const messages: Message[] = [];
  const files = new Map<string, File>();
  const fetched: { url: string; type: string; size: number }[] = [];
  const optedOut = new Set<string>();
  const lastInbound = new Map<string, Date>();
  const said: { id: string; customer: string; text: string }[] = [];
  const calls: { method: string; path: string; form: Form; fate: string }[] = [];
  const underWay = new Set<Promise<void>>();
  const hanging = new Set<ServerResponse>();
  const closed = new AbortController();
  let token = account.authToken;
  let hook: Hook | null = null;
  let url = '';

  const signedRequest = (target: string, form: Form, secret = token): Request => new Request(target.split('#')[0] ?? target, {
    method: 'POST', body: new URLSearchParams(form).toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8', 'x-twilio-signature': twilioSignature(secret, target.split('#')[0] ?? target, form), 'i-twilio-idempotency-token': randomUUID() },
  });

  /** Until it is taken, as #rc asks for; Twilio itself gives up earlier. */
  function push(target: string, form: Form): Promise<void> {
    const once = async (): Promise<void> => {
      for (let attempt = 0; attempt < attempts && !closed.signal.aborted; attempt += 1) {
        const request = signedRequest(target, form);
        const answer = await (hook?.take ? hook.take(request) : fetch(request, { signal: closed.signal })).catch(() => null);
        await answer?.body?.cancel().catch(() => undefined);
        if (answer?.ok) return;
        await pause(Math.min(20 * 2 ** attempt, 500));
      }
    };
    const run = moods.push(once).finally(() => underWay.delete(run));
    underWay.add(run);
    return run;
  }

  const listed = (one: Message) => ({
    sid: one.sid, account_sid: account.accountSid, from: one.from, to: one.to, body: one.body, direction: one.direction, status: one.status, error_code: one.code, error_message: null,
    num_media: String(one.media.length), num_segments: '1', messaging_service_sid: one.service || null, date_created: one.at.toUTCString(), date_sent: one.at.toUTCString(), date_updated: one.at.toUTCString(),
    price: null, price_unit: 'USD', api_version: '2010-04-01', uri: `/2010-04-01/Accounts/${account.accountSid}/Messages/${one.sid}.json`, subresource_uris: {},
  });

  async function status(one: Message, next: string, code: number | null = null): Promise<void> {
    one.status = next;
    one.code = code;
    if (!one.callback) return;
    await push(one.callback, { MessageSid: one.sid, SmsSid: one.sid, MessageStatus: next, SmsStatus: next, To: one.to, From: one.from, AccountSid: account.accountSid, ApiVersion: '2010-04-01', ...(code ? { ErrorCode: String(code) } : {}) });
  }

  async function travel(one: Message, mediaUrls: string[]): Promise<void> {
    const open = now().getTime() - (lastInbound.get(one.to)?.getTime() ?? 0) < day;
    if (one.to.startsWith('whatsapp:') && !one.content && !open) return status(one, 'failed', 63016);
    for (const mediaUrl of mediaUrls) {
      const answer = await fetch(mediaUrl, { signal: closed.signal }).catch(() => null);
      const bytes = answer?.ok ? new Uint8Array(await answer.arrayBuffer()) : null;
      if (!bytes) return status(one, 'undelivered', 63019);
      fetched.push({ url: mediaUrl, type: answer?.headers.get('content-type') ?? '', size: bytes.length });
    }
    arrived?.({ id: one.sid, customer: one.to, text: one.body });
    const steps = ['queued', 'sent', 'delivered', ...(one.to.startsWith('whatsapp:') ? ['read'] : [])];
    for (const step of steps) {
      void status(one, step);
      await pause(speedMs);
    }
  }

  function create(form: Form, all: URLSearchParams): { status: number; body: object; after?: () => void } {
    const refuse = (code: number, message: string) => ({ status: 400, body: { code, message, more_info: `https://www.twilio.com/docs/errors/${code}`, status: 400 } });
    const to = form['To'] ?? '';
    const from = form['From'] ?? '';
    const mediaUrls = all.getAll('MediaUrl');
    if (!/^(whatsapp:)?\+[1-9]\d{6,14}$/.test(to)) return refuse(21211, `Invalid 'To' Phone Number: ${to}`);
    if (!from && !form['MessagingServiceSid']) return refuse(21603, "A 'From' phone number is required.");
    if (from && from !== account.number && from !== `whatsapp:${account.whatsapp}`) return refuse(21606, `The 'From' phone number provided (${from}) is not a valid message-capable Twilio phone number.`);
    if (!form['Body'] && mediaUrls.length === 0 && !form['ContentSid']) return refuse(21602, 'Message body is required.');
    if ((form['Body'] ?? '').length > 1_600) return refuse(21617, 'The concatenated message body exceeds the 1600 character limit.');
    if (mediaUrls.some((one) => !URL.canParse(one))) return refuse(21620, 'Invalid media URL');
    if (form['ContentSid'] && form['ContentSid'] !== template.sid) return refuse(21655, 'The ContentSid is invalid');
    if (optedOut.has(to)) return refuse(21610, 'Attempt to send to unsubscribed recipient');
    const variables: Record<string, string> = form['ContentVariables'] ? JSON.parse(form['ContentVariables']) : {};
    const body = form['ContentSid'] ? template.body.replaceAll(/\{\{(\d+)\}\}/g, (_all, name: string) => variables[name] ?? '') : form['Body'] ?? '';
    const callback = form['StatusCallback'] ?? '';
    const one: Message = {
      sid: sidOf(mediaUrls.length > 0 ? 'MM' : 'SM'), direction: 'outbound-api', from: from || (to.startsWith('whatsapp:') ? `whatsapp:${account.whatsapp}` : account.number), to, body, service: form['MessagingServiceSid'] ?? '',
      status: 'queued', code: null, at: now(), media: mediaUrls.map(() => sidOf('ME')), key: URL.parse(callback)?.searchParams.get('key') ?? '', callback, content: form['ContentSid'] ?? '',
    };
    messages.push(one);
    return { status: 201, body: listed(one), after: () => void travel(one, mediaUrls).catch(() => undefined) };
  }

  function answer(method: string, path: string, query: URLSearchParams, all: URLSearchParams): { status: number; body: object; after?: () => void } {
    const form = Object.fromEntries(all);
    const page = (name: string, items: object[]) => ({ status: 200, body: { [name]: items, page: 0, page_size: 50, next_page_uri: null } });
    const inAccount = `/2010-04-01/Accounts/${account.accountSid}`;
    const numberBody = { sid: number.sid, phone_number: account.number, friendly_name: 'Desk', capabilities: { sms: true, mms: true, voice: true }, sms_url: number.smsUrl, sms_method: 'POST' };
    const serviceBody = { sid: account.service, friendly_name: 'Support', inbound_request_url: service.inboundRequestUrl || null, use_inbound_webhook_on_number: service.useInboundWebhookOnNumber };
    if (path === `${inAccount}.json`) return { status: 200, body: { sid: account.accountSid, friendly_name: 'Simulated', status: 'active', type: 'Full' } };
    if (path === `${inAccount}/Messages.json`) {
      if (method === 'POST') return create(form, all);
      const after = query.get('DateSent>');
      const to = query.get('To');
      const found = messages.filter((one) => (!to || one.to === to) && (!after || one.at >= new Date(after))).toReversed();
      const size = Number(query.get('PageSize') ?? 50);
      const at = Number(query.get('Page') ?? 0);
      const next = new URLSearchParams(query);
      next.set('Page', String(at + 1));
      const { status: code, body } = page('messages', found.slice(at * size, (at + 1) * size).map(listed));
      return { status: code, body: { ...body, page: at, page_size: size, next_page_uri: found.length > (at + 1) * size ? `${path}?${next}` : null } };
    }
    const media = /\/Messages\/(\w+)\/Media\.json$/.exec(path)?.[1];
    if (media) return page('media_list', (messages.find((one) => one.sid === media)?.media ?? []).map((sid) => ({ sid, parent_sid: media, account_sid: account.accountSid, content_type: files.get(sid)?.type, uri: '' })));
    if (path === `${inAccount}/IncomingPhoneNumbers.json`) return page('incoming_phone_numbers', query.get('PhoneNumber') === account.number ? [numberBody] : []);
    if (path === `${inAccount}/IncomingPhoneNumbers/${number.sid}.json`) { number.smsUrl = form['SmsUrl'] ?? number.smsUrl; return { status: 200, body: { ...numberBody, sms_url: number.smsUrl } }; }
    if (path === `/v1/Services/${account.service}`) {
      if (method === 'POST') Object.assign(service, { inboundRequestUrl: form['InboundRequestUrl'] ?? '', useInboundWebhookOnNumber: form['UseInboundWebhookOnNumber'] === 'true' });
      return { status: 200, body: { ...serviceBody, inbound_request_url: service.inboundRequestUrl } };
    }
    if (path === '/v1/ContentAndApprovals') return { status: 200, body: { contents: [{ sid: template.sid, friendly_name: 'order_sent', language: 'zh_CN', variables: { 1: 'name', 2: 'no' }, types: { 'twilio/text': { body: template.body } }, approval_requests: { name: 'order_sent', category: 'UTILITY', status: 'approved' } }], meta: { key: 'contents', page: 0, page_size: 50, next_page_url: null } } };
    return { status: 404, body: { code: 20404, message: 'The requested resource was not found', more_info: '', status: 404 } };
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = '';
    for await (const part of request.setEncoding('utf8')) text += String(part);
    const { pathname, searchParams } = new URL(request.url ?? '/', url);
    const cdn = /^\/cdn\/(\w+)$/.exec(pathname)?.[1];
    const file = files.get(cdn ?? /\/Media\/(ME\w+)$/.exec(pathname)?.[1] ?? '');
    // The file's own host must never see the credentials.
    if (cdn) return void (file && !request.headers.authorization ? response.writeHead(200, { 'content-type': file.type }).end(file.bytes) : response.writeHead(404).end());
    const fate = moods.fate();
    const all = new URLSearchParams(text);
    calls.push({ method: request.method ?? '', path: pathname, form: Object.fromEntries(all), fate });
    const json = (code: number, body: object, headers = {}) => void response.writeHead(code, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
    if (fate === 'cut') return void request.socket.destroy();
    if (fate === 'limited') return json(429, { code: 20429, message: 'Too Many Requests', status: 429 }, { 'retry-after': '1' });
    if (fate === 'failing') return json(500, { code: 20500, message: 'Internal server error', status: 500 });
    if (request.headers.authorization !== `Basic ${Buffer.from(`${account.accountSid}:${token}`).toString('base64')}`) return json(401, { code: 20003, message: 'Authenticate', more_info: 'https://www.twilio.com/docs/errors/20003', status: 401 });
    if (file) return void response.writeHead(307, { location: `${url}/cdn/${/ME\w+$/.exec(pathname)?.[0]}` }).end();
    const { status: code, body, after } = answer(request.method ?? '', pathname, searchParams, all);
    // A callback may overtake the answer to its own send.
    after?.();
    if (fate === 'hanging') return void hanging.add(response);
    if (fate === 'lying') return json(500, { code: 20500, message: 'Internal server error', status: 500 });
    json(code, body);
  }

  const server = createServer((request, response) => void serve(request, response).catch(() => response.destroy()));
  await new Promise<void>((done) => server.listen(port, '127.0.0.1', done));
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : port}`;

  /** The form Twilio posts for a customer's words; `customer` is +1..., or whatsapp:+1... */
  function formOf(id: string, customer: string, text: string, extra: Form = {}): Form {
    const chat = customer.startsWith('whatsapp:');
    return {
      ToCountry: 'US', SmsMessageSid: id, NumMedia: '0', SmsSid: id, SmsStatus: 'received', Body: text, To: chat ? `whatsapp:${account.whatsapp}` : account.number, NumSegments: '1', MessageSid: id, AccountSid: account.accountSid, From: customer, ApiVersion: '2010-04-01',
      ...(chat ? { ProfileName: '王小明', WaId: customer.replace(/\D/g, ''), MessageType: 'text' } : { FromCountry: 'US', FromCity: 'SAN FRANCISCO' }), ...extra,
    };
  }

  return {
    url, ...account, template,
    /** Settings of a channel on this account. */
    config: () => ({ accountSid: account.accountSid, authToken: account.authToken, from: account.number, whatsappFrom: account.whatsapp, apiBase: url }),
    /** Where messages are pushed to; `take` instead of HTTP, for a connector without a hub. */
    connect(next: Hook): void { hook = next; number.smsUrl = next.url; service.inboundRequestUrl = next.url; },
    order: (next: Partial<Order>): void => moods.order(next),
    /** A customer writes; resolves when it is pushed. `taken` resolves once it was acknowledged. */
    say(customer: string, text: string, extra: Form = {}, media: File[] = [], id = sidOf('SM')): { id: string; taken: Promise<void> } {
      said.push({ id, customer, text });
      lastInbound.set(customer, now());
      if (/^(stop|退订)$/i.test(text)) optedOut.add(customer);
      if (/^start$/i.test(text)) optedOut.delete(customer);
      const sids = media.map((file) => { const sid = sidOf('ME'); files.set(sid, file); return sid; });
      messages.push({ sid: id, direction: 'inbound', from: customer, to: customer.startsWith('whatsapp:') ? `whatsapp:${account.whatsapp}` : account.number, body: text, service: '', status: 'received', code: null, at: now(), media: sids, key: '', callback: '', content: '' });
      const fields = Object.fromEntries(sids.flatMap((sid, index) => [[`MediaUrl${index}`, `${url}/2010-04-01/Accounts/${account.accountSid}/Messages/${id}/Media/${sid}`], [`MediaContentType${index}`, media[index]?.type ?? '']]));
      return { id, taken: hook ? push(hook.url, formOf(id, customer, text, { NumMedia: String(sids.length), ...fields, ...extra })) : Promise.resolve() };
    },
    formOf,
    signedRequest,
    status: (sid: string, next: string, code: number | null = null): Promise<void> => { const one = messages.find((each) => each.sid === sid); return one ? status(one, next, code) : Promise.resolve(); },
    /** Forgets that customers wrote: windows are closed. */
    closeWindows: (): void => lastInbound.clear(),
    /** The account's token is changed at Twilio. */
    changeToken(next = account.authToken): void { token = next; },
    /** Never was. */
    drop(sid: string): void { messages.splice(messages.findIndex((one) => one.sid === sid), 1); },
    /** Files Twilio took from our links. */
    fetched: () => [...fetched],
    calls: () => [...calls],
    history: () => ({
      said: [...said],
      received: messages.filter((one) => one.direction === 'outbound-api' && one.status !== 'failed').map((one) => ({ id: one.sid, customer: one.to, text: one.body, key: one.key })),
    }),
    /** All pushes have been taken or given up. */
    quiet: async (): Promise<void> => { while (underWay.size > 0) await Promise.allSettled(underWay); },
    async close(): Promise<void> {
      closed.abort();
      for (const response of hanging) response.destroy();
      server.closeAllConnections();
      await new Promise<void>((done) => server.close(() => done()));
    },
  };
}
