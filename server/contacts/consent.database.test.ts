/** STOP, START and what lies between, over a real store and over two nodes. */
import { z } from 'zod';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ChannelKind } from '../../connectors/connector.ts';
import { eventually } from '../../test/setup/eventually.ts';
import { startNode, type Node } from '../../test/setup/hub.ts';
import { testMongod } from '../../test/setup/mongo.ts';
import { createChannel } from '../channels/change.ts';
import type { Channel } from '../channels/schema.ts';
import { receive } from '../conversations/receive.ts';
import { allowed, noteConsent, takeConsent } from './consent.ts';
import { identify } from './identify.ts';
import { merge, unmerge } from './link.ts';

const agent = { kind: 'agent' as const, id: 'aaaaaaaaaaaaaaaaaaaaaaaa' };
const platform = (kind: string, identity: string): ChannelKind => ({
  manifest: { kind, identity, label: { 'zh-CN': kind, en: kind }, icon: 'i-lucide-mail', official: true, config: z.object({}), carries: { html: false, attachments: false, typing: false, receipts: false }, limits: { textLength: 1000, attachmentBytes: 0 }, units: 1, sending: 'idempotent', burstMs: 0 },
  create: async () => ({ async start() {}, send: async message => ({ externalId: message.key }), async stop() {} }),
});
const { uri } = testMongod('consent');
const kinds = [platform('sms', 'phone'), platform('whats', 'phone'), platform('mail', 'email')];

let node: Node;
let sms: Channel;
let sms2: Channel;
let whats: Channel;
beforeAll(async () => {
  node = await startNode(uri, { kinds, soleNode: true });
  ({ channel: sms } = await createChannel(node.hub, { kind: 'sms', name: 'sms', config: {} }));
  ({ channel: sms2 } = await createChannel(node.hub, { kind: 'sms', name: 'sms2', config: {} }));
  ({ channel: whats } = await createChannel(node.hub, { kind: 'whats', name: 'whats', config: {} }));
});
afterAll(async () => { await node?.stop(); });

let count = 0;
const said = (address: string, granted: boolean, more: { sentAt?: Date; externalId?: string } = {}) =>
  takeConsent(node.hub, sms, { kind: 'consent', externalId: `c${count++}`, thread: address, from: { value: address, stable: true }, granted, words: granted ? 'START' : 'STOP', ...more });
const may = async (address: string, channel = sms, hub = node.hub) => [(await allowed(hub, { channel, address, purpose: 'service' })).allowed, (await allowed(hub, { channel, address, purpose: 'marketing' })).allowed];

test('STOP holds at once, on every channel of its kind and however the number is written; a new message lifts nothing, START does', async () => {
  const phone = '+12025550001';
  expect(await may(phone)).toEqual([true, false]);
  await said(phone, false);
  expect(await may('+1 (202) 555-0001')).toEqual([false, false]);
  expect(await may(phone, sms2)).toEqual([false, false]);
  expect(await may(phone, whats)).toEqual([true, false]);
  await receive(node.hub, sms, { externalId: 'after-stop', thread: phone, from: { value: phone, stable: true }, content: { text: 'are you there?' } });
  expect(await allowed(node.hub, { channel: sms, address: phone, purpose: 'service' })).toEqual({ allowed: false, reason: { 'zh-CN': expect.stringContaining('“STOP”'), en: expect.stringContaining('"STOP"') } });
  await said(phone, true);
  expect(await may(phone)).toEqual([true, false]);
});

test('a redelivery is one line; of two words that cross, the one that was said last counts', async () => {
  const phone = '+12025550002';
  const [early, late] = [new Date(Date.now() - 60_000), new Date(Date.now() - 30_000)];
  await said(phone, false, { externalId: 'stop', sentAt: early });
  await said(phone, true, { externalId: 'start', sentAt: late });
  await said(phone, false, { externalId: 'stop', sentAt: early });
  expect(await may(phone)).toEqual([true, false]);
  const other = '+12025550003';
  await said(other, false, { sentAt: late });
  await said(other, true, { sentAt: early });
  expect(await may(other)).toEqual([false, false]);
  await said(other, true, { sentAt: new Date(Date.now() + 86_400_000) });
  await said(other, false);
  expect(await may(other)).toEqual([false, false]); // a time to come is not believed
});

test('a no to all of us holds for every address of the person while they are one', async () => {
  const phone = '+12025550004';
  const { contactId: a } = await identify(node.hub, sms, { value: phone, stable: true });
  const { contactId: b } = await identify(node.hub, whats, { value: '+12025550005', stable: true });
  await noteConsent(node.hub, a, { granted: true, purpose: 'marketing', words: 'form of May' }, agent, false);
  expect(await may(phone)).toEqual([true, true]);
  await noteConsent(node.hub, b, { granted: false, words: 'asked on the phone to be left alone' }, agent, false);
  expect(await may('+12025550005', whats)).toEqual([false, false]);
  expect(await may(phone)).toEqual([true, true]);
  await merge(node.hub, b, a, agent, 'same');
  expect(await may(phone)).toEqual([false, false]);
  await unmerge(node.hub, a, b, agent, 'not the same');
  expect(await may(phone)).toEqual([true, true]);
});

test('another node knows a STOP within seconds', { timeout: 30_000 }, async () => {
  const other = await startNode(uri, { kinds });
  try {
    const phone = '+12025550006';
    expect(await may(phone, sms, other.hub)).toEqual([true, false]);
    await said(phone, false);
    await eventually(async () => !(await may(phone, sms, other.hub))[0], 5_000);
  } finally {
    await other.stop();
  }
});

test('asking again costs no query: what was learned behind our back is known two seconds later', async () => {
  const phone = '+12025550007';
  const { contactId } = await identify(node.hub, sms, { value: phone, stable: true });
  expect(await may(phone)).toEqual([true, false]);
  await node.db.collection('consents').insertOne({ contactId, address: { kind: 'phone', value: '12025550007' }, channelKind: 'sms', granted: false, words: 'STOP', by: agent, at: new Date() });
  expect(await may(phone)).toEqual([true, false]);
  await eventually(async () => !(await may(phone))[0], 5_000);
});
