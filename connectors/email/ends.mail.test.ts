/** The far ends of mail, on real servers: the Sent folder, Cc, bounces, read receipts, the probe, what is too large, what was missed. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startMailServers, type MailServers } from '../../test/mail/servers.ts';
import type { Connector } from '../connector.ts';
import { eventually, recordingInbox, type RecordingInbox } from '../testing/recording-inbox.ts';
import { outbound } from '../testing/shape.ts';
import { accountOf } from './account.ts';
import { steps } from './checks.ts';
import { emailConnector } from './connector.ts';
import { withClient } from './imap.ts';
import { mostAutomatic } from './loops.ts';
import { EmailConfig } from './manifest.ts';
import { usualPace } from './session.ts';
import { threadKey } from './threading.ts';

const quick = { ...usualPace, firstWait: 50, longestWait: 400, refusedWait: 200, poll: 500, triesBeforeQuarantine: 4, probeFurther: 2_000 };
let servers: MailServers;
let box = 0;
let address = '';
let customer = '';
let inbox: RecordingInbox;
const running: Connector[] = [];

beforeAll(async () => { servers = await startMailServers(); });
afterAll(async () => servers?.stop());
beforeEach(() => { address = `ends${++box}@hub.test`; customer = `anna${box}@example.test`; inbox = recordingInbox(); });
afterEach(async () => { for (const one of running.splice(0)) await one.stop(); });

const configOf = (change: object = {}): EmailConfig => EmailConfig.parse({
  address, displayName: 'Acme', imapHost: '127.0.0.1', imapPort: servers.ports.imaps, imapUser: address, imapPassword: servers.password,
  smtpHost: '127.0.0.1', smtpPort: servers.ports.smtps, plusAddressing: 'on', allowSelfSigned: true, tokenSecret: 'a-signing-secret-of-a-test', ...change,
});
async function start(change: object = {}, pace = quick, given = inbox): Promise<Connector> {
  const connector = emailConnector(configOf(change), pace);
  running.push(connector);
  await connector.start(given);
  await given.until((one) => one.healths.some((health) => health.state === 'ready'), 10_000);
  return connector;
}
const mail = (id: string, headers = '', text = `words of ${id}`, subject = `A question about ${id}`): string =>
  `From: Anna <${customer}>\r\nTo: ${address}\r\nSubject: ${subject}\r\nMessage-ID: <${id}@example.test>\r\n${headers}\r\n${text}\r\n`;
async function asked(id: string, headers = ''): Promise<string> {
  await servers.deliver(mail(id, headers), address, customer);
  await inbox.until((one) => one.stored.has(`<${id}@example.test>`));
  return inbox.stored.get(`<${id}@example.test>`)?.thread ?? '';
}
const arrived = async (who: string, count = 1): Promise<string> => {
  await eventually(async () => (await servers.read(who)).length >= count, 10_000);
  return String((await servers.read(who)).at(-1)).replace(/\r?\n[ \t]+/g, ' ');
};
const append = (folder: string, raw: string, make = false): Promise<unknown> => withClient(accountOf(configOf()), async (client) => {
  if (make) await client.mailboxCreate(folder);
  return client.append(folder, raw, ['\\Seen']);
});

describe('the Sent folder', () => {
  it('tells what was written in another mail program, in the thread it answers, and nothing of ours twice', async () => {
    const connector = await start();
    const thread = await asked('sent-1');
    await connector.send(outbound({ to: customer, thread, subject: 'A question about sent-1', content: { text: 'from the hub' }, history: ['<sent-1@example.test>'] }));
    await append('Sent', `From: ${address}\r\nTo: Anna <${customer}>\r\nCc: boss@acme.test\r\nSubject: Re: A question about sent-1\r\nMessage-ID: <outlook-1@acme.test>\r\nIn-Reply-To: <sent-1@example.test>\r\nReferences: <sent-1@example.test>\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n我用 Outlook 回复的。\r\n`);
    await eventually(() => inbox.happenings.length > 0, 10_000);
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    expect(inbox.happenings).toMatchObject([{ kind: 'echo', externalId: '<outlook-1@acme.test>', thread, to: { value: customer, name: 'Anna' }, content: { text: '我用 Outlook 回复的。', email: { cc: ['boss@acme.test'] } } }]);
    // The customer answers that mail: the same thread again.
    await servers.deliver(mail('sent-2', 'In-Reply-To: <outlook-1@acme.test>\r\nReferences: <sent-1@example.test> <outlook-1@acme.test>\r\n'), address, customer);
    await inbox.until((one) => one.stored.has('<sent-2@example.test>'));
    expect(inbox.stored.get('<sent-2@example.test>')?.thread).toBe(thread);
    expect(inbox.stored.size).toBe(2);
  });

  it('tells nothing of what lay there before, and after a restart what came in between', async () => {
    await append('Sent', `From: ${address}\r\nTo: ${customer}\r\nMessage-ID: <old@acme.test>\r\n\r\nold\r\n`);
    const connector = await start();
    await eventually(() => inbox.memory.has('sent-place'));
    await connector.stop();
    await append('Sent', `From: ${address}\r\nTo: ${customer}\r\nMessage-ID: <between@acme.test>\r\nSubject: new\r\n\r\nbetween\r\n`);
    const restarted = recordingInbox(inbox.memory);
    await start({}, quick, restarted);
    await eventually(() => restarted.happenings.length > 0, 10_000);
    expect(restarted.happenings).toMatchObject([{ externalId: '<between@acme.test>', thread: threadKey('<between@acme.test>', customer) }]);
  });

  it('is found by its Chinese name, and mail goes on coming in while it is read', async () => {
    await withClient(accountOf(configOf()), async (client) => { await client.mailboxDelete('Sent').catch(() => undefined); });
    await append('已发送', `From: ${address}\r\nTo: ${customer}\r\nMessage-ID: <zh-0@acme.test>\r\n\r\nold\r\n`, true);
    await start({ sentMailbox: '已发送' });
    await eventually(() => inbox.memory.get('sent-place')?.includes('已发送') === true);
    for (let index = 1; index <= 5; index += 1) {
      await append('已发送', `From: ${address}\r\nTo: ${customer}\r\nMessage-ID: <zh-${index}@acme.test>\r\n\r\nnew ${index}\r\n`);
      await servers.deliver(mail(`in-${index}`), address, customer);
    }
    await inbox.until((one) => one.stored.size === 5 && one.happenings.length === 5, 15_000);
  });

  it('an answer that names no other mail finds its thread by subject and address', async () => {
    await start();
    const thread = await asked('bare');
    await append('Sent', `From: ${address}\r\nTo: ${customer}\r\nSubject: Re: A question about bare\r\nMessage-ID: <bare-answer@acme.test>\r\n\r\nanswer\r\n`);
    await eventually(() => inbox.happenings.length > 0, 10_000);
    expect(inbox.happenings[0]?.thread).toBe(thread);
  });
});

describe('those in Cc', () => {
  it('get what a person answers, not what a machine answers, and never ourselves', async () => {
    const connector = await start();
    const [boss, machine] = [`boss${box}@example.test`, `noreply@example.test`];
    const thread = await asked('cc-1', `Cc: Boss <${boss}>, ${machine}, ${address}, ${address.replace('@', '+x@')}\r\n`);
    await connector.send(outbound({ to: customer, thread, subject: 'x', content: { text: 'to both' }, history: ['<cc-1@example.test>'] }));
    expect(await arrived(customer)).toContain(`Cc: ${boss}`);
    expect(await arrived(boss)).not.toMatch(/Cc:.*(noreply|ends)/);
    await connector.send(outbound({ to: customer, thread, subject: 'x', content: { text: 'by the bot' }, history: ['<cc-1@example.test>'], speaker: { kind: 'bot', name: 'Bot' } }));
    expect(await arrived(customer, 2)).not.toMatch(/^Cc:/m);
    // A later mail without Cc: the round is over.
    await asked('cc-2', 'In-Reply-To: <cc-1@example.test>\r\nReferences: <cc-1@example.test>\r\n');
    await connector.send(outbound({ to: customer, thread, subject: 'x', content: { text: 'to one' }, history: ['<cc-1@example.test>'] }));
    expect(await arrived(customer, 3)).not.toMatch(/^Cc:/m);
    expect(await servers.read(boss)).toHaveLength(1);
  });

  it('chosen by the agent are exactly those: Cc is seen by all, Bcc by nobody, ourselves by no way; who answers comes back into the thread', async () => {
    const connector = await start();
    const [boss, auditor, asked2] = [`boss${box}@example.test`, `auditor${box}@example.test`, `named${box}@example.test`];
    const thread = await asked('chosen', `Cc: ${asked2}\r\n`);
    const content = (cc: string[], bcc: string[]) => ({ text: 'as chosen', email: { subject: 'A question about chosen', from: '', to: [customer], cc, bcc, messageId: '', references: [] } });
    const say = (cc: string[], bcc: string[]) => connector.send(outbound({ to: customer, thread, subject: 'A question about chosen', content: content(cc, bcc), history: ['<chosen@example.test>'] }));
    const sent = await say([boss, address, address.replace('@', '+x@'), customer.toUpperCase()], [auditor, boss]);
    const [seen, copy, blind] = [await arrived(customer), await arrived(boss), await arrived(auditor)];
    for (const raw of [seen, copy, blind]) {
      expect(raw).toMatch(new RegExp(`^Cc: ${boss}\\r?$`, 'm'));
      expect(raw).not.toMatch(/^Bcc:/im);
      expect(raw.split(/\r?\n\r?\n/)[0]?.replaceAll(/^(Delivered-To|Received|X-Original-To):.*$/gim, '')).not.toContain(auditor);
      expect(raw).toContain('In-Reply-To: <chosen@example.test>');
    }
    expect(await servers.read(asked2)).toEqual([]);
    expect(String((await servers.read(address, 'Sent')).at(-1))).not.toContain(auditor);
    // An empty choice is nobody, though the customer named somebody.
    await say([], []);
    expect(await arrived(customer, 2)).not.toMatch(/^Cc:/m);
    expect(await servers.read(asked2)).toEqual([]);
    // The boss answers all: the same thread, and no mail of ours came back as a customer's.
    await servers.deliver(`From: ${boss}\r\nTo: ${address}\r\nCc: ${customer}\r\nSubject: Re: A question about chosen\r\nMessage-ID: <boss@example.test>\r\nIn-Reply-To: ${sent.externalId}\r\n\r\nagreed\r\n`, address, boss);
    await inbox.until((one) => one.stored.has('<boss@example.test>'));
    expect(inbox.stored.get('<boss@example.test>')?.related).toContain(thread);
    expect(inbox.stored.size).toBe(2);
    await expect(say(['a@b.test, c@d.test'], [])).rejects.toMatchObject({ kind: 'rejected', message: expect.stringContaining('not a valid') });
    // A bot never writes to more than the one who asked, whatever its content says.
    await connector.send(outbound({ to: customer, thread, subject: 'x', content: content([boss], [auditor]), history: [], speaker: { kind: 'bot', name: 'Bot' } }));
    await arrived(customer, 3);
    expect([await servers.read(boss), await servers.read(auditor)].map((mails) => mails.length)).toEqual([1, 1]);
  });

  it('a refused address in Cc does not keep the mail from the customer; a refused customer is said', async () => {
    const connector = await start();
    const thread = await asked('cc-refused', 'Cc: refused@example.test\r\n');
    await connector.send(outbound({ to: customer, thread, subject: 'x' }));
    await arrived(customer);
    const other = await asked('cc-lost', `Cc: boss${box}@example.test\r\n`);
    await expect(connector.send(outbound({ to: 'refused@example.test', thread: other, subject: 'x' }))).rejects.toMatchObject({ kind: 'rejected', message: expect.stringContaining('refuses the address of the customer') });
  });
});

describe('bounces and receipts', () => {
  it('a real bounce of a real server comes back to the address of that one mail and marks it as failed, in words', async () => {
    const connector = await start();
    const [first, second] = [await connector.send(outbound({ to: 'gone@lost.test', thread: threadKey('a', 'b') })), await connector.send(outbound({ to: customer, thread: threadKey('c', 'd') }))];
    await inbox.until((one) => one.receipts.length > 0, 20_000);
    expect(inbox.receipts).toEqual([{ externalId: first.externalId, state: 'failed', reason: { en: expect.stringMatching(/^gone@lost\.test: the mail .+ \(5\.4\.\d\); .+(too many hops|loops)/), 'zh-CN': expect.stringMatching(/^gone@lost\.test：.+(too many hops|loops)/) } }]);
    expect([...inbox.stored.values()]).toMatchObject([{ related: [first.externalId, threadKey('a', 'b')], content: { email: { automatic: 'bounce' } } }]);
    expect(second.externalId).not.toBe(first.externalId);
    expect(String((await servers.read(address))[0])).toMatch(/^(Delivered-To|To): .*\+b[a-z2-7]{44}@hub\.test/m);
  });

  it('a bounce in words of its own is known by its return address alone', async () => {
    const connector = await start();
    const sent = await connector.send(outbound({ to: customer, thread: threadKey('e', 'f') }));
    const back = /^Return-Path: <([^>]+)>/m.exec(await arrived(customer))?.[1] ?? '';
    await servers.deliver(`From: Mail Administrator <postmaster@qq.test>\r\nTo: ${back}\r\nSubject: 系统退信\r\nMessage-ID: <qq-bounce@qq.test>\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n很抱歉，您的邮件被退回，收件人邮箱不存在。550 5.1.1 Mailbox not found\r\n`, back, '');
    await inbox.until((one) => one.receipts.length > 0);
    expect(inbox.receipts).toEqual([{ externalId: sent.externalId, state: 'failed', reason: { en: expect.stringContaining('the address does not exist (5.1.1)'), 'zh-CN': expect.stringContaining('该地址不存在') } }]);
  });

  it('an absence notice to the return address is no bounce, and belongs to the conversation', async () => {
    const connector = await start();
    const thread = threadKey('g', 'h');
    const sent = await connector.send(outbound({ to: customer, thread }));
    const back = /^Return-Path: <([^>]+)>/m.exec(await arrived(customer))?.[1] ?? '';
    await servers.deliver(`From: ${customer}\r\nTo: ${back}\r\nSubject: Away\r\nMessage-ID: <away@example.test>\r\nAuto-Submitted: auto-replied\r\n\r\nback on Monday\r\n`, back, '');
    await inbox.until((one) => one.stored.size > 0);
    expect(inbox.receipts).toEqual([]);
    expect(inbox.stored.get('<away@example.test>')).toMatchObject({ related: expect.arrayContaining([sent.externalId, thread]), content: { email: { automatic: 'auto-reply' } } });
  });

  it('asks for a read receipt when it shall, and takes it', async () => {
    const connector = await start({ readReceipts: true });
    const sent = await connector.send(outbound({ to: customer, thread: threadKey('i', 'j') }));
    const to = /^Disposition-Notification-To: (\S+)/m.exec(await arrived(customer))?.[1] ?? '';
    await servers.deliver(`From: ${customer}\r\nTo: ${to}\r\nSubject: Read\r\nMessage-ID: <mdn@example.test>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=disposition-notification; boundary=m\r\n\r\n--m\r\n\r\nread\r\n--m\r\nContent-Type: message/disposition-notification\r\n\r\nOriginal-Message-ID: ${sent.externalId}\r\nDisposition: manual-action/MDN-sent-manually; displayed\r\n\r\n--m--\r\n`, to, '');
    await inbox.until((one) => one.receipts.length > 0);
    expect(inbox.receipts).toEqual([{ externalId: sent.externalId, state: 'read' }]);
  });
});

describe('the probe', () => {
  it('sends a mail to itself, hears it by IDLE, and leaves nothing behind', async () => {
    const connector = emailConnector(configOf({ plusAddressing: 'auto' }), quick);
    const checks = await connector.test?.();
    expect(checks?.every((one) => one.ok)).toBe(true);
    expect(checks).toContainEqual({ name: steps.back, ok: true, detail: { 'zh-CN': expect.stringMatching(/^\d\.\d\d 秒后到达，由推送得知/), en: expect.stringMatching(/^after \d\.\d\d s, heard at once \(IDLE\)$/) } });
    expect(checks).toContainEqual({ name: steps.plus, ok: true, detail: expect.objectContaining({ en: 'they arrive; answers carry a signed address, and bounces name their mail' }) });
    expect(await servers.read(address)).toEqual([]);
  });

  it('switches plus addresses on by itself where they arrive', async () => {
    const connector = await start({ plusAddressing: 'auto' });
    await eventually(() => inbox.memory.get('plus')?.includes('"works":true') === true, 20_000);
    await connector.send(outbound({ to: customer, thread: threadKey('k', 'l') }));
    const raw = await arrived(customer);
    expect(raw).toMatch(/^Reply-To: .*\+m[0-9a-f]{24}\.[0-9a-f]{16}@hub\.test/m);
    expect(raw).toMatch(/^Return-Path: <ends\d+\+b/m);
    expect(inbox.stored.size).toBe(0);
  });

  it('leaves them off where they do not, and says so', async () => {
    address = 'noplus@hub.test';
    const connector = await start({ plusAddressing: 'auto' });
    await eventually(() => inbox.memory.get('plus')?.includes('"works":false') === true, 30_000);
    await connector.send(outbound({ to: customer, thread: threadKey('m', 'n') }));
    expect(await arrived(customer)).not.toMatch(/^(Reply-To|Return-Path): .*\+/m);
    expect(await emailConnector(configOf({ plusAddressing: 'on' }), quick).test?.()).toContainEqual({ name: steps.plus, ok: false, detail: expect.objectContaining({ en: expect.stringContaining('switch them off') }) });
  });

  it('uses the bare return address where the server insists on it', async () => {
    address = 'strict@hub.test';
    const connector = await start();
    await connector.send(outbound({ to: customer, thread: threadKey('o', 'p') }));
    expect(await arrived(customer)).toMatch(/^Return-Path: <strict@hub\.test>/m);
    expect(inbox.memory.get('plus')).toContain('"returnable":false');
    expect(await connector.test?.()).toContainEqual({ name: steps.plus, ok: true, detail: expect.objectContaining({ en: expect.stringContaining('bare address only') }) });
  });
});

describe('what is too large, missed, or goes round', () => {
  it('a mail above the limit is seen by its header, is in quarantine, and is not fetched', async () => {
    await start({}, { ...quick, largestMail: 200_000 });
    await servers.deliver(mail('huge', '', 'x'.repeat(70).concat('\r\n').repeat(5_000)), address, customer);
    await servers.deliver(mail('small'), address, customer);
    await inbox.until((one) => one.stored.size === 2);
    expect(inbox.stored.get('<huge@example.test>')).toMatchObject({ from: { value: customer }, content: { unreadable: { reason: { en: expect.stringContaining('too large'), 'zh-CN': expect.stringContaining('过大') } }, email: { subject: 'A question about huge' } } });
    expect(inbox.quarantined).toMatchObject([{ externalId: '<huge@example.test>', reason: expect.stringContaining('too large') }]);
    expect(inbox.quarantined[0]?.bytes.length).toBeLessThan(5_000);
  });

  it('reconcile brings what was missed, in both folders, and nothing twice', async () => {
    const connector = await start();
    await asked('seen');
    // Somebody moved the cursor: two mails count as read though the hub never had them.
    await connector.stop();
    for (const id of ['missed-1', 'missed-2']) await servers.deliver(mail(id), address, customer);
    await append('Sent', `From: ${address}\r\nTo: ${customer}\r\nMessage-ID: <missed-sent@acme.test>\r\nSubject: new\r\n\r\nx\r\n`);
    await eventually(async () => (await servers.read(address)).length === 3);
    for (const name of ['cursor', 'sent-place']) inbox.memory.set(name, (inbox.memory.get(name) ?? '').replace(/"lastUid":\d+/, '"lastUid":3'));
    const after = recordingInbox(inbox.memory, inbox.stored);
    const again = await start({}, quick, after);
    expect(after.stored.size).toBe(1);
    const before = Date.now();
    const answer = await again.reconcile?.(new Date(before - 3_600_000));
    expect(answer?.until.getTime()).toBeGreaterThanOrEqual(before);
    expect([...after.stored.keys()]).toEqual(['<seen@example.test>', '<missed-1@example.test>', '<missed-2@example.test>']);
    expect(after.happenings.map((one) => one.externalId)).toEqual(['<missed-sent@acme.test>']);
  });

  it('machines that answer each other stop, people do not', async () => {
    const connector = await start();
    const say = (kind: 'bot' | 'agent') => connector.send(outbound({ to: customer, thread: threadKey('q', 'r'), speaker: { kind, name: 'X' } }));
    for (let index = 0; index < mostAutomatic; index += 1) await say('bot');
    await expect(say('bot')).rejects.toMatchObject({ kind: 'rejected', message: expect.stringContaining('automatic mails') });
    await say('agent');
  });

  it('each answer to a mail that carries our counter counts on, and after three rounds it is a machine', async () => {
    const connector = await start();
    const thread = await asked('round', 'X-Hubbub-Rounds: 2\r\n');
    expect(inbox.stored.get('<round@example.test>')?.content.email?.automatic).toBeUndefined();
    await connector.send(outbound({ to: customer, thread, subject: 'x', speaker: { kind: 'bot', name: 'Bot' } }));
    expect(await arrived(customer)).toMatch(/^X-Hubbub-Rounds: 3$/m);
    await asked('round-3', 'X-Hubbub-Rounds: 3\r\n');
    expect(inbox.stored.get('<round-3@example.test>')?.content.email?.automatic).toBe('auto-reply');
  });

  it('a person\'s answer ends with the signature of the settings', async () => {
    const connector = await start({ signature: '{{agent.name}} · {{channel.name}}\n{{channel.address}} {{unknown}}' });
    await connector.send(outbound({ to: customer, thread: threadKey('s', 't'), content: { text: 'Hello' }, speaker: { kind: 'agent', name: 'Mei' } }));
    expect(await arrived(customer)).toContain(`-- \r\nMei · Acme\r\n${address} {{unknown}}`.replaceAll('\r\n', '\n').split('\n')[2] ?? '');
  });
});
