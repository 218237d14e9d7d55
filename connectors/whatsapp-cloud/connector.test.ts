/** The connector against the simulated WhatsApp: what the shared suite does not ask. */
import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { signedCall, startWhatsAppCloudSimulator, type Options as SimulatorOptions, type WhatsAppCloudSimulator } from '../../test/simulators/whatsapp-cloud.ts';
import { inLanguage, type Outbound } from '../connector.ts';
import { recordingInbox } from '../testing/recording-inbox.ts';
import { outbound, sendAll } from '../testing/shape.ts';
import { whatsappConnector, type Options } from './connector.ts';
import { Config } from './manifest.ts';

const wang = '8613800138000';
const ends: (() => Promise<void>)[] = [];
afterEach(async () => { for (const end of ends.splice(0).toReversed()) await end(); });

async function stage(options: Options = {}, simulated: SimulatorOptions = {}, memory = new Map<string, string>()) {
  const simulator = await startWhatsAppCloudSimulator(simulated);
  simulator.customer(wang, { lastIn: Date.now() });
  ends.push(() => simulator.close());
  return { simulator, ...await hubSide(simulator, options, memory) };
}

/** A connector with a web server in front, as the hub has one. */
async function hubSide(simulator: WhatsAppCloudSimulator, options: Options = {}, memory = new Map<string, string>(), change: object = {}) {
  const inbox = recordingInbox(memory);
  const connector = whatsappConnector(Config.parse({ ...simulator.config(), ...change }), { settleMs: 1_000, timeoutMs: 4_000, ...options });
  await connector.start(inbox);
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => void parts.push(part)).on('end', () => void (async () => {
      const headers = new Headers(Object.entries(request.headers).flatMap(([name, value]): [string, string][] => (typeof value === 'string' ? [[name, value]] : [])));
      const answer = await connector.webhook?.(new Request(`http://hub.test${request.url}`, { method: request.method, headers, ...(request.method === 'POST' && { body: Buffer.concat(parts) }) }));
      response.writeHead(answer?.status ?? 404).end(await answer?.text());
    })().catch(() => response.destroy()));
  });
  const url = await listening(server);
  ends.push(async () => { inbox.shutDown(); await connector.stop(); server.closeAllConnections(); await new Promise((done) => { server.close(done); }); });
  expect(await simulator.connect({ url })).toBe(true);
  return { connector, inbox, url };
}
async function listening(server: Server): Promise<string> {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/hook`;
}
const say = (change: Partial<Outbound> = {}): Outbound => outbound({ thread: wang, to: wang, ...change });
const failure = (promise: Promise<unknown> | undefined): Promise<unknown> => Promise.resolve(promise).then(() => null, (error: unknown) => error);

describe('calls in', () => {
  it('the handshake echoes the challenge as plain text, and only with the right token', async () => {
    const { url, connector } = await stage();
    const ask = (query: object) => fetch(`${url}?${new URLSearchParams({ 'hub.mode': 'subscribe', 'hub.verify_token': 'simulated-verify-token', 'hub.challenge': '<b>1</b>', ...query })}`);
    const good = await connector.webhook?.(new Request(`${url}?hub.mode=subscribe&hub.verify_token=simulated-verify-token&hub.challenge=%3Cb%3E1`));
    expect([good?.status, good?.headers.get('content-type'), await good?.text()]).toEqual([200, 'text/plain; charset=utf-8', '<b>1']);
    expect([(await ask({})).status, (await ask({ 'hub.verify_token': 'x' })).status, (await ask({ 'hub.mode': 'unsubscribe' })).status]).toEqual([200, 403, 403]);
    expect((await connector.webhook?.(new Request(url, { method: 'PUT', body: '' })))?.status).toBe(405);
  });

  it('what cannot be read is kept and acknowledged; what is too large is not read', async () => {
    const { connector, inbox, simulator, url } = await stage();
    const post = async (payload: unknown) => (await connector.webhook?.(signedCall(simulator.account.appSecret, url, payload)))?.status;
    expect([await post('{"entry":'), await post('[]'), await post('{"entry":'), await post(simulator.envelope({ messages: [null, 5] }))]).toEqual([200, 200, 200, 200]);
    expect(inbox.quarantined.map(({ reason }) => reason)).toEqual([expect.stringMatching(/^the call cannot be read/), 'the call has no entries', 'a part that is no object', 'a part that is no object']);
    expect(await post(`"${'x'.repeat(4 * 1024 * 1024)}"`)).toBe(413);
    expect(await post(simulator.envelope({ messages: [{ from: '1', id: 'x', type: 'text', text: { body: 'x' } }] }).valueOf())).toBe(200);
  });

  it('one that cannot be stored does not take its neighbours along, and all come again', async () => {
    const { connector, inbox, simulator, url } = await stage();
    const refused = inbox.receive.bind(inbox);
    inbox.receive = (message) => (message.externalId === 'bad' ? Promise.reject(new Error('the store is away')) : refused(message));
    const text = (id: string) => ({ from: wang, id, type: 'text', text: { body: id } });
    const call = () => connector.webhook?.(signedCall(simulator.account.appSecret, url, simulator.envelope({ messages: [text('a'), text('bad'), text('c')], statuses: [{ id: 'w', status: 'read' }] })));
    expect([(await call())?.status, [...inbox.stored.keys()], inbox.receipts.length]).toEqual([503, ['a', 'c'], 1]);
    inbox.receive = refused;
    expect([(await call())?.status, [...inbox.stored.keys()]]).toEqual([200, ['a', 'c', 'bad']]);
  });

  it('customers keep their thread when they hide the number, and when it changes', async () => {
    const memory = new Map<string, string>();
    const { simulator, inbox } = await stage({}, {}, memory);
    await simulator.say(wang, 'by number');
    simulator.customer(wang, { userId: 'CN.1349' });
    await simulator.say(wang, 'by both');
    delete simulator.customer(wang).phone;
    await simulator.say('CN.1349', 'by user id');
    await simulator.changeNumber('CN.1349', '8613900139000', 'CN.9999');
    await simulator.say('CN.9999', 'from the new number');
    const stored = [...inbox.stored.values()];
    expect(stored.map(({ thread, from }) => [thread, from.value])).toEqual([[wang, wang], [wang, 'CN.1349'], [wang, 'CN.1349'], [wang, 'CN.9999']]);
    expect(inbox.happenings).toMatchObject([{ kind: 'moved', thread: wang, from: { value: 'CN.1349' }, to: { value: 'CN.9999', also: [{ kind: 'phone', value: '+8613900139000', attested: true }] } }]);
  });

  it('answers from the phone app are ours, and in the customer\'s thread', async () => {
    const { simulator, inbox } = await stage();
    simulator.customer(wang, { userId: 'CN.1' });
    await simulator.say(wang, 'hello');
    const { id } = await simulator.echo(wang, '我来处理');
    expect(inbox.happenings).toMatchObject([{ kind: 'echo', externalId: id, thread: 'CN.1', to: { value: 'CN.1' }, content: { text: '我来处理' } }]);
    expect(inbox.stored.size).toBe(1);
  });
});

describe('files', () => {
  it('come in two steps, whole, and again when the address has expired', async () => {
    let now = Date.now();
    const { simulator, inbox, connector } = await stage({}, { mediaUrlMs: 5, now: () => now });
    const bytes = new Uint8Array([137, 80, 78, 71, 0, 255]);
    await simulator.sendFile(wang, 'document', bytes, 'application/pdf', { filename: '../合同.pdf', caption: '请看' });
    const [later] = [...inbox.stored.values()][0]?.later ?? [];
    expect(later).toMatchObject({ name: '合同.pdf', type: 'application/pdf' });
    expect(await connector.fetch?.(later?.ref ?? '')).toEqual({ name: '合同.pdf', type: 'application/pdf', bytes: Buffer.from(bytes) });
    simulator.account.now = () => (now += 10);
    expect(await failure(connector.fetch?.(later?.ref ?? ''))).toMatchObject({ kind: 'unreachable', message: expect.stringContaining('expired') });
  });
  it('are refused when gone, broken, too large or elsewhere', async () => {
    const { simulator, connector } = await stage();
    expect(await failure(connector.fetch?.('404/x.png'))).toMatchObject({ kind: 'rejected' });
    expect(await failure(connector.fetch?.('..%2F..%2Fme/x'))).toMatchObject({ kind: 'rejected' });
    const facts = { mime_type: 'image/png', file_size: 3, sha256: createHash('sha256').update('other').digest('hex') };
    const odd = createServer((request, response) => void response.end(request.url?.includes('/bytes') ? 'abc' : JSON.stringify({ ...facts, url: new URL('/bytes', `http://${request.headers.host}`).href, ...(request.url?.includes('/elsewhere') && { url: 'https://evil.example/x' }), ...(request.url?.includes('/huge') && { file_size: 9e9 }) })));
    const base = (await listening(odd)).replace('/hook', '');
    ends.push(async () => { odd.closeAllConnections(); odd.close(); });
    const other = whatsappConnector(Config.parse({ ...simulator.config(), apiBase: base }));
    expect(await failure(other.fetch?.('broken/x'))).toMatchObject({ kind: 'unreachable', message: expect.stringContaining('whole') });
    expect(await failure(other.fetch?.('elsewhere/x'))).toMatchObject({ kind: 'rejected', message: expect.stringContaining('outside of Meta') });
    expect(await failure(other.fetch?.('huge/x'))).toMatchObject({ kind: 'rejected', message: expect.stringContaining('larger') });
    await other.stop();
  });
  it('go out by upload, one message each, once', async () => {
    const { simulator, connector } = await stage();
    const attachment = (name: string, type: string, more: object = {}) => ({ id: 'a'.repeat(24), name, type, size: 3, ...more });
    const message = say({ content: { text: '两份文件', attachments: [attachment('a.png', 'image/png'), attachment('语音.ogg', 'audio/ogg', { role: 'voice' }), attachment('b.pdf', 'application/pdf')] }, file: async () => new Uint8Array([1, 2, 3]) });
    const { externalId } = await sendAll(connector, message);
    const [picture, voice, paper] = simulator.account.sent;
    expect(simulator.account.sent.map(({ type }) => type)).toEqual(['image', 'audio', 'document']);
    expect([picture?.id, picture?.text, voice?.body['audio'], paper?.body['document']]).toMatchObject([externalId, '两份文件', { voice: true }, { filename: 'b.pdf' }]);
    expect(simulator.account.media.get(String(Object(picture?.body['image']).id))).toMatchObject({ type: 'image/png', bytes: new Uint8Array([1, 2, 3]) });
    expect((await sendAll(connector, { ...message, again: true })).externalId).toBe(externalId);
    expect(simulator.account.sent).toHaveLength(3);
  });
});

describe('answers that are lost', () => {
  it('a send that Meta took is settled by its status, and is not made again', async () => {
    const { simulator, connector } = await stage();
    simulator.order({ lying: 1 });
    const message = say();
    const { externalId } = await connector.send(message);
    expect(simulator.account.sent.map(({ id }) => id)).toEqual([externalId]);
    expect(await connector.settle?.({ ...message, again: true })).toEqual({ externalId });
  });
  it('silence is a "no" only when statuses of others came through; else nobody can tell', async () => {
    const { simulator, connector, inbox } = await stage({ timeoutMs: 1_500 });
    simulator.order({ hanging: 1 });
    expect(await failure(connector.send(say({ key: 'lost' })))).toMatchObject({ kind: 'in-doubt' });
    simulator.order({});
    expect(await failure(connector.settle?.(say({ key: 'lost', again: true })))).toMatchObject({ kind: 'in-doubt' });
    await connector.send(say({ key: 'another' }));
    await inbox.until((one) => one.receipts.length > 0);
    expect(await connector.settle?.(say({ key: 'lost', again: true }))).toBeNull();
    const { externalId } = await connector.send(say({ key: 'lost', again: true }));
    expect(simulator.history().received.filter(({ key }) => key === 'lost').map(({ id }) => id)).toEqual([externalId]);
  });
  it('after a restart nobody knows, and the late status brings our key', async () => {
    const first = await stage();
    first.simulator.statuses('none');
    await first.connector.send(say({ key: 'before' }));
    const second = await hubSide(first.simulator);
    expect(await failure(second.connector.send(say({ key: 'before', again: true })))).toMatchObject({ kind: 'in-doubt' });
    await first.simulator.push({ statuses: [{ id: 'wamid.late', status: 'sent', biz_opaque_callback_data: 'before' }] });
    expect(second.inbox.receipts).toEqual([{ externalId: 'wamid.late', state: 'sent', key: 'before' }]);
    expect(await second.connector.settle?.(say({ key: 'before', again: true }))).toEqual({ externalId: 'wamid.late' });
    expect(first.simulator.account.sent).toHaveLength(1);
  });
  it('a status that came to another node settles it here', async () => {
    const memory = new Map<string, string>();
    const { simulator } = await stage({}, {}, memory);
    const inbox = recordingInbox(memory);
    const other = whatsappConnector(Config.parse(simulator.config()), { settleMs: 1_000 });
    await other.start(inbox);
    simulator.order({ lying: 1 });
    const { externalId } = await other.send(say({ key: 'sent there' }));
    await other.stop();
    expect(simulator.account.sent.map(({ id }) => id)).toEqual([externalId]);
    expect([...memory.keys()].filter((name) => name.startsWith('send/'))).toHaveLength(1);
  });
  it('a stop in the middle leaves the doubt to the hub, and the next process finds the status', async () => {
    const memory = new Map<string, string>();
    const { simulator, connector } = await stage({}, {}, memory);
    simulator.order({ hanging: 1 });
    const sending = failure(connector.send(say({ key: 'cut short' })));
    await new Promise((done) => setTimeout(done, 100));
    await connector.stop();
    const error = await sending;
    expect(error).toBeInstanceOf(Error);
    expect(error).not.toHaveProperty('kind');
    await simulator.push({ statuses: [{ id: 'wamid.taken', status: 'sent', biz_opaque_callback_data: 'cut short' }] });
    const { connector: next } = await hubSide(simulator, {}, memory);
    expect(await next.settle?.(say({ key: 'cut short', again: true }))).toEqual({ externalId: 'wamid.taken' });
  });
});

describe('receipts', () => {
  it('outside the window the message fails late, in words', async () => {
    const { simulator, connector, inbox } = await stage();
    simulator.customer(wang, { lastIn: Date.now() - 25 * 3_600_000 });
    const message = say();
    const { externalId } = await connector.send(message);
    await inbox.until((one) => one.receipts.length === 1);
    expect(inbox.receipts).toEqual([{ externalId, key: message.key, state: 'failed', reason: { 'zh-CN': expect.stringMatching(/24 小时.*131047/), en: expect.stringMatching(/approved template.*131047/) } }]);
  });
  it('come in any order', async () => {
    const { simulator, connector, inbox } = await stage({}, { statuses: 'shuffled' });
    await connector.send(say());
    await inbox.until((one) => one.receipts.length === 3);
    expect(inbox.receipts.map(({ state }) => state)).toEqual(['read', 'delivered', 'sent']);
    expect(simulator.history().received).toHaveLength(1);
  });
});

it('templates are read page by page, counted, and sent with their variables in place', async () => {
  const { simulator, connector } = await stage();
  const body = (name: string, text: string, status = 'APPROVED') => ({ name, language: 'zh_CN', status, category: 'UTILITY', components: [{ type: 'BODY', text }] });
  simulator.account.templates.push(...Array.from({ length: 60 }, (_, index) => body(`t${index}`, '您好 {{1}}，{{2}}')), body('old', 'x', 'REJECTED'));
  const all = await connector.templates?.();
  expect([all?.length, all?.[0], all?.at(-1)?.status]).toEqual([61, { name: 't0', language: 'zh_CN', text: '您好 {{1}}，{{2}}', variables: 2, category: 'utility', status: 'approved' }, 'rejected']);
  simulator.customer(wang, { lastIn: 0 });
  await connector.send(say({ content: { text: '您好 王，再见', template: { name: 't1', language: 'zh_CN', variables: ['王', '再见'] } } }));
  expect(simulator.account.sent[0]?.body['template']).toMatchObject({ name: 't1', components: [{ type: 'body', parameters: [{ text: '王' }, { text: '再见' }] }] });
  const wrong = (template: object) => failure(connector.send(say({ content: { template: { name: 't1', language: 'zh_CN', variables: [], ...template } } })));
  expect(await wrong({})).toMatchObject({ kind: 'rejected', words: { 'zh-CN': expect.stringContaining('2 个变量，填写了 0 个'), en: expect.stringContaining('2 variables, 0 were') } });
  simulator.account.templates.push({ ...body('picture', 'x'), components: [{ type: 'HEADER', format: 'IMAGE' }] });
  expect(await wrong({ name: 'picture' })).toMatchObject({ kind: 'rejected', words: { 'zh-CN': expect.stringContaining('需要一个文件（image）'), en: expect.stringContaining('needs a file (image)') } });
  expect(await wrong({ name: 'nobody' })).toMatchObject({ kind: 'rejected', message: expect.stringContaining('132001') });
});

it('reacts, marks as read, shows that somebody writes; to the address of today', async () => {
  const { simulator, connector } = await stage();
  simulator.customer(wang, { userId: 'CN.1349' });
  const { id } = await simulator.say(wang, 'hello');
  await connector.typing?.('CN.1349', true);
  await connector.typing?.('CN.1349', true);
  await connector.typing?.('nobody', true);
  await connector.read?.('CN.1349', id);
  await connector.react?.('CN.1349', id, '\u{1F44D}');
  expect(simulator.account.reads).toEqual([{ id, typing: true }, { id, typing: false }]);
  expect(simulator.account.sent).toMatchObject([{ customer: 'CN.1349', type: 'reaction', body: { recipient: 'CN.1349', reaction: { message_id: id, emoji: '\u{1F44D}' } } }]);
  await connector.send(say({ thread: 'CN.1349', to: 'CN.1349', content: { text: 'hi', quote: { externalId: id } } }));
  expect(simulator.account.sent.at(-1)?.body).toMatchObject({ recipient: 'CN.1349', context: { message_id: id } });
  expect(simulator.account.sent.at(-1)?.body).not.toHaveProperty('to');
});

describe('how the account is', () => {
  it('a dead token takes the channel down, with what to do, and a good one up again', async () => {
    const { simulator, connector, inbox } = await stage({ checkMs: 50 });
    await inbox.until((one) => one.healths.at(-1)?.state === 'ready');
    simulator.account.tokenValid = false;
    expect(await failure(connector.send(say()))).toMatchObject({ kind: 'signed-out', message: expect.stringContaining('permanent token') });
    expect(inbox.healths.at(-1)).toMatchObject({ state: 'down', detail: { message: { 'zh-CN': expect.stringContaining('系统用户'), en: expect.stringContaining('system user') } } });
    simulator.account.tokenValid = true;
    await inbox.until((one) => one.healths.at(-1)?.state === 'ready');
    await simulator.push({ event: 'ACCOUNT_RESTRICTION' }, 'account_update');
    expect(inbox.healths.at(-1)).toMatchObject({ state: 'degraded', detail: { message: { en: expect.stringContaining('ACCOUNT_RESTRICTION') } } });
    await connector.send(say());
    expect(inbox.healths.at(-1)?.state).toBe('degraded');
  });
  it('the checks say step by step what is wrong', async () => {
    const { simulator, connector } = await stage();
    const run = async (change: object = {}) => {
      const other = whatsappConnector(Config.parse({ ...simulator.config(), ...change }));
      const checks = await other.test?.() ?? [];
      await other.stop();
      return checks.map(({ name, ok }) => `${ok ? '' : 'not '}${inLanguage(name, 'en')}`);
    };
    expect((await connector.test?.())?.every(({ ok }) => ok)).toBe(true);
    expect(await run({ accessToken: 'EAAG-wrong' })).toEqual(['not Access token']);
    expect(await run({ phoneNumberId: '99999' })).toEqual(['Access token', 'not Phone number', 'not App secret', 'Webhook']);
    expect(await run({ appSecret: 'wrong-secret' })).toEqual(['Access token', 'Phone number', 'not App secret', 'Webhook']);
    simulator.account.subscribed = false;
    expect(await run()).toEqual(['Access token', 'Phone number', 'App secret', 'not Webhook']);
    expect((await connector.test?.())?.at(-1)).toEqual({ name: { 'zh-CN': '回调', en: 'Webhook' }, ok: false, detail: { 'zh-CN': expect.stringContaining('没有应用订阅此账号'), en: expect.stringContaining('No app is subscribed') } });
    expect(await connector.act?.('subscribe', {})).toEqual({ 'zh-CN': expect.stringContaining('已订阅（Hubbub）'), en: expect.stringContaining('Subscribed (Hubbub)') });
    expect(await run()).toEqual(['Access token', 'Phone number', 'App secret', 'Webhook']);
    const open = whatsappConnector(Config.parse(simulator.config()), { hook: 'https://hub.example/hooks/whatsapp-cloud/1' });
    expect(await open.act?.('subscribe', {})).toEqual({ 'zh-CN': expect.stringContaining('https://hub.example/hooks/whatsapp-cloud/1'), en: expect.stringContaining('https://hub.example/hooks/whatsapp-cloud/1') });
    expect(simulator.account.callback).toBe('https://hub.example/hooks/whatsapp-cloud/1');
    await open.stop();
  });
});
