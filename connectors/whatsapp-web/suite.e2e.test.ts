/** The promises every channel makes, kept by WhatsApp Web in a real Chromium at a simulated page and phone. */
import { mkdtemp, rm } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { startWhatsappWebSimulator, type WhatsappWebSimulator } from '../../test/simulators/whatsapp-web.ts';
import { eventually } from '../testing/recording-inbox.ts';
import { connectorSuite } from '../testing/suite.ts';
import { whatsappWebConnector } from './connector.ts';
import { whatsappWeb } from './kind.ts';
import { Config } from './manifest.ts';
import { parseMessage } from './parse.ts';
import { usualPace } from './supervisor.ts';

let phone: WhatsappWebSimulator;
let dataDir = '';
let shown = 0;
const sessionKey = 'whsec_the-session-key-of-the-suite';
const me = { id: '8613800000000@c.us', lid: '990000000001@lid' };
const pace = { ...usualPace, beatMs: 500, ladder: { ...usualPace.ladder, backOffMs: [200] } };

/** The suite's threads have names, WhatsApp's are numbers. */
const numbers = new Map<string, string>();
const numberOf = (thread: string): string => numbers.get(thread) ?? (numbers.set(thread, `86139000000${10 + numbers.size}`), numbers.get(thread) ?? '');
const fixtures: unknown[] = JSON.parse(readFileSync(join(import.meta.dirname, 'fixtures', 'messages.json'), 'utf8'));
const Cursor = z.object({ ids: z.array(z.string()) });

connectorSuite({
  channel: {
    manifest: whatsappWeb.manifest,
    create: async (config, channel) => whatsappWebConnector(Config.parse(config), { ...channel, dataDir }, { ...phone.tuning, pace, sendMs: 2_000 }),
  },
  config: () => ({ riskAccepted: true, sessionKey, warmUpDays: 0 }),
  platform: {
    async start() {
      phone = await startWhatsappWebSimulator({ scanned: true });
      dataDir = await mkdtemp(join(tmpdir(), 'hubbub-whatsapp-suite-'));
    },
    async stop() {
      await phone?.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  },
  fresh: () => phone.fresh(),
  fixtures: fixtures.slice(0, 3).map((raw, index) => ({ name: `message ${index + 1}`, parse() {
    const parsed = parseMessage({ raw }, me);
    if (parsed.kind !== 'message') throw new Error(`it is ${parsed.kind}`);
    return parsed.message;
  } })),
  address: { thread: '8613911112222', to: '8613911112222' },
  async deliver({ inbox }, said) {
    const id = said.id.replaceAll(/\W/g, '');
    const { key } = await phone.say(`${numberOf(said.thread)}@c.us`, said.text, { id });
    // The platform waits for no acknowledgement; what stands for it is the mark up to which a restart would not look again.
    const passed = (): boolean => Cursor.safeParse(JSON.parse(inbox.memory.get('cursor') ?? 'null')).data?.ids.includes(key) === true;
    return { acknowledged: eventually(passed, 20_000).then(() => true, () => false) };
  },
  // The page tells of every message of ours by itself, before the send is answered.
  echo: () => eventually(() => phone.sent().some(({ body }) => body === 'from us')),
  sent: (_stage, text) => phone.sent().filter(({ body }) => body === text).length,
  faults: {
    rejected: () => { phone.mood('refusing'); return () => phone.mood('well'); },
    'in-doubt': () => { phone.mood('silent'); return () => phone.mood('well'); },
    unreachable: async ({ inbox }) => {
      phone.state('TIMEOUT');
      await inbox.until((one) => one.healths.at(-1)?.state === 'degraded');
      return () => phone.state('CONNECTED');
    },
    'signed-out': async ({ inbox }) => {
      shown = inbox.healths.length;
      phone.autoScan(false);
      phone.unlink();
      await inbox.until((one) => one.healths.slice(shown).some(({ detail }) => detail?.qr !== undefined), 20_000);
      return () => phone.autoScan(true);
    },
  },
  outage: {
    async down({ inbox }) {
      process.kill(Number(readFileSync(join(dataDir, 'browser.pid'), 'utf8')), 'SIGKILL');
      await inbox.until((one) => one.healths.at(-1)?.state === 'degraded', 10_000);
    },
    up: async ({ inbox }) => inbox.until((one) => one.healths.at(-1)?.state === 'ready', 20_000),
  },
  patience: 20_000,
  deviations: {
    forgeries: 'there is no webhook: messages come from a browser of ours, over a pipe that nobody else can open',
  },
});
