/** A code over a channel of ours: ten minutes, three tries, once; and nobody is flooded. */
import { z } from 'zod';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { ConnectorError, type ChannelKind, type Outbound } from '../../connectors/connector.ts';
import { startNode, type Node } from '../../test/setup/hub.ts';
import { testMongod } from '../../test/setup/mongo.ts';
import { createChannel } from '../channels/change.ts';
import type { Channel } from '../channels/schema.ts';
import { receive } from '../conversations/receive.ts';
import { checkCode, sendCode } from './code.ts';
import { takeConsent } from './consent.ts';
import { identify } from './identify.ts';
import { membersOf } from './link.ts';
import { person } from './person.ts';

const agent = { kind: 'agent' as const, id: 'aaaaaaaaaaaaaaaaaaaaaaaa' };
let ahead = 0;
const sent: Outbound[] = [];
let refuses = false;
const platform = (kind: string, identity?: string): ChannelKind => ({
  manifest: { kind, ...(identity ? { identity } : {}), label: { 'zh-CN': kind, en: kind }, icon: 'i-lucide-mail', official: true, config: z.object({}), carries: { html: false, attachments: false, typing: false, receipts: false }, limits: { textLength: 1000, attachmentBytes: 0 }, units: 1, sending: 'idempotent', burstMs: 0 },
  create: async () => ({ async start() {}, async send(message) { if (refuses) throw new ConnectorError('rejected', 'no such mailbox'); sent.push(message); return { externalId: message.key }; }, async stop() {} }),
});

let node: Node;
let chat: Channel;
let mail: Channel;
beforeAll(async () => {
  node = await startNode(testMongod('codes').uri, { kinds: [platform('chat'), platform('mail', 'email')], now: () => new Date(Date.now() + ahead), soleNode: true });
  ({ channel: chat } = await createChannel(node.hub, { kind: 'chat', name: 'chat', config: {} }));
  ({ channel: mail } = await createChannel(node.hub, { kind: 'mail', name: 'mail', config: {} }));
});
afterAll(async () => { await node?.stop(); });
beforeEach(() => { sent.length = 0; });

let count = 0;
const visitor = async () => (await identify(node.hub, chat, { value: `v${count++}`, stable: false })).contactId;
const ask = (contactId: string, to: string, channel = mail) => sendCode(node.hub, contactId, { channelId: channel.id, to }, agent);
const code = () => /\d{6}/.exec(sent.at(-1)?.content.text ?? '')?.[0] ?? '';
const wrong = () => (code() === '000000' ? '111111' : '000000');

test('who repeats the code holds the address, and is who writes from it', async () => {
  const { contactId: writer } = await identify(node.hub, mail, { value: 'wang@example.com', stable: true });
  const contactId = await visitor();
  expect(await ask(contactId, 'Wang@Example.com')).toMatchObject({ to: 'wang@example.com' });
  expect(sent).toMatchObject([{ to: 'wang@example.com', speaker: { kind: 'system' } }]);
  await expect(checkCode(node.hub, contactId, wrong())).rejects.toMatchObject({ code: 'invalid' });
  expect(await membersOf(node.hub, contactId)).toEqual([contactId]);
  await checkCode(node.hub, contactId, code());
  expect(await membersOf(node.hub, contactId)).toEqual([writer, contactId]);
  const view = await person(node.hub, contactId);
  expect(view.identities.find(each => each.claim)).toMatchObject({ contactId, kind: 'email', value: 'wang@example.com', evidence: 'otp' });
  expect(view.edges).toMatchObject([{ by: { kind: 'system', id: 'code' } }]);
  await expect(checkCode(node.hub, contactId, code())).rejects.toMatchObject({ code: 'gone' });
});

test('the code is in the language of what the person said last, and in no other', async () => {
  const said = async (value: string, text: string) => {
    await receive(node.hub, chat, { externalId: `${value}-1`, thread: value, from: { value, stable: true }, content: { text } });
    await node.hub.heads.flush();
    return (await identify(node.hub, chat, { value, stable: true })).contactId;
  };
  await ask(await said('english', 'Hello, where is my parcel?'), 'english@example.com');
  await ask(await said('chinese', '你好，我的包裹在哪里？'), 'chinese@example.com');
  expect(sent).toMatchObject([{ locale: 'en', subject: 'Your code' }, { locale: 'zh-CN', subject: '验证码' }]);
  expect(sent.map(({ content, subject }) => /\p{Script=Han}/u.test(`${subject} ${content.text}`))).toEqual([false, true]);
  expect(sent[1]?.content.text).not.toContain('code');
});

test('three tries, ten minutes, one contact, the last code only; no number of tries at once gives a fourth', async () => {
  const contactId = await visitor();
  await ask(contactId, 'a@example.com');
  const tried = await Promise.all(Array.from({ length: 20 }, () => checkCode(node.hub, contactId, wrong()).catch((error: unknown) => error)));
  expect(tried.filter(error => z.looseObject({ code: z.string() }).parse(error).code === 'invalid')).toHaveLength(3);
  await expect(checkCode(node.hub, contactId, code())).rejects.toMatchObject({ code: 'gone' });
  const other = await visitor();
  await expect(checkCode(node.hub, other, code())).rejects.toMatchObject({ code: 'gone' });
  await ask(other, 'a@example.com');
  const first = code();
  await ask(other, 'a@example.com');
  if (first !== code()) await expect(checkCode(node.hub, other, first)).rejects.toMatchObject({ code: 'invalid' });
  ahead += 11 * 60_000;
  await expect(checkCode(node.hub, other, code())).rejects.toMatchObject({ code: 'gone' });
  expect((await person(node.hub, other)).identities).toHaveLength(1);
});

test('nobody is flooded, nobody is written to who said no, and a channel that cannot reach strangers says so', async () => {
  const contactId = await visitor();
  for (let times = 0; times < 3; times++) await ask(contactId, 'flood@example.com');
  await expect(ask(contactId, 'else@example.com')).rejects.toMatchObject({ code: 'too-many' });
  for (let times = 0; times < 3; times++) await ask(await visitor(), 'flood@example.com');
  await expect(ask(await visitor(), 'flood@example.com')).rejects.toMatchObject({ code: 'too-many' });
  await expect(ask(await visitor(), 'v1', chat)).rejects.toMatchObject({ code: 'invalid' });
  await expect(ask(await visitor(), 'no address')).rejects.toMatchObject({ code: 'invalid' });
  await takeConsent(node.hub, mail, { kind: 'consent', externalId: 'stop', thread: 't', from: { value: 'stop@example.com', stable: true }, granted: false, words: 'unsubscribe' });
  await expect(ask(await visitor(), 'stop@example.com')).rejects.toMatchObject({ code: 'conflict' });
  refuses = true;
  await expect(ask(await visitor(), 'gone@example.com')).rejects.toMatchObject({ code: 'unavailable' });
  refuses = false;
});
