/**
 * From the moment a real mail server accepted a mail until it is on an agent's screen: Postfix or LMTP -> Dovecot -> our server with its default
 * settings -> the `entry` event of an agent's socket, and the row in a real Chromium. Beside it, in the same run, a bare client that only listens.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTransport } from 'nodemailer';
import { io } from 'socket.io-client';
import { z } from 'zod';
import { accountOf } from '../../connectors/email/account.ts';
import { newClient } from '../../connectors/email/imap.ts';
import { EmailConfig } from '../../connectors/email/manifest.ts';
import { eventually } from '../../connectors/testing/recording-inbox.ts';
import { openMongod } from '../../server/store/mongod.ts';
import { mongodUri } from '../../server/store/mongod-set.ts';
import { openBrowser } from '../e2e/chromium.ts';
import { startMailServers, type MailServers } from '../mail/servers.ts';
import { startServer, type Server } from '../setup/server.ts';

export const name = 'mail-arrival';

const MAILS = 30;
/** Between two mails, 0 to so many: the server gathers notices that follow closely. */
const PAUSE_MS = 400;
const TARGET_MS = 150;

type Way = 'smtp' | 'lmtp';
/** Who waits for mails to one address; `seen` has the moment each mail was noticed, by its number. */
type Watcher = { name: string; address: string; seen: Map<number, number>; stop(): Promise<void> };

const Made = z.looseObject({ id: z.string() });
const Entry = z.looseObject({ entry: z.looseObject({ content: z.looseObject({ text: z.string().optional() }).optional() }) });
const now = (): number => performance.timeOrigin + performance.now();
const at = (sorted: number[], share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
const rounded = (value: number): number => Math.round(value * 100) / 100;
const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));
const numberIn = (text: string): number => Number(/parcel (-?\d+)\?/.exec(text)?.[1] ?? Number.NaN);

/** Needs root, and a built console for the screen (`npm run build`). */
export async function run(): Promise<Record<string, number | boolean | string>> {
  const dataDir = await mkdtemp(join(tmpdir(), 'hubbub-bench-'));
  const mongod = await openMongod({ dataDir, binary: process.env['MONGOD_BINARY'], cacheGB: 0.5, log: () => undefined });
  const servers = await startMailServers();
  const server = await startServer({ MONGODB_URI: mongodUri(mongod.port, 'hub'), HUB_DATA_DIR: dataDir, HUB_LOG_LEVEL: 'error' });
  const figures: Record<string, number> = {};
  try {
    for (const way of ['lmtp', 'smtp'] as const) {
      for (const watch of [(to: string) => hub(servers, server, to, {}), (to: string) => hub(servers, server, to, { lookMs: 0 }), (to: string) => bare(servers, to)]) {
        for (const [what, took] of Object.entries(await measure(servers, way, watch))) Object.assign(figures, { [`${way}${what}P50`]: rounded(at(took, 0.5)), [`${way}${what}P99`]: rounded(at(took, 0.99)) });
      }
    }
    const [p50, p99] = [figures['smtpScreenP50'] ?? 0, figures['smtpScreenP99'] ?? 0];
    return { ...figures, mails: MAILS, p50, p99, idleRatio: rounded((figures['smtpIdleSocketP50'] ?? 0) / (figures['smtpBareIdleP50'] || 1)), reached: p50 > 0 && p50 < TARGET_MS && (figures['lmtpScreenP50'] ?? TARGET_MS) < TARGET_MS };
  } finally {
    await server.stop();
    await servers.stop();
    await mongod.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

const mailbox = (servers: MailServers, address: string): object => ({
  address, imapHost: servers.host, imapPort: servers.ports.imaps, imapUser: address, imapPassword: servers.password, smtpHost: servers.host, smtpPort: servers.ports.smtps, plusAddressing: 'off', allowSelfSigned: true,
});

/** A channel at our server with an agent's socket and, with default settings, an agent's browser. */
async function hub(servers: MailServers, server: Server, address: string, change: object): Promise<Watcher[]> {
  const made = (await server.api('POST', '/channels', { kind: 'email', name: address, bot: false, config: { ...mailbox(servers, address), ...change } })).as(Made);
  await eventually(async () => /"ready"/.test(JSON.stringify((await server.api('GET', `/channels/${made.id}`)).body)), 15_000, 'the channel');
  const way = Object.keys(change).length === 0 ? '' : 'Idle';
  const socket = io(`${server.url}/agents`, { path: '/live', transports: ['websocket'], extraHeaders: { cookie: server.cookie } });
  const heard = new Map<number, number>();
  socket.on('entries', (batch: unknown) => {
    for (const { entry } of z.array(Entry).parse(batch)) {
      const number = numberIn(entry.content?.text ?? '');
      if (!heard.has(number)) heard.set(number, now());
    }
  });
  await eventually(() => socket.connected, 5_000, 'the socket');
  const close = async (): Promise<void> => { socket.close(); await server.api('DELETE', `/channels/${made.id}`); };
  return [{ name: `${way}Socket`, address, seen: heard, stop: close }, ...(way === '' ? [await screen(server, address)] : [])];
}

/** Notes in the page itself when a row with the words of a mail appears: both clocks are this machine's. */
async function screen(server: Server, address: string): Promise<Watcher> {
  const browser = await openBrowser();
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'en-US' });
  const [key = '', value = ''] = server.cookie.split('=');
  await context.addCookies([{ name: key, value, url: server.url }]);
  const page = await context.newPage();
  await page.goto(`${server.url}/inbox`, { waitUntil: 'load' });
  // Mine, unassigned, all.
  await page.getByRole('tab').nth(2).click();
  await page.evaluate(`
    globalThis.seen = {};
    new MutationObserver(() => {
      for (const [, number] of document.body.innerText.matchAll(/parcel (-?\\d+)\\?/g)) globalThis.seen[number] ??= performance.timeOrigin + performance.now();
    }).observe(document.body, { subtree: true, childList: true, characterData: true });
  `);
  const seen = new Map<number, number>();
  const Seen = z.record(z.string(), z.number());
  const timer = setInterval(() => { page.evaluate('globalThis.seen').then((found) => { for (const [number, moment] of Object.entries(Seen.parse(found))) seen.set(Number(number), moment); }, () => undefined); }, 50);
  return { name: 'Screen', address, seen, async stop() { clearInterval(timer); await browser.close(); } };
}

/** Only listens, and fetches what it is told of: the limit of IDLE. */
async function bare(servers: MailServers, address: string): Promise<Watcher[]> {
  const client = await newClient(accountOf(EmailConfig.parse({ ...mailbox(servers, address), tokenSecret: 'a-signing-secret-of-a-bench' })));
  await client.connect();
  await client.mailboxOpen('INBOX', { readOnly: true });
  const seen = new Map<number, number>();
  client.on('exists', ({ count }) => void client.fetchOne(String(count), { source: true }).then((mail) => { if (mail && mail.source) seen.set(numberIn(mail.source.toString()), now()); }, () => undefined));
  await pause(400);
  return [{ name: 'BareIdle', address, seen, stop: async () => client.close() }];
}

let boxes = 0;
let mails = 0;

/** One mail after another; each has come before the next goes out. */
async function measure(servers: MailServers, way: Way, watch: (address: string) => Promise<Watcher[]>): Promise<Record<string, number[]>> {
  const address = `bench${++boxes}@hub.test`;
  const watchers = await watch(address);
  const transport = createTransport({ host: servers.host, port: way === 'lmtp' ? servers.ports.lmtp : servers.ports.smtp, lmtp: way === 'lmtp', ignoreTLS: true, name: 'mx.example.test' });
  const took: Record<string, number[]> = Object.fromEntries(watchers.map((watcher) => [watcher.name, []]));
  try {
    // The first mails make the mailbox and warm everybody up.
    for (let index = -5; index < MAILS; index += 1) {
      const number = ++mails;
      const from = `anna${number}@example.test`;
      await transport.sendMail({ envelope: { from, to: address }, raw: `From: Anna <${from}>\r\nTo: ${address}\r\nSubject: Question ${number}\r\nMessage-ID: <${boxes}.${number}@example.test>\r\nDate: ${new Date().toUTCString()}\r\n\r\nWhere is my parcel ${number}?\r\n` });
      const accepted = now();
      await eventually(() => watchers.every(({ seen }) => seen.has(number)), 20_000, `mail ${number} to ${address}`);
      for (const { name: what, seen } of watchers) if (index >= 0) took[what]?.push(Math.max(0, (seen.get(number) ?? accepted) - accepted));
      await pause((PAUSE_MS * (Math.imul(index + 7, 2_654_435_761) >>> 0)) / 2 ** 32);
    }
  } finally {
    transport.close();
    for (const watcher of watchers) await watcher.stop();
  }
  return Object.fromEntries(Object.entries(took).map(([what, each]) => [what, each.toSorted((a, b) => a - b)]));
}
