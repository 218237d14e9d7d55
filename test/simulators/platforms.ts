/** The platforms that can be played, each behind the same few verbs: for a person at a keyboard, and for the demo. */
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:net';
import { z } from 'zod';
import type { Act, Guest, Hook } from '../../server/demo/schema.ts';

/** Our message on a customer's phone. */
export type Arrived = { id: string; customer: string; text: string; choices?: string[] };
export type Platform = {
  /** What a channel on it may be called. */
  name: string;
  /** The channel's settings, but for what the hub makes itself. */
  config: Record<string, unknown>;
  /** The hub's address is entered over there. */
  connect(hook: Hook): unknown;
  /** Somebody who wrote before. */
  meet(guest: Guest): void;
  /** Resolves once the hub has it, where the platform waits for that. */
  act(guest: Guest, act: Act): Promise<unknown> | void;
};
type Config = Record<string, unknown>;
export type Start = (arrived: (message: Arrived) => void, before: Config) => Promise<Platform>;

const words = (config: Config, name: string): string | undefined => z.string().min(1).safeParse(config[name]).data;
const given = (config: Config, ...names: string[]): Record<string, string> => Object.fromEntries(names.flatMap((name) => { const value = words(config, name); return value ? [[name, value]] : []; }));

/** The port a channel stands on already, so that its settings stay; another one when that is taken. */
async function onPort<One>(config: Config, start: (port: number) => Promise<One>): Promise<One> {
  const wanted = Number(placeOf(config)?.port ?? 0);
  return start(wanted > 0 && await portFrom(wanted) === wanted ? wanted : await portFrom(0));
}
/** This port, or with 0 any free one; 0 when it is taken. */
async function portFrom(wanted: number): Promise<number> {
  const probe = createServer();
  return await new Promise((done) => {
    probe.once('error', () => done(0));
    probe.listen(wanted, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => done(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
/** Where these settings say that the platform is. */
export function placeOf(config: Config): URL | null {
  const endpoint = words(config, 'endpoint');
  return URL.parse(words(config, 'apiBase') ?? (endpoint ? `http://${endpoint}` : ''));
}
/** The hub's hook is open to the world: with a secret that stands in our code, anybody could speak as a customer. */
function ownSecrets(before: Config): { accessToken: string; appSecret: string } {
  const [accessToken, appSecret] = [words(before, 'accessToken'), words(before, 'appSecret')];
  return accessToken && appSecret && appSecret !== 'simulated-app-secret' ? { accessToken, appSecret } : { accessToken: `EAAG${randomBytes(24).toString('hex')}`, appSecret: randomBytes(16).toString('hex') };
}
const byHook = (local: string, url: string) => (request: Request): Promise<Response> => fetch(new Request(local + request.url.slice(new URL(url).href.length), request));

const isPicture = (type: string): boolean => type.startsWith('image/');
/** What is said instead of an act that this platform has not. */
const plain = (act: Act): string => (act.do === 'say' ? act.text : act.do === 'tap' ? act.choice : act.do === 'speak' ? act.words : act.do === 'show' ? act.text ?? '' : '');
/** How long a phone takes, in the demo: ticks that all come at once show nothing. */
const phoneMs = 1_500;
/** A newcomer has to find the code on the channel's page; then the owner of the account takes the phone in hand. */
const scanMs = { code: 700, scanned: 12_000, confirmed: 14_000 };

/** Kind of channel -> its platform. Loaded when it is asked for: no platform needs what another one is made with. */
export const platforms: Record<string, Start> = {
  async 'whatsapp-cloud'(arrived, before) {
    const { startWhatsAppCloudSimulator } = await import('./whatsapp-cloud.ts');
    const one = await onPort(before, (port) => startWhatsAppCloudSimulator({
      port, readMs: phoneMs, ...given(before, 'phoneNumberId', 'wabaId'), ...ownSecrets(before),
      received: ({ id, customer, text, body }) => arrived({ id, customer, text, choices: choicesOf(body) }),
    }));
    one.account.templates.push(...templates);
    const { verifyToken: _made, ...config } = one.config();
    const known = ({ address, name, phone, heardAt }: Guest): string => {
      const digits = phone?.replace(/\D/g, '');
      one.customer(address, { name, ...(digits && { phone: digits }), ...(/^\d+$/.test(address) ? {} : { userId: address }), ...(heardAt !== undefined && { lastIn: heardAt }) });
      return address;
    };
    return {
      name: 'WhatsApp', config,
      connect: ({ local, secrets }) => one.connect({ url: local, verifyToken: secrets['verifyToken'] }),
      meet: (guest) => void known(guest),
      act(guest, act) {
        const key = known(guest);
        const context = (id: string) => ({ context: { from: one.account.displayNumber, id } });
        switch (act.do) {
          case 'say': return one.inbound(key, { type: 'text', text: { body: act.text }, ...(act.quote && context(act.quote)) });
          case 'show': return one.sendFile(key, isPicture(act.file.type) ? 'image' : 'document', act.file.bytes, act.file.type, { ...(act.text && { caption: act.text }), ...(!isPicture(act.file.type) && { filename: act.file.name }) });
          case 'speak': return one.sendFile(key, 'audio', act.file.bytes, 'audio/ogg; codecs=opus', { voice: true });
          case 'react': return one.inbound(key, { type: 'reaction', reaction: { message_id: act.about, emoji: act.emoji } });
          case 'tap': return one.inbound(key, { type: 'button', button: { payload: act.choice, text: act.choice }, ...context(act.about) });
        }
      },
    };
  },

  async 'wechat-official'(arrived, before) {
    const { startWechatOfficialSimulator } = await import('./wechat-official.ts');
    const one = await onPort(before, (port) => startWechatOfficialSimulator({ port, ...given(before, 'appId', 'appSecret'), arrived: ({ id, customer, text }) => arrived({ id, customer, text }) }));
    one.world.account.templates.push(
      { template_id: 'tmplShippedSim0000000000000000000000000000', title: '订单发货通知', content: '订单号：{{number.DATA}}\n快递公司：{{carrier.DATA}}' },
      { template_id: 'tmplRefundSim00000000000000000000000000000', title: '退款到账通知', content: '退款金额：{{amount.DATA}}\n到账时间：{{time.DATA}}' },
    );
    const { token: _token, encodingAesKey: _key, ...config } = one.config();
    const known = ({ address, unionid, heardAt }: Guest): string => {
      const person = one.world.customers.get(address) ?? { follows: true, unionid: unionid ?? `union-${address}`, grants: [] };
      if (heardAt !== undefined) person.grants = [{ until: heardAt + 48 * 3_600_000, left: 5 }];
      one.world.customers.set(address, person);
      return address;
    };
    return {
      name: '公众号', config,
      connect: ({ local, secrets }) => one.connect({ url: local, token: secrets['token'] ?? '', encodingAesKey: secrets['encodingAesKey'] ?? '' }),
      meet: (guest) => void known(guest),
      act(guest, act) {
        const openid = known(guest);
        switch (act.do) {
          case 'show': return one.image(openid, act.file.bytes, act.file.type);
          case 'speak': return one.voice(openid, act.file.bytes, act.words);
          case 'react': return;
          default: return one.say(openid, plain(act));
        }
      },
    };
  },

  async wecom(arrived, before) {
    const { startWecomSimulator } = await import('./wecom.ts');
    const one = await onPort(before, (port) => startWecomSimulator({ port, ...given(before, 'corpId', 'secret'), arrived: ({ id, customer, text }) => arrived({ id, customer, text }) }));
    const greeted = new Set<string>();
    const known = ({ address, name, unionid, heardAt }: Guest): string => {
      one.know(address, name, unionid ?? `union-${address}`);
      if (heardAt !== undefined) {
        one.sessions.heard(one.account, address);
        one.sessions.of(one.account, address).heardAt = heardAt;
        greeted.add(address);
      }
      return address;
    };
    return {
      name: '微信客服', config: { corpId: one.corpId, secret: one.secret, openKfId: one.account, apiBase: one.url },
      connect: ({ local, secrets }) => one.connect({ url: local, token: secrets['token'] ?? '', encodingAesKey: secrets['encodingAesKey'] ?? '' }),
      meet: (guest) => void known(guest),
      act(guest, act) {
        const customer = known(guest);
        if (!greeted.has(customer)) {
          greeted.add(customer);
          one.enter(customer, 'shop');
        }
        switch (act.do) {
          case 'show': one.show(customer, isPicture(act.file.type) ? 'image' : 'file', act.file); return;
          case 'speak': one.show(customer, 'voice', act.file); return;
          case 'react': return;
          default: one.say(customer, plain(act));
        }
      },
    };
  },

  async 'twilio-sms'(arrived, before) {
    const { startTwilioSmsSimulator } = await import('./twilio-sms.ts');
    const one = await onPort(before, (port) => startTwilioSmsSimulator({ port, speedMs: phoneMs, account: given(before, 'accountSid', 'authToken'), arrived }));
    one.template.sid = `HX${'5'.repeat(32)}`;
    return {
      name: 'SMS', config: one.config(),
      connect: ({ url, local }) => one.connect({ url, take: byHook(local, url) }),
      meet: () => undefined,
      act(guest, act) {
        if (act.do === 'react') return;
        return one.say(guest.address, plain(act), {}, act.do === 'show' || act.do === 'speak' ? [act.file] : []).taken;
      },
    };
  },

  async 'wechat-personal'(arrived, before) {
    const { kinds, startWechatPersonalSimulator } = await import('./wechat-personal.ts');
    const met = new Map<string, string>();
    let shown: NodeJS.Timeout[] = [];
    const one = await onPort(before, (port) => startWechatPersonalSimulator({
      port, ...given(before, 'token'), arrived: ({ id, contact, text, name }) => arrived({ id, customer: met.get(contact) ?? contact, text: text || name || '' }), signedOut: () => askToScan(),
    }));
    /** The phone of the simulated owner: somebody takes it in hand, scans the code and confirms. */
    function askToScan(): void {
      const code = `https://weixin.qq.com/x/${Math.random().toString(36).slice(2, 14)}`;
      for (const timer of shown) clearTimeout(timer);
      shown = [
        setTimeout(() => one.scan(code, 2), scanMs.code), setTimeout(() => one.scan(code, 3), scanMs.scanned), setTimeout(() => one.signIn(), scanMs.confirmed),
      ];
    }
    const known = ({ address, name }: Guest): string => {
      met.set(one.meet(address, { name, ...(address.startsWith('wxid_') && { id: address }) }).id, address);
      return address;
    };
    return {
      name: '个人微信', config: one.connect(),
      connect: () => one.signIn(),
      meet: (guest) => void known(guest),
      act(guest, act) {
        if (!one.isSignedIn()) throw new Error('the account is signed out');
        const customer = known(guest);
        switch (act.do) {
          case 'show': one.show(customer, isPicture(act.file.type) ? kinds.image : kinds.attachment, '', { file: act.file }); return;
          case 'react': return;
          default: return one.say(customer, plain(act)).told;
        }
      },
    };
  },
};

/** What WhatsApp shows as buttons below a message. */
function choicesOf(body: Record<string, unknown>): string[] {
  const Buttons = z.looseObject({ interactive: z.looseObject({ action: z.looseObject({ buttons: z.array(z.looseObject({ reply: z.looseObject({ title: z.string() }) })).default([]) }) }) });
  const Named = z.looseObject({ template: z.looseObject({ name: z.string() }) });
  const { data } = Named.safeParse(body);
  if (data) return templates.find(({ name }) => name === data.template.name)?.components.flatMap((part) => (part.buttons ?? []).map(({ text }) => text)) ?? [];
  return Buttons.safeParse(body).data?.interactive.action.buttons.map(({ reply }) => reply.title) ?? [];
}

/** What Meta has approved for the shop. */
const templates = [
  { name: 'order_shipped', language: 'en', status: 'APPROVED', category: 'UTILITY', components: [{ type: 'BODY', text: 'Hello {{1}}, your order {{2}} is on its way.' }, { type: 'BUTTONS', buttons: [{ type: 'QUICK_REPLY', text: 'Thank you' }, { type: 'QUICK_REPLY', text: 'When will it be here?' }] }] },
  { name: 'still_there', language: 'en', status: 'APPROVED', category: 'UTILITY', components: [{ type: 'BODY', text: 'Hello {{1}}, we have an answer to your question. May we go on?' }, { type: 'BUTTONS', buttons: [{ type: 'QUICK_REPLY', text: 'Yes, please' }, { type: 'QUICK_REPLY', text: 'It is settled' }] }] },
  { name: 'order_shipped', language: 'zh_CN', status: 'APPROVED', category: 'UTILITY', components: [{ type: 'BODY', text: '{{1}}您好，您的订单 {{2}} 已发货。' }, { type: 'BUTTONS', buttons: [{ type: 'QUICK_REPLY', text: '谢谢' }, { type: 'QUICK_REPLY', text: '几天能到？' }] }] },
];
