/** What listening to quiet mailboxes costs: processor time of us and of a real Dovecot, with IDLE alone and with a look every 100 ms, 1 and 50 mailboxes. */
import { emailConnector } from '../../connectors/email/connector.ts';
import { EmailConfig } from '../../connectors/email/manifest.ts';
import { recordingInbox } from '../../connectors/testing/recording-inbox.ts';
import { startMailServers, type MailServers } from '../mail/servers.ts';

export const name = 'mail-listening';

const SECONDS = 8;
const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));
const percent = (milliseconds: number): number => Math.round((milliseconds / (SECONDS * 1_000)) * 10_000) / 100;

/** Needs root, as Postfix does. Figures are per cent of one core. */
export async function run(): Promise<Record<string, number>> {
  const servers = await startMailServers();
  const figures: Record<string, number> = {};
  try {
    for (const boxes of [1, 50]) {
      for (const [way, lookMs] of [['Idle', 0], ['Look100', 100]] as const) {
        const { hub, dovecot } = await measure(servers, boxes, lookMs);
        Object.assign(figures, { [`hub${way}${boxes}`]: hub, [`dovecot${way}${boxes}`]: dovecot });
      }
    }
    return { ...figures, seconds: SECONDS };
  } finally {
    await servers.stop();
  }
}

async function measure(servers: MailServers, boxes: number, lookMs: number): Promise<{ hub: number; dovecot: number }> {
  const connectors = await Promise.all(Array.from({ length: boxes }, async (_, index) => {
    const address = `quiet${index}@hub.test`;
    const inbox = recordingInbox();
    const connector = emailConnector(EmailConfig.parse({
      address, imapHost: servers.host, imapPort: servers.ports.imaps, imapUser: address, imapPassword: servers.password, smtpHost: servers.host, smtpPort: servers.ports.smtps,
      lookMs, plusAddressing: 'off', allowSelfSigned: true, tokenSecret: 'a-signing-secret-of-a-bench',
    }));
    await connector.start(inbox);
    await inbox.until((one) => one.healths.some((health) => health.state === 'ready'), 20_000);
    return connector;
  }));
  await pause(2_000);
  const [ours, theirs] = [process.cpuUsage(), await servers.dovecotCpu()];
  await pause(SECONDS * 1_000);
  const { user, system } = process.cpuUsage(ours);
  const dovecot = (await servers.dovecotCpu()) - theirs;
  await Promise.all(connectors.map((connector) => connector.stop()));
  return { hub: percent((user + system) / 1_000), dovecot: percent(dovecot) };
}
