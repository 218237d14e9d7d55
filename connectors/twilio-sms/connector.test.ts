/** The Twilio connector against the simulator: what the suite does not ask. */
import { createHash, createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTwilioSmsSimulator } from '../../test/simulators/twilio-sms.ts';
import type { TwilioSmsSimulator } from '../../test/simulators/twilio-sms.ts';
import type { Connector } from '../connector.ts';
import { recordingInbox } from '../testing/recording-inbox.ts';
import type { RecordingInbox } from '../testing/recording-inbox.ts';
import { outbound } from '../testing/shape.ts';
import { twilioSmsConnector } from './connector.ts';
import { Config } from './manifest.ts';

const channel = { id: '0123456789abcdef01234567', publicUrl: 'https://hub.example' };
const hook = `https://hub.example/hooks/twilio-sms/${channel.id}`;
const sms = '+14155550123';
const whatsapp = 'whatsapp:+14155550124';

let simulator: TwilioSmsSimulator;
let connector: Connector;
let inbox: RecordingInbox;
async function open(change: object = {}): Promise<void> {
  connector = await twilioSmsConnector(Config.parse({ ...simulator.config(), ...change }), channel, { timeoutMs: 300 });
  inbox = recordingInbox();
  await connector.start(inbox);
  await inbox.until((one) => one.healths.length > 0);
  simulator.connect({ url: hook, take: async (request) => await connector.webhook?.(request) ?? new Response(null, { status: 500 }) });
}
beforeEach(async () => {
  simulator = await startTwilioSmsSimulator({ attempts: 3 });
  await open();
});
afterEach(async () => {
  await connector.stop();
  await simulator.close();
});
const say = (to: string, text: string, change: object = {}) => outbound({ to, thread: to, content: { text }, ...change });
const failure = (promise: Promise<unknown> | undefined): Promise<unknown> => Promise.resolve(promise).then(() => null, (error: unknown) => error);

describe('sending', () => {
  it('by the number, the service when there is one, and the WhatsApp number that was named', async () => {
    await connector.send(say(sms, 'a'));
    await simulator.say(whatsapp, 'hello').taken;
    await connector.send(say(whatsapp, 'b'));
    await open({ messagingServiceSid: simulator.service });
    await connector.send(say(sms, 'c'));
    await connector.send(say(whatsapp, 'd'));
    const forms = simulator.calls().filter(({ method }) => method === 'POST').map(({ form }) => [form['To'], form['From'] ?? form['MessagingServiceSid']]);
    expect(forms).toEqual([[sms, simulator.number], [whatsapp, `whatsapp:${simulator.whatsapp}`], [sms, simulator.service], [whatsapp, `whatsapp:${simulator.whatsapp}`]]);
    expect(simulator.calls().find(({ method }) => method === 'POST')?.form['StatusCallback']).toMatch(/^https:\/\/hub\.example\/hooks\/twilio-sms\/0123456789abcdef01234567\?key=key-\d+#rc=5&rp=all$/);
    await open({ from: '', whatsappFrom: '' });
    expect(inbox.healths.at(-1)).toMatchObject({ state: 'down', detail: { message: { 'zh-CN': expect.stringContaining('没有设置发送方'), en: expect.stringContaining('No sender') } } });
    expect(await failure(connector.send(say(sms, 'e')))).toMatchObject({ kind: 'rejected' });
  });

  it('receipts name the message and its key, and may come before the answer', async () => {
    await simulator.say(whatsapp, 'hello').taken;
    const message = say(whatsapp, 'on its way');
    const { externalId } = await connector.send(message);
    await inbox.until((one) => one.receipts.some(({ state }) => state === 'read'));
    expect(inbox.receipts.every((receipt) => receipt.externalId === externalId && receipt.key === message.key)).toBe(true);
  });

  it('a closed window comes back as a failed receipt in words; a template goes out', async () => {
    await connector.send(say(whatsapp, 'are you there?'));
    await inbox.until((one) => one.receipts.length > 0);
    expect(inbox.receipts[0]).toMatchObject({ state: 'failed', reason: { 'zh-CN': expect.stringContaining('24 小时'), en: expect.stringContaining('24 hours') } });
    const [template] = await connector.templates?.() ?? [];
    expect(template).toMatchObject({ name: `order_sent (${simulator.template.sid})`, language: 'zh_CN', variables: 2, status: 'approved', category: 'utility', text: simulator.template.body });
    for (const name of [template?.name ?? '', 'order_sent']) {
      await connector.send(say(whatsapp, '您好 小明，订单 7 已发货。', { content: { text: '您好 小明，订单 7 已发货。', template: { name, language: 'zh_CN', variables: ['小明', '7'] } } }));
      expect(simulator.history().received.at(-1)).toMatchObject({ text: '您好 小明，订单 7 已发货。' });
    }
    expect(await failure(connector.send(say(whatsapp, 'x', { content: { template: { name: 'gone', language: 'en', variables: [] } } })))).toMatchObject({ kind: 'rejected', words: { 'zh-CN': expect.stringContaining('没有模板'), en: expect.stringContaining('no template') } });
  });

  it('an opt-out is final, said in words, and remembered as consent', async () => {
    await simulator.say(sms, 'STOP').taken;
    expect(await failure(connector.send(say(sms, 'just one more thing')))).toMatchObject({ kind: 'rejected', words: { 'zh-CN': expect.stringContaining('已退订'), en: expect.stringContaining('opted out') } });
    expect(inbox.happenings).toMatchObject([{ kind: 'consent', granted: false, words: 'STOP' }, { kind: 'consent', granted: false, thread: sms }]);
  });

  it('too long a text is refused with the number of characters; sources give way first', async () => {
    expect(await failure(connector.send(say(sms, 'x'.repeat(1_601))))).toMatchObject({ kind: 'rejected', words: { 'zh-CN': expect.stringContaining('1601 个字符'), en: expect.stringContaining('1601 characters') } });
    await connector.send(say(sms, '', { content: { text: 'x'.repeat(1_590), sources: [{ id: '1', title: 'a long title of a source' }] } }));
    expect(simulator.history().received.at(-1)?.text).toBe('x'.repeat(1_590));
  });

  it('files: by Twilio from our public link where the channel takes them, else as a link, else named', async () => {
    const served = createServer((_request, response) => void response.writeHead(200, { 'content-type': 'image/png' }).end('png'));
    await new Promise<void>((done) => served.listen(0, '127.0.0.1', done));
    const address = served.address();
    const link = async () => `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/files/token`;
    const image = { id: 'a'.repeat(24), name: 'plan.png', type: 'image/png', size: 3 };
    const content = { text: 'see', attachments: [image, { ...image, name: 'second.png' }] };
    await simulator.say(whatsapp, 'hi').taken;
    await connector.send(say(whatsapp, '', { content, link }));
    expect(simulator.history().received.at(-1)?.text).toBe(`see\nsecond.png: ${await link()}`);
    await inbox.until((one) => one.receipts.some(({ state }) => state === 'read'));
    expect(simulator.fetched()).toEqual([{ url: await link(), type: 'image/png', size: 3 }]);
    await connector.send(say(whatsapp, '', { content: { text: 'listen', attachments: [{ ...image, name: 'a.ogg', type: 'audio/ogg' }] }, link }));
    expect(simulator.history().received.at(-1)?.text).toBe(`listen\na.ogg: ${await link()}`);
    await connector.send(say(sms, '', { content, link }));
    expect(simulator.history().received.at(-1)?.text).toBe(`see\nplan.png: ${await link()}\nsecond.png: ${await link()}`);
    for (const [locale, words] of [['en', '[This file cannot be sent here: plan.png]'], ['zh-CN', '[文件无法通过此渠道发送：plan.png]']] as const) {
      await connector.send(say(sms, '', { content, locale }));
      expect(simulator.history().received.at(-1)?.text).toBe(`see\n${words}\n${words.replace('plan', 'second')}`);
    }
    await open({ mms: true });
    await connector.send(say(sms, '', { content, link }));
    expect(simulator.history().received.at(-1)?.text).toBe('see');
    await new Promise((done) => served.close(done));
  });

  it('what cannot be carried is said in text', async () => {
    await connector.send(say(sms, '', { content: { text: 'which?', choices: ['one', 'two'], quote: { externalId: 'SM1', text: 'you said' }, cards: [{ name: 'Mei', phones: ['+1'], emails: [] }], link: { title: 'Shop', url: 'https://shop.example' }, location: { latitude: 1, longitude: 2, name: 'Here' } } }));
    expect(simulator.history().received.at(-1)?.text).toBe('> you said\nwhich?\n1. one\n2. two\nHere 1,2\nMei +1\nShop\nhttps://shop.example');
  });
});

describe('lost answers', () => {
  const posts = () => simulator.calls().filter(({ method }) => method === 'POST').length;
  it('what Twilio took is found on its list, and not sent again', async () => {
    for (const order of [{ lying: 1 }, { hanging: 1 }]) {
      simulator.order(order);
      const message = say(sms, `said with ${JSON.stringify(order)}`);
      const error = await failure(connector.send(message));
      // No ConnectorError: the hub keeps its doubt.
      expect(error).toMatchObject({ constructor: expect.objectContaining({ name: 'OutcomeLost' }) });
      simulator.order({});
      const settled = await connector.settle?.(message);
      expect(settled).toEqual({ externalId: simulator.history().received.at(-1)?.id });
      expect(await connector.send({ ...message, again: true })).toMatchObject(settled ?? {});
    }
    expect(posts()).toBe(2);
  });
  it('a message of the same words that is somebody else\'s does not count', async () => {
    const first = await connector.send(say(sms, 'ok'));
    expect(await connector.settle?.(say(sms, 'ok', { history: [first.externalId] }))).toBeNull();
    expect(await connector.settle?.(say(sms, 'ok'))).toEqual({ externalId: first.externalId });
    expect(await connector.settle?.(say(sms, 'never said'))).toBeNull();
  });
  it('nobody can tell a template from another', async () => {
    const content = { text: 'unlike what Twilio made of it', template: { name: simulator.template.sid, language: 'zh_CN', variables: ['a', 'b'] } };
    await connector.send(say(whatsapp, '', { content }));
    expect(await failure(connector.settle?.(say(whatsapp, '', { content })))).toMatchObject({ kind: 'in-doubt' });
  });
});

describe('receiving', () => {
  it('fetches files through the redirect, with the credentials at the API only', async () => {
    const { taken } = simulator.say(whatsapp, '', { MessageType: 'audio' }, [{ type: 'audio/ogg', bytes: Buffer.from('OggS voice') }]);
    await taken;
    const [inbound] = inbox.stored.values();
    const file = await connector.fetch?.(inbound?.later?.[0]?.ref ?? '');
    expect(file).toMatchObject({ type: 'audio/ogg', name: expect.stringMatching(/^ME\w+\.ogg$/) });
    expect(Buffer.from(file?.bytes ?? []).toString()).toBe('OggS voice');
    expect(await failure(connector.fetch?.('http://169.254.169.254/latest'))).toMatchObject({ kind: 'rejected' });
    expect(await failure(connector.fetch?.(`${simulator.url}/2010-04-01/nothing`))).toMatchObject({ kind: 'unreachable' });
    simulator.changeToken('somebody changed it');
    expect(await failure(connector.fetch?.(inbound?.later?.[0]?.ref ?? ''))).toMatchObject({ kind: 'signed-out' });
  });

  it('asks for what was missed: messages, files and receipts, and only its own', async () => {
    const since = new Date(Date.now() - 5_000);
    simulator.connect({ url: hook, take: async () => new Response(null, { status: 503 }) });
    await simulator.say(sms, 'while you were away').taken;
    await simulator.say(sms, '', {}, [{ type: 'image/png', bytes: Buffer.from('png') }]).taken;
    const { externalId } = await connector.send(say(sms, 'sent blindly'));
    await simulator.quiet();
    expect(inbox.stored.size).toBe(0);
    const { until } = await connector.reconcile?.(since) ?? {};
    expect(until?.getTime()).toBeLessThan(Date.now());
    expect([...inbox.stored.values()].map((one) => [one.content.text, one.later?.length])).toEqual([['while you were away', undefined], [undefined, 1]]);
    expect(inbox.receipts).toEqual([{ externalId, state: 'delivered' }]);
    await open({ from: '+14155559999', whatsappFrom: '' });
    await connector.reconcile?.(since);
    expect(inbox.stored.size).toBe(0);
  });

  it('a name that comes twice, a name like any object\'s, and many names are signed like all others; more than Twilio ever sends are refused unread', async () => {
    const signed = (pairs: [string, string][]): Request => {
      const sorted = [...new Set(pairs.map(([name]) => name))].sort().map((name) => [...new Set(pairs.filter(([one]) => one === name).map(([, value]) => value))].sort().map((value) => name + value).join('')).join('');
      return new Request(hook, { method: 'POST', body: new URLSearchParams(pairs), headers: { 'x-twilio-signature': createHmac('sha1', simulator.authToken).update(hook + sorted).digest('base64') } });
    };
    expect((await connector.webhook?.(signed([['MessageSid', 'SM2'], ['From', sms], ['Body', 'two'], ['Body', 'one'], ['__proto__', 'x'], ['constructor', 'y']])))?.status).toBe(200);
    expect(inbox.stored.get('SM2')?.content).toEqual({ text: 'two' });
    expect((await connector.webhook?.(signed([['MessageSid', 'SM3'], ['From', sms], ['Body', 'x'], ...Array.from({ length: 900 }, (_, index): [string, string] => [`Field${index}`, 'v'])])))?.status).toBe(200);
    expect(inbox.stored.get('SM3')?.content.text).toBe('x');
    expect((await connector.webhook?.(new Request(hook, { method: 'POST', body: 'a=1&'.repeat(20_000), headers: { 'x-twilio-signature': 'x' } })))?.status).toBe(413);
  });

  it('JSON is signed by its hash in the address, and read the same', async () => {
    const body = JSON.stringify({ MessageSid: 'SM4', From: sms, Body: 'JSON' });
    const post = async (text: string, secret = simulator.authToken) => {
      const url = `${hook}?bodySHA256=${createHash('sha256').update(body).digest('hex')}`;
      return (await connector.webhook?.(new Request(url, { method: 'POST', body: text, headers: { 'content-type': 'application/json', 'x-twilio-signature': createHmac('sha1', secret).update(url).digest('base64') } })))?.status;
    };
    expect([await post(body, 'wrong'), await post(body.replace('JSON', 'other')), inbox.stored.size]).toEqual([403, 403, 0]);
    expect([await post(body), inbox.stored.get('SM4')?.content.text]).toEqual([200, 'JSON']);
  });

  it('what is no message is kept for supervisors; GET and giants are refused', async () => {
    const answer = await connector.webhook?.(simulator.signedRequest(hook, { Nothing: 'known' }));
    expect([answer?.status, answer?.headers.get('content-type'), inbox.quarantined.length]).toEqual([200, 'text/xml; charset=utf-8', 1]);
    expect((await connector.webhook?.(new Request(hook)))?.status).toBe(405);
    expect((await connector.webhook?.(new Request(hook, { method: 'POST', body: 'x'.repeat(1_100_000) })))?.status).toBe(413);
  });
});

describe('the console', () => {
  it('tests step by step and says what to do', async () => {
    simulator.connect({ url: 'https://elsewhere.example/sms' });
    await open({ messagingServiceSid: '' });
    simulator.connect({ url: 'https://elsewhere.example/sms' });
    expect(await connector.test?.()).toMatchObject([{ name: { en: 'Account' }, ok: true }, { name: { en: 'Public address' }, ok: true }, { name: { 'zh-CN': '号码', en: 'Number' }, ok: false, detail: { 'zh-CN': expect.stringContaining('https://elsewhere.example/sms：请点击'), en: expect.stringContaining('to https://elsewhere.example/sms') } }, { name: 'WhatsApp', ok: true }]);
    expect(await connector.act?.('set-webhook', {})).toEqual({ 'zh-CN': `${simulator.number}：收到的消息现在发到这里。`, en: `${simulator.number}: incoming messages now come here.` });
    expect(await connector.test?.()).toMatchObject([{ ok: true }, { ok: true }, { name: { en: 'Number' }, ok: true }, { ok: true }]);
    await open({ from: '+14155550999' });
    expect((await connector.test?.())?.[2]).toMatchObject({ ok: false, detail: { 'zh-CN': expect.stringContaining('不属于此 Twilio 账号'), en: expect.stringContaining('does not belong') } });
    simulator.changeToken('another');
    expect(await connector.test?.()).toMatchObject([{ name: { en: 'Account' }, ok: false, detail: { 'zh-CN': expect.stringContaining('请核对渠道设置'), en: expect.stringContaining('auth token') } }, { name: { en: 'Public address' } }]);
    await open();
    expect(inbox.healths.at(-1)).toMatchObject({ state: 'down', detail: { message: { 'zh-CN': expect.stringContaining('请核对渠道设置'), en: expect.stringContaining('auth token') } } });
    expect(inbox.words()).not.toContain(simulator.authToken);
  });
});
