/** A real hub on each platform that may refuse a file: the customer gets a link, once. */
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { listen, hookOf } from '../test/setup/hook.ts';
import { eventually } from '../test/setup/eventually.ts';
import { startNode, type Node } from '../test/setup/hub.ts';
import { testMongod } from '../test/setup/mongo.ts';
import { startTwilioSmsSimulator } from '../test/simulators/twilio-sms.ts';
import { startWechatOfficialSimulator } from '../test/simulators/wechat-official.ts';
import { startWecomSimulator } from '../test/simulators/wecom.ts';
import { startWhatsAppCloudSimulator } from '../test/simulators/whatsapp-cloud.ts';
import { storeFile } from '../server/attachments/store-file.ts';
import { createChannel } from '../server/channels/change.ts';
import { reply } from '../server/conversations/speak.ts';

const agent = { kind: 'agent' as const, id: 'aaaaaaaaaaaaaaaaaaaaaaaa' };
const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');
let node: Node;
beforeAll(async () => { node = await startNode(testMongod('file_as_link').uri, { soleNode: true }); });
afterAll(async () => { await node?.stop(); });
const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => { for (const end of ends.splice(0).toReversed()) await end(); });

/** The customer's conversation, once their word is in it. */
const conversationOf = (channelId: string, key: string) => eventually(() => node.hub.store.conversations.findByThread({ channelId, key }));
async function send(channelId: string, thread: string): Promise<() => Promise<Record<string, unknown> | undefined>> {
  const picture = await storeFile(node.hub, { name: '图.png', type: 'image/png', bytes: png }, agent);
  const { entry } = await reply(node.hub, await conversationOf(channelId, thread), agent, { text: '看图', attachments: [picture.id] });
  return async () => (await node.hub.store.conversations.getById(entry.id))?.delivery;
}
const isLink = /图\.png: http:\/\/127\.0\.0\.1:1\/files\//;

it('WhatsApp: the upload was taken, the status says 131053', async () => {
  const simulator = await startWhatsAppCloudSimulator();
  const { verifyToken: _, ...config } = simulator.config();
  const { channel, secrets } = await createChannel(node.hub, { kind: 'whatsapp-cloud', name: 'w', config, bot: false });
  const site = await listen(hookOf(node.hub, () => channel.id));
  ends.push(() => site.close(), () => simulator.close());
  await simulator.connect({ url: `${site.url}/x`, verifyToken: secrets['verifyToken'] ?? '' });
  await simulator.say('8613800138000', 'hi');
  simulator.account.mediaFailure = { code: 131053, title: 'Media upload error', message: 'Media upload error' };
  const delivery = await send(channel.id, '8613800138000');
  await eventually(() => simulator.history().received.length === 1);
  expect(simulator.history().received[0]?.text).toMatch(isLink);
  expect(simulator.history().received[0]?.text).toMatch(/^看图\n/);
  await eventually(async () => (await delivery())?.['state'] === 'read');
  expect((await delivery())?.['note']).toMatchObject({ en: expect.stringContaining('图.png') });
});

it('WhatsApp by Twilio: the file cannot be fetched, the callback says 63019', async () => {
  const simulator = await startTwilioSmsSimulator();
  const { channel } = await createChannel(node.hub, { kind: 'twilio-sms', name: 't', config: simulator.config(), bot: false });
  ends.push(() => simulator.close());
  simulator.connect({ url: `http://127.0.0.1:1/hooks/twilio-sms/${channel.id}`, take: hookOf(node.hub, () => channel.id) });
  await simulator.say('whatsapp:+14155552001', 'hi').taken;
  // Nobody listens where our links lead.
  const delivery = await send(channel.id, 'whatsapp:+14155552001');
  await eventually(async () => (await delivery())?.['state'] === 'read', 20_000);
  const words = simulator.history().received.map(({ text }) => text);
  expect(words).toEqual(['看图', expect.stringMatching(isLink)]);
  expect((await delivery())?.['note']).toMatchObject({ en: expect.stringContaining('63019') });
});

it('WeChat Official Account: the upload is refused with 40005', async () => {
  const simulator = await startWechatOfficialSimulator({ patienceMs: 5_000, retryMs: 50 });
  const { token: _, encodingAesKey: __, ...config } = simulator.config();
  const { channel, secrets } = await createChannel(node.hub, { kind: 'wechat-official', name: 'o', config, bot: false });
  ends.push(() => simulator.close());
  await simulator.connect({ url: 'http://127.0.0.1/hooks/x', handle: hookOf(node.hub, () => channel.id), ...secrets });
  await simulator.say('oWang', 'hi');
  simulator.world.account.blocked.set('/cgi-bin/media/upload', 40005);
  const delivery = await send(channel.id, 'oWang');
  await eventually(async () => (await delivery())?.['state'] === 'sent');
  expect(simulator.history().received.map(({ text }) => text)).toEqual(['看图', expect.stringMatching(isLink)]);
});

it('WeCom: the upload is refused with 40006', async () => {
  let channelId = '';
  const simulator = await startWecomSimulator({ accounts: [{ id: 'wkSales', name: '售前' }], deliver: (request) => hookOf(node.hub, () => channelId)(request) });
  const { channel, secrets } = await createChannel(node.hub, { kind: 'wecom', name: 'c', config: { corpId: simulator.corpId, secret: simulator.secret, apiBase: simulator.url, welcome: '', pollSeconds: 3_600 }, bot: false });
  channelId = channel.id;
  ends.push(() => simulator.close());
  simulator.connect({ url: 'http://127.0.0.1/hooks/x', token: secrets['token'] ?? '', encodingAesKey: secrets['encodingAesKey'] ?? '' });
  simulator.say('wmLi', 'hi');
  await conversationOf(channel.id, 'wkSales:wmLi');
  simulator.refuseFiles(40006);
  const delivery = await send(channel.id, 'wkSales:wmLi');
  await eventually(async () => (await delivery())?.['state'] === 'sent');
  expect(simulator.history().received.map(({ text }) => text)).toEqual(['看图', expect.stringMatching(isLink)]);
});
