/** What goes out: every kind, once, within WeChat's quotas, and what is known when WeChat does not answer. */
import { afterEach, describe, expect, it } from 'vitest';
import { errcodeOf } from '../tencent/call.ts';
import { eventually } from '../testing/recording-inbox.ts';
import { file, onStage } from '../../test/simulators/wechat-official-stage.ts';
import type { Stage } from '../../test/simulators/wechat-official-stage.ts';
import { messagesOf } from './render.ts';

let stage: Stage;
afterEach(async () => { await stage?.close(); });
const got = (): string[] => stage.simulator.history().received.map((one) => (one.type === 'text' ? one.text : `[${one.type}] ${one.text}`.trim()));
const heardFrom = async (customer = 'o1', left = 5): Promise<void> => {
  await stage.simulator.say(customer, 'hi');
  stage.simulator.world.customers.set(customer, { follows: true, unionid: 'u', grants: [{ until: stage.simulator.world.now() + 48 * 3_600_000, left }] });
};

/** WeChat behaves well again once it has treated a call so. */
const wellAfter = async (fate: 'lying' | 'cut'): Promise<void> => {
  await eventually(() => stage.simulator.fates().has(fate));
  stage.simulator.order({});
};

describe('kinds', () => {
  it('taken apart again, each message is one', () => {
    const whole = { text: '长'.repeat(1_500), attachments: [file('1.png', 'image/png'), file('合同.pdf', 'application/pdf')], link: { title: 't', url: 'https://x.test/' }, quote: { externalId: 'm', text: 'q' } };
    for (const content of [whole, { ...whole, choices: ['好'] }, { text: '看', attachments: whole.attachments }, {}]) {
      const messages = messagesOf(content);
      expect(messages.map((each) => messagesOf(each))).toEqual(messages.map((each) => [each]));
    }
    expect(messagesOf(whole)).toHaveLength(5);
  });

  it('texts with their quotes, sources and places, by the customer-service account', async () => {
    stage = await onStage({ kfAccount: 'service@acme' });
    await heardFrom();
    await stage.send('o1', { text: '您好', quote: { externalId: 'm', text: '在吗' }, sources: [{ id: '1', title: '手册', url: 'https://x.test/' }], location: { latitude: 1, longitude: 2, name: '店' }, cards: [{ name: '王', phones: ['110'], emails: [] }] });
    expect(got()).toEqual(['「在吗」\n- - - - -\n\n您好\n\n店 1, 2\n\n王\n110\n\n手册 https://x.test/']);
    expect(stage.simulator.history().received[0]?.by).toBe('service@acme');
  });

  it('pictures, voices and videos as themselves; what WeChat has no message for as a name', async () => {
    stage = await onStage();
    await heardFrom();
    await stage.send('o1', { text: '看', attachments: [file('图 1.PNG', 'image/png'), file('a.amr', 'audio/amr'), file('b.mp3', 'audio/mpeg'), file('c.mp4', 'video/mp4'), file('合同.pdf', 'application/pdf')] });
    expect(got()).toEqual(['看\n\n[文件：合同.pdf]', '[image]', '[voice]', '[voice]', '[video] c.mp4']);
    expect(stage.simulator.history().received.slice(1).map((one) => new TextDecoder().decode(one.bytes))).toEqual(['bytes', 'bytes', 'bytes', 'bytes']);
  });

  it('files by their address where there is one: those WeChat does not know, those too large; those it refuses are told of', async () => {
    stage = await onStage();
    await heardFrom();
    const link = async ({ name }: { name: string }): Promise<string> => `https://hub.test/f/${encodeURIComponent(name)}`;
    await stage.send('o1', { attachments: [file('a.pdf', 'application/pdf')] }, { locale: 'en' });
    await stage.send('o1', { text: '看', attachments: [file('合同.pdf', 'application/pdf'), file('big.mp4', 'video/mp4', 11 * 1024 * 1024)] }, { link });
    stage.simulator.world.account.blocked.set('/cgi-bin/media/upload', 40005);
    await expect(stage.send('o1', { attachments: [file('broken.png', 'image/png')] }, { link })).rejects.toMatchObject({ kind: 'rejected', because: 'file', words: { 'zh-CN': expect.stringContaining('微信不接受此文件类型 (40005'), en: expect.stringContaining('type of file (40005') } });
    expect(got()).toEqual(['[File: a.pdf]', '看\n\n[文件：合同.pdf]\nhttps://hub.test/f/%E5%90%88%E5%90%8C.pdf\n\n[文件：big.mp4]\nhttps://hub.test/f/big.mp4']);
  });

  it('links as articles, mini-programs as cards, neither as text', async () => {
    stage = await onStage();
    await heardFrom();
    await stage.send('o1', { link: { title: '帮助', url: 'https://example.test/?a=1', description: 'd' } });
    await stage.send('o1', { link: { title: '订单', app: 'wx0123456789abcdef', url: 'pages/order?id=7' } });
    await stage.send('o1', { link: { title: '没有地址' } });
    expect(got()).toEqual(['[news] 帮助', '[miniprogrampage] 订单', '没有地址']);
    expect(stage.simulator.history().received[1]?.body).toMatchObject({ miniprogrampage: { appid: 'wx0123456789abcdef', pagepath: 'pages/order?id=7', thumb_media_id: expect.stringMatching(/.{10}/) } });
  });

  it('choices as a menu; as numbered text where the account may not send menus', async () => {
    stage = await onStage();
    await heardFrom();
    await stage.send('o1', { text: '满意吗', choices: ['满意', '不满意'] });
    stage.simulator.world.account.blocked.set('msgmenu', 40200);
    await stage.send('o1', { text: '满意吗', choices: ['满意', '不满意'] });
    expect(got()).toEqual(['[msgmenu] 满意吗|满意|不满意', '满意吗\n1. 满意\n2. 不满意']);
  });

  it('long texts in pieces that WeChat takes, cut between letters and nothing lost', async () => {
    stage = await onStage();
    await heardFrom('o1', 50);
    const long = `${'长'.repeat(1_500)}\n${'\u{1F600}'.repeat(600)} end`;
    await stage.send('o1', { text: long });
    expect(got().every((text) => Buffer.byteLength(text) <= 2_048 && text.isWellFormed())).toBe(true);
    expect(got().join('').replaceAll(/\s/g, '')).toBe(long.replaceAll(/\s/g, ''));
  });

  it('never nothing', async () => {
    stage = await onStage();
    await heardFrom();
    await stage.send('o1', {});
    await stage.send('o1', {}, { locale: 'en' });
    await stage.send('o1', { html: '<p>只有 <b>HTML</b> &amp; 更多</p>' });
    expect(got()).toEqual(['[空消息]', '[Empty message]', '只有 HTML & 更多']);
  });
});

describe('quotas', () => {
  it('five after a message, three after a tap on the menu, none to a stranger or one who left; in words', async () => {
    stage = await onStage();
    await stage.simulator.say('o1', 'hi');
    for (let index = 0; index < 5; index += 1) await stage.send('o1', { text: `${index}` });
    await expect(stage.send('o1', { text: '6' })).rejects.toMatchObject({ kind: 'rejected', message: expect.stringContaining('5 after a message, 3 within a minute') });
    await stage.simulator.event('o1', 'CLICK', { EventKey: 'K' });
    for (let index = 0; index < 3; index += 1) await stage.send('o1', { text: `menu ${index}` });
    await expect(stage.send('o1', { text: 'menu 4' })).rejects.toMatchObject({ kind: 'rejected' });
    await stage.simulator.say('o1', 'hi again');
    stage.simulator.advance(49 * 3_600_000);
    stage.simulator.world.tokens.forEach((one) => { one.until += 50 * 3_600_000; });
    await expect(stage.send('o1', { text: 'late' })).rejects.toMatchObject({ kind: 'rejected', message: expect.stringContaining('48') });
    await stage.simulator.event('o1', 'subscribe');
    await stage.simulator.event('o1', 'unsubscribe');
    await expect(stage.send('o1', { text: 'gone' })).rejects.toSatisfy((error) => errcodeOf(error) === 45015);
    expect(got()).toHaveLength(8);
  });

  it('tells what an unverified account may not do', async () => {
    stage = await onStage();
    await heardFrom();
    stage.simulator.world.account.verified = false;
    await expect(stage.send('o1', { text: 'x' })).rejects.toMatchObject({ kind: 'rejected', message: expect.stringContaining('only verified accounts') });
  });
});

describe('once', () => {
  it('a lost answer is settled by WeChat\'s chat records when they have the message', async () => {
    stage = await onStage({ kfAccount: 'service@acme' });
    await heardFrom();
    await stage.send('o1', { text: 'same' });
    stage.simulator.order({ lying: 1 });
    const sent = stage.send('o1', { text: 'same' }, { key: 'k2' });
    void wellAfter('lying');
    expect(await sent).toEqual({ externalId: 'out:k2' });
    expect(await stage.send('o1', { text: 'same' }, { key: 'k2', again: true })).toEqual({ externalId: 'out:k2' });
    expect(got()).toEqual(['same', 'same']);
  });

  it('without a record it is in doubt, not sent twice, not said to be sent', async () => {
    stage = await onStage();
    await heardFrom();
    await stage.send('o1', { text: 'same' });
    stage.simulator.order({ cut: 1 });
    const sent = stage.send('o1', { text: 'same' }, { key: 'k3' });
    void wellAfter('cut');
    await expect(sent).rejects.toMatchObject({ kind: 'in-doubt' });
    await expect(stage.send('o1', { text: 'same' }, { key: 'k3', again: true })).rejects.toMatchObject({ kind: 'in-doubt' });
    expect(got()).toEqual(['same']);
  });

  it('after a restart nobody can tell: in doubt without asking WeChat', async () => {
    stage = await onStage();
    await heardFrom();
    await expect(stage.send('o1', { text: 'x' }, { key: 'unknown', again: true })).rejects.toMatchObject({ kind: 'in-doubt' });
    expect(got()).toEqual([]);
  });

  it('a WeChat that is not there at all has certainly taken nothing', async () => {
    stage = await onStage({ apiBase: 'http://127.0.0.1:1' });
    await expect(stage.send('o1', { text: 'x' })).rejects.toMatchObject({ kind: 'unreachable' });
  });
});

describe('templates', () => {
  const withTemplates = async (): Promise<void> => {
    stage = await onStage();
    stage.simulator.world.account.templates = [{ template_id: 'T1', title: '预约提醒', content: '{{first.DATA}}\n时间：{{time.DATA}}，{{first.DATA}}' }];
    stage.simulator.world.account.notices = [{ priTmplId: 'N1', title: '发货通知', content: '单号:{{character_string1.DATA}}', type: 2 }];
    await heardFrom();
  };

  it('are listed with numbered variables', async () => {
    await withTemplates();
    expect(await stage.connector.templates?.()).toEqual([
      { name: '预约提醒 · T1', language: 'zh_CN', text: '预约提醒\n{{1}}\n时间：{{2}}，{{1}}', variables: 2, category: 'template', status: 'approved' },
      { name: '发货通知 · N1', language: 'zh_CN', text: '发货通知\n单号:{{1}}', variables: 1, category: 'subscription', status: 'approved' },
    ]);
    stage.simulator.world.account.blocked.set('/wxaapi/newtmpl/gettemplate', 48001);
    expect(await stage.connector.templates?.()).toHaveLength(1);
  });

  it('go out outside the window, once for a key, and their result comes back as a receipt', async () => {
    await withTemplates();
    stage.simulator.advance(49 * 3_600_000);
    stage.simulator.expireTokens();
    const content = { text: 'x', template: { name: '预约提醒 · T1', language: 'zh_CN', variables: ['您好', '周一'] } };
    const sent = await stage.send('o1', content, { key: 'abcdef0123456789abcdef01' });
    expect(sent.externalId).toMatch(/^template:\d{17,}$/);
    const { outbound } = await import('../testing/shape.ts');
    expect(await stage.connector.settle?.(outbound({ key: 'abcdef0123456789abcdef02', to: 'o1', content }))).toBeNull();
    await stage.inbox.until((one) => one.receipts.length > 0);
    expect(stage.inbox.receipts).toEqual([{ externalId: sent.externalId, state: 'delivered' }]);
    expect(got()).toEqual(['[template] 您好\n时间：周一，您好']);
  });

  it('a lost answer of a template is sent again and arrives once; of a notice it is in doubt', async () => {
    await withTemplates();
    const content = { template: { name: 'T1', language: 'zh_CN', variables: ['a', 'b'] } };
    await stage.connector.templates?.();
    stage.simulator.order({ lying: 1 });
    await expect(stage.send('o1', content, { key: 'k5' })).rejects.toMatchObject({ kind: 'unreachable' });
    stage.simulator.order({});
    await stage.send('o1', content, { key: 'k5', again: true });
    expect(got()).toHaveLength(1);
    const notice = { template: { name: 'N1', language: 'zh_CN', variables: ['SF1'] } };
    stage.simulator.order({ lying: 1 });
    await expect(stage.send('o1', notice, { key: 'k6' })).rejects.toMatchObject({ kind: 'in-doubt' });
    stage.simulator.order({});
    await expect(stage.send('o1', notice, { key: 'k6', again: true })).rejects.toMatchObject({ kind: 'in-doubt' });
    expect(got()).toHaveLength(2);
  });

  it('are refused in words', async () => {
    await withTemplates();
    await expect(stage.send('o1', { template: { name: 'nobody knows', language: 'zh_CN', variables: [] } })).rejects.toMatchObject({ kind: 'rejected', message: expect.stringContaining('no template') });
    await expect(stage.send('o1', { template: { name: 'T1', language: 'zh_CN', variables: [] } })).rejects.toMatchObject({ kind: 'rejected', message: expect.stringContaining('wrong form') });
    await stage.simulator.event('o1', 'unsubscribe');
    await expect(stage.send('o1', { template: { name: 'N1', language: 'zh_CN', variables: ['x'] } })).rejects.toMatchObject({ kind: 'rejected', message: expect.stringContaining('does not accept') });
  });
});
