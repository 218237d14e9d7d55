import { describe, expect, it } from 'vitest';
import { Content } from '../../server/conversations/schema.ts';
import { samples } from './fixtures/items.ts';
import { messageId } from './ids.ts';
import { parse } from './parse.ts';
import type { Parsed } from './parse.ts';

const account = 'wkAJ2GCAAASSm4_FhToWMFea0xAFfd3Q';
const customer = 'wmAJ2GCAAAvn5YKFfD4b0SK4zYQNGvHg';
const thread = `${account}:${customer}`;
const sample = (name: string) => samples.find((one) => one.name === name)?.item ?? {};
function message(name: string) {
  const parsed = parse(sample(name), account);
  if (parsed.kind !== 'message') throw new Error(`${name} became ${parsed.kind}`);
  return parsed.message;
}
const event = (fields: object, change: object = {}): Parsed => parse({ msgid: 'e1', send_time: 1_615_478_585, origin: 4, msgtype: 'event', event: { open_kfid: account, external_userid: customer, ...fields }, ...change }, 'wk-another');

describe('messages', () => {
  it('text: thread, sender, time', () => {
    expect(message('text')).toEqual({
      externalId: '4XYm59AKqyxTqvcVJ7u4i3ee1', thread, sentAt: new Date(1_615_478_585_000), from: { value: customer, stable: true }, content: { text: '你好，我的订单 4711 到哪里了？' },
    });
    expect(message('text of a tapped menu').content).toEqual({ text: '查物流' });
    expect(message('numbers for words')).toMatchObject({ externalId: '17', thread: 'wk1:42', content: { text: '4711' }, sentAt: new Date(1_615_478_585_000) });
    expect(message('no id').externalId).toMatch(/^raw_[\w-]{32}$/);
  });

  it('media is named, not fetched; a voice note is one', () => {
    expect(message('voice')).toMatchObject({ content: {}, later: [{ type: 'audio/amr', role: 'voice', ref: '2iSLeVyqzk4eX0IB5kTi9Ljfa2rt9dwfq5WKRQ4Nvvgw' }] });
    expect([message('image'), message('video'), message('file')].map(({ later }) => later?.map(({ name, type, role }) => [name, type, role]))).toEqual([
      [['image.jpg', 'image/jpeg', undefined]], [['video.mp4', 'video/mp4', undefined]], [['file', 'application/octet-stream', undefined]],
    ]);
  });

  it('location, link, card, mini-program, shop', () => {
    expect(message('location').content.location).toEqual({ latitude: 23.106021881103501, longitude: 113.320503234863, name: '广州国际媒体港(广州市海珠区) · 广东省广州市海珠区滨江东路' });
    expect(message('location with words for numbers').content.location).toEqual({ latitude: 31.2, longitude: 121.5 });
    expect(message('link').content.link).toEqual({ title: '如何安装', url: 'https://example.test/a?b=1', description: '三步完成' });
    expect(message('business card').content.cards).toEqual([{ name: 'LiSi', phones: [], emails: [] }]);
    expect(message('mini-program').content.link).toEqual({ title: '选购商品', app: 'wx5fd3da8f11bcb10c', description: 'pages/goods/index.html?id=3' });
    expect(message('product of a shop').content.link).toEqual({ title: '保温杯', description: '¥69.00 · 杯子店 · 10000036' });
    expect(message('order of a shop').content.link).toEqual({ title: '保温杯', description: '3705115058471208928 · ¥69.00 · 待发货 · 杯子店' });
    expect(message('video of a channel').content.link).toEqual({ title: '开箱', description: '视频号名称', app: 'WeChat Channels' });
    expect(message('menu').content.text).toBe('请选择\n- 满意\n- 去看看 https://example.test\n- 小程序\n谢谢');
  });

  it('a link of another scheme is words, never an address', () => {
    const parsed = parse({ ...sample('link'), link: { title: 'x', url: 'javascript:alert(1)' } }, account);
    expect(parsed).toMatchObject({ kind: 'message', message: { content: { link: { title: 'x', description: 'javascript:alert(1)' } } } });
    expect(JSON.stringify(parsed)).not.toContain('"url"');
  });

  it('a chat history becomes lines; its files are fetched; another history inside is not unfolded', () => {
    const { content, later } = message('chat history');
    expect(content.text?.split('\n')).toEqual([
      '群聊的聊天记录', '张三 (2021-03-11 15:53 UTC): 坏了', '李四 (2021-03-11 15:55 UTC): [image.jpg]',
      '王五 (2021-03-11 15:56 UTC): [merged_msg]', '赵六: not json',
    ]);
    expect(later).toHaveLength(1);
  });

  it('what has no form is a visible placeholder with the raw JSON', () => {
    for (const [name, kind, text] of [['a kind of tomorrow', 'hologram', undefined], ['note', 'note', undefined], ['meeting', 'meeting', '周会'], ['an image without its file', 'image', undefined]] as const) {
      const { content, files } = message(name);
      expect([content.text, content.unreadable]).toEqual([text, { kind, reason: { 'zh-CN': expect.any(String), en: expect.any(String) } }]);
      expect(JSON.parse(new TextDecoder().decode(files?.[0]?.bytes))).toEqual(sample(name));
    }
  });

  it('somebody who answered in WeCom is an echo', () => {
    const parsed = parse({ ...sample('text'), origin: 5, servicer_userid: 'ZhangSan' }, account);
    expect(parsed).toEqual({ kind: 'happening', happening: { kind: 'echo', externalId: '4XYm59AKqyxTqvcVJ7u4i3ee1', thread, sentAt: new Date(1_615_478_585_000), to: { value: customer, stable: true }, content: { text: '你好，我的订单 4711 到哪里了？' } } });
    expect(parse({ ...sample('image'), origin: '5', servicer_userid: 'ZhangSan' }, account)).toMatchObject({ happening: { kind: 'echo', later: [{ type: 'image/jpeg' }] } });
  });
});

describe('events', () => {
  it('enter_session tells where from, and lets us greet', () => {
    expect(event({ event_type: 'enter_session', scene: '123', scene_param: 'abc', welcome_code: 'CODE', wechat_channels: { nickname: '我的视频号', scene: 1 } })).toEqual({
      kind: 'happening',
      happening: {
        kind: 'event', externalId: 'e1', thread, sentAt: new Date(1_615_478_585_000), from: { value: customer, stable: true }, name: 'enter_session',
        text: { 'zh-CN': '客户进入会话（123 · abc · 我的视频号）', en: 'The customer opened the chat (123 · abc · 我的视频号)' }, data: { scene: '123', sceneParam: 'abc', channels: '我的视频号' },
      },
      welcome: { code: 'CODE', account, customer, at: new Date(1_615_478_585_000) },
    });
    expect(event({ event_type: 'enter_session' })).not.toHaveProperty('welcome');
  });

  it('msg_send_fail is a receipt of our message, whichever part failed, in words', () => {
    for (const part of [0, 3]) {
      expect(event({ event_type: 'msg_send_fail', fail_msgid: `${messageId('key')}${part > 0 ? `_${part}` : ''}`, fail_type: 10 })).toEqual({ kind: 'receipt', receipt: { externalId: messageId('key'), state: 'failed', reason: { 'zh-CN': '未送达：客户拒收', en: 'Not delivered: the customer refuses messages' } } });
    }
    expect(event({ event_type: 'msg_send_fail', fail_msgid: 'x', fail_type: 99 })).toMatchObject({ receipt: { reason: { 'zh-CN': expect.stringContaining('99'), en: expect.stringContaining('99') } } });
    expect(event({ event_type: 'msg_send_fail' })).toMatchObject({ kind: 'wrong' });
  });

  it('recalls of both sides name the message; told several times it is one', () => {
    const first = event({ event_type: 'user_recall_msg', recall_msgid: 'AZUS3nsFE5b48MhaA4NxaBg6gN' });
    expect(first).toEqual({ kind: 'happening', happening: { kind: 'recalled', externalId: 'recall_AZUS3nsFE5b48MhaA4NxaBg6gN', about: 'AZUS3nsFE5b48MhaA4NxaBg6gN', thread, sentAt: new Date(1_615_478_585_000) } });
    expect(event({ event_type: 'user_recall_msg', recall_msgid: 'AZUS3nsFE5b48MhaA4NxaBg6gN' }, { msgid: 'e2' })).toEqual(first);
    expect(event({ event_type: 'servicer_recall_msg', servicer_userid: 'ZhangSan', recall_msgid: 'abc' })).toMatchObject({ happening: { kind: 'recalled', about: 'abc' } });
  });

  it('sessions, refusals, staff and what nobody knows', () => {
    expect(event({ event_type: 'session_status_change', change_type: 1, new_servicer_userid: 'LiSi', msg_code: 'X' })).toMatchObject({ happening: { kind: 'event', text: { en: 'LiSi took the session in WeCom' }, data: { change: '1', after: 'LiSi' } } });
    expect([2, 3, 4, 9].map((change) => event({ event_type: 'session_status_change', change_type: change }).kind)).toEqual(Array.from({ length: 4 }, () => 'happening'));
    expect(event({ event_type: 'reject_customer_msg_switch_change', servicer_userid: 'LiSi', reject_switch: 1 })).toMatchObject({ happening: { data: { refused: 'true' } } });
    expect(event({ event_type: 'servicer_status_change', external_userid: undefined, servicer_userid: 'LiSi', status: 2, stop_type: 0 })).toEqual({ kind: 'staff', fact: { event: 'servicer_status_change', servicer: 'LiSi', account, status: 2, stop: 0 } });
    expect(event({ event_type: 'moon_landing', crew: 3 })).toMatchObject({ happening: { kind: 'event', name: 'moon_landing', data: { raw: expect.stringContaining('"crew":3') } } });
    expect(event({ event_type: 'enter_session', external_userid: '' })).toMatchObject({ kind: 'wrong' });
  });
});

it('never throws, whatever it is given, and what it gives fits the store', () => {
  const junk: unknown[] = [null, undefined, 0, '', 'text', [], {}, { msgtype: 'text' }, { msgtype: 'event' }, { msgtype: 'event', event: null }, { external_userid: 'x', msgtype: '__proto__' }, { external_userid: 'x', msgtype: 'constructor' }, { external_userid: 'x', msgtype: 'toString', toString: 1 },
    { external_userid: 'x'.repeat(1_000), msgtype: 'text', text: { content: 'a' } }, { external_userid: 'x', msgtype: 'text', text: { content: 'y'.repeat(300_000) } }, { external_userid: 'x', msgtype: 'text', text: { content: '\0 \uD800' } }, { external_userid: 'x', send_time: 9e99, msgtype: 'location', location: { latitude: 'north' } }];
  for (const { item } of samples) {
    for (const key of Object.keys(item)) for (const value of [undefined, null, '', -1, [], {}, 'x'.repeat(5_000), { a: { b: [] } }]) junk.push({ ...item, [key]: value });
  }
  for (const raw of junk) {
    const parsed = parse(raw, account);
    const content = parsed.kind === 'message' ? parsed.message.content : parsed.kind === 'happening' && parsed.happening.kind === 'echo' ? parsed.happening.content : {};
    expect(Content.safeParse(content).error?.issues ?? [], JSON.stringify(raw)?.slice(0, 300)).toEqual([]);
    if (parsed.kind === 'message') expect(Object.keys(parsed.message.content).length + (parsed.message.later?.length ?? 0), JSON.stringify(raw)?.slice(0, 200)).toBeGreaterThan(0);
  }
});
