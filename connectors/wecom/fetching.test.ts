/** Callbacks, fetching and events, against a simulated WeCom. */
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addressCheck, sealed } from '../../test/simulators/wecom-callback.ts';
import { customer, hook, sales, service, wecomStage } from '../../test/simulators/wecom-stage.ts';
import { eventually, recordingInbox } from '../testing/recording-inbox.ts';

const stage = await wecomStage();
const { simulator } = stage;
afterAll(() => simulator.close());
beforeEach(() => simulator.clear());
afterEach(() => stage.calm());

describe('callbacks', () => {
  it('the check of the address is answered with the opened word; another key is refused', async () => {
    const connector = await stage.begin();
    const ask = async (query: URLSearchParams) => await connector.webhook?.(new Request(`${hook.url}?${query}`));
    const good = await ask(addressCheck(hook, simulator.corpId, '4711 word'));
    expect([good?.status, await good?.text()]).toEqual([200, '4711 word']);
    expect((await ask(addressCheck({ ...hook, encodingAesKey: 'A'.repeat(43) }, simulator.corpId, 'word')))?.status).toBe(403);
    expect((await ask(addressCheck(hook, 'wwanother', 'word')))?.status).toBe(403);
  });

  it('other events are taken and mean nothing; before the start it asks to come again', async () => {
    const connector = await stage.begin();
    const { query, body } = sealed(hook, simulator.corpId, '<xml><MsgType><![CDATA[event]]></MsgType><Event><![CDATA[change_contact]]></Event></xml>');
    const answer = await connector.webhook?.(new Request(`${hook.url}?${query}`, { method: 'POST', body }));
    expect([answer?.status, await answer?.text()]).toEqual([200, 'success']);
    await stage.end();
    expect((await connector.webhook?.(new Request(`${hook.url}?${query}`, { method: 'POST', body })))?.status).toBe(503);
  });

  it('is answered at once, though the store hangs', async () => {
    await stage.begin();
    await stage.ready();
    const release = stage.inbox.hold();
    simulator.say(customer, 'slow');
    await stage.inbox.until((one) => one.attempts.count > 0);
    await simulator.settled();
    expect(simulator.counts.givenUp).toBe(0);
    release();
    await stage.inbox.until((one) => one.stored.size === 1);
  });
});

describe('fetching', () => {
  it('walks all pages, over empty ones, of all accounts; in order', async () => {
    await stage.begin();
    await stage.ready();
    simulator.order({ dropped: 1 });
    for (let index = 0; index < 10; index += 1) simulator.say(customer, `sales ${index}`);
    simulator.say(customer, 'service', { account: service });
    simulator.emptyPages(2);
    await stage.running?.reconcile?.(new Date(simulator.now()));
    expect(stage.texts().filter((text) => text?.startsWith('sales'))).toEqual(Array.from({ length: 10 }, (_, index) => `sales ${index}`));
    expect(new Set([...stage.inbox.stored.values()].map(({ thread }) => thread))).toEqual(new Set([`${sales}:${customer}`, `${service}:${customer}`]));
    expect(stage.inbox.received).toHaveLength(11);
  });

  it('a platform that always says more and gives nothing does not hold us for ever', async () => {
    await stage.begin({ openKfId: sales });
    await stage.ready();
    simulator.emptyPages(10_000);
    simulator.order({ dropped: 1 });
    const before = simulator.counts.pulls;
    await expect(stage.running?.reconcile?.(new Date(simulator.now()))).rejects.toThrow('hands nothing over');
    expect(simulator.counts.pulls - before).toBeLessThan(40);
    simulator.emptyPages(0);
  }, 20_000);

  it('one account only, where one is set', async () => {
    await stage.begin({ openKfId: service });
    await stage.ready();
    simulator.say(customer, 'not for us', { account: sales });
    simulator.say(customer, 'for us', { account: service });
    await stage.inbox.until((one) => one.stored.size > 0);
    await simulator.settled();
    expect(stage.texts()).toEqual(['for us']);
  });

  it('a hundred callbacks at once are few questions', async () => {
    await stage.begin({ openKfId: sales });
    await stage.ready();
    const before = simulator.counts.pulls;
    for (let index = 0; index < 100; index += 1) simulator.say(customer, `m${index}`);
    await stage.inbox.until((one) => one.stored.size === 100);
    await simulator.settled();
    // 34 pages of 3, and the rounds that found nothing more.
    expect(simulator.counts.pulls - before).toBeLessThan(90);
    expect(stage.inbox.received).toHaveLength(100);
  });

  it('the cursor is kept over a restart: nothing twice, nothing lost', async () => {
    await stage.begin();
    await stage.ready();
    simulator.say(customer, 'before');
    await stage.inbox.until((one) => one.stored.size === 1);
    await eventually(() => simulator.passed(JSON.parse(stage.inbox.memory.get(`cursor/${sales}`) ?? '{}').cursor ?? '', simulator.history().said[0]?.id ?? ''));
    await stage.end();
    simulator.say(customer, 'meanwhile');
    await stage.begin({}, {}, recordingInbox(stage.inbox.memory));
    await stage.inbox.until((one) => one.stored.size === 1);
    expect(stage.texts()).toEqual(['meanwhile']);
  });

  it('a lost callback is made good by the clock', async () => {
    await stage.begin({ openKfId: sales, pollSeconds: 5 });
    await stage.ready();
    simulator.order({ dropped: 1 });
    simulator.say(customer, 'unannounced');
    await stage.inbox.until((one) => one.stored.size === 1, 8_000);
    expect(simulator.counts.tokenless).toBeGreaterThan(0);
  }, 15_000);

  it('a long backlog on a stumbling platform goes on at once after each stumble', async () => {
    await stage.begin({ openKfId: sales }, { timeoutMs: 2_000, retryMs: 50 });
    await stage.ready();
    simulator.order({ dropped: 1 });
    for (let index = 0; index < 240; index += 1) simulator.say(customer, `backlog ${index}`);
    simulator.order({ failing: 0.3 });
    void stage.running?.reconcile?.(new Date(simulator.now())).catch(() => {});
    await stage.inbox.until((one) => one.stored.size === 240, 12_000);
    expect(stage.texts()).toEqual(Array.from({ length: 240 }, (_, index) => `backlog ${index}`));
  }, 15_000);

  it('an old callback token is dropped, an old access token renewed', async () => {
    await stage.begin({ openKfId: sales });
    await stage.ready();
    simulator.say(customer, 'one');
    await stage.inbox.until((one) => one.stored.size === 1);
    await simulator.settled();
    simulator.expireEventTokens();
    simulator.expireTokens();
    simulator.order({ dropped: 1 });
    simulator.say(customer, 'two');
    simulator.expireEventTokens();
    await stage.running?.reconcile?.(new Date(simulator.now()));
    expect(stage.texts()).toEqual(['one', 'two']);
  });

  it('what the hub cannot take goes to quarantine after a while; its neighbours do not wait for it', async () => {
    const box = recordingInbox();
    const receive = box.receive.bind(box);
    await stage.begin({ openKfId: sales }, { retryMs: 1 }, { ...box, receive: async (one) => { if (one.content.text === 'poison') throw new Error('cannot be stored'); return await receive(one); } });
    await stage.ready();
    simulator.say(customer, 'poison');
    simulator.say('wmWang', 'healthy');
    simulator.say(customer, 'after');
    await stage.inbox.until((one) => one.quarantined.length === 1 && one.stored.size === 2, 10_000);
    expect(stage.inbox.quarantined[0]?.reason).toContain('cannot be stored');
    expect(new TextDecoder().decode(stage.inbox.quarantined[0]?.bytes)).toContain('poison');
  }, 15_000);

  it('an item that is no message is kept apart, its neighbours arrive', async () => {
    await stage.begin({ openKfId: sales });
    await stage.ready();
    simulator.put({ msgtype: 'text', text: { content: 'from nobody' } });
    simulator.say(customer, 'from somebody');
    await stage.inbox.until((one) => one.stored.size === 1 && one.quarantined.length === 1);
  });

  it('reconcile goes back when asked for long ago, and takes everything again quietly', async () => {
    await stage.begin({ openKfId: sales });
    await stage.ready();
    simulator.say(customer, 'first');
    await stage.inbox.until((one) => one.stored.size === 1);
    await simulator.settled();
    stage.inbox.stored.clear();
    const { until } = await stage.running?.reconcile?.(new Date(simulator.now() - 86_400_000)) ?? {};
    expect(stage.texts()).toEqual(['first']);
    expect(Math.abs((until?.getTime() ?? 0) - simulator.now())).toBeLessThan(5_000);
  });

  it('a gap of more than three days is said until somebody has seen to it', async () => {
    await stage.begin({ openKfId: sales });
    await stage.ready();
    await stage.end();
    simulator.pass(4 * 86_400_000);
    await stage.begin({ openKfId: sales }, {}, recordingInbox(stage.inbox.memory));
    await stage.inbox.until((one) => one.healths.some(({ state, detail }) => state === 'degraded' && /可能已丢失.*may be lost/.test(JSON.stringify(detail ?? ''))));
    expect(await stage.running?.act?.('gap-seen', {})).toEqual({ 'zh-CN': expect.stringContaining('已清除'), en: expect.stringContaining('Done') });
    expect(stage.inbox.healths.at(-1)).toEqual({ state: 'ready' });
    simulator.pass(-4 * 86_400_000);
  });

  it('names and unionids come along, asked for once; without them messages come as well', async () => {
    simulator.know(customer, '李雷', 'oUnion1');
    await stage.begin({ openKfId: sales });
    await stage.ready();
    const before = simulator.counts.lookUps;
    simulator.say(customer, 'one');
    await stage.inbox.until((one) => one.stored.size === 1);
    simulator.say(customer, 'two');
    await stage.inbox.until((one) => one.stored.size === 2);
    expect(simulator.counts.lookUps - before).toBe(1);
    expect([...stage.inbox.stored.values()].map(({ from }) => from)).toEqual(Array.from({ length: 2 }, () => ({ value: customer, stable: true, name: '李雷', also: [{ kind: 'unionid', value: 'oUnion1', attested: true }] })));
    simulator.say('wmNobody', 'nameless');
    await stage.inbox.until((one) => one.stored.size === 3);
  });

  it('tells who must be called for what: bad secret, untrusted address, and when it is well again', async () => {
    await stage.begin({ secret: 'not the secret' });
    await stage.inbox.until((one) => one.healths.some(({ state, detail }) => state === 'down' && /Secret 不正确.*The secret is wrong/.test(JSON.stringify(detail ?? ''))));
    await stage.end();
    simulator.refuse(60020, 'not allow to access from your ip, from ip: 203.0.113.7');
    await stage.begin();
    await stage.inbox.until((one) => one.healths.some(({ state, detail }) => state === 'down' && /可信 IP.*203\.0\.113\.7/.test(JSON.stringify(detail ?? ''))));
    expect(await stage.running?.test?.()).toMatchObject([{ ok: true }, { name: { 'zh-CN': '可信 IP 与权限', en: 'Trusted IP and permission' }, ok: false, detail: { 'zh-CN': expect.stringMatching(/可信 IP.*203\.0\.113\.7/), en: expect.stringMatching(/not trusted.*203\.0\.113\.7/) } }]);
    simulator.refuse(null);
    await stage.ready();
    expect((await stage.running?.test?.())?.map(({ ok }) => ok)).toEqual([true, true, true, true, true]);
  });
});

describe('events', () => {
  it('an entering customer is welcomed once, though told twice', async () => {
    await stage.begin({ openKfId: sales });
    await stage.ready();
    const { id } = simulator.enter(customer, '123');
    await eventually(() => simulator.greetings.length === 1);
    expect(simulator.greetings[0]).toMatchObject({ customer, text: '您好，请问有什么可以帮您？\nHello, how can we help you?' });
    await stage.inbox.until((one) => one.happenings.length === 2);
    expect(stage.inbox.happenings.map((one) => one.kind === 'event' && one.name)).toEqual(['enter_session', 'welcomed']);
    expect(stage.inbox.happenings[0]?.externalId).toBe(id);
    await stage.running?.reconcile?.(new Date(simulator.now() - 86_400_000));
    expect(simulator.greetings).toHaveLength(1);
    expect(stage.inbox.words()).not.toContain('could not be welcomed');
  });

  it('a failed call is tried again within the time; without a text nobody is welcomed', async () => {
    await stage.begin({ openKfId: sales });
    await stage.ready();
    simulator.order({ lying: 0.5 });
    for (let index = 0; index < 4; index += 1) simulator.enter(`wm${index}`);
    await eventually(() => new Set(simulator.greetings.map((one) => one.customer)).size >= 3, 8_000);
    simulator.order({});
    expect(simulator.greetings.length).toBeLessThanOrEqual(4);
    await stage.end();
    simulator.clear();
    await stage.begin({ openKfId: sales, welcome: '' });
    await stage.ready();
    simulator.enter(customer);
    await stage.inbox.until((one) => one.happenings.length === 1);
    await simulator.settled();
    expect(simulator.greetings).toEqual([]);
  }, 15_000);

  it('recalls, echoes and failures reach the hub', async () => {
    await stage.begin({ openKfId: sales });
    await stage.ready();
    const { id } = simulator.say(customer, 'oops');
    await stage.inbox.until((one) => one.stored.size === 1);
    simulator.event({ event_type: 'user_recall_msg', external_userid: customer, recall_msgid: id });
    simulator.event({ event_type: 'user_recall_msg', external_userid: customer, recall_msgid: id });
    simulator.put({ msgtype: 'text', origin: 5, servicer_userid: 'ZhangSan', external_userid: customer, text: { content: 'from the WeCom app' } });
    const { externalId } = await stage.running?.send(stage.message({ content: { text: 'will fail later' } })) ?? {};
    simulator.event({ event_type: 'msg_send_fail', external_userid: customer, fail_msgid: externalId, fail_type: 4 });
    simulator.event({ event_type: 'servicer_status_change', servicer_userid: 'ZhangSan', status: 1 });
    await stage.inbox.until((one) => one.receipts.length === 1 && one.happenings.length === 2);
    expect(stage.inbox.happenings).toMatchObject([{ kind: 'recalled', about: id }, { kind: 'echo', content: { text: 'from the WeCom app' } }]);
    expect(stage.inbox.receipts).toEqual([{ externalId, state: 'failed', reason: { 'zh-CN': '未送达：会话已过期（超过 48 小时）', en: 'Not delivered: the session has expired (48 hours)' } }]);
    await eventually(() => stage.inbox.words().includes('changed state'));
    expect(stage.inbox.quarantined).toEqual([]);
  });
});
