/** The Graph API of the simulated WhatsApp: tokens, messages with Meta's checks and limits, media in two steps, templates by pages. */
import { createHash, createHmac, randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { z } from 'zod';

export type Customer = { phone?: string; userId?: string; name: string; username?: string; lastIn: number };
/** A message the customer got, or would have got but for `failure`. */
export type Sent = { id: string; customer: string; text: string; key?: string; type: string; body: Record<string, unknown>; failure?: object };
export type Media = { bytes: Uint8Array; type: string; pass?: string; until?: number };
export type Account = {
  phoneNumberId: string; wabaId: string; displayNumber: string; accessToken: string; appSecret: string; windowMs: number; mediaUrlMs: number; pair: { burst: number; everyMs: number }; retryAfter: string;
  now(): number; base: string; customers: Map<string, Customer>; media: Map<string, Media>; templates: Record<string, unknown>[]; sent: Sent[]; reads: { id: string; typing: boolean }[]; subscribed: boolean; tokenValid: boolean;
  callback?: string;
  /** Messages with a file are taken and fail afterwards. */
  mediaFailure?: object;
};
export type GraphAnswer = { status: number; json?: unknown; bytes?: Uint8Array; type?: string };

const Row = z.looseObject({ id: z.string().max(200), title: z.string().min(1).max(24), description: z.string().max(72).optional() });
const bodies: Record<string, z.ZodType> = {
  text: z.looseObject({ body: z.string().min(1).max(4_096) }),
  interactive: z.discriminatedUnion('type', [
    z.looseObject({ type: z.literal('button'), body: z.object({ text: z.string().min(1).max(1_024) }), action: z.object({ buttons: z.array(z.object({ type: z.literal('reply'), reply: z.object({ id: z.string().max(256), title: z.string().min(1).max(20) }) })).min(1).max(3) }) }),
    z.looseObject({ type: z.literal('list'), body: z.object({ text: z.string().min(1).max(4_096) }), action: z.object({ button: z.string().min(1).max(20), sections: z.array(z.object({ rows: z.array(Row).min(1).max(10) })).min(1) }) }),
  ]),
  location: z.looseObject({ latitude: z.number(), longitude: z.number() }),
  contacts: z.array(z.looseObject({ name: z.looseObject({ formatted_name: z.string().min(1), first_name: z.string() }) })).min(1),
  reaction: z.object({ message_id: z.string().min(1), emoji: z.string() }),
  template: z.looseObject({ name: z.string(), language: z.object({ code: z.string() }), components: z.array(z.looseObject({ type: z.string(), parameters: z.array(z.unknown()) })).optional() }),
  ...Object.fromEntries(['image', 'video', 'document'].map((type) => [type, z.looseObject({ id: z.string(), caption: z.string().max(1_024).optional() })])),
  ...Object.fromEntries(['audio', 'sticker'].map((type) => [type, z.object({ id: z.string(), voice: z.boolean().optional() })])),
};
const Message = z.looseObject({
  messaging_product: z.literal('whatsapp'), to: z.string().optional(), recipient: z.string().optional(), type: z.string().optional(), status: z.string().optional(), message_id: z.string().optional(),
  typing_indicator: z.object({ type: z.literal('text') }).optional(), biz_opaque_callback_data: z.string().max(512).optional(),
});
const words = z.looseObject({ body: z.string().optional().catch(undefined), caption: z.string().optional(), name: z.string().optional().catch(undefined) });

/** @param accepted what was taken: its statuses follow */
export function graphAnswers(account: Account, accepted: (sent: Sent) => void) {
  const pairs = new Map<string, { began: number; taken: number }>();
  const refuse = (status: number, code: number, message: string, details = message, more: object = {}): GraphAnswer => ({ status, json: { error: { message: `(#${code}) ${message}`, type: 'OAuthException', code, error_data: { messaging_product: 'whatsapp', details }, fbtrace_id: 'A', ...more } } });

  function takePair(customer: string): boolean {
    const { burst, everyMs } = account.pair;
    const now = account.now();
    const debt = pairs.get(customer);
    // A burst is borrowed: nothing goes out until as much time has passed as its messages would have needed.
    const isPaid = !debt || now - debt.began >= debt.taken * everyMs;
    if (!isPaid && (now - debt.began >= everyMs || debt.taken >= burst)) return false;
    pairs.set(customer, isPaid ? { began: now, taken: 1 } : { began: debt.began, taken: debt.taken + 1 });
    return true;
  }

  function message(raw: unknown): GraphAnswer {
    const parsed = Message.safeParse(raw);
    if (!parsed.success) return refuse(400, 100, 'Invalid parameter', z.prettifyError(parsed.error));
    const { to, recipient, type = 'text', status, message_id: about, typing_indicator: typing, biz_opaque_callback_data: key } = parsed.data;
    if (status === 'read') {
      account.reads.push({ id: about ?? '', typing: typing !== undefined });
      return { status: 200, json: { success: true } };
    }
    const customer = to ?? recipient;
    if (!customer || (to !== undefined && !/^\d+$/.test(to)) || (to === undefined && !/^[A-Z]{2}\./.test(recipient ?? ''))) return refuse(400, 100, 'Invalid parameter', 'to, or recipient, is not valid');
    const shape = bodies[type];
    if (!shape) return refuse(400, 131051, 'Unsupported message type');
    const body = shape.safeParse(parsed.data[type]);
    if (!body.success) return refuse(400, 131009, 'Parameter value is not valid', z.prettifyError(body.error));
    const media = z.looseObject({ id: z.string() }).safeParse(parsed.data[type]);
    if (['image', 'video', 'document', 'audio', 'sticker'].includes(type) && !account.media.has(media.data?.id ?? '')) return refuse(400, 131053, 'Media upload error', 'there is no such media');
    const wrong = type === 'template' ? templateProblem(parsed.data['template']) : undefined;
    if (wrong) return wrong;
    if (!takePair(customer)) return refuse(400, 131056, '(Business Account, Consumer Account) pair rate limit hit');
    const who = account.customers.get(customer);
    const id = `wamid.${randomBytes(24).toString('base64')}`;
    const isOpen = who !== undefined && account.now() - who.lastIn < account.windowMs;
    const failure = !who ? { code: 131026, title: 'Message undeliverable', message: 'Message undeliverable' }
      : !isOpen && type !== 'template' ? { code: 131047, title: 'Re-engagement message', message: 'Re-engagement message', error_data: { details: 'Message failed to send because more than 24 hours have passed since the customer last replied to this number.' } } : ['image', 'video', 'document', 'audio', 'sticker'].includes(type) ? account.mediaFailure : undefined;
    const said = words.safeParse(parsed.data[type]).data;
    const inner = z.looseObject({ body: z.looseObject({ text: z.string() }) }).safeParse(parsed.data[type]).data;
    const sent: Sent = { id, customer, text: inner?.body.text ?? said?.body ?? said?.caption ?? said?.name ?? '', type, body: parsed.data, ...(key && { key }), ...(failure && { failure }) };
    if (!failure) account.sent.push(sent);
    setTimeout(() => accepted(sent), 5).unref();
    return { status: 200, json: { messaging_product: 'whatsapp', contacts: [{ input: customer, ...(who?.phone && { wa_id: who.phone }), ...(who?.userId && { user_id: who.userId }) }], messages: [{ id, ...(type === 'template' && { message_status: 'accepted' }) }] } };
  }

  function templateProblem(raw: unknown): GraphAnswer | undefined {
    const { name, language, components = [] } = z.object({ name: z.string(), language: z.object({ code: z.string() }), components: z.array(z.looseObject({ type: z.string(), parameters: z.array(z.unknown()) })).optional() }).parse(raw);
    const known = account.templates.find((one) => one['name'] === name && one['language'] === language.code);
    if (!known) return refuse(404, 132001, 'Template name does not exist in the translation');
    if (known['status'] !== 'APPROVED') return refuse(400, 132015, 'Template is paused');
    const count = (text: unknown): number => new Set(String(text ?? '').match(/\{\{\s*\w+\s*\}\}/g) ?? []).size;
    for (const part of z.array(z.looseObject({ type: z.string(), text: z.string().optional() })).parse(known['components'] ?? [])) {
      const got = components.find((one) => one.type.toUpperCase() === part.type)?.parameters.length ?? 0;
      if (part.type === 'BODY' && got !== count(part.text)) return refuse(400, 132000, 'Number of parameters does not match', `body: expected ${count(part.text)}, got ${got}`);
    }
    return undefined;
  }

  async function upload(headers: IncomingHttpHeaders, bytes: Uint8Array): Promise<GraphAnswer> {
    const form = await new Response(new Uint8Array(bytes), { headers: { 'content-type': headers['content-type'] ?? '' } }).formData().catch(() => null);
    const file = form?.get('file');
    if (!(file instanceof Blob) || form?.get('messaging_product') !== 'whatsapp') return refuse(400, 100, 'Invalid parameter', 'file');
    return { status: 200, json: { id: answer.addMedia(await file.bytes(), file.type) } };
  }

  function mediaFacts(id: string): GraphAnswer | undefined {
    const media = account.media.get(id);
    if (!media) return undefined;
    Object.assign(media, { pass: randomBytes(8).toString('hex'), until: account.now() + account.mediaUrlMs });
    return { status: 200, json: { messaging_product: 'whatsapp', url: `${account.base}/whatsapp_business/attachments/?mid=${id}&hash=${media.pass}`, mime_type: media.type, sha256: createHash('sha256').update(media.bytes).digest('hex'), file_size: media.bytes.length, id } };
  }

  function download(query: URLSearchParams): GraphAnswer {
    const media = account.media.get(query.get('mid') ?? '');
    return media && media.pass === query.get('hash') && account.now() < (media.until ?? 0) ? { status: 200, bytes: media.bytes, type: media.type } : { status: 404, json: {} };
  }

  function templates(query: URLSearchParams): GraphAnswer {
    const all = account.templates.filter((one) => !query.get('name') || one['name'] === query.get('name'));
    const begin = Number(query.get('after') ?? 0);
    const end = begin + Math.min(Number(query.get('limit') ?? 25), 25);
    return { status: 200, json: { data: all.slice(begin, end), paging: { cursors: { before: String(begin), after: String(end) }, ...(end < all.length && { next: `${account.base}/next` }) } } };
  }

  const answer = Object.assign(async (method: string, url: URL, headers: IncomingHttpHeaders, bytes: Uint8Array): Promise<GraphAnswer> => {
    const isKnown = account.tokenValid && headers.authorization === `Bearer ${account.accessToken}`;
    if (!isKnown) return refuse(401, 190, 'Error validating access token: Session has expired');
    if (url.pathname === '/whatsapp_business/attachments/') return download(url.searchParams);
    const proof = url.searchParams.get('appsecret_proof');
    if (proof !== null && proof !== createHmac('sha256', account.appSecret).update(account.accessToken).digest('hex')) return refuse(400, 100, 'Invalid appsecret_proof provided in the API argument');
    const [, version = '', node = '', edge = ''] = url.pathname.split('/');
    if (!/^v\d+\.\d+$/.test(version)) return refuse(400, 2500, 'Unknown path components');
    if (method === 'POST' && node === account.phoneNumberId && edge === 'messages') return message(JSON.parse(Buffer.from(bytes).toString()));
    if (method === 'POST' && node === account.phoneNumberId && edge === 'media') return await upload(headers, bytes);
    if (node === account.wabaId && edge === 'subscribed_apps') {
      if (method === 'POST') {
        account.subscribed = true;
        account.callback = z.looseObject({ override_callback_uri: z.string().optional() }).parse(JSON.parse(Buffer.from(bytes).toString() || '{}')).override_callback_uri;
        return { status: 200, json: { success: true } };
      }
      return { status: 200, json: { data: account.subscribed ? [{ whatsapp_business_api_data: { id: '1', name: 'Hubbub', link: '' } }] : [] } };
    }
    if (method === 'GET' && node === account.wabaId && edge === 'message_templates') return templates(url.searchParams);
    if (method === 'GET' && node === 'me') return { status: 200, json: { id: '122' } };
    if (method === 'GET' && node === account.phoneNumberId) return { status: 200, json: { id: node, display_phone_number: `+${account.displayNumber}`, verified_name: 'Hubbub', quality_rating: 'GREEN' } };
    return (method === 'GET' && edge === '' ? mediaFacts(node) : undefined) ?? refuse(400, 100, 'Unsupported request. Object does not exist or cannot be loaded', undefined, { error_subcode: 33 });
  }, {
    addMedia(bytes: Uint8Array, type: string): string {
      const id = String(randomBytes(6).readUIntBE(0, 6));
      account.media.set(id, { bytes, type });
      return id;
    },
  });
  return answer;
}
