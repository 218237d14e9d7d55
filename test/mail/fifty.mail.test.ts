/** Fifty mixed mails through real servers and the connector, with an outage in the middle: none lost, none twice. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { checkInbound } from '../../connectors/testing/shape.ts';
import { recordingInbox } from '../../connectors/testing/recording-inbox.ts';
import { email } from '../../connectors/email/kind.ts';
import { bigFile, fiftyMails } from './fifty.ts';
import { startMailServers, type MailServers } from './servers.ts';

let servers: MailServers;
beforeAll(async () => { servers = await startMailServers(); });
afterAll(async () => servers?.stop());

it('keeps all fifty, in spite of an outage', async () => {
  const address = 'fifty@hub.test';
  const mails = fiftyMails(address);
  const inbox = recordingInbox();
  const connector = await email.create({
    address, imapHost: '127.0.0.1', imapPort: servers.ports.imaps, imapUser: address, imapPassword: servers.password,
    smtpHost: '127.0.0.1', smtpPort: servers.ports.smtps, allowSelfSigned: true, plusAddressing: 'off', tokenSecret: 'a-signing-secret-of-a-test',
  }, { id: '0123456789abcdef01234567', publicUrl: 'http://127.0.0.1:1' });
  await connector.start(inbox);
  try {
    for (const [index, mail] of mails.entries()) {
      if (index === 20) await servers.stopDovecot();
      await servers.deliver(mail.raw, address);
      if (index === 40) await servers.startDovecot();
    }
    await inbox.until((one) => one.stored.size >= mails.length, 60_000);
  } finally {
    await connector.stop();
  }
  const of = (fate: string): string[] => mails.filter((mail) => mail.fate === fate).map((mail) => mail.externalId).toSorted();
  // What cannot be read is in quarantine, and its header in the conversation.
  expect([...inbox.stored.keys()].toSorted()).toEqual([...of('stored'), ...of('quarantine')].toSorted());
  expect(inbox.quarantined.map((one) => one.externalId)).toEqual(of('quarantine'));
  expect(inbox.received).toHaveLength(50);
  for (const inbound of inbox.stored.values()) checkInbound(inbound, email.manifest);
  expect(Buffer.compare(inbox.stored.get('<big@mixed.example.test>')?.files?.[0]?.bytes ?? Buffer.alloc(0), bigFile)).toBe(0);
  expect(inbox.stored.get('<gbk@mixed.example.test>')?.content.text).toContain('朱镕基');
  expect(inbox.stored.get('<alternatives@mixed.example.test>')?.content).toMatchObject({ text: '你好', html: '<p>你好</p>' });
  const threads = [1, 2, 3, 4].map((index) => inbox.stored.get(`<thread-${index}@mixed.example.test>`)?.thread);
  expect(new Set(threads).size).toBe(1);
});
