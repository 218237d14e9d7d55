/** The connector against a simulated WeCom: what the shared suite does not ask. */
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startWecomSimulator } from '../../test/simulators/wecom.ts';
import { addressCheck, sealed } from '../../test/simulators/wecom-callback.ts';
import type { Hook } from '../../test/simulators/wecom-callback.ts';
import type { Connector, Outbound } from '../connector.ts';
import { eventually, recordingInbox } from '../testing/recording-inbox.ts';
import type { RecordingInbox } from '../testing/recording-inbox.ts';
import { outbound } from '../testing/shape.ts';
import type { Tuning } from './api.ts';
import { wecomConnector } from './connector.ts';
import { Config } from './manifest.ts';
import { ourId } from './ids.ts';

const sales = 'wkSales';
const service = 'wkService';
const customer = 'wmLi';
const hook: Hook = { url: 'http://127.0.0.1/hooks/wecom/0123456789abcdef01234567', token: 'QDG6eK', encodingAesKey: 'jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C' };
const { token, encodingAesKey } = hook;

let running: Connector | undefined;
let inbox = recordingInbox();
const simulator = await startWecomSimulator({ accounts: [{ id: sales, name: '售前' }, { id: service, name: '售后' }], page: 3, deliver: (request) => running?.webhook?.(request) ?? Promise.reject(new Error('nobody listens')) });
simulator.connect(hook);
afterAll(() => simulator.close());

const channel = { id: '0123456789abcdef01234567', publicUrl: 'https://hub.test' };
async function begin(change: Partial<Config> = {}, tuning: Tuning = {}, box: RecordingInbox = recordingInbox()): Promise<Connector> {
  inbox = box;
  running = wecomConnector(Config.parse({ corpId: simulator.corpId, secret: simulator.secret, token, encodingAesKey, apiBase: simulator.url, pollSeconds: 3_600, ...change }), channel, { timeoutMs: 500, retryMs: 20, now: simulator.now, ...tuning });
  await running.start(inbox);
  return running;
}
async function end(): Promise<void> {
  inbox.shutDown();
  await running?.stop();
  running = undefined;
}
const ready = () => inbox.until((one) => one.healths.at(-1)?.state === 'ready');
const texts = () => [...inbox.stored.values()].map(({ content }) => content.text);
const message = (change: Partial<Outbound> = {}): Outbound => outbound({ thread: `${sales}:${customer}`, to: customer, ...change });
const received = () => simulator.history().received;

beforeEach(() => simulator.clear());
afterEach(async () => {
  await end();
  simulator.order({});
  simulator.refuse(null);
  simulator.away(false);
});

describe('callbacks', () => {
  it('the check of the address is answered with the opened word; another key is refused', async () => {
    const connector = await begin();
    const ask = async (query: URLSearchParams) => await connector.webhook?.(new Request(`${hook.url}?${query}`));
    const good = await ask(addressCheck(hook, simulator.corpId, '4711 word'));
    expect([good?.status, await good?.text()]).toEqual([200, '4711 word']);
    expect((await ask(addressCheck({ ...hook, encodingAesKey: 'A'.repeat(43) }, simulator.corpId, 'word')))?.status).toBe(403);
    expect((await ask(addressCheck(hook, 'wwanother', 'word')))?.status).toBe(403);
  });

  it('other events are taken and mean nothing; before the start it asks to come again', async () => {
    const connector = await begin();
    const { query, body } = sealed(hook, simulator.corpId, '<xml><MsgType><![CDATA[event]]></MsgType><Event><![CDATA[change_contact]]></Event></xml>');
    const answer = await connector.webhook?.(new Request(`${hook.url}?${query}`, { method: 'POST', body }));
    expect([answer?.status, await answer?.text()]).toEqual([200, 'success']);
    await end();
    expect((await connector.webhook?.(new Request(`${hook.url}?${query}`, { method: 'POST', body })))?.status).toBe(503);
  });

  it('is answered at once, though the store hangs', async () => {
    await begin();
    await ready();
    const release = inbox.hold();
    simulator.say(customer, 'slow');
    await inbox.until((one) => one.attempts.count > 0);
    await simulator.settled();
    expect(simulator.counts.givenUp).toBe(0);
    release();
    await inbox.until((one) => one.stored.size === 1);
  });
});

describe('fetching', () => {
  it('walks all pages, over empty ones, of all accounts; in order', async () => {
    await begin();
    await ready();
    simulator.order({ dropped: 1 });
    for (let index = 0; index < 10; index += 1) simulator.say(customer, `sales ${index}`);
    simulator.say(customer, 'service', { account: service });
    simulator.emptyPages(2);
    await running?.reconcile?.(new Date(simulator.now()));
    expect(texts().filter((text) => text?.startsWith('sales'))).toEqual(Array.from({ length: 10 }, (_, index) => `sales ${index}`));
    expect(new Set([...inbox.stored.values()].map(({ thread }) => thread))).toEqual(new Set([`${sales}:${customer}`, `${service}:${customer}`]));
    expect(inbox.received).toHaveLength(11);
  });

  it('a platform that always says more and gives nothing does not hold us for ever', async () => {
    await begin({ openKfId: sales });
    await ready();
    simulator.emptyPages(10_000);
    simulator.order({ dropped: 1 });
    const before = simulator.counts.pulls;
    await expect(running?.reconcile?.(new Date(simulator.now()))).rejects.toThrow('hands nothing over');
    expect(simulator.counts.pulls - before).toBeLessThan(40);
    simulator.emptyPages(0);
  }, 20_000);

  it('one account only, where one is set', async () => {
    await begin({ openKfId: service });
    await ready();
    simulator.say(customer, 'not for us', { account: sales });
    simulator.say(customer, 'for us', { account: service });
    await inbox.until((one) => one.stored.size > 0);
    await simulator.settled();
    expect(texts()).toEqual(['for us']);
  });

  it('a hundred callbacks at once are few questions', async () => {
    await begin({ openKfId: sales });
    await ready();
    const before = simulator.counts.pulls;
    for (let index = 0; index < 100; index += 1) simulator.say(customer, `m${index}`);
    await inbox.until((one) => one.stored.size === 100);
    await simulator.settled();
    // 34 pages of 3, and the rounds that found nothing more.
    expect(simulator.counts.pulls - before).toBeLessThan(90);
    expect(inbox.received).toHaveLength(100);
  });

  it('the cursor is kept over a restart: nothing twice, nothing lost', async () => {
    await begin();
    await ready();
    simulator.say(customer, 'before');
    await inbox.until((one) => one.stored.size === 1);
    await eventually(() => simulator.passed(JSON.parse(inbox.memory.get(`cursor/${sales}`) ?? '{}').cursor ?? '', simulator.history().said[0]?.id ?? ''));
    await end();
    simulator.say(customer, 'meanwhile');
    await begin({}, {}, recordingInbox(inbox.memory));
    await inbox.until((one) => one.stored.size === 1);
    expect(texts()).toEqual(['meanwhile']);
  });

  it('a lost callback is made good by the clock', async () => {
    await begin({ pollSeconds: 5 }, { now: () => Date.now() * 100 });
    simulator.order({ dropped: 1 });
    simulator.say(customer, 'unannounced');
    await inbox.until((one) => one.stored.size === 1, 8_000);
    expect(simulator.counts.tokenless).toBeGreaterThan(0);
  }, 15_000);

  it('an old callback token is dropped, an old access token renewed', async () => {
    await begin({ openKfId: sales });
    await ready();
    simulator.say(customer, 'one');
    await inbox.until((one) => one.stored.size === 1);
    await simulator.settled();
    simulator.expireEventTokens();
    simulator.expireTokens();
    simulator.order({ dropped: 1 });
    simulator.say(customer, 'two');
    simulator.expireEventTokens();
    await running?.reconcile?.(new Date(simulator.now()));
    expect(texts()).toEqual(['one', 'two']);
  });

  it('what the hub cannot take goes to quarantine after a while; its neighbours do not wait for it', async () => {
    const box = recordingInbox();
    const receive = box.receive.bind(box);
    await begin({ openKfId: sales }, { retryMs: 1 }, { ...box, receive: async (one) => { if (one.content.text === 'poison') throw new Error('cannot be stored'); return await receive(one); } });
    await ready();
    simulator.say(customer, 'poison');
    simulator.say('wmWang', 'healthy');
    simulator.say(customer, 'after');
    await inbox.until((one) => one.quarantined.length === 1 && one.stored.size === 2, 10_000);
    expect(inbox.quarantined[0]?.reason).toContain('cannot be stored');
    expect(new TextDecoder().decode(inbox.quarantined[0]?.bytes)).toContain('poison');
  }, 15_000);

  it('an item that is no message is kept apart, its neighbours arrive', async () => {
    await begin({ openKfId: sales });
    await ready();
    simulator.put({ msgtype: 'text', text: { content: 'from nobody' } });
    simulator.say(customer, 'from somebody');
    await inbox.until((one) => one.stored.size === 1 && one.quarantined.length === 1);
  });

  it('reconcile goes back when asked for long ago, and takes everything again quietly', async () => {
    await begin({ openKfId: sales });
    await ready();
    simulator.say(customer, 'first');
    await inbox.until((one) => one.stored.size === 1);
    await simulator.settled();
    inbox.stored.clear();
    const { until } = await running?.reconcile?.(new Date(simulator.now() - 86_400_000)) ?? {};
    expect(texts()).toEqual(['first']);
    expect(Math.abs((until?.getTime() ?? 0) - simulator.now())).toBeLessThan(5_000);
  });

  it('a gap of more than three days is said until somebody has seen to it', async () => {
    await begin({ openKfId: sales });
    await ready();
    await end();
    simulator.pass(4 * 86_400_000);
    await begin({ openKfId: sales }, {}, recordingInbox(inbox.memory));
    await inbox.until((one) => one.healths.some(({ state, detail }) => state === 'degraded' && /may be lost/.test(detail?.message ?? '')));
    expect(await running?.act?.('gap-seen', {})).toContain('Done');
    expect(inbox.healths.at(-1)).toEqual({ state: 'ready' });
    simulator.pass(-4 * 86_400_000);
  });

  it('names and unionids come along, asked for once; without them messages come as well', async () => {
    simulator.know(customer, '李雷', 'oUnion1');
    await begin({ openKfId: sales });
    await ready();
    const before = simulator.counts.lookUps;
    simulator.say(customer, 'one');
    await inbox.until((one) => one.stored.size === 1);
    simulator.say(customer, 'two');
    await inbox.until((one) => one.stored.size === 2);
    expect(simulator.counts.lookUps - before).toBe(1);
    expect([...inbox.stored.values()].map(({ from }) => from)).toEqual(Array.from({ length: 2 }, () => ({ value: customer, stable: true, name: '李雷', also: [{ kind: 'unionid', value: 'oUnion1', attested: true }] })));
    simulator.say('wmNobody', 'nameless');
    await inbox.until((one) => one.stored.size === 3);
  });

  it('tells who must be called for what: bad secret, untrusted address, and when it is well again', async () => {
    await begin({ secret: 'not the secret' });
    await inbox.until((one) => one.healths.some(({ state, detail }) => state === 'down' && /Secret 不正确/.test(detail?.message ?? '')));
    await end();
    simulator.refuse(60020, 'not allow to access from your ip, from ip: 203.0.113.7');
    await begin();
    await inbox.until((one) => one.healths.some(({ state, detail }) => state === 'down' && /可信 IP.*203\.0\.113\.7/.test(detail?.message ?? '')));
    expect(await running?.test?.()).toMatchObject([{ ok: true }, { name: expect.stringContaining('trusted IP'), ok: false, detail: expect.stringContaining('203.0.113.7') }]);
    simulator.refuse(null);
    await ready();
    expect((await running?.test?.())?.map(({ ok }) => ok)).toEqual([true, true, true, true, true]);
  });
});

describe('events', () => {
  it('an entering customer is welcomed once, though told twice', async () => {
    await begin({ openKfId: sales });
    await ready();
    const { id } = simulator.enter(customer, '123');
    await eventually(() => simulator.greetings.length === 1);
    expect(simulator.greetings[0]).toMatchObject({ customer, text: '您好，请问有什么可以帮您？\nHello, how can we help you?' });
    await inbox.until((one) => one.happenings.length === 2);
    expect(inbox.happenings.map((one) => one.kind === 'event' && one.name)).toEqual(['enter_session', 'welcomed']);
    expect(inbox.happenings[0]?.externalId).toBe(id);
    await running?.reconcile?.(new Date(simulator.now() - 86_400_000));
    expect(simulator.greetings).toHaveLength(1);
    expect(inbox.words()).not.toContain('could not be welcomed');
  });

  it('a failed call is tried again within the time; without a text nobody is welcomed', async () => {
    await begin({ openKfId: sales });
    await ready();
    simulator.order({ lying: 0.5 });
    for (let index = 0; index < 4; index += 1) simulator.enter(`wm${index}`);
    await eventually(() => new Set(simulator.greetings.map((one) => one.customer)).size >= 3, 8_000);
    simulator.order({});
    expect(simulator.greetings.length).toBeLessThanOrEqual(4);
    await end();
    simulator.clear();
    await begin({ openKfId: sales, welcome: '' });
    await ready();
    simulator.enter(customer);
    await inbox.until((one) => one.happenings.length === 1);
    await simulator.settled();
    expect(simulator.greetings).toEqual([]);
  }, 15_000);

  it('recalls, echoes and failures reach the hub', async () => {
    await begin({ openKfId: sales });
    await ready();
    const { id } = simulator.say(customer, 'oops');
    await inbox.until((one) => one.stored.size === 1);
    simulator.event({ event_type: 'user_recall_msg', external_userid: customer, recall_msgid: id });
    simulator.event({ event_type: 'user_recall_msg', external_userid: customer, recall_msgid: id });
    simulator.put({ msgtype: 'text', origin: 5, servicer_userid: 'ZhangSan', external_userid: customer, text: { content: 'from the WeCom app' } });
    const { externalId } = await running?.send(message({ content: { text: 'will fail later' } })) ?? {};
    simulator.event({ event_type: 'msg_send_fail', external_userid: customer, fail_msgid: externalId, fail_type: 4 });
    simulator.event({ event_type: 'servicer_status_change', servicer_userid: 'ZhangSan', status: 1 });
    await inbox.until((one) => one.receipts.length === 1 && one.happenings.length === 2);
    expect(inbox.happenings).toMatchObject([{ kind: 'recalled', about: id }, { kind: 'echo', content: { text: 'from the WeCom app' } }]);
    expect(inbox.receipts).toEqual([{ externalId, state: 'failed', reason: expect.stringContaining('48') }]);
    await eventually(() => inbox.words().includes('changed state'));
    expect(inbox.quarantined).toEqual([]);
  });
});

describe('files', () => {
  it('are fetched by name, go on where they were cut off, and are gone when they are gone', async () => {
    await begin({ openKfId: sales });
    await ready();
    const bytes = new Uint8Array(300_000).map((_, index) => index % 251);
    simulator.show(customer, 'file', { type: 'application/pdf', name: '合同 1.pdf', bytes });
    await inbox.until((one) => one.stored.size === 1);
    const ref = [...inbox.stored.values()][0]?.later?.[0]?.ref ?? '';
    simulator.cutDownloads(3);
    const file = await running?.fetch?.(ref);
    expect({ ...file, bytes: Buffer.from(file?.bytes ?? []).equals(bytes) }).toEqual({ name: '合同 1.pdf', type: 'application/pdf', bytes: true });
    await expect(running?.fetch?.('nothing')).rejects.toMatchObject({ kind: 'rejected', message: expect.stringContaining('3 天') });
    simulator.away(true);
    await expect(running?.fetch?.(ref)).rejects.toMatchObject({ kind: 'unreachable' });
  });

  it('go out in their form, uploaded once for all attempts; a link gets a picture', async () => {
    await begin({ openKfId: sales });
    simulator.sessions.heard(sales, customer);
    const attachments = [{ id: 'a'.repeat(24), name: 'photo', type: 'image/jpeg', size: 100 }, { id: 'b'.repeat(24), name: 'voice.amr', type: 'audio/amr', size: 100 }, { id: 'c'.repeat(24), name: 'note.ogg', type: 'audio/ogg', size: 100 }];
    let reads = 0;
    const sent = message({ content: { text: 'see', attachments }, file: async () => { reads += 1; return new Uint8Array(100); } });
    await running?.send(sent);
    await running?.send({ ...sent, again: true });
    expect(received().map(({ kind, text }) => [kind, text])).toEqual([['text', 'see'], ['image', 'photo.jpg'], ['voice', 'voice.amr'], ['file', 'note.ogg']]);
    expect(reads).toBe(3);
    await running?.send(message({ content: { link: { title: '说明书', url: 'https://example.test/m' } } }));
    expect(received().at(-1)).toMatchObject({ kind: 'link', text: '说明书' });
    expect(simulator.media.get([...simulator.media.keys()].at(-1) ?? '')).toMatchObject({ type: 'image/png', name: 'link.png' });
  });
});

describe('sending', () => {
  it('is done once, however often the answer is lost', async () => {
    await begin({ openKfId: sales });
    await ready();
    simulator.sessions.heard(sales, customer);
    simulator.order({ lying: 1 });
    const once = message({ key: 'lost answer', content: { text: 'once' } });
    await expect(running?.send(once)).rejects.toMatchObject({ kind: 'unreachable' });
    simulator.order({});
    const { externalId } = await running?.send({ ...once, again: true }) ?? {};
    expect(received().map(({ id, text }) => [id, text])).toEqual([[externalId, 'once']]);
  });

  it('at most five after each word of the customer, none after 48 hours: said in words', async () => {
    await begin({ openKfId: sales });
    simulator.sessions.heard(sales, customer);
    for (let index = 0; index < 5; index += 1) await running?.send(message());
    await expect(running?.send(message())).rejects.toMatchObject({ kind: 'rejected', message: expect.stringContaining('5 条') });
    simulator.sessions.heard(sales, customer);
    await running?.send(message());
    simulator.pass(49 * 3_600_000);
    await expect(running?.send(message())).rejects.toMatchObject({ kind: 'rejected', message: expect.stringContaining('48') });
    simulator.pass(-49 * 3_600_000);
    const many = Array.from({ length: 6 }, (_, index) => ({ id: String(index).repeat(24), name: `${index}.pdf`, type: 'application/pdf', size: 100 }));
    await expect(running?.send(message({ content: { attachments: many } }))).rejects.toMatchObject({ kind: 'rejected', message: expect.stringContaining('6 messages') });
  });

  it('a session that left the robot is taken back, once; who holds it is named', async () => {
    await begin({ openKfId: sales });
    simulator.sessions.heard(sales, customer);
    simulator.sessions.move(sales, customer, 2);
    await expect(running?.send(message())).rejects.toMatchObject({ kind: 'rejected', message: expect.stringContaining('queue of WeCom') });
    simulator.sessions.allow(2, 1);
    await running?.send(message({ content: { text: 'taken back' } }));
    expect([simulator.sessions.of(sales, customer).state, received().at(-1)?.text]).toEqual([1, 'taken back']);
    simulator.sessions.move(sales, customer, 3, 'ZhangSan');
    await expect(running?.send(message())).rejects.toMatchObject({ kind: 'rejected', message: expect.stringContaining('ZhangSan') });
    simulator.sessions.move(sales, customer, 4);
    await expect(running?.send(message())).rejects.toMatchObject({ kind: 'rejected', message: expect.stringContaining('has ended') });
  });

  it('is taken back with all its parts, within two minutes', async () => {
    await begin({ openKfId: sales });
    simulator.sessions.heard(sales, customer);
    const { externalId } = await running?.send(message({ content: { text: '字'.repeat(1_500) } })) ?? { externalId: '' };
    await running?.recall?.(`${sales}:${customer}`, externalId);
    expect(received().map(({ id, recalled }) => [ourId(id), recalled])).toEqual([[externalId, true], [externalId, true], [externalId, true]]);
    simulator.recallsTooLate(true);
    await expect(running?.recall?.(`${sales}:${customer}`, externalId)).rejects.toMatchObject({ kind: 'rejected', message: expect.stringContaining('2 分钟') });
    simulator.recallsTooLate(false);
  });

  it('gives a link for customers', async () => {
    await begin();
    expect(await running?.act?.('link', { openKfId: '', scene: 'web' })).toMatch(/^https:\/\/work\.weixin\.qq\.com\/kfid\/.*web$/);
    await expect(running?.act?.('link', { scene: 'not ok!' })).rejects.toMatchObject({ kind: 'rejected' });
  });
});
