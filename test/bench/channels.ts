/**
 * Webhook to durable for each channel whose platform pushes whole messages, at 16 at once, beside the bare pipeline in the same run.
 * WeCom pushes only notices (we pull), mail has a bench of its own (mail-arrival), the API channel is `ingest`.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { openMongod } from '../../server/store/mongod.ts';
import { mongodUri } from '../../server/store/mongod-set.ts';
import { freePort, startServer, type Server } from '../setup/server.ts';
import { startTwilioSmsSimulator, twilioSignature } from '../simulators/twilio-sms.ts';
import { wrap } from '../simulators/wechat-official-push.ts';
import { startWechatOfficialSimulator } from '../simulators/wechat-official.ts';
import { signedCall, startWhatsAppCloudSimulator } from '../simulators/whatsapp-cloud.ts';
import { connection, figures, type Figures } from './load.ts';

export const name = 'channels';

const seconds = Number(process.env['BENCH_SECONDS'] ?? 4);
const atOnce = 16;
const people = 500;
const most = seconds * 6_000;
const words = 'Hello, my order 20260714-55812 has not arrived yet, could you please check where it is? 谢谢您的帮助。'.padEnd(200, '.');
const Made = z.looseObject({ id: z.string(), webhookUrl: z.string(), secrets: z.record(z.string(), z.string()).default({}) });
type Made = z.infer<typeof Made>;
type Call = { path: string; headers: Record<string, string>; body: string };

const bytes = ({ path, headers, body }: Call): Buffer => Buffer.concat([
  Buffer.from(`POST ${path} HTTP/1.1\r\nHost: hub\r\n${Object.entries(headers).map(([key, value]) => `${key}: ${value}\r\n`).join('')}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n`), Buffer.from(body),
]);

/** Calls made before the clock runs: signing is the platform's work. */
const kinds: Record<string, (server: Server) => Promise<{ call(index: number): Call | Promise<Call>; close(): Promise<unknown> }>> = {
  async 'whatsapp-cloud'(server) {
    const platform = await startWhatsAppCloudSimulator();
    const config = platform.config();
    const made = await connect(server, 'whatsapp-cloud', config);
    return {
      close: () => platform.close(),
      async call(index) {
        const from = `1555${String(index % people).padStart(7, '0')}`;
        const request = signedCall(config.appSecret, made.webhookUrl, { object: 'whatsapp_business_account', entry: [{ id: config.wabaId, changes: [{ field: 'messages', value: {
          messaging_product: 'whatsapp', metadata: { display_phone_number: '15550783881', phone_number_id: config.phoneNumberId }, contacts: [{ profile: { name: from }, wa_id: from }],
          messages: [{ from, id: `wamid.bench${index}`, timestamp: String(Math.floor(Date.now() / 1000)), type: 'text', text: { body: words } }],
        } }] }] });
        return { path: new URL(request.url).pathname, headers: Object.fromEntries(request.headers), body: await request.text() };
      },
    };
  },
  async 'twilio-sms'(server) {
    const platform = await startTwilioSmsSimulator();
    const config = platform.config();
    const made = await connect(server, 'twilio-sms', config);
    return {
      close: () => platform.close(),
      call(index) {
        const form = { MessageSid: `SM${String(index).padStart(32, '0')}`, AccountSid: config.accountSid, From: `+1415${String(5_550_000 + index % people)}`, To: config.from, Body: words, NumMedia: '0' };
        return { path: new URL(made.webhookUrl).pathname, headers: { 'content-type': 'application/x-www-form-urlencoded', 'x-twilio-signature': twilioSignature(config.authToken, made.webhookUrl, form) }, body: new URLSearchParams(form).toString() };
      },
    };
  },
  async 'wechat-official'(server) {
    const platform = await startWechatOfficialSimulator();
    const { token: _token, encodingAesKey: _key, ...config } = platform.config();
    const made = await connect(server, 'wechat-official', config);
    const secrets = { appId: String(config['appId']), token: made.secrets['token'] ?? '', encodingAesKey: made.secrets['encodingAesKey'] ?? '', mode: 'safe' as const };
    return {
      close: () => platform.close(),
      call(index) {
        const { query, body } = wrap(secrets, { ToUserName: 'gh_hub', FromUserName: `oBench${String(index % people).padStart(4, '0')}`, CreateTime: Math.floor(Date.now() / 1000), MsgType: 'text', Content: words, MsgId: `77${String(index).padStart(12, '0')}` });
        return { path: `${new URL(made.webhookUrl).pathname}?${query}`, headers: { 'content-type': 'text/xml' }, body };
      },
    };
  },
};

const connect = async (server: Server, kind: string, config: object): Promise<Made> => (await server.api('POST', '/channels', { kind, name: kind, bot: false, config })).as(Made);

async function measure(port: number, make: (index: number) => Call | Promise<Call>): Promise<Figures> {
  const calls: Buffer[] = [];
  for (let index = 0; index < most; index++) calls.push(bytes(await make(index)));
  const lines = await Promise.all(Array.from({ length: atOnce }, () => connection(port)));
  const took: number[] = [];
  const fire = async (line: (typeof lines)[number], until: number, from = calls) => {
    for (let call = from.pop(); call && performance.now() < until; call = from.pop()) {
      const began = performance.now();
      const status = await line(call);
      if (status !== 200) throw new Error(`answered ${status}`);
      took.push(performance.now() - began);
    }
  };
  // Everybody has written once before the clock runs: how fast strangers are met is another question.
  const first = calls.splice(-people);
  await Promise.all(lines.map(line => fire(line, Infinity, first)));
  took.length = 0;
  const began = performance.now();
  await Promise.all(lines.map(line => fire(line, began + seconds * 1000)));
  return figures(took, (performance.now() - began) / 1000);
}

/** Each channel once, the bare pipeline before and after; the mean of the two is the limit. */
export async function run(): Promise<Record<string, number | boolean | string>> {
  const dataDir = await mkdtemp(join(tmpdir(), 'hubbub-bench-'));
  const mongod = await openMongod({ dataDir, binary: process.env['MONGOD_BINARY'], cacheGB: 1, log: () => undefined });
  const barePort = await freePort();
  const bare = spawn(process.execPath, [join(import.meta.dirname, 'bare-pipeline.ts'), mongodUri(mongod.port, 'bare'), String(barePort)], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(bare.stdout, 'data');
  const server = await startServer({ MONGODB_URI: mongodUri(mongod.port, 'hub'), HUB_LOG_LEVEL: 'error' });
  let turn = 0;
  const limit = () => { const own = ++turn; return measure(barePort, index => ({ path: '/in', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ id: `${own}-${index}`, thread: `c${index % people}`, from: { id: 'x' }, text: words }) })); };
  const result: Record<string, number | boolean | string> = {};
  const ratios: number[] = [];
  try {
    const before = await limit();
    const found: [string, Figures][] = [];
    for (const [kind, open] of Object.entries(kinds)) {
      const platform = await open(server);
      found.push([kind, await measure(Number(new URL(server.url).port), platform.call)]);
      await platform.close();
    }
    const after = await limit();
    const limitPerSecond = Math.round((before.perSecond + after.perSecond) / 2);
    for (const [kind, { perSecond, p50, p99 }] of found) {
      const ratio = Math.round(perSecond / limitPerSecond * 100) / 100;
      ratios.push(ratio);
      Object.assign(result, { [`${kind}.ratio`]: ratio, [`${kind}.perSecond`]: perSecond, [`${kind}.p50`]: p50, [`${kind}.p99`]: p99 });
    }
    const p99 = Math.max(...found.map(([, each]) => each.p99));
    return { ...result, ratio: Math.min(...ratios), perSecond: Math.min(...found.map(([, each]) => each.perSecond)), p50: Math.max(...found.map(([, each]) => each.p50)), p99, limitPerSecond, reached: Math.min(...ratios) >= 0.5 && p99 < 100 };
  } finally {
    bare.kill();
    await server.stop();
    await mongod.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}
