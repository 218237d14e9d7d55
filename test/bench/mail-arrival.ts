/** How soon a mail is in the hub's hands: from the moment the mail server accepted it until `receive` is called, beside a bare client that hears of it and fetches it. */
import { createTransport } from 'nodemailer';
import { emailConnector } from '../../connectors/email/connector.ts';
import { accountOf } from '../../connectors/email/account.ts';
import { newClient } from '../../connectors/email/imap.ts';
import { EmailConfig } from '../../connectors/email/manifest.ts';
import { eventually, recordingInbox } from '../../connectors/testing/recording-inbox.ts';
import { startMailServers, type MailServers } from '../mail/servers.ts';

export const name = 'mail-arrival';

const MAILS = 30;
/** Between two mails, 0 to so many: the server gathers notices that follow closely. */
const PAUSE_MS = 300;
const TARGET_MS = 150;
/** For a mail server of one's own: how often the connector asks beside IDLE. */
const LOOK_MS = 100;

type Way = 'smtp' | 'lmtp';

const at = (sorted: number[], share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
const rounded = (value: number): number => Math.round(value * 100) / 100;
const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

/**
 * A real Postfix and Dovecot on the loopback; needs root. Dovecot itself waits 500 ms before IDLE tells of a mail: no client that only
 * listens hears of it sooner, so it is measured with and without asking. `smtp`: through the queue of Postfix; `lmtp`: straight into Dovecot.
 */
export async function run(): Promise<Record<string, number | boolean | string>> {
  const servers = await startMailServers();
  try {
    const figures: Record<string, number> = {};
    for (const way of ['lmtp', 'smtp'] as const) {
      for (const [name, took] of [['', await measure(servers, way, hub, LOOK_MS)], ['Idle', await measure(servers, way, hub, 0)], ['BareIdle', await measure(servers, way, bare, 0)]] as const) {
        Object.assign(figures, { [`${way}${name}P50`]: rounded(at(took, 0.5)), [`${way}${name}P99`]: rounded(at(took, 0.99)) });
      }
    }
    const p50 = figures['smtpP50'] ?? 0;
    return { ...figures, mails: MAILS, p50, p99: figures['smtpP99'] ?? 0, lookMs: LOOK_MS, idleRatio: rounded((figures['smtpIdleP50'] ?? 0) / (figures['smtpBareIdleP50'] || 1)), pass: p50 < TARGET_MS && (figures['lmtpP50'] ?? 0) < TARGET_MS };
  } finally {
    await servers.stop();
  }
}

/** Somebody who listens; `heard` gets the moment of each mail in turn. */
type Listener = { stop(): Promise<void> };
type Listen = (config: EmailConfig, heard: (moment: number) => void) => Promise<Listener>;

const hub: Listen = async (config, heard) => {
  const inbox = recordingInbox();
  const connector = emailConnector(config);
  await connector.start({ ...inbox, receive: (message) => { heard(performance.now()); return inbox.receive(message); } });
  await inbox.until((one) => one.healths.some((health) => health.state === 'ready'), 10_000);
  return { stop: () => connector.stop() };
};

const bare: Listen = async (config, heard) => {
  const client = await newClient(accountOf(config));
  await client.connect();
  await client.mailboxOpen('INBOX', { readOnly: true });
  client.on('exists', ({ count }) => void client.fetchOne(String(count), { source: true }).then(() => heard(performance.now()), () => undefined));
  await pause(200);
  return { stop: async () => client.close() };
};

let boxes = 0;

async function measure(servers: MailServers, way: Way, listen: Listen, lookMs: number): Promise<number[]> {
  const address = `bench${++boxes}@hub.test`;
  const config = EmailConfig.parse({
    address, imapHost: servers.host, imapPort: servers.ports.imaps, imapUser: address, imapPassword: servers.password, smtpHost: servers.host, smtpPort: servers.ports.smtps,
    lookMs, plusAddressing: 'off', allowSelfSigned: true, tokenSecret: 'a-signing-secret-of-a-bench',
  });
  const moments: number[] = [];
  const listener = await listen(config, (moment) => void moments.push(moment));
  const transport = createTransport({ host: servers.host, port: way === 'lmtp' ? servers.ports.lmtp : servers.ports.smtp, lmtp: way === 'lmtp', ignoreTLS: true, name: 'mx.example.test' });
  const took: number[] = [];
  try {
    // The first mails make the mailbox and warm everybody up.
    for (let index = -5; index < MAILS; index += 1) {
      const before = moments.length;
      await transport.sendMail({ envelope: { from: 'anna@example.test', to: address }, raw: `From: Anna <anna@example.test>\r\nTo: ${address}\r\nSubject: Question ${index}\r\nMessage-ID: <${boxes}.${index}@example.test>\r\nDate: ${new Date().toUTCString()}\r\n\r\nWhere is my parcel ${index}?\r\n` });
      const accepted = performance.now();
      await eventually(() => moments.length > before, 20_000, 'the mail');
      if (index >= 0) took.push(Math.max(0, (moments[before] ?? accepted) - accepted));
      await pause((PAUSE_MS * (Math.imul(index + 7, 2_654_435_761) >>> 0)) / 2 ** 32);
    }
  } finally {
    transport.close();
    await listener.stop();
  }
  return took.toSorted((a, b) => a - b);
}
