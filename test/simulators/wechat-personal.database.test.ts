/** The simulated account is what wechaty takes for one: its unpatched client, with nothing of ours between, scans, reads and speaks over gRPC. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Message, WechatyBuilder } from 'wechaty';
import { PuppetService } from 'wechaty-puppet-service';
import { eventually } from '../setup/eventually.ts';
import { kinds, startWechatPersonalSimulator, type WechatPersonalSimulator } from './wechat-personal.ts';

let account: WechatPersonalSimulator;
let client: ReturnType<typeof WechatyBuilder.build>;
const heard: { id: string; text: string; self: boolean; type: number; room: boolean }[] = [];
const scans: string[] = [];
beforeAll(async () => {
  account = await startWechatPersonalSimulator();
  await account.up();
  const { endpoint, token } = account.connect();
  client = WechatyBuilder.build({ puppet: new PuppetService({ endpoint, token, tls: { disable: true } }), name: undefined });
  client.on('scan', (qrcode: string) => { scans.push(qrcode); });
  client.on('message', (message: Message) => { heard.push({ id: message.id, text: message.text(), self: message.self(), type: message.type(), room: message.room() !== undefined }); });
  client.on('error', () => undefined);
  await client.start();
}, 60_000);
afterAll(async () => {
  await client?.stop();
  await account?.close();
});

test('a code to scan, a login, words and a picture in, words out', { timeout: 60_000 }, async () => {
  account.scan('https://example.test/qr');
  await eventually(() => scans.includes('https://example.test/qr'), 20_000);
  account.signIn();
  await eventually(() => client.isLoggedIn, 20_000);
  account.meet('王芳');
  const { id } = account.say('王芳', '在吗');
  await eventually(() => heard.find((one) => one.id === id && one.text === '在吗' && !one.self), 20_000);
  const picture = account.show('王芳', kinds.image, '', { file: { name: 'a.png', bytes: Buffer.from('not much of a picture') } });
  await eventually(() => heard.find((one) => one.id === picture.id && one.type === kinds.image), 20_000);
  const inRoom = account.sayInRoom('王芳', '读书会', '大家好');
  await eventually(() => heard.find((one) => one.id === inRoom.id && one.room), 20_000);
  const friend = await client.Contact.find({ name: '王芳' });
  await friend?.say('您好');
  await eventually(() => account.history().received.some((one) => one.text === '您好'), 20_000);
  expect(account.history().received.map((one) => one.text)).toEqual(['您好']);
});
