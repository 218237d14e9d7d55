/** wechaty's own transport, over which everything happens that can: signing in, all kinds of messages, cut lines, a killed process. */
import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { eventually, recordingInbox } from '../testing/recording-inbox.ts';
import { outbound } from '../testing/shape.ts';
import { kinds } from '../../test/simulators/wechat-personal.ts';
import { begin, open, ready, said, state } from '../../test/simulators/wechat-personal-stage.ts';
import { wechatPersonalConnector } from './connector.ts';
import { Config } from './manifest.ts';

const png = new Uint8Array(Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==', 'base64'));
const failure = (promise: Promise<unknown>): Promise<unknown> => promise.then(() => null, (error: unknown) => error);

describe('signing in', () => {
  it('shows the code with its end, each step on the phone, and who is in', async () => {
    const { sim, inbox, connector } = await begin({ signedIn: false });
    await inbox.until(() => state(inbox) === 'waiting', 15_000);
    expect((await connector.test?.())?.map(({ ok }) => ok)).toEqual([true, true, true, false]);
    sim.scan('https://login.weixin.qq.com/l/FAKE==');
    await inbox.until((one) => one.healths.at(-1)?.detail?.qr !== undefined);
    expect(inbox.healths.at(-1)).toMatchObject({ state: 'waiting', detail: { qr: 'https://login.weixin.qq.com/l/FAKE==', until: expect.any(Date) } });
    sim.scan('', 3);
    await inbox.until((one) => JSON.stringify(one.healths.at(-1)).includes('confirm on the phone'));
    sim.signIn();
    await ready(inbox);
    expect(inbox.healths.at(-1)?.detail?.message).toMatchObject({ 'zh-CN': expect.stringContaining('客服') });
    expect(await connector.act?.('sign-out', {})).toMatchObject({ en: expect.stringContaining('Signed out') });
    await inbox.until(() => state(inbox) === 'waiting');
    expect(sim.isSignedIn()).toBe(false);
    expect(await failure(connector.send(outbound()))).toMatchObject({ kind: 'signed-out' });
    sim.scan('https://login.weixin.qq.com/l/NEXT==');
    await inbox.until((one) => one.healths.at(-1)?.detail?.qr?.endsWith('NEXT==') === true);
    sim.signIn();
    await ready(inbox);
  });

  it('names a wrong token without telling it, a taken service, and a wrong port', async () => {
    const { sim } = await begin();
    const wrong = await open(sim, { config: { token: 'insecure_wrong-token-4711' } });
    await wrong.inbox.until(() => state(wrong.inbox) === 'down', 60_000);
    expect(wrong.inbox.words()).toContain('refuses the token');
    expect(wrong.inbox.words()).not.toContain('wrong-token-4711');
    const second = await open(sim);
    await second.inbox.until((one) => one.words().includes('only one client'), 60_000);
    const nobody = await open(sim, { config: { endpoint: '127.0.0.1:1' } });
    await nobody.inbox.until((one) => one.words().includes('ECONNREFUSED'), 60_000);
    expect((await nobody.connector.test?.())?.map(({ ok }) => ok)).toEqual([true, false]);
  });

  it('works over TLS', async () => {
    const { sim, inbox } = await begin({ tls: true });
    const { id } = sim.say('王小明', '加密的');
    await inbox.until((one) => one.stored.has(id));
  });
});

describe('messages', () => {
  it('takes every kind, files later, and sends text, image, large file and link card', async () => {
    const { sim, inbox, connector } = await begin();
    const text = sim.say('王小明', '你好');
    await text.told;
    const image = sim.show('王小明', kinds.image, '', { file: { name: 'a.png', bytes: png } });
    const large = new Uint8Array(3_000_000).map((_, index) => index % 251);
    const file = sim.show('王小明', kinds.attachment, '', { file: { name: '方案.pdf', bytes: large } });
    const voice = sim.show('王小明', kinds.audio, '', { file: { name: 'v.sil', bytes: png } });
    const place = sim.show('王小明', kinds.location, '', { location: { latitude: 39.99, longitude: 116.33, name: '东升大厦' } });
    const link = sim.show('王小明', kinds.url, '', { link: { title: '退货', url: 'https://shop.example/r', description: '说明' } });
    const mini = sim.show('王小明', kinds.miniProgram, '', { miniProgram: { title: '我的订单', username: 'gh_shop@app' } });
    const card = sim.show('王小明', kinds.contact, '', { card: sim.meet('李四', { phone: ['13800000000'] }).id });
    const packet = sim.show('王小明', kinds.redEnvelope);
    const odd = sim.show('王小明', 99, '<sysmsg/>');
    await inbox.until((one) => one.stored.size === 10, 15_000);
    expect([...inbox.stored.keys()]).toEqual([text, image, file, voice, place, link, mini, card, packet, odd].map(({ id }) => id));
    expect(said(inbox, text.id)).toMatchObject({ thread: sim.meet('王小明').id, from: { name: '王小明', stable: true }, content: { text: '你好' } });
    expect(said(inbox, image.id).later).toEqual([{ ref: image.id, name: 'a.png', type: 'image/png' }]);
    expect(said(inbox, voice.id).later).toMatchObject([{ role: 'voice' }]);
    expect(said(inbox, place.id).content.location).toEqual({ latitude: 39.99, longitude: 116.33, name: '东升大厦' });
    expect(said(inbox, link.id).content.link).toEqual({ title: '退货', url: 'https://shop.example/r', description: '说明' });
    expect(said(inbox, mini.id).content.link).toEqual({ title: '我的订单', app: 'gh_shop@app' });
    expect(said(inbox, card.id).content.cards).toEqual([{ name: '李四', phones: ['13800000000'], emails: [] }]);
    expect(said(inbox, packet.id)).toMatchObject({ content: { unreadable: { kind: 'red-envelope' } }, files: [{ name: 'message.json' }] });
    expect(said(inbox, odd.id).content.unreadable).toMatchObject({ kind: 'type-99' });
    for (const [{ id }, bytes] of [[image, png], [file, large]] as const) {
      expect(Buffer.from((await connector.fetch?.(id))?.bytes ?? []).equals(Buffer.from(bytes)), id).toBe(true);
    }
    expect(await failure(connector.fetch?.('nothing') ?? Promise.resolve())).toMatchObject({ kind: 'rejected' });

    const to = { thread: sim.meet('王小明').id, to: sim.meet('王小明').id };
    const attachment = { id: 'a'.repeat(24), name: '方案.pdf', type: 'application/pdf', size: large.length };
    const sent = await connector.send(outbound({ ...to, content: { text: '请看', link: { title: '退货', url: 'https://shop.example/r' }, attachments: [attachment] }, file: async () => large }));
    const ours = sim.shown().filter((one) => one.ours);
    expect(ours.map(({ kind, text: words, name }) => [kind, words, name])).toEqual([[kinds.text, '请看', undefined], [kinds.url, 'https://shop.example/r', undefined], [kinds.attachment, '', '方案.pdf']]);
    expect(Buffer.from(ours[2]?.bytes ?? []).equals(Buffer.from(large))).toBe(true);
    expect(sent.externalId).toBe(ours[0]?.id);
    await connector.recall?.(to.thread, sent.externalId);
    expect(sim.shown().filter((one) => one.kind === kinds.recalled).map((one) => one.text)).toEqual(ours.map(({ id }) => id));
    expect(await failure(connector.recall?.(to.thread, text.id) ?? Promise.resolve())).toMatchObject({ kind: 'rejected' });
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(inbox.happenings.filter(({ kind }) => kind === 'echo')).toEqual([]);
  });

  it('rooms: one thread, routed when somebody calls for us; the phone, recalls, friends', async () => {
    const { sim, inbox } = await begin({ config: { acceptFriends: true, greeting: '您好，我是客服' } });
    const quiet = sim.sayInRoom('王小明', '售后群', '大家好');
    const called = sim.sayInRoom('李四', '售后群', '@客服\u2005价格？', true);
    await inbox.until((one) => one.stored.size === 2);
    sim.renameRoom('售后群', '新群名', '李四');
    await inbox.until((one) => one.happenings.length === 1);
    expect(said(inbox, quiet.id).group).toEqual({ name: '售后群', mentioned: false });
    expect(said(inbox, called.id).group).toEqual({ name: '售后群', mentioned: true });
    expect(said(inbox, called.id).thread).toBe(said(inbox, quiet.id).thread);
    expect(inbox.happenings[0]).toMatchObject({ kind: 'event', name: 'room-topic', text: { en: expect.stringContaining('新群名') } });

    const wrong = sim.say('王小明', '打错了');
    const phone = sim.sayOnPhone('王小明', '我在路上');
    const recall = sim.recall('王小明', wrong.id);
    await inbox.until((one) => one.happenings.length === 3);
    expect(inbox.happenings.slice(1)).toMatchObject([
      { kind: 'echo', externalId: phone.id, to: { name: '王小明' }, thread: sim.meet('王小明').id, content: { text: '我在路上' } },
      { kind: 'recalled', externalId: recall.id, about: wrong.id, thread: sim.meet('王小明').id },
    ]);
    const request = sim.askToBeFriend('赵六', '我是赵六');
    await inbox.until((one) => one.happenings.length === 6, 10_000);
    expect(sim.accepted).toEqual([request]);
    expect(inbox.happenings.slice(3).map((one) => (one.kind === 'event' ? one.name : one.kind)).toSorted()).toEqual(['echo', 'friend-added', 'friend-request']);
    expect(sim.history().received.at(-1)).toMatchObject({ customer: '赵六', text: '您好，我是客服' });
  });

  it('a message that is not there yet is asked for again; one that never comes is kept by its name', async () => {
    const { sim, inbox } = await begin();
    sim.broken.payloads = 3;
    const late = sim.say('王小明', '迟到');
    await inbox.until((one) => one.stored.has(late.id), 10_000);
    sim.broken.payloads = 99;
    const lost = sim.say('王小明', '永远不来');
    await inbox.until((one) => one.quarantined.some(({ externalId }) => externalId === lost.id), 15_000);
  });

  it.each([false, true])('what was sent twice, lost or refused comes out as it was (puppet without ids: %s)', async (nameless) => {
    const { sim, inbox, connector } = await begin({ nameless, pace: { callMs: 1_000 } });
    const { id } = sim.meet('王小明');
    const to = { thread: id, to: id };
    const one = await connector.send(outbound({ ...to, key: 'k1', content: { text: '一' } }));
    expect(one.externalId).toBe(sim.shown().at(-1)?.id);
    // It arrived, but the answer said that nobody knows.
    sim.broken.sends.push('lying');
    const two = await failure(connector.send(outbound({ ...to, key: 'k2', content: { text: '二' } })));
    expect(two).toBeNull();
    sim.broken.sends.push('hanging');
    expect(await failure(connector.send(outbound({ ...to, key: 'k3', content: { text: '三' } })))).toMatchObject({ kind: 'in-doubt' });
    expect(await failure(connector.send(outbound({ ...to, key: 'k3', again: true, content: { text: '三' } })))).toMatchObject({ kind: 'in-doubt' });
    sim.broken.sends.push('limited');
    expect(await failure(connector.send(outbound({ ...to, key: 'k4', content: { text: '四' } })))).toMatchObject({ kind: 'rate-limited' });
    await connector.send(outbound({ ...to, key: 'k4', content: { text: '四' } }));
    // The lost one comes back after all.
    const late = sim.sayOnPhone('王小明', '三');
    await inbox.until((each) => each.receipts.some(({ key }) => key === 'k3'));
    expect(await connector.settle?.(outbound({ ...to, key: 'k3' }))).toEqual({ externalId: late.id });
    expect(sim.history().received.map(({ text }) => text)).toEqual(['一', '二', '四', '三']);
    expect(inbox.happenings).toEqual([]);
  });
});

describe('when things break', () => {
  it('a cut line is open again within seconds, without anybody signing in', async () => {
    const { sim, inbox, connector } = await begin();
    const pid = connector.pid();
    const seconds: number[] = [];
    for (const outage of [200, 1_500]) {
      await sim.cut(outage);
      const back = performance.now();
      await inbox.until((one) => one.healths.some(({ state: each }) => each === 'degraded'));
      await ready(inbox);
      seconds.push((performance.now() - back) / 1_000);
      const { id } = sim.say('王小明', `nach ${outage}`);
      await inbox.until((one) => one.stored.has(id));
      inbox.healths.splice(0, inbox.healths.length - 1);
    }
    expect(connector.pid()).toBe(pid);
    process.stdout.write(`line open again after the service was back: ${seconds.map((one) => one.toFixed(2)).join(' s, ')} s (wechaty alone: 60 s)\n`);
    expect(Math.max(...seconds)).toBeLessThan(10);
  });

  it('a killed process is started again, and rests when that happens too often', async () => {
    const { sim, inbox, connector } = await begin({ pace: { ladder: [100], restarts: 3, restMs: 1_500 } });
    const kill = async (): Promise<void> => {
      const pid = connector.pid();
      if (pid) process.kill(pid, 'SIGKILL');
      await eventually(() => connector.pid() !== pid, 5_000);
    };
    const begun = performance.now();
    await kill();
    await inbox.until((one) => one.healths.filter((health) => health.state === 'ready').length === 2, 60_000);
    process.stdout.write(`ready again ${((performance.now() - begun) / 1_000).toFixed(2)} s after the process was killed\n`);
    const { id } = sim.say('王小明', 'after the kill');
    await inbox.until((one) => one.stored.has(id));
    await kill();
    await eventually(() => connector.pid() !== undefined);
    await kill();
    await inbox.until(() => state(inbox) === 'down');
    expect(inbox.healths.at(-1)?.detail?.message).toMatchObject({ en: expect.stringContaining('rests') });
    expect(await failure(connector.send(outbound()))).toMatchObject({ kind: 'unreachable' });
    await inbox.until((one) => one.healths.filter((health) => health.state === 'ready').length === 3, 60_000);
  });

  it('a stopped process is missed, ended and replaced; "connect again" does it by hand', async () => {
    const { inbox, connector } = await begin({ pace: { silenceMs: 6_000 } });
    const pid = connector.pid() ?? 0;
    process.kill(pid, 'SIGSTOP');
    await inbox.until((one) => one.healths.filter((health) => health.state === 'ready').length === 2, 60_000);
    expect(connector.pid()).not.toBe(pid);
    expect(await connector.act?.('reset', {})).toMatchObject({ en: expect.stringContaining('Connecting again') });
    await inbox.until((one) => one.healths.filter((health) => health.state === 'ready').length === 3, 60_000);
  });

  it('a service that takes the call and says nothing is no reason to hang', async () => {
    const silent = createServer((socket) => void socket.on('error', () => undefined)).listen(0, '127.0.0.1');
    await new Promise((resolve) => silent.once('listening', resolve));
    const address = silent.address();
    const connector = wechatPersonalConnector(Config.parse({ endpoint: `127.0.0.1:${typeof address === 'object' ? address?.port : 0}`, token: 'insecure_token', tls: false }), 'x:1');
    const inbox = recordingInbox();
    await connector.start(inbox);
    const begun = performance.now();
    expect(await failure(connector.send(outbound()))).toMatchObject({ kind: 'unreachable' });
    expect((await connector.test?.())?.some(({ ok }) => !ok)).toBe(true);
    await connector.stop();
    expect(performance.now() - begun).toBeLessThan(10_000);
    silent.close();
  });
});
