/** The e-mail channel against a real Postfix and Dovecot. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { recordingInbox, eventually, type RecordingInbox } from '../testing/recording-inbox.ts';
import { outbound } from '../testing/shape.ts';
import { startMailServers, type MailServers } from '../../test/mail/servers.ts';
import { layWire, type Wire } from '../../test/mail/wire.ts';
import type { Connector } from '../connector.ts';
import { accountOf } from './account.ts';
import { steps } from './checks.ts';
import { emailConnector } from './connector.ts';
import { fixture } from './fixtures.ts';
import { EmailConfig } from './manifest.ts';
import { parseMail } from './parse.ts';
import { usualPace } from './session.ts';

const quick = { ...usualPace, firstWait: 50, longestWait: 400, refusedWait: 200, poll: 2_000, triesBeforeQuarantine: 4 };
let servers: MailServers;
let box = 0;
let address = '';
let inbox: RecordingInbox;
let connector: Connector | null = null;
const wires: Wire[] = [];

beforeAll(async () => { servers = await startMailServers(); });
afterAll(async () => servers?.stop());
beforeEach(() => { address = `support${++box}@hub.test`; inbox = recordingInbox(); });
afterEach(async () => {
  await connector?.stop();
  connector = null;
  for (const wire of wires.splice(0)) await wire.stop();
});

const configOf = (change: object = {}): EmailConfig => EmailConfig.parse({
  address, displayName: 'Acme 客服', imapHost: '127.0.0.1', imapPort: servers.ports.imaps, imapTls: 'tls', imapUser: address, imapPassword: servers.password,
  smtpHost: '127.0.0.1', smtpPort: servers.ports.smtps, smtpTls: 'tls', plusAddressing: 'on', allowSelfSigned: true, tokenSecret: 'a-signing-secret-of-a-test', ...change,
});
async function start(change: object = {}, given = inbox): Promise<Connector> {
  connector = emailConnector(configOf(change), quick);
  await connector.start(given);
  await given.until((one) => one.healths.some((health) => health.state === 'ready'), 10_000);
  return connector;
}
const mail = (id: string, text = `words of ${id}`, headers = ''): string =>
  `From: Anna <anna@example.test>\r\nTo: ${address}\r\nSubject: Question ${id}\r\nMessage-ID: <${id}@example.test>\r\n${headers}\r\n${text}\r\n`;
/** Postfix delivers several mails at once, in any order: where order matters, one has to lie there before the next. */
async function inOrder(...ids: string[]): Promise<void> {
  for (const id of ids) {
    const before = (await servers.read(address)).length;
    await servers.deliver(mail(id), address);
    await eventually(async () => (await servers.read(address)).length > before);
  }
}
const texts = (): (string | undefined)[] => [...inbox.stored.values()].map((one) => one.content.text);

describe('receiving', () => {
  it('hears of a mail in less than a second', async () => {
    await start();
    await servers.deliver(mail('warm-up'), address);
    await inbox.until((one) => one.stored.size === 1);
    await new Promise((resolve) => setTimeout(resolve, 300));
    for (const id of ['one', 'two', 'three']) {
      const before = inbox.stored.size;
      const began = performance.now();
      await servers.deliver(mail(id), address);
      await inbox.until((one) => one.stored.size === before + 1);
      expect(performance.now() - began).toBeLessThan(1_000);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  });

  it('heals an outage of the whole mail server from the cursor: none lost, none twice', async () => {
    await start();
    await servers.deliver(mail('before'), address);
    await inbox.until((one) => one.stored.size === 1);
    await servers.stopDovecot();
    await inbox.until((one) => one.healths.some((health) => health.state === 'down'));
    for (const id of ['during-1', 'during-2', 'during-3']) await servers.deliver(mail(id), address);
    await servers.startDovecot();
    await inbox.until((one) => one.stored.size === 4, 30_000);
    await servers.deliver(mail('after'), address);
    await inbox.until((one) => one.stored.size === 5);
    expect(inbox.received).toHaveLength(5);
    expect(inbox.healths.at(-1)).toEqual({ state: 'ready' });
  });

  it('reads after a restart of the hub what came in between, and nothing again', async () => {
    await (await start()).stop();
    connector = null;
    for (const id of ['night-1', 'night-2']) await servers.deliver(mail(id), address);
    await eventually(async () => (await servers.read(address)).length === 2);
    const restarted = recordingInbox(inbox.memory);
    const restartedConnector = await start({}, restarted);
    await restarted.until((one) => one.stored.size === 2);
    await restartedConnector.stop();
    const third = recordingInbox(inbox.memory);
    await start({}, third);
    await servers.deliver(mail('day'), address);
    await third.until((one) => one.stored.size > 0);
    expect([...third.stored.keys()]).toEqual(['<day@example.test>']);
  });

  it('notices a frozen line only by the poll, and catches up', async () => {
    const wire = await layWire(servers.ports.imap);
    wires.push(wire);
    await start({ imapPort: wire.port, imapTls: 'none' });
    wire.freeze();
    await servers.deliver(mail('frozen'), address);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(inbox.stored.size).toBe(0);
    wire.heal();
    await inbox.until((one) => one.stored.size === 1, 10_000);
  });

  it('takes a 20 MB attachment', async () => {
    await start();
    const bytes = Buffer.alloc(20 * 1024 * 1024, 'hubbub ');
    const base64 = bytes.toString('base64').replace(/.{76}/g, '$&\r\n');
    await servers.deliver(`From: Anna <anna@example.test>\r\nTo: ${address}\r\nSubject: Big\r\nMessage-ID: <big@example.test>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nsee file\r\n--b\r\nContent-Type: application/zip; name=big.zip\r\nContent-Transfer-Encoding: base64\r\n\r\n${base64}\r\n--b--\r\n`, address);
    await inbox.until((one) => one.stored.size === 1, 30_000);
    const [file] = inbox.stored.get('<big@example.test>')?.files ?? [];
    expect(file?.name).toBe('big.zip');
    expect(Buffer.compare(file?.bytes ?? Buffer.alloc(0), bytes)).toBe(0);
  });

  it('quarantines what is no mail and goes on', async () => {
    await start();
    const deep = Array.from({ length: 150 }, (_, level) => `Content-Type: multipart/mixed; boundary=b${level}\r\n\r\n--b${level}\r\n`).join('');
    await servers.deliver(`From: evil@example.test\r\nTo: ${address}\r\nMessage-ID: <deep@example.test>\r\n${deep}\r\nend`, address);
    await servers.deliver(mail('good'), address);
    await inbox.until((one) => one.stored.size === 2);
    expect(inbox.quarantined.map((one) => [one.externalId, one.reason])).toEqual([['<deep@example.test>', expect.stringMatching(/nesting/i)]]);
    expect(inbox.stored.get('<deep@example.test>')).toMatchObject({ from: { value: 'evil@example.test' }, content: { unreadable: { reason: { en: expect.stringContaining('cannot be shown'), 'zh-CN': expect.stringContaining('无法显示') } } }, files: [{ name: 'original.eml' }] });
    expect(Buffer.from(inbox.quarantined[0]?.bytes ?? []).toString()).toContain('boundary=b149');
  });

  it('sets one mail aside that can never be stored, and goes on', async () => {
    const picky = { ...inbox, receive: async (message: Parameters<RecordingInbox['receive']>[0]) => {
      if (message.externalId === '<poison@example.test>') throw new Error('this one never');
      return inbox.receive(message);
    } };
    await start({}, picky);
    await inOrder('first', 'poison', 'last');
    await inbox.until((one) => one.stored.size === 2, 10_000);
    expect(inbox.quarantined.map((one) => one.externalId)).toEqual(['<poison@example.test>']);
    expect(texts()).toEqual(['words of first', 'words of last']);
  });

  it('keeps everything while the store is away, and quarantines none of it', async () => {
    await start();
    inbox.failWith(new Error('the store is away'));
    await inOrder('w1', 'w2', 'w3');
    await inbox.until((one) => one.attempts.count > quick.triesBeforeQuarantine + 2, 15_000);
    inbox.failWith(null);
    await inbox.until((one) => one.stored.size === 3, 10_000);
    expect(inbox.quarantined).toEqual([]);
    expect(texts()).toEqual(['words of w1', 'words of w2', 'words of w3']);
  });

  it('survives a change of UIDVALIDITY: recent mails are read again under the same ids', async () => {
    await start();
    for (const id of ['u1', 'u2']) await servers.deliver(mail(id), address);
    await inbox.until((one) => one.stored.size === 2);
    await servers.renumber(address);
    await servers.deliver(mail('u3'), address);
    await inbox.until((one) => one.stored.has('<u3@example.test>'), 20_000);
    expect(inbox.stored.size).toBe(3);
    expect(inbox.words()).toContain('renumbered');
  });

  it('does not import the read mail of years at the first start', async () => {
    await servers.deliver(mail('old-unread'), address);
    await eventually(async () => (await servers.read(address)).length === 1);
    await start();
    await servers.deliver(mail('new'), address);
    await inbox.until((one) => one.stored.size === 2);
    expect(inbox.memory.get('cursor')).toContain('"lastUid":2');
  });

  it('says in words that the password is wrong, and never shows it', async () => {
    connector = emailConnector(configOf({ imapPassword: 'quite-the-wrong-one' }), quick);
    await connector.start(inbox);
    await inbox.until((one) => one.healths.some((health) => health.state === 'down'));
    expect(inbox.healths.at(-1)?.detail?.message).toMatchObject({ en: expect.stringContaining('user name or password'), 'zh-CN': expect.stringContaining('授权码') });
    expect(inbox.words()).not.toContain('quite-the-wrong-one');
    expect(await connector.test?.()).toContainEqual({ name: steps.imap, ok: false, detail: expect.objectContaining({ en: expect.stringContaining('password') }) });
  });
});

describe('sending', () => {
  it('threads in the customer\'s mail program, and the answer comes back into the thread', async () => {
    const running = await start();
    await servers.deliver(mail('q1'), address);
    await inbox.until((one) => one.stored.size === 1);
    const question = inbox.stored.get('<q1@example.test>');
    const customer = `anna${box}@example.test`;
    const sent = await running.send(outbound({ to: customer, thread: question?.thread ?? '', subject: 'Question q1', content: { text: '您好,已发货。' }, history: ['<q0@example.test>', '<q1@example.test>'] }));
    await eventually(async () => (await servers.read(customer)).length === 1);
    const raw = String((await servers.read(customer))[0]);
    expect(raw).toContain('In-Reply-To: <q1@example.test>');
    expect(raw.replace(/\r?\n[ \t]+/g, ' ')).toContain('References: <q0@example.test> <q1@example.test>');
    expect(raw).toContain(`Message-ID: ${sent.externalId}`);
    expect(raw).not.toContain('Auto-Submitted');
    const reply = /^Reply-To:.*<([^>]+)>/im.exec(raw.replace(/\r?\n[ \t]+/g, ' '))?.[1] ?? '';
    expect(reply).toMatch(/^support\d+\+m[0-9a-f]{24}\.[0-9a-f]{16}@hub\.test$/);
    // A program that keeps no reference at all, and one that keeps only ours.
    await servers.deliver(`From: Anna <anna@example.test>\r\nTo: ${reply.toUpperCase()}\r\nSubject: new words\r\nMessage-ID: <a1@example.test>\r\n\r\nby token\r\n`, reply);
    await servers.deliver(mail('a2', 'by reference', `In-Reply-To: ${sent.externalId}\r\n`), address);
    await inbox.until((one) => one.stored.size === 3);
    expect(inbox.stored.get('<a1@example.test>')?.thread).toBe(question?.thread);
    expect(inbox.stored.get('<a2@example.test>')?.related?.[0]).toBe(sent.externalId);
    const copies = await servers.read(address, 'Sent');
    expect(copies.map(String).join()).toContain(sent.externalId);
  });

  it('sends files that arrive as they left', async () => {
    const running = await start();
    const bytes = new Uint8Array(20 * 1024 * 1024).map((_, index) => (index * 7919) % 251);
    const customer = `file${box}@example.test`;
    await running.send(outbound({ to: customer, content: { text: 'see file', attachments: [{ id: 'a'.repeat(24), name: '报价 "单".bin', type: 'application/octet-stream', size: bytes.length }] }, file: async () => bytes }));
    await eventually(async () => (await servers.read(customer)).length === 1, 20_000);
    const parsed = await parseMail((await servers.read(customer))[0] ?? Buffer.alloc(0), { address: customer, tokenSecret: 'another-secret-of-a-test' });
    const [file] = parsed.own ? [] : parsed.inbound.files ?? [];
    expect(Buffer.compare(Buffer.from(file?.bytes ?? []), Buffer.from(bytes))).toBe(0);
    expect(file?.name).toBe('报价 _单_.bin');
  });

  it('is in doubt when the line breaks after the last byte, and settles by the Sent folder', async () => {
    const wire = await layWire(servers.ports.clear);
    wires.push(wire);
    const running = await start({ smtpPort: wire.port, smtpTls: 'none' });
    const customer = `doubt${box}@example.test`;
    const message = outbound({ to: customer, content: { text: 'exactly once' } });
    wire.cutAnswerAfter('\r\n.\r\n');
    await expect(running.send(message)).rejects.toMatchObject({ kind: 'in-doubt' });
    await expect(running.send({ ...message, again: true })).rejects.toMatchObject({ kind: 'in-doubt' });
    await eventually(async () => (await servers.read(customer)).length === 1);
    // Some servers keep the copy themselves: then it is settled.
    const raw = (await servers.read(customer))[0] ?? Buffer.alloc(0);
    const { withClient } = await import('./imap.ts');
    await withClient(accountOf(configOf()), (client) => client.append('Sent', raw, ['\\Seen']));
    const id = /^Message-ID:\s*(<[^>]+>)/im.exec(String(raw))?.[1];
    expect(await running.send({ ...message, again: true })).toEqual({ externalId: id, state: 'sent' });
    expect(await servers.read(customer)).toHaveLength(1);
  });

  it('names refusals: an unknown customer, too many mails, a wrong password, a closed port', async () => {
    const running = await start();
    await expect(running.send(outbound({ to: 'refused@example.test' }))).rejects.toMatchObject({ kind: 'rejected', message: expect.stringContaining('no such customer') });
    await expect(running.send(outbound({ to: 'busy@example.test' }))).rejects.toMatchObject({ kind: 'rate-limited' });
    await expect(running.send(outbound({ to: 'a@b.test, c@d.test' }))).rejects.toMatchObject({ kind: 'rejected' });
    const wrong = emailConnector(configOf({ smtpPassword: 'wrong-password' }), quick);
    await expect(wrong.send(outbound())).rejects.toMatchObject({ kind: 'signed-out' });
    const closed = emailConnector(configOf({ smtpPort: 9 }), quick);
    await expect(closed.send(outbound())).rejects.toMatchObject({ kind: 'unreachable' });
  });

  it('links a bounce to the mail that was lost', async () => {
    const running = await start();
    const sent = await running.send(outbound({ to: `gone${box}@example.test` }));
    await servers.deliver(String(fixture('bounce')).replace('<a-strangers-id@hub.test>', sent.externalId), address, '');
    await inbox.until((one) => one.receipts.length === 1);
    expect(inbox.receipts[0]).toMatchObject({ externalId: sent.externalId, state: 'failed', reason: { en: expect.stringContaining('the address does not exist (5.1.1)'), 'zh-CN': expect.stringContaining('User unknown') } });
    expect([...inbox.stored.values()][0]).toMatchObject({ related: [sent.externalId], content: { email: { automatic: 'bounce' } } });
  });
});
