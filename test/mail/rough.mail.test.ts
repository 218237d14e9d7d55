/** Three hundred mails on a rough line: copies, overtaking, cuts at any word, both ways. What was said is what was stored, each once. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { recordingInbox, eventually } from '../../connectors/testing/recording-inbox.ts';
import { outbound } from '../../connectors/testing/shape.ts';
import { ConnectorError } from '../../connectors/connector.ts';
import { emailConnector } from '../../connectors/email/connector.ts';
import { EmailConfig } from '../../connectors/email/manifest.ts';
import { usualPace } from '../../connectors/email/session.ts';
import { dice } from '../simulators/misbehaviour.ts';
import { startMailServers, type MailServers } from './servers.ts';
import { layWire, type Wire } from './wire.ts';

let servers: MailServers;
let imap: Wire;
let smtp: Wire;
const address = 'rough@hub.test';

beforeAll(async () => {
  servers = await startMailServers();
  imap = await layWire(servers.ports.imap);
  smtp = await layWire(servers.ports.clear);
});
afterAll(async () => {
  await imap?.stop();
  await smtp?.stop();
  await servers?.stop();
});

const configOf = (): EmailConfig => EmailConfig.parse({
  address, imapHost: '127.0.0.1', imapPort: imap.port, imapTls: 'none', imapUser: address, imapPassword: servers.password, smtpHost: '127.0.0.1', smtpPort: smtp.port, smtpTls: 'none',
  plusAddressing: 'on', allowSelfSigned: true, tokenSecret: 'a-signing-secret-of-a-test',
});
const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

it('in: 300 mails of 30 people, one in ten twice, and the store away at times', { timeout: 240_000 }, async () => {
  const roll = dice(11);
  const inbox = recordingInbox();
  const connector = emailConnector(configOf(), { ...usualPace, firstWait: 30, longestWait: 200, poll: 1_000, triesBeforeQuarantine: 1_000 });
  await connector.start(inbox);
  const said = Array.from({ length: 300 }, (_, index) => ({ id: `<rough-${index}@example.test>`, customer: `person${index % 30}@example.test`, text: `第 ${index} 句 of ${index % 30}` }));
  const raw = ({ id, customer, text }: (typeof said)[number]): string => `From: ${customer}\r\nTo: ${address}\r\nSubject: Rough\r\nMessage-ID: ${id}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n${text}\r\n`;
  // Postfix hands mails on side by side: they overtake each other as they do in the world.
  const order = said.flatMap((one) => (roll() < 0.1 ? [one, one] : [one])).map((one) => ({ one, at: roll() })).toSorted((a, b) => a.at - b.at);
  try {
    for (const [index, { one }] of order.entries()) {
      await servers.deliver(raw(one), address, one.customer);
      if (index % 40 === 20) imap.cut();
      if (index % 40 === 25) imap.heal();
      if (index % 50 === 30) inbox.failWith(new Error('the store is away'));
      if (index % 50 === 35) inbox.failWith(null);
      if (index % 70 === 50) imap.cutAnswerAfter('FETCH');
    }
    imap.heal();
    inbox.failWith(null);
    await inbox.until((one) => one.stored.size >= said.length, 60_000);
  } finally {
    await connector.stop();
  }
  const stored = [...inbox.stored.values()].map((one) => ({ id: one.externalId, customer: one.from.value, text: one.content.text }));
  expect(stored.toSorted((a, b) => a.id.localeCompare(b.id))).toEqual(said.toSorted((a, b) => a.id.localeCompare(b.id)));
  expect(inbox.quarantined).toEqual([]);
});

it('out: 60 answers over a line that breaks: nobody gets one twice, and every one that is called sent has arrived', { timeout: 240_000 }, async () => {
  const roll = dice(12);
  const inbox = recordingInbox();
  const connector = emailConnector(configOf(), { ...usualPace, firstWait: 30, longestWait: 200, poll: 1_000 });
  await connector.start(inbox);
  await inbox.until((one) => one.healths.some((health) => health.state === 'ready'), 10_000);
  const fates = new Map<number, 'sent' | 'in doubt'>();
  try {
    for (let index = 0; index < 60; index += 1) {
      const message = outbound({ key: `rough-${index}`, to: `reader${index}@example.test`, content: { text: `answer ${index}` } });
      const fate = roll();
      if (fate < 0.1) smtp.cutAnswerAfter('\r\n.\r\n');
      else if (fate < 0.2) smtp.cutAnswerAfter('RCPT TO');
      else if (fate < 0.3) { smtp.cut(); setTimeout(() => smtp.heal(), 150); }
      let again = false;
      // As the hub does it: a plain no is tried again, a lost outcome is asked about.
      for (let tries = 0; tries < 20 && !fates.has(index); tries += 1) {
        try {
          await connector.send({ ...message, again });
          fates.set(index, 'sent');
        } catch (error) {
          if (error instanceof ConnectorError && error.kind === 'in-doubt') {
            if (again) fates.set(index, 'in doubt');
            again = true;
          } else expect(error).toMatchObject({ kind: 'unreachable' });
          await pause(50);
        }
      }
    }
  } finally {
    await connector.stop();
  }
  expect(fates.size).toBe(60);
  expect([...fates.values()].filter((one) => one === 'in doubt').length).toBeGreaterThan(0);
  const count = async (index: number): Promise<number> => (await servers.read(`reader${index}@example.test`)).length;
  await eventually(async () => (await Promise.all([...fates].filter(([, fate]) => fate === 'sent').map(([index]) => count(index)))).every((mails) => mails > 0), 20_000);
  for (const [index, fate] of fates) {
    const mails = await count(index);
    expect(mails, `answer ${index}`).toBeLessThanOrEqual(1);
    if (fate === 'sent') expect(mails, `answer ${index}`).toBe(1);
  }
});
