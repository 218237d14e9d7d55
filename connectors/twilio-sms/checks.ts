/** What a person can have checked from the console, in the order in which it is set up. */
import type { Twilio } from 'twilio';
import { ConnectorError, wordsOf } from '../connector.ts';
import type { Words } from '../connector.ts';
import { twilioBase } from './manifest.ts';
import type { Config } from './manifest.ts';

const both = (zh: string, en: string): Words => ({ 'zh-CN': zh, en });
type Check = { name: Words; ok: boolean; detail?: Words };

async function check(name: Words, run: () => Promise<{ ok: boolean; detail: Words }>): Promise<Check> {
  return await run().then((found) => ({ name, ...found }), (error: unknown) => ({ name, ok: false, detail: wordsOf(error) }));
}

const plain = (url: string | undefined): string => (url ?? '').split('#')[0]?.replace(/\/+$/, '') ?? '';

/** Account, public address, sender, and whether messages come here. A later step is not tried when it cannot work. */
export async function checks(client: Twilio, config: Config, hook: string): Promise<Check[]> {
  const account = await check({ 'zh-CN': '账号', en: 'Account' }, async () => {
    const { friendlyName, status } = await client.api.v2010.accounts(config.accountSid).fetch();
    return { ok: status === 'active', detail: status === 'active' ? both(`已登录为“${friendlyName}”。`, `Signed in as "${friendlyName}".`) : both(`账号“${friendlyName}”的状态是 ${status}。`, `The account "${friendlyName}" is ${status}.`) };
  });
  const address = await check({ 'zh-CN': '公网地址', en: 'Public address' }, async () => {
    const real = config.apiBase === twilioBase;
    const { protocol, hostname } = new URL(hook);
    const reachable = protocol === 'https:' && !/^(localhost|127\.|10\.|192\.168\.|\[::1\])/.test(hostname);
    return { ok: !real || reachable, detail: !real || reachable ? both(`Twilio 调用 ${hook}。`, `Twilio calls ${hook}.`) : both(`Twilio 无法访问 ${hook}：请把 HUB_PUBLIC_URL 设为公网可访问的 https 地址。`, `Twilio cannot reach ${hook}: set HUB_PUBLIC_URL to an https address that is open to the internet.`) };
  });
  if (!account.ok) return [account, address];
  const rest: Check[] = [];
  if (config.messagingServiceSid) {
    rest.push(await check({ 'zh-CN': '消息服务', en: 'Messaging service' }, async () => {
      const service = await client.messaging.v1.services(config.messagingServiceSid).fetch();
      if (service.useInboundWebhookOnNumber) return { ok: true, detail: both(`“${service.friendlyName}”把收到的消息交给各号码自己的 webhook：请把每个号码指向 ${hook}。`, `"${service.friendlyName}" leaves incoming messages to each number's own webhook: point each of them at ${hook}.`) };
      const ok = plain(service.inboundRequestUrl) === hook;
      return { ok, detail: ok ? both(`“${service.friendlyName}”把收到的消息发到这里。`, `"${service.friendlyName}" sends incoming messages here.`)
        : both(`“${service.friendlyName}”把收到的消息发到${service.inboundRequestUrl ? ` ${service.inboundRequestUrl}` : '空地址'}：请点击“让号码指向这里”，或在 Integration 中填写 ${hook}。`, `"${service.friendlyName}" sends incoming messages to ${service.inboundRequestUrl || 'nobody'}: press "Point the number at us", or enter ${hook} under Integration.`) };
    }));
  }
  if (config.from.startsWith('+')) {
    rest.push(await check({ 'zh-CN': '号码', en: 'Number' }, async () => {
      const number = await numberOf(client, config.from);
      if (!number.capabilities.sms) return { ok: false, detail: both(`${config.from} 不能发送短信。`, `${config.from} cannot send SMS.`) };
      const ok = config.messagingServiceSid !== '' || plain(number.smsUrl) === hook;
      return { ok, detail: ok ? both(`${config.from} 属于此账号，可以发送短信。`, `${config.from} belongs to the account and sends SMS.`)
        : both(`${config.from} 把收到的消息发到${number.smsUrl ? ` ${number.smsUrl}` : '空地址'}：请点击“让号码指向这里”，或把它的消息 webhook 设为 ${hook}。`, `${config.from} sends incoming messages to ${number.smsUrl || 'nobody'}: press "Point the number at us", or enter ${hook} as its messaging webhook.`) };
    }));
  }
  if (config.whatsappFrom) rest.push({ name: 'WhatsApp', ok: true, detail: both(`Twilio 没有接口可查询 WhatsApp 发送号码的 webhook：请确认 Messaging、Senders、WhatsApp senders 中填写了 ${hook}。`, `Twilio has no call that shows a WhatsApp sender's webhook: see that ${hook} is entered under Messaging, Senders, WhatsApp senders.`) });
  return [account, address, ...rest];
}

/** Enters our address as the webhook of the service and the number. */
export async function pointAtUs(client: Twilio, config: Config, url: string): Promise<Words> {
  const done: string[] = [];
  if (config.messagingServiceSid) {
    await client.messaging.v1.services(config.messagingServiceSid).update({ inboundRequestUrl: url, inboundMethod: 'POST', useInboundWebhookOnNumber: false });
    done.push(config.messagingServiceSid);
  }
  if (config.from.startsWith('+')) {
    const { sid } = await numberOf(client, config.from);
    await client.incomingPhoneNumbers(sid).update({ smsUrl: url, smsMethod: 'POST' });
    done.push(config.from);
  }
  if (done.length === 0) throw new ConnectorError('rejected', both('WhatsApp 发送号码的 webhook 只能在 Twilio 控制台填写', 'A WhatsApp sender\'s webhook can only be entered in the Twilio console'));
  return both(`${done.join('、')}：收到的消息现在发到这里。`, `${done.join(', ')}: incoming messages now come here.`);
}

async function numberOf(client: Twilio, phoneNumber: string) {
  const [number] = await client.incomingPhoneNumbers.list({ phoneNumber, limit: 1 });
  if (!number) throw new ConnectorError('rejected', both(`${phoneNumber} 不属于此 Twilio 账号`, `${phoneNumber} does not belong to this Twilio account`));
  return number;
}
