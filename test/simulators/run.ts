/**
 * Any channel without an account: starts a simulated platform, connects it to a running hub and lets you be its customers.
 *   npm run sim -- <kind> --hub http://127.0.0.1:8080 --token hub_...      (npm run hub -- token create --name sim --role admin)
 * Then type `name: words`; answers are printed. Ctrl-C ends it; the channel stays in the hub, without a platform.
 */
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { startTwilioSmsSimulator } from './twilio-sms.ts';
import { startWechatOfficialSimulator } from './wechat-official.ts';
import { startWechatPersonalSimulator } from './wechat-personal.ts';
import { startWecomSimulator } from './wecom.ts';
import { startWhatsAppCloudSimulator } from './whatsapp-cloud.ts';

const Made = z.looseObject({ id: z.string(), webhookUrl: z.string().optional(), secrets: z.record(z.string(), z.string()).default({}) });
type Made = z.infer<typeof Made>;
type Platform = {
  name: string; config: Record<string, unknown>;
  connect(made: Made): unknown;
  say(customer: string, text: string): unknown;
  received(): { id: string; customer: string; text: string }[];
};

/** Names become numbers where the platform knows people by number. */
const numberOf = (name: string): string => /^\+?\d{6,15}$/.test(name) ? name.replace('+', '') : `8613${[...name].reduce((sum, letter) => (sum * 31 + (letter.codePointAt(0) ?? 0)) % 1e9, 7).toString().padStart(9, '0')}`;

const platforms: Record<string, () => Promise<Platform>> = {
  async 'whatsapp-cloud'() {
    const one = await startWhatsAppCloudSimulator();
    return { name: 'WhatsApp', config: one.config(), connect: ({ webhookUrl = '', secrets }) => one.connect({ url: webhookUrl, verifyToken: secrets['verifyToken'] }), say: (who, text) => one.say(numberOf(who), text), received: () => one.history().received };
  },
  async 'wechat-official'() {
    const one = await startWechatOfficialSimulator();
    const { token: _token, encodingAesKey: _key, ...config } = one.config();
    return { name: '公众号', config, connect: ({ webhookUrl = '', secrets }) => one.connect({ url: webhookUrl, token: secrets['token'] ?? '', encodingAesKey: secrets['encodingAesKey'] ?? '' }), say: (who, text) => one.say(who, text), received: () => one.history().received };
  },
  async wecom() {
    const one = await startWecomSimulator();
    return { name: '微信客服', config: { corpId: one.corpId, secret: one.secret, apiBase: one.url }, connect: ({ webhookUrl = '', secrets }) => one.connect({ url: webhookUrl, token: secrets['token'] ?? '', encodingAesKey: secrets['encodingAesKey'] ?? '' }), say: (who, text) => one.say(who, text), received: () => one.history().received };
  },
  async 'twilio-sms'() {
    const one = await startTwilioSmsSimulator();
    return { name: 'SMS', config: one.config(), connect: ({ webhookUrl = '' }) => one.connect({ url: webhookUrl }), say: (who, text) => one.say(`+${numberOf(who)}`, text), received: () => one.history().received };
  },
  async 'wechat-personal'() {
    const one = await startWechatPersonalSimulator();
    await one.up();
    return { name: '个人微信', config: one.connect(), connect: () => one.signIn(), say: (who, text) => { one.meet(who); one.say(who, text); }, received: () => one.history().received };
  },
};

const { values, positionals } = parseArgs({ allowPositionals: true, options: { hub: { type: 'string', default: 'http://127.0.0.1:8080' }, token: { type: 'string', default: '' } } });
const start = platforms[positionals[0] ?? ''];
if (!start || !values.token) {
  process.stderr.write(`npm run sim -- <${Object.keys(platforms).join(' | ')}> --hub ${values.hub} --token hub_...\n`);
  process.exit(2);
}
const platform = await start();
const answer = await fetch(`${values.hub}/api/v1/channels`, { method: 'POST', headers: { authorization: `Bearer ${values.token}`, 'content-type': 'application/json' }, body: JSON.stringify({ kind: positionals[0], name: `${platform.name} (sim)`, config: platform.config }) });
if (!answer.ok) {
  process.stderr.write(`The hub refused the channel: ${await answer.text()}\n`);
  process.exit(1);
}
await platform.connect(Made.parse(await answer.json()));
process.stdout.write('Connected. Type `name: words` to be a customer.\n');
const shown = new Set<string>();
setInterval(() => {
  for (const { id, customer, text } of platform.received()) if (!shown.has(id)) { shown.add(id); process.stdout.write(`-> ${customer}: ${text}\n`); }
}, 200);
for await (const line of createInterface({ input: process.stdin })) {
  const [, who, text] = /^\s*([^:：]+)[:：]\s*(.+)$/u.exec(line) ?? [];
  if (who && text) await platform.say(who.trim(), text);
  else process.stdout.write('Write a name, a colon and words.\n');
}
process.exit(0);
