/** What the shared suite does not ask: modes, impatience, files, profiles, receipts, checks. */
import { afterEach, describe, expect, it } from 'vitest';
import { seal, signedQuery, toXml, wrap } from '../../test/simulators/wechat-official-push.ts';
import { ConnectorError, inLanguage } from '../connector.ts';
import { eventually } from '../testing/recording-inbox.ts';
import { hook, onStage } from '../../test/simulators/wechat-official-stage.ts';
import type { Stage } from '../../test/simulators/wechat-official-stage.ts';

let stage: Stage;
afterEach(async () => { await stage?.close(); });
const texts = (): (string | undefined)[] => [...stage.inbox.stored.values()].map((one) => one.content.text);

describe('modes', () => {
  it.each(['safe', 'compatible', 'plain'] as const)('%s: the address is checked, messages and events come in', async (mode) => {
    stage = await onStage({ mode }, { mode });
    expect(await stage.simulator.connect({ url: hook, handle: stage.webhook })).toEqual({ verified: true });
    expect(await stage.simulator.say('o1', '你好 ]]> <b>')).toMatchObject({ taken: true });
    expect(await stage.simulator.event('o1', 'subscribe', { EventKey: 'qrscene_7' })).toMatchObject({ taken: true });
    expect(texts()).toEqual(['你好 ]]> <b>']);
    expect(stage.inbox.happenings.map((one) => one.kind)).toEqual(['event', 'consent']);
  });

  it('takes a push without Request objects all the same', async () => {
    stage = await onStage({ mode: 'safe' }, { mode: 'safe' });
    const { appId, token, encodingAesKey } = stage.simulator.config();
    const { query, body } = wrap({ appId: String(appId), token: String(token), encodingAesKey: String(encodingAesKey), mode: 'safe' }, { FromUserName: 'o7', CreateTime: 1, MsgType: 'text', Content: '快', MsgId: '7' });
    const hot = (search: string) => stage.connector.hot?.(new TextEncoder().encode(body), {}, search);
    expect(await hot(query.toString().replace('msg_signature', 'msg_sig'))).toEqual({ status: 403, body: 'wrong signature', type: 'text/plain; charset=utf-8' });
    expect([texts(), await hot(query.toString())]).toEqual([[], { status: 200, body: 'success', type: 'text/plain; charset=utf-8' }]);
    expect(texts()).toEqual(['快']);
  });

  it('says which setting is wrong when WeChat pushes in plain to a safe channel', async () => {
    stage = await onStage({ mode: 'safe' }, { mode: 'plain' });
    expect(await stage.simulator.say('o1', 'plain')).toMatchObject({ taken: false });
    expect(texts()).toEqual([]);
    expect(stage.inbox.healths.at(-1)).toMatchObject({ state: 'degraded', detail: { message: { en: expect.stringContaining('safe mode') } } });
    stage.simulator.setMode('safe');
    await stage.simulator.say('o1', 'sealed');
    expect([texts(), stage.inbox.healths.at(-1)]).toEqual([['sealed'], { state: 'ready' }]);
  });

  it('takes no bare message where WeChat always seals one too: the signature of the address covers no word of it', async () => {
    stage = await onStage({ mode: 'compatible' }, { mode: 'compatible' });
    const { appId, token, encodingAesKey } = stage.simulator.config();
    const secrets = { appId: String(appId), token: String(token), encodingAesKey: String(encodingAesKey) };
    const fields = { FromUserName: 'o7', CreateTime: 1, MsgType: 'text', Content: 'forged', MsgId: '7' };
    const seen = wrap({ ...secrets, mode: 'compatible' }, { ...fields, Content: 'true' });
    const bare = wrap({ ...secrets, mode: 'plain' }, fields).body;
    expect((await stage.connector.hot?.(new TextEncoder().encode(bare), {}, seen.query.toString()))?.status).toBe(403);
    expect((await stage.connector.hot?.(new TextEncoder().encode(seen.body.replace('<![CDATA[true]]>', '<![CDATA[forged]]>')), {}, seen.query.toString()))?.status).toBe(200);
    expect(texts()).toEqual(['true']);
  });

  it('keeps what it cannot decrypt, says why, and lets WeChat go', async () => {
    stage = await onStage({ encodingAesKey: 'Z'.repeat(43) });
    expect(await stage.simulator.say('o1', 'sealed with another key')).toMatchObject({ taken: true });
    expect(stage.inbox.quarantined).toHaveLength(1);
    expect(new TextDecoder().decode(stage.inbox.quarantined[0]?.bytes)).toContain('<Encrypt>');
    expect(stage.inbox.healths.at(-1)).toMatchObject({ state: 'degraded', detail: { message: { en: expect.stringContaining('EncodingAESKey') } } });
  });

  it('keeps what is no message: rubbish, nobody\'s words, and it stays in once', async () => {
    stage = await onStage();
    const account = { appId: 'wx1234567890abcdef', token: 'TokenOfTheSimulator', encodingAesKey: 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG' };
    for (const inside of ['no xml at all', '<xml><MsgType>text</MsgType></xml>', 'no xml at all']) {
      const cipher = seal(account, inside);
      const answer = await stage.webhook(new Request(`${hook}?${signedQuery(account, cipher)}`, { method: 'POST', body: `<xml>${toXml({ Encrypt: cipher })}</xml>` }));
      expect([answer.status, await answer.text()]).toEqual([200, 'success']);
    }
    expect(stage.inbox.quarantined.map((one) => one.reason).length).toBeGreaterThanOrEqual(2);
    expect(stage.inbox.stored.size).toBe(0);
  });

  it('refuses what is too large, and other methods', async () => {
    stage = await onStage();
    expect((await stage.webhook(new Request(`${hook}?x=1`, { method: 'POST', body: 'x'.repeat(1_000_001) }))).status).toBe(413);
    expect((await stage.webhook(new Request(hook, { method: 'DELETE' }))).status).toBe(405);
  });
});

describe('impatience', () => {
  it('a hub that is slower than WeChat waits takes the message in once, at the second or third try', async () => {
    stage = await onStage({}, { patienceMs: 250 });
    const release = stage.inbox.hold();
    void stage.inbox.until((one) => one.attempts.count >= 2).then(release);
    expect(await stage.simulator.say('o1', 'slow')).toMatchObject({ taken: true });
    expect([stage.inbox.attempts.count >= 2, texts()]).toEqual([true, ['slow']]);
  });

  it('a store that is away is no success: WeChat gives up after three tries, and says so to the customer', async () => {
    stage = await onStage();
    stage.inbox.failWith(new Error('away'));
    expect(await stage.simulator.say('o1', 'lost')).toMatchObject({ taken: false });
    expect(stage.simulator.lost[0]?.tries).toEqual(Array.from({ length: 3 }, () => ({ status: 503, body: 'try again' })));
    expect(await stage.simulator.event('o1', 'CLICK', { EventKey: 'K' })).toMatchObject({ taken: false });
    stage.inbox.failWith(null);
    expect(await stage.simulator.event('o1', 'CLICK', { EventKey: 'K' })).toMatchObject({ taken: true });
    expect(stage.inbox.quarantined).toEqual([]);
  });

  it('nothing that WeChat\'s API does holds a message up', async () => {
    stage = await onStage();
    stage.simulator.order({ hanging: 1 });
    const begin = performance.now();
    expect(await stage.simulator.say('o1', 'now')).toMatchObject({ taken: true });
    expect(await stage.simulator.image('o1', new Uint8Array(10))).toMatchObject({ taken: true });
    expect(performance.now() - begin).toBeLessThan(1_500);
  });
});

describe('files', () => {
  it('are named, and fetched afterwards: pictures, voices with their role, videos by their address', async () => {
    stage = await onStage();
    const bytes = new TextEncoder().encode('the bytes');
    await stage.simulator.image('o1', bytes);
    await stage.simulator.voice('o1', bytes, '识别的文字');
    await stage.simulator.video('o1', bytes);
    const named = [...stage.inbox.stored.values()].flatMap((one) => one.later ?? []);
    expect(named.map((one) => [one.type, one.role])).toEqual([['image/jpeg', undefined], ['audio/amr', 'voice'], ['video/mp4', undefined]]);
    expect(texts()).toEqual([undefined, '识别的文字', undefined]);
    for (const { ref, type } of named) {
      const got = await stage.connector.fetch?.(ref);
      expect([got?.type, new TextDecoder().decode(got?.bytes)]).toEqual([type, 'the bytes']);
    }
  });

  it('are gone for good after three days, but a picture still has its address', async () => {
    stage = await onStage();
    await stage.simulator.image('o1', new TextEncoder().encode('picture'));
    await stage.simulator.voice('o1', new Uint8Array(4));
    const [picture, voice] = [...stage.inbox.stored.values()].flatMap((one) => one.later ?? []);
    stage.simulator.advance(4 * 86_400_000);
    stage.simulator.world.tokens.forEach((one) => { one.until += 10 * 86_400_000; });
    expect(await stage.connector.fetch?.(picture?.ref ?? '')).toMatchObject({ name: 'image.jpg' });
    await expect(stage.connector.fetch?.(voice?.ref ?? '')).rejects.toMatchObject({ kind: 'rejected', message: expect.stringContaining('three days') });
  });

  it('are never asked of an address that a push invents', async () => {
    stage = await onStage();
    const ref = (url: string): string => JSON.stringify({ id: 'gone', url });
    for (const url of ['http://169.254.169.254/latest', 'http://127.0.0.1:1/x', 'file:///etc/passwd', 'https://qpic.cn.evil.test/x']) await expect(stage.connector.fetch?.(ref(url))).rejects.toMatchObject({ kind: 'rejected' });
    stage.simulator.order({ failing: 1 });
    await expect(stage.connector.fetch?.(ref('http://127.0.0.1:1/x'))).rejects.toMatchObject({ kind: 'unreachable' });
  });
});

describe('people', () => {
  it('the union id comes along once it is known, attested, and never in the way', async () => {
    stage = await onStage();
    await stage.simulator.say('o1', 'first');
    await eventually(async () => { await stage.simulator.say('o1', 'again'); return [...stage.inbox.stored.values()].at(-1)?.from.also !== undefined; });
    const senders = [...stage.inbox.stored.values()].map((one) => one.from);
    expect(senders[0]).toEqual({ value: 'o1', stable: true });
    expect(senders.at(-1)).toEqual({ value: 'o1', stable: true, also: [{ kind: 'unionid', value: 'union-o1', attested: true }], attributes: { language: 'zh_CN', source: 'ADD_SCENE_QR_CODE' } });
  });

  it('who follows is known before the first word', async () => {
    stage = await onStage();
    await stage.simulator.event('o2', 'subscribe');
    await new Promise((done) => setTimeout(done, 100));
    await stage.simulator.say('o2', 'hello');
    expect([...stage.inbox.stored.values()][0]?.from.also?.[0]?.value).toBe('union-o2');
  });

  it('accounts that may not ask are not asked again and again', async () => {
    stage = await onStage();
    stage.simulator.world.account.verified = false;
    await stage.simulator.say('o1', 'a');
    await new Promise((done) => setTimeout(done, 80));
    const asked = stage.simulator.world.asked;
    for (const text of ['b', 'c']) expect(await stage.simulator.say('o1', text)).toMatchObject({ taken: true });
    expect(stage.simulator.world.asked).toBe(asked);
  });
});

describe('the account', () => {
  it('one token for everybody; one renewal when it ends early', async () => {
    stage = await onStage();
    await stage.simulator.say('o1', 'hi');
    stage.simulator.world.customers.get('o1')?.grants.push({ until: Date.now() + 60_000, left: 100 });
    await Promise.all(Array.from({ length: 20 }, (_, index) => stage.send('o1', { text: `a${index}` })));
    expect(stage.simulator.world.asked).toBe(1);
    stage.simulator.expireTokens();
    await Promise.all(Array.from({ length: 20 }, (_, index) => stage.send('o1', { text: `b${index}` })));
    expect(stage.simulator.world.asked).toBe(2);
    expect(stage.simulator.history().received).toHaveLength(40);
  });

  it('a token that WeChat refuses and yet hands out again is replaced by force', async () => {
    stage = await onStage();
    await stage.simulator.say('o1', 'hi');
    await stage.send('o1', { text: 'a' });
    stage.simulator.world.tokens.forEach((one) => { one.dead = true; });
    await stage.send('o1', { text: 'b' });
    expect([stage.simulator.history().received.length, stage.simulator.world.asked]).toEqual([2, 3]);
  });

  it('a refused address is named, and forgotten once it is allowed', async () => {
    stage = await onStage();
    await stage.inbox.until((one) => one.healths.at(-1)?.state === 'ready');
    stage.simulator.refuseIp('203.0.113.7');
    await expect(stage.send('o1', { text: 'x' })).rejects.toMatchObject({ kind: 'signed-out' });
    expect(stage.inbox.healths.at(-1)).toMatchObject({ state: 'down', detail: { message: { 'zh-CN': expect.stringContaining('请把 IP 203.0.113.7 加入公众号的 IP 白名单。服务器 IP 不在'), en: expect.stringContaining('Add the IP 203.0.113.7 to the whitelist of the account. The IP of this server') } } });
    stage.simulator.refuseIp(null);
    await stage.simulator.say('o1', 'hi');
    await stage.send('o1', { text: 'x' });
    expect(stage.inbox.healths.at(-1)).toEqual({ state: 'ready' });
  });

  it('starts without WeChat, and is ready once WeChat is there', async () => {
    stage = await onStage({ appSecret: 'wrong'.repeat(5) }, { tuning: { retryMs: 20 } });
    await stage.inbox.until((one) => one.healths.at(-1)?.state === 'down');
    expect(stage.inbox.words()).not.toContain('wrongwrong');
    expect(await stage.simulator.say('o1', 'still heard')).toMatchObject({ taken: true });
    Object.assign(stage.simulator.world, { appSecret: 'wrong'.repeat(5) });
    await stage.inbox.until((one) => one.healths.at(-1)?.state === 'ready');
  });

  it('checks itself step by step', async () => {
    stage = await onStage({ kfAccount: 'service@acme' });
    const names = async () => (await stage.connector.test?.() ?? []).map(({ name, ok }) => [inLanguage(name, 'en'), ok]);
    expect(await names()).toEqual([['IP whitelist', true], ['Access token', true], ['Callback', true], ['Media upload', true], ['Customer-service account', true]]);
    expect((await stage.connector.test?.())?.[3]).toMatchObject({ name: { 'zh-CN': '上传素材' }, detail: { 'zh-CN': expect.stringMatching(/^已上传测试图片（.+）$/), en: expect.stringMatching(/^A test picture was uploaded \(.+\)$/) } });
    stage.simulator.world.account.kf = [];
    stage.simulator.world.account.blocked.set('/cgi-bin/media/upload', 48001);
    expect(await names()).toEqual([['IP whitelist', true], ['Access token', true], ['Callback', true], ['Media upload', false], ['Customer-service account', false]]);
    expect((await stage.connector.test?.())?.[4]?.detail).toEqual({ 'zh-CN': '公众号没有客服账号 service@acme。现有：无', en: 'The account has no customer-service account service@acme. It has: none' });
  });

  it('tells the address that is missing from the whitelist, and that WeChat has never called', async () => {
    stage = await onStage();
    stage.simulator.expireTokens();
    stage.simulator.refuseIp('203.0.113.7');
    await stage.connector.stop();
    const { wechatOfficialConnector } = await import('./connector.ts');
    const { WechatOfficialConfig } = await import('./manifest.ts');
    const fresh = wechatOfficialConnector(WechatOfficialConfig.parse(stage.simulator.config()));
    const found = await fresh.test?.() ?? [];
    expect(found.map(({ name, ok }) => [inLanguage(name, 'zh-CN'), ok])).toEqual([['IP 白名单', false], ['访问凭证', false], ['回调', false]]);
    expect(found[0]?.detail).toEqual({ 'zh-CN': expect.stringContaining('203.0.113.7'), en: expect.stringContaining('203.0.113.7') });
    expect(found[2]?.detail).toEqual({ 'zh-CN': expect.stringContaining('服务器配置'), en: expect.stringContaining('server configuration') });
  });

  it('shows and publishes the menu, and says in words what does not fit', async () => {
    stage = await onStage();
    const act = async (action: string, json?: string): Promise<unknown> => await stage.connector.act?.(action, json === undefined ? {} : { json }) ?? '';
    expect(await act('read-menu')).toEqual({ 'zh-CN': '公众号没有启用自定义菜单', en: 'The account has no menu' });
    const button = [{ type: 'click', name: '联系我们', key: 'TALK' }, { name: '更多', sub_button: [{ type: 'view', name: '官网', url: 'https://example.test/' }] }];
    expect(await act('publish-menu', JSON.stringify({ button }))).toEqual({ 'zh-CN': expect.stringContaining('2 个一级按钮'), en: expect.stringContaining('2 buttons') });
    expect(stage.simulator.world.menu).toEqual({ button });
    expect(JSON.parse(String(await act('read-menu')))).toEqual({ button });
    for (const wrong of ['nope', '{}', JSON.stringify({ button: [{ type: 'click', name: '名字太长了放不下' , key: 'K' }] }), JSON.stringify({ button: [{ type: 'view', name: 'x' }] }), JSON.stringify({ button: Array.from({ length: 4 }, () => button[0]) })]) {
      await expect(act('publish-menu', wrong)).rejects.toBeInstanceOf(ConnectorError);
    }
    await expect(act('publish-menu', '{}')).rejects.toMatchObject({ words: { 'zh-CN': expect.stringContaining('菜单不符合微信的要求：button'), en: expect.stringContaining('does not fit WeChat') } });
    expect(stage.simulator.world.menu).toEqual({ button });
    await expect(act('fly')).rejects.toThrow('no action');
  });

  it('shows that we are writing; that WeChat declines it is nobody\'s trouble', async () => {
    stage = await onStage();
    await stage.connector.typing?.('o1', true);
    await stage.connector.typing?.('o1', false);
    expect(stage.simulator.world.typings).toEqual([{ customer: 'o1', command: 'Typing' }, { customer: 'o1', command: 'CancelTyping' }]);
    stage.simulator.world.account.blocked.set('/cgi-bin/message/custom/typing', 45080);
    await stage.connector.typing?.('o1', true);
  });
});
