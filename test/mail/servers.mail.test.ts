/** The harness itself: a mail goes in by SMTP, lies in the mailbox, survives a stop and a renumbering. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually } from '../../connectors/testing/recording-inbox.ts';
import { startMailServers, type MailServers } from './servers.ts';

let servers: MailServers;
beforeAll(async () => { servers = await startMailServers(); });
afterAll(async () => servers?.stop());

const mail = (subject: string): string => `From: a@example.test\r\nTo: box@hub.test\r\nSubject: ${subject}\r\n\r\nbody\r\n`;

it('delivers, and what came while Dovecot was away arrives after it is back', async () => {
  await servers.deliver(mail('first'), 'box@hub.test');
  await eventually(async () => (await servers.read('box@hub.test')).length === 1);
  await servers.stopDovecot();
  await servers.deliver(mail('second'), 'box+token@hub.test');
  await servers.startDovecot();
  await eventually(async () => (await servers.read('box@hub.test')).length === 2, 10_000);
  const [first, second] = await servers.read('box@hub.test');
  expect(String(first)).toContain('Subject: first');
  expect(String(second)).toContain('Subject: second');
});

it('refuses a customer it does not know', async () => {
  await expect(servers.deliver(mail('no'), 'refused@example.test')).rejects.toThrow('550');
});
