/** api.weixin.qq.com as Tencent documents it: tokens, customer-service messages and their quotas, files, templates, menus. */
import { randomBytes } from 'node:crypto';
import { z } from 'zod';

export type Customer = { follows: boolean; unionid: string; grants: { line?: string; until: number; left: number }[] };
/** What a customer got. */
export type Sent = { id: string; customer: string; type: string; text: string; at: number; key?: string; bytes?: Uint8Array; by?: string; body: Record<string, unknown> };
export type World = {
  appId: string; appSecret: string; url: string; now: () => number;
  customers: Map<string, Customer>;
  sent: Sent[];
  typings: { customer: string; command: string }[];
  media: Map<string, { bytes: Uint8Array; type: string; video: boolean; until: number }>;
  tokens: { value: string; until: number; dead?: boolean }[];
  /** How often a token was asked for. */
  asked: number;
  refusedIp: string | null;
  menu: unknown;
  account: {
    /** Unverified accounts may send nothing and see no user. */
    verified: boolean;
    kf: string[];
    /** Error codes that sends of a msgtype, or calls of a path, are refused with. */
    blocked: Map<string, number>;
    templates: { template_id: string; title: string; content: string }[];
    notices: { priTmplId: string; title: string; content: string; type: number }[];
  };
  /** Told of each message that reaches a customer. */
  arrived?: ((sent: Sent) => void) | undefined;
  /** Pushes an event, later. */
  tell(customer: string, name: string, fields: Record<string, string | number | { List: { [name: string]: string | number }[] }>): void;
};
export type Call = { method: string; url: URL; type: string; body: Uint8Array };
export type Answer = { status?: number; type?: string; headers?: Record<string, string>; body: unknown };

const Json = z.record(z.string(), z.unknown());
const Part = z.looseObject({ content: z.string().optional(), media_id: z.string().optional(), thumb_media_id: z.string().optional(), head_content: z.string().optional(), list: z.array(z.object({ id: z.string(), content: z.string() })).optional(), articles: z.array(z.looseObject({ title: z.string(), url: z.string() })).optional(), title: z.string().optional(), appid: z.string().optional() });
const CustomSend = z.looseObject({ touser: z.string(), msgtype: z.string(), customservice: z.object({ kf_account: z.string() }).optional() });
const TemplateSend = z.looseObject({ touser: z.string(), template_id: z.string(), client_msg_id: z.string().max(32).optional(), data: z.record(z.string(), z.object({ value: z.string() })) });
const limits: Record<string, { bytes: number; names: RegExp }> = {
  image: { bytes: 10 * 1024 * 1024, names: /\.(?:bmp|png|jpe?g|gif)$/i }, voice: { bytes: 2 * 1024 * 1024, names: /\.(?:amr|mp3)$/i }, video: { bytes: 10 * 1024 * 1024, names: /\.mp4$/i }, thumb: { bytes: 64 * 1024, names: /\.jpg$/i },
};
const no = (errcode: number, errmsg: string): Answer => ({ body: { errcode, errmsg: `${errmsg} rid: ${randomBytes(4).toString('hex')}` } });
const ok = (more: object = {}): Answer => ({ body: { errcode: 0, errmsg: 'ok', ...more } });

/** The API over a world. */
export function apiOf(world: World): (call: Call) => Promise<Answer> {
  const { account } = world;
  const reach = (sent: Sent): void => { world.sent.push(sent); world.arrived?.(sent); };

  function token(body: Record<string, unknown>): Answer {
    world.asked += 1;
    if (body['appid'] !== world.appId) return no(40013, 'invalid appid');
    if (body['secret'] !== world.appSecret) return no(40125, 'invalid appsecret');
    if (world.refusedIp) return no(40164, `invalid ip ${world.refusedIp} ipv6 ::ffff:${world.refusedIp}, not in whitelist`);
    // The old one is good for five minutes beside the new one.
    if (body['force_refresh'] === true) world.tokens.length = 0;
    const held = world.tokens.find((one) => one.until - world.now() > 300_000);
    const given = held ?? { value: `TOKEN_${randomBytes(30).toString('hex')}`, until: world.now() + 7_200_000 };
    if (!held) world.tokens.push(given);
    return { body: { access_token: given.value, expires_in: Math.floor((given.until - world.now()) / 1_000) } };
  }

  /** The sooner a permission ends, the sooner it is used. */
  function useGrant(openid: string): Answer | undefined {
    const customer = world.customers.get(openid);
    if (!customer) return no(40003, 'invalid openid');
    const open = customer.grants.filter((one) => one.until > world.now()).sort((a, b) => a.until - b.until);
    if (!customer.follows || open.length === 0) return no(45015, 'response out of time limit or subscription is canceled');
    const grant = open.find((one) => one.left > 0);
    if (!grant) return no(45047, 'out of response count limit');
    grant.left -= 1;
    return undefined;
  }

  function custom(raw: Record<string, unknown>): Answer {
    const call = CustomSend.safeParse(raw);
    if (!call.success) return no(47001, 'data format error');
    const { touser, msgtype, customservice } = call.data;
    const part = Part.safeParse(raw[msgtype === 'link' ? 'link' : msgtype]);
    if (!part.success) return no(40008, 'invalid message type');
    const refused = account.blocked.get(msgtype) ?? (account.verified ? undefined : 48001);
    if (refused) return no(refused, refused === 40200 ? 'invalid account type' : 'api unauthorized');
    if (customservice && !account.kf.includes(customservice.kf_account)) return no(61451, 'kf_account not exist');
    if (msgtype === 'text' && !part.data.content) return no(44004, 'empty content');
    if (msgtype === 'text' && Buffer.byteLength(part.data.content ?? '') > 2_048) return no(45002, 'content size out of limit');
    if (msgtype === 'news' && part.data.articles?.length !== 1) return no(45008, 'article size out of limit');
    const file = part.data.media_id ?? part.data.thumb_media_id;
    const held = file === undefined ? undefined : world.media.get(file);
    if (file !== undefined && (!held || held.until < world.now())) return no(40007, 'invalid media_id');
    const full = useGrant(touser);
    if (full) return full;
    const text = part.data.content ?? (part.data.list ? [part.data.head_content, ...part.data.list.map((one) => one.content)].join('|') : part.data.articles?.[0]?.title ?? part.data.title ?? '');
    reach({ id: `r${world.sent.length + 1}`, customer: touser, type: msgtype, text, at: world.now(), body: raw, ...(held && { bytes: held.bytes }), ...(customservice && { by: customservice.kf_account }) });
    return ok();
  }

  function template(raw: Record<string, unknown>, notice: boolean): Answer {
    const call = TemplateSend.safeParse(raw);
    if (!call.success) return no(47001, 'data format error');
    const { touser, template_id: id, client_msg_id: key, data } = call.data;
    const listed = notice ? account.notices.find((one) => one.priTmplId === id) : account.templates.find((one) => one.template_id === id);
    if (!listed) return no(40037, 'invalid template_id');
    const customer = world.customers.get(touser);
    if (!customer) return no(40003, 'invalid openid');
    if (!customer.follows) return no(notice ? 43101 : 43004, notice ? 'user refuse to accept the msg' : 'require subscribe');
    if ([...listed.content.matchAll(/\{\{(\w+)\.DATA\}\}/g)].some(([, name]) => !data[name ?? '']?.value)) return no(47003, 'argument invalid!');
    const known = key && world.sent.find((one) => one.key === key && one.customer === touser);
    const msgid = known ? known.id : `30${world.sent.length}${String(Date.now()).padStart(15, '0')}`;
    if (!known) {
      reach({ id: msgid, customer: touser, type: notice ? 'notice' : 'template', text: listed.content.replaceAll(/\{\{(\w+)\.DATA\}\}/g, (_all, name: string) => data[name]?.value ?? ''), at: world.now(), body: raw, ...(key && { key }) });
      setTimeout(() => (notice
        ? world.tell(touser, 'subscribe_msg_sent_event', { SubscribeMsgSentEvent: { List: [{ TemplateId: id, MsgID: msgid, ErrorCode: '0', ErrorStatus: 'success' }] } })
        : world.tell(touser, 'TEMPLATESENDJOBFINISH', { MsgID: msgid, Status: customer.unionid === 'blocks' ? 'failed:user block' : 'success' })), 20).unref();
    }
    // A 64-bit number, as Tencent writes it.
    return { body: `{"errcode":0,"errmsg":"ok","msgid":${msgid}}` };
  }

  async function upload(call: Call): Promise<Answer> {
    const kind = call.url.searchParams.get('type') ?? '';
    const form = await new Response(Buffer.from(call.body), { headers: { 'content-type': call.type } }).formData().catch(() => undefined);
    const file = form?.get('media');
    const limit = limits[kind];
    if (!limit) return no(40004, 'invalid media type');
    if (!(file instanceof File)) return no(41005, 'media data missing');
    if (!limit.names.test(file.name)) return no(40005, 'invalid file type');
    if (file.size > limit.bytes) return no(45001, 'media size out of limit');
    const id = randomBytes(24).toString('base64url');
    world.media.set(id, { bytes: await file.bytes(), type: file.type, video: kind === 'video', until: world.now() + 3 * 86_400_000 });
    return { body: { type: kind, media_id: id, created_at: Math.floor(world.now() / 1_000) } };
  }

  function media(id: string): Answer {
    const held = world.media.get(id);
    if (!held || held.until < world.now()) return no(40007, 'invalid media_id');
    if (held.video) return { type: 'text/plain', body: { video_url: `${world.url}/pic/${id}` } };
    return { type: held.type, headers: { 'content-disposition': `attachment; filename="${id.slice(0, 8)}.${held.type === 'audio/amr' ? 'amr' : 'jpg'}"` }, body: held.bytes };
  }

  return async (call) => {
    const { pathname: path, searchParams: query } = call.url;
    const body = /json/.test(call.type) ? Json.safeParse(JSON.parse(Buffer.from(call.body).toString())).data ?? {} : {};
    if (path.startsWith('/pic/')) {
      const held = world.media.get(path.slice(5));
      return held ? { type: held.type, body: held.bytes } : { status: 404, body: '' };
    }
    if (path === '/cgi-bin/stable_token') return token(body);
    if (world.refusedIp) return no(40164, `invalid ip ${world.refusedIp} ipv6 ::ffff:${world.refusedIp}, not in whitelist`);
    const held = world.tokens.find((one) => one.value === query.get('access_token'));
    if (!held || held.dead) return no(40001, 'invalid credential, access_token is invalid or not latest');
    if (held.until < world.now()) return no(42001, 'access_token expired');
    const blocked = account.blocked.get(path);
    if (blocked) return no(blocked, 'api unauthorized');
    switch (path) {
      case '/cgi-bin/message/custom/send': return custom(body);
      case '/cgi-bin/message/custom/typing':
        world.typings.push({ customer: String(body['touser']), command: String(body['command']) });
        return world.typings.filter((one) => one.command === 'Typing').length > 50 ? no(45081, 'already in typing status') : ok();
      case '/cgi-bin/media/upload': return upload(call);
      case '/cgi-bin/media/get': return media(query.get('media_id') ?? '');
      case '/cgi-bin/user/info': {
        const customer = world.customers.get(query.get('openid') ?? '');
        if (!account.verified) return no(48001, 'api unauthorized');
        return customer ? { body: { subscribe: customer.follows ? 1 : 0, openid: query.get('openid'), language: 'zh_CN', unionid: customer.unionid, remark: '', groupid: 0, tagid_list: [], subscribe_scene: 'ADD_SCENE_QR_CODE' } } : no(40003, 'invalid openid');
      }
      case '/cgi-bin/template/get_all_private_template': return ok({ template_list: account.templates });
      case '/wxaapi/newtmpl/gettemplate': return ok({ data: account.notices });
      case '/cgi-bin/message/template/send': return template(body, false);
      case '/cgi-bin/message/subscribe/bizsend': return template(body, true);
      case '/cgi-bin/menu/create': world.menu = body; return ok();
      case '/cgi-bin/get_current_selfmenu_info': return { body: { is_menu_open: world.menu ? 1 : 0, selfmenu_info: world.menu ?? {} } };
      case '/cgi-bin/customservice/getkflist': return { body: { kf_list: account.kf.map((one, index) => ({ kf_account: one, kf_nick: `客服${index}`, kf_id: String(1001 + index) })) } };
      case '/customservice/msgrecord/getmsglist': {
        const [from, to] = [Number(body['starttime']), Number(body['endtime'])];
        const list = world.sent.filter((one) => one.type !== 'template' && one.type !== 'notice' && one.at >= from * 1_000 && one.at < to * 1_000);
        return { body: { recordlist: list.map((one) => ({ openid: one.customer, opercode: 2002, text: one.type === 'text' ? one.text : `[${one.type}]`, time: Math.floor(one.at / 1_000), worker: one.by ?? '' })), number: list.length, msgid: list.length + 1 } };
      }
      default: return no(40066, 'invalid url');
    }
  };
}
