/** The shared suite against the simulated WhatsApp. */
import { readFileSync } from 'node:fs';
import { signedCall, startWhatsAppCloudSimulator, type WhatsAppCloudSimulator } from '../../test/simulators/whatsapp-cloud.ts';
import { connectorSuite } from '../testing/suite.ts';
import { whatsappConnector } from './connector.ts';
import { whatsappCloud } from './kind.ts';
import { Config } from './manifest.ts';
import { parse, toInbound } from './parse.ts';
import { addressOf } from './people.ts';

const hook = 'http://127.0.0.1/hooks/whatsapp-cloud/0123456789abcdef01234567';
let simulator: WhatsAppCloudSimulator | undefined;
const started = (): WhatsAppCloudSimulator => {
  if (!simulator) throw new Error('WhatsApp is not started');
  return simulator;
};
const fault = (order: Parameters<WhatsAppCloudSimulator['order']>[0]) => () => {
  started().order(order);
  return () => started().order({});
};

connectorSuite({
  // Waiting for a status is short here: nothing else is the same as in production.
  channel: { manifest: whatsappCloud.manifest, create: async (config) => whatsappConnector(Config.parse(config), { settleMs: 100, timeoutMs: 3_000 }) },
  config: () => started().config(),
  platform: {
    async start() {
      simulator = await startWhatsAppCloudSimulator();
      simulator.customer('8613800138000', { lastIn: Date.now() });
    },
    async stop() { await simulator?.close(); },
  },
  fixtures: ['text', 'text-by-phone', 'text-by-user-id', 'reply', 'product-enquiry', 'referral', 'forwarded', 'image', 'voice', 'audio', 'video', 'document', 'sticker', 'location', 'contacts', 'button-reply', 'list-reply', 'flow-reply', 'button', 'order', 'unsupported', 'unknown', 'opt-out', 'group'].map((name) => ({
    name,
    parse() {
      const item = parse(JSON.parse(readFileSync(new URL(`fixtures/${name}.json`, import.meta.url), 'utf8')), '106540352242922')[0];
      if (item?.kind !== 'message') throw new Error(JSON.stringify(item));
      return toInbound(item, { thread: addressOf(item.who) ?? '', related: [], contested: false });
    },
  })),
  deliver: ({ connector }, { id, thread, text }) => {
    const from = `861380013${Buffer.from(thread).toString('hex').slice(0, 4)}`.replaceAll(/\D/g, '0');
    const payload = started().envelope({ contacts: [{ profile: { name: '王小明' }, wa_id: from }], messages: [{ from, id, timestamp: '1763712000', type: 'text', text: { body: text } }] });
    return { acknowledged: Promise.resolve(connector.webhook?.(signedCall(started().account.appSecret, hook, payload))).then((answer) => answer?.status === 200, () => false) };
  },
  echo: async ({ connector }, sent) => {
    const payload = started().envelope({ message_echoes: [{ from: '15550783881', to: '8613800138000', id: sent.externalId, timestamp: '1763712000', type: 'text', text: { body: sent.message.content.text } }] });
    await connector.webhook?.(signedCall(started().account.appSecret, hook, payload));
  },
  sent: (_stage, text) => started().history().received.filter((one) => one.text === text).length,
  address: { thread: '8613800138000', to: '8613800138000' },
  faults: {
    'rate-limited': fault({ limited: 1 }), 'in-doubt': fault({ hanging: 1 }),
    'signed-out': () => { started().account.tokenValid = false; return () => { started().account.tokenValid = true; }; },
    rejected: () => { started().account.pair = { burst: 45, everyMs: 6_000 }; started().account.phoneNumberId = '1'; return () => { started().account.phoneNumberId = '106540352242922'; }; },
  },
  forgeries: () => {
    const payload = started().envelope({ messages: [] });
    const good = signedCall(started().account.appSecret, hook, payload);
    return [
      signedCall('another-secret', hook, payload),
      new Request(hook, { method: 'POST', body: JSON.stringify(payload) }),
      new Request(good, { body: `${JSON.stringify(payload)} ` }),
      new Request(hook, { method: 'POST', body: JSON.stringify(payload), headers: { 'x-hub-signature-256': 'sha256=' } }),
      new Request(hook, { method: 'POST', body: JSON.stringify(payload), headers: { 'x-hub-signature-256': good.headers.get('x-hub-signature-256')?.replace('sha256=', 'sha1=') ?? '' } }),
      new Request(`${hook}?hub.mode=subscribe&hub.verify_token=wrong&hub.challenge=1`),
    ];
  },
  deviations: { outage: 'Meta brings calls that were not acknowledged again, for seven days; there is no way to ask for what it holds' },
});
