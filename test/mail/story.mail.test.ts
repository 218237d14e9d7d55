/** The mail story at the whole hub: real Postfix and Dovecot, the real server, its API. Fifty mixed mails; a thread that goes back and forth. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import PostalMime from 'postal-mime';
import mongoose from 'mongoose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { eventually } from '../setup/eventually.ts';
import { testMongod } from '../setup/mongo.ts';
import { startServer, type Server } from '../setup/server.ts';
import { bigFile, fiftyMails } from './fifty.ts';
import { startMailServers, type MailServers } from './servers.ts';

const address = 'support@hub.test';
const customer = 'wang@example.test';
const Content = z.looseObject({ text: z.string().optional(), html: z.string().optional(), attachments: z.array(z.looseObject({ id: z.string(), name: z.string(), size: z.number() })).optional(), email: z.looseObject({ subject: z.string(), quoted: z.string().optional(), automatic: z.string().optional() }).optional() });
const Entries = z.object({ items: z.array(z.looseObject({ seq: z.number(), kind: z.string(), actor: z.object({ kind: z.string() }), externalId: z.string().optional(), content: Content.optional(), delivery: z.looseObject({ state: z.string() }).optional() })) });
const Page = z.object({ items: z.array(z.looseObject({ id: z.string(), subject: z.string().nullable(), status: z.string(), handler: z.string() })) });

const { uri } = testMongod('mail_story');
/** A data folder of its own: the key in it must outlive the restart, whoever else runs tests. */
let data = '';
let mail: MailServers;
let server: Server;
let db: mongoose.Connection;

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'hub-mail-story-'));
  [mail, server] = await Promise.all([startMailServers(), startServer({ MONGODB_URI: uri, HUB_DATA_DIR: data })]);
  db = await mongoose.createConnection(uri).asPromise();
  const made = await server.api('POST', '/channels', { kind: 'email', name: '客服邮箱', config: {
    address, imapHost: '127.0.0.1', imapPort: mail.ports.imaps, imapUser: address, imapPassword: mail.password, smtpHost: '127.0.0.1', smtpPort: mail.ports.smtps, allowSelfSigned: true,
  } });
  expect(made.status).toBe(201);
  expect(JSON.stringify(made.body)).not.toContain(mail.password);
  await eventually(async () => (await server.api('GET', '/channels')).as(z.object({ items: z.array(z.looseObject({ health: z.looseObject({ state: z.string() }) })) })).items[0]?.health.state === 'ready');
});
afterAll(async () => {
  await db?.close();
  await server?.stop();
  await mail?.stop();
  await rm(data, { recursive: true, force: true });
});

const find = async (subject: string) => (await server.api('GET', '/conversations?limit=100')).as(Page).items.find(one => one.subject?.includes(subject));
const timeline = async (id: string) => (await server.api('GET', `/conversations/${id}/timeline`)).as(Entries).items;

test('a mail becomes a conversation, the answer threads, the customer\'s answer lands in the same one', async () => {
  await mail.deliver([`From: =?UTF-8?B?546L6Iqz?= <${customer}>`, `To: ${address}`, 'Subject: =?UTF-8?B?6K6i5Y2VIDg4NDE=?=', 'Message-ID: <first@example.test>', 'Date: Sat, 21 Nov 2026 10:00:00 +0800', 'Content-Type: text/plain; charset=utf-8', 'Content-Transfer-Encoding: 8bit', '', '我的订单还没有收到。', ''].join('\r\n'), address, customer);
  const conversation = await eventually(() => find('订单 8841'));
  const sent = await server.api('POST', `/conversations/${conversation.id}/messages`, { text: '您好，包裹明天送达。' });
  expect(sent.status).toBe(201);
  await eventually(async () => (await timeline(conversation.id)).at(-1)?.delivery?.state === 'sent');
  const [raw] = await eventually(async () => { const mails = await mail.read(customer); return mails.length === 1 && mails; });
  const answer = await PostalMime.parse(raw ?? Buffer.alloc(0));
  expect(answer).toMatchObject({ subject: 'Re: 订单 8841', inReplyTo: '<first@example.test>' });
  expect(answer.references).toContain('<first@example.test>');
  expect(answer.text).toContain('包裹明天送达');

  await mail.deliver([`From: ${customer}`, `To: ${answer.replyTo?.[0]?.address ?? address}`, 'Subject: Re: order', 'Message-ID: <second@example.test>', `In-Reply-To: ${answer.messageId}`, `References: <first@example.test> ${answer.messageId}`, 'Content-Type: text/plain; charset=utf-8', '', '收到了，谢谢！', '', '在 2026年11月21日，10:05，客服邮箱 <support@hub.test> 写道：', '', '> 您好，包裹明天送达。', ''].join('\r\n'), address, customer);
  const last = await eventually(async () => (await timeline(conversation.id)).find(entry => entry.externalId === '<second@example.test>'));
  expect(last.content?.text).toBe('收到了，谢谢！');
  expect(last.content?.email?.quoted).toContain('包裹明天送达');
});

test('fifty mixed mails with the mail server away in between: none lost, none twice, the unreadable one in quarantine', { timeout: 180_000 }, async () => {
  const mails = fiftyMails(address);
  for (const [index, { raw }] of mails.entries()) {
    if (index === 20) await mail.stopDovecot();
    await mail.deliver(raw, address);
    if (index === 40) await mail.startDovecot();
  }
  const stored = mails.filter(one => one.fate === 'stored').map(one => one.externalId);
  const entries = db.collection('entries');
  await eventually(async () => (await entries.distinct('externalId', { externalId: { $in: stored } })).length === stored.length, 90_000);
  expect(await entries.countDocuments({ externalId: { $in: stored } })).toBe(stored.length);
  const { items } = await eventually(async () => {
    const found = (await server.api('GET', '/quarantine')).as(z.object({ items: z.array(z.looseObject({ id: z.string(), externalId: z.string(), reason: z.string() })) }));
    return found.items.length > 0 && found;
  });
  expect(items.map(item => item.externalId)).toEqual(mails.filter(one => one.fate === 'quarantine').map(one => one.externalId));
  expect(items[0]?.reason).not.toBe('');
  expect((await fetch(`${server.url}/api/v1/quarantine/${items[0]?.id}/raw`, { headers: { cookie: server.cookie } })).status).toBe(200);

  const big = await entries.findOne({ externalId: '<big@mixed.example.test>' });
  const file = Content.parse(big?.['content']).attachments?.[0];
  const bytes = Buffer.from(await (await fetch(`${server.url}/api/v1/attachments/${file?.id}`, { headers: { cookie: server.cookie } })).arrayBuffer());
  expect(bytes.equals(bigFile)).toBe(true);

  const automatic = await entries.find({ 'content.email.automatic': { $exists: true } }).toArray();
  expect(automatic.length).toBeGreaterThan(0);
  for (const entry of automatic) expect(entry['effects']).toEqual([]);
  const shown = await entries.find({ 'content.html': { $exists: true } }).toArray();
  for (const entry of shown) expect(Content.parse(entry['content']).html).not.toMatch(/<script|<iframe|<svg|\son\w+=|javascript:|<img[^>]+\ssrc="https?:/i);
});

test('a stopped server misses nothing: it goes on from its cursor', async () => {
  await server.stop();
  await mail.deliver([`From: ${customer}`, `To: ${address}`, 'Subject: while you were away', 'Message-ID: <away@example.test>', '', 'Is anybody there?', ''].join('\r\n'), address, customer);
  server = await startServer({ MONGODB_URI: uri, HUB_DATA_DIR: data });
  await eventually(() => find('while you were away'), 30_000);
  expect(await db.collection('entries').countDocuments({ externalId: '<first@example.test>' })).toBe(1);
});
