/** What a person can have checked from the console, in the order in which it is set up. */
import type { Twilio } from 'twilio';
import { ConnectorError } from '../connector.ts';
import { twilioBase } from './manifest.ts';
import type { Config } from './manifest.ts';

type Check = { name: string; ok: boolean; detail?: string };

async function check(name: string, run: () => Promise<{ ok: boolean; detail: string }>): Promise<Check> {
  return await run().then((found) => ({ name, ...found }), (error: unknown) => ({ name, ok: false, detail: error instanceof Error ? error.message : String(error) }));
}

const plain = (url: string | undefined): string => (url ?? '').split('#')[0]?.replace(/\/+$/, '') ?? '';

/** Account, public address, sender, and whether messages come here. A later step is not tried when it cannot work. */
export async function checks(client: Twilio, config: Config, hook: string): Promise<Check[]> {
  const account = await check('account', async () => {
    const { friendlyName, status } = await client.api.v2010.accounts(config.accountSid).fetch();
    return { ok: status === 'active', detail: status === 'active' ? `Signed in as "${friendlyName}".` : `The account "${friendlyName}" is ${status}.` };
  });
  const address = await check('public address', async () => {
    const real = config.apiBase === twilioBase;
    const { protocol, hostname } = new URL(hook);
    const reachable = protocol === 'https:' && !/^(localhost|127\.|10\.|192\.168\.|\[::1\])/.test(hostname);
    return { ok: !real || reachable, detail: !real || reachable ? `Twilio calls ${hook}.` : `Twilio cannot reach ${hook}: set HUB_PUBLIC_URL to an https address that is open to the internet.` };
  });
  if (!account.ok) return [account, address];
  const rest: Check[] = [];
  if (config.messagingServiceSid) {
    rest.push(await check('messaging service', async () => {
      const service = await client.messaging.v1.services(config.messagingServiceSid).fetch();
      if (service.useInboundWebhookOnNumber) return { ok: true, detail: `"${service.friendlyName}" leaves incoming messages to each number's own webhook: point each of them at ${hook}.` };
      const ok = plain(service.inboundRequestUrl) === hook;
      return { ok, detail: ok ? `"${service.friendlyName}" sends incoming messages here.` : `"${service.friendlyName}" sends incoming messages to ${service.inboundRequestUrl || 'nobody'}: press "Point the number at us", or enter ${hook} under Integration.` };
    }));
  }
  if (config.from.startsWith('+')) {
    rest.push(await check('number', async () => {
      const number = await numberOf(client, config.from);
      if (!number.capabilities.sms) return { ok: false, detail: `${config.from} cannot send SMS.` };
      const ok = config.messagingServiceSid !== '' || plain(number.smsUrl) === hook;
      return { ok, detail: ok ? `${config.from} belongs to the account and sends SMS.` : `${config.from} sends incoming messages to ${number.smsUrl || 'nobody'}: press "Point the number at us", or enter ${hook} as its messaging webhook.` };
    }));
  }
  if (config.whatsappFrom) rest.push({ name: 'whatsapp', ok: true, detail: `Twilio has no call that shows a WhatsApp sender's webhook: see that ${hook} is entered under Messaging, Senders, WhatsApp senders.` });
  return [account, address, ...rest];
}

/** Enters our address as the webhook of the service and the number. */
export async function pointAtUs(client: Twilio, config: Config, url: string): Promise<string> {
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
  if (done.length === 0) throw new ConnectorError('rejected', 'A WhatsApp sender\'s webhook can only be entered in the Twilio console');
  return `${done.join(', ')}: 收到的消息现在发到这里 / incoming messages now come here.`;
}

async function numberOf(client: Twilio, phoneNumber: string) {
  const [number] = await client.incomingPhoneNumbers.list({ phoneNumber, limit: 1 });
  if (!number) throw new ConnectorError('rejected', `${phoneNumber} does not belong to this Twilio account`);
  return number;
}
