/** Every kind of push, as Tencent documents it, and as others may send it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildXml } from '../tencent/xml.ts';
import { checkInbound } from '../testing/shape.ts';
import { fixtureNames, happeningsOf, messageOf, parseBody, parsed } from './fixtures.ts';
import { manifest } from './manifest.ts';

const openid = 'oia2TjuEGTNoeX76QEjQNrcURxG8';
function happeningsIn(body: string) {
  const result = parseBody(body);
  if (result.kind !== 'happenings') throw new Error('no happening');
  return result.happenings;
}

describe('messages', () => {
  it('names the message, the thread and the time', () => {
    expect(messageOf('text.xml')).toEqual({
      externalId: '23456789012345678901', thread: openid, from: { value: openid, stable: true }, sentAt: new Date(1395658920_000),
      content: { text: '你好，订单 007 还没到 <b>?</b> & 1e5' },
    });
    expect(messageOf('text.json')).toMatchObject({ externalId: '23456789012345678901', thread: 'oJson', content: { text: 'JSON 也可以' } });
  });

  it.each([
    ['text-from-menu.xml', { text: '满意' }, undefined],
    ['image.xml', {}, [{ name: 'image.jpg', type: 'image/jpeg', ref: '{"id":"media_id_image","url":"http://mmbiz.qpic.cn/mmbiz_jpg/abc/0"}' }]],
    ['image-without-media.xml', {}, [{ name: 'image.jpg', type: 'image/jpeg', ref: '{"url":"http://mmbiz.qpic.cn/mmbiz_jpg/abc/0"}' }]],
    ['voice.xml', {}, [{ name: 'voice.amr', type: 'audio/amr', role: 'voice', ref: '{"id":"media_id_voice"}' }]],
    ['voice-recognised.xml', { text: '我的快递到哪里了' }, [{ name: 'voice.amr', type: 'audio/amr', role: 'voice', ref: '{"id":"media_id_voice"}' }]],
    ['video.xml', {}, [{ name: 'video.mp4', type: 'video/mp4', ref: '{"id":"media_id_video"}' }]],
    ['shortvideo.xml', {}, [{ name: 'video.mp4', type: 'video/mp4', ref: '{"id":"media_id_video"}' }]],
    ['location.xml', { location: { latitude: 23.134521, longitude: 113.358803, name: '广州市天河区' } }, undefined],
    ['link.xml', { link: { title: '公众平台官网链接', description: '公众平台官网', url: 'https://mp.weixin.qq.com/s?a=1&b=2' } }, undefined],
    ['miniprogrampage.xml', { link: { title: '我的订单', app: 'wx0123456789abcdef', url: 'pages/order?id=7' } }, undefined],
  ])('%s', (name, content, later) => {
    expect([messageOf(name).content, messageOf(name).later, messageOf(name).files]).toEqual([content, later, undefined]);
  });

  it.each([['unknown.xml', 'hologram'], ['file.xml', 'file'], ['location-broken.xml', 'location'], ['text-empty.xml', 'text']])('%s is shown for what it is, with its bytes', (name, kind) => {
    const { content, files } = messageOf(name);
    expect(content).toEqual({ unreadable: { kind, reason: { 'zh-CN': expect.any(String), en: expect.any(String) } } });
    expect(new TextDecoder().decode(files?.[0]?.bytes)).toContain('<MsgId>23456789012345678901</MsgId>');
  });

  it('marks what WeChat itself does not pass on', () => {
    expect(messageOf('sticker.xml').content).toMatchObject({ text: '【收到不支持的消息类型，暂无法显示】', unreadable: { kind: 'sticker' } });
  });

  it('every fixture is a valid message or a happening', () => {
    expect(fixtureNames().length).toBeGreaterThan(30);
    for (const name of fixtureNames()) {
      const result = parsed(name);
      if (result.kind === 'message') checkInbound(result.message, manifest);
    }
  });
});

describe('events', () => {
  it('a follow by a QR code names its scene, and allows us to write', () => {
    const { happenings } = happeningsOf('event-subscribe-scene.xml');
    expect(happenings).toEqual([
      { kind: 'event', externalId: `event:${openid}:1395658920:subscribe:qrscene_shop-42`, thread: openid, from: { value: openid, stable: true }, sentAt: new Date(1395658920_000), name: 'subscribe',
        text: { 'zh-CN': '扫码关注了公众号（场景 shop-42）', en: 'Followed the account by a QR code (scene shop-42)' }, data: { EventKey: 'qrscene_shop-42', Ticket: 'TICKET', scene: 'shop-42' } },
      { kind: 'consent', externalId: `event:${openid}:1395658920:subscribe:qrscene_shop-42:consent`, thread: openid, from: { value: openid, stable: true }, sentAt: new Date(1395658920_000), granted: true, words: '关注' },
    ]);
    expect(happeningsOf('event-subscribe.xml').happenings[0]).toMatchObject({ text: { 'zh-CN': '关注了公众号' }, data: {} });
  });

  it('who leaves takes the consent back', () => {
    expect(happeningsOf('event-unsubscribe.xml').happenings).toMatchObject([{ kind: 'event', name: 'unsubscribe' }, { kind: 'consent', granted: false }]);
  });

  it.each([
    ['event-scan.xml', 'SCAN', '扫描了二维码（场景 shop-42）', { scene: 'shop-42' }],
    ['event-click.xml', 'CLICK', '点击了菜单“TALK_TO_US”', { EventKey: 'TALK_TO_US' }],
    ['event-view-miniprogram.xml', 'view_miniprogram', '从菜单打开了小程序 pages/index', { MenuId: '426' }],
    ['event-location.xml', 'LOCATION', '上报了位置 23.137466, 113.352425', { Precision: '119.38504' }],
    ['event-scancode.xml', 'scancode_waitmsg', '用菜单“SCAN_IT”扫码：SN-1', { ScanResult: 'SN-1', ScanType: 'qrcode' }],
    ['event-pictures.xml', 'pic_weixin', '用菜单“PICS”发送 2 张图片', { Count: '2' }],
    ['event-location-select.xml', 'location_select', '用菜单“PLACE”选择了位置 客村', { Label: '客村' }],
    ['event-notice-popup.xml', 'subscribe_msg_popup_event', '订阅通知：VRR0UEO9VJOLs0MHlU0OilqX6MVFDwH3: accept, 9nLIlbOQZC5Y89AZteFEux3WCXRRRG5W: reject', {}],
    ['event-notice-change.xml', 'subscribe_msg_change_event', '订阅通知：VRR0UEO9VJOLs0MHlU0OilqX6MVFDwH3: reject', {}],
    ['event-kf-session.xml', 'kf_create_session', '客服 service@acme 在微信客服工具中接入了会话', { KfAccount: 'service@acme' }],
    ['event-unknown.xml', 'user_consume_hologram', '微信事件 user_consume_hologram', { CardId: 'c1' }],
  ])('%s', (name, event, text, data) => {
    const { happenings, receipts } = happeningsOf(name);
    expect(happenings).toMatchObject([{ kind: 'event', name: event, text: { 'zh-CN': text, en: expect.stringMatching(/\S/) }, data }]);
    expect(receipts).toEqual([]);
  });

  it('a long key does not make a long id', () => {
    const [view] = happeningsOf('event-view.xml').happenings;
    expect(view?.externalId.length).toBeLessThan(120);
  });

  it('two events of one second are two', () => {
    expect(happeningsOf('event-subscribe.xml').happenings[0]?.externalId).not.toBe(happeningsOf('event-unsubscribe.xml').happenings[0]?.externalId);
  });

  it('results of templates and notices are receipts', () => {
    expect(happeningsOf('event-template-sent.xml')).toEqual({ kind: 'happenings', happenings: [], receipts: [{ externalId: 'template:4567890123456789012', state: 'delivered' }] });
    expect(happeningsOf('event-template-blocked.xml').receipts).toMatchObject([{ externalId: 'template:200163840', state: 'failed', reason: { en: expect.stringContaining('blocked') } }]);
    expect(happeningsOf('event-template-failed.xml').receipts).toMatchObject([{ state: 'failed', reason: { en: expect.stringContaining('system failed') } }]);
    expect(happeningsOf('event-notice-sent.xml').receipts).toMatchObject([{ externalId: 'template:1700827132819554304', state: 'delivered' }, { externalId: 'template:1700827132819554305', state: 'failed', reason: { en: expect.stringContaining('43101') } }]);
  });

  it('cards and shops have sentences of their own', () => {
    const [one] = happeningsIn('<xml><FromUserName>o1</FromUserName><CreateTime>1</CreateTime><MsgType>event</MsgType><Event>User_Get_Card</Event><CardId>c7</CardId></xml>');
    expect(one).toMatchObject({ name: 'User_Get_Card', text: { 'zh-CN': '领取了卡券', en: 'Took a card or coupon' }, data: { CardId: 'c7' } });
    expect(happeningsIn('<xml><FromUserName>o1</FromUserName><CreateTime>1</CreateTime><MsgType>event</MsgType><Event>constructor</Event></xml>')[0]).toMatchObject({ text: { en: 'WeChat event constructor' } });
  });

  it('a result that names no message is no result', () => {
    expect(() => parseBody('<xml><FromUserName>o1</FromUserName><MsgType>event</MsgType><Event>TEMPLATESENDJOBFINISH</Event><Status>success</Status></xml>')).toThrow('names no message');
    expect(() => parseBody('<xml><FromUserName>o1</FromUserName><MsgType>event</MsgType><Event>subscribe_msg_sent_event</Event><SubscribeMsgSentEvent></SubscribeMsgSentEvent></xml>')).toThrow('names no message');
  });

  it('notices about the account belong to no customer', () => {
    for (const event of ['wxa_media_check', 'create_map_poi_audit_info', 'weapp_audit_success', 'card_pay_order']) expect(parseBody(`<xml><FromUserName>o1</FromUserName><MsgType>event</MsgType><Event>${event}</Event></xml>`)).toMatchObject({ kind: 'account', event });
    expect(parsed('event-mass-sent.xml')).toMatchObject({ kind: 'account', event: 'MASSSENDJOBFINISH' });
  });
});

describe('whatever others send', () => {
  it('nothing but a message without a sender throws', () => {
    expect(() => parseBody('<xml><MsgType>text</MsgType><Content>x</Content></xml>')).toThrow('no sender');
    expect(() => parseBody('<xml><MsgType>event</MsgType><Event>CLICK</Event></xml>')).toThrow('no sender');
    const type = fc.constantFrom('text', 'image', 'voice', 'video', 'shortvideo', 'location', 'link', 'miniprogrampage', 'event', 'file', '');
    const names = ['CreateTime', 'Content', 'MediaId', 'PicUrl', 'Format', 'Recognition', 'Location_X', 'Location_Y', 'Label', 'Title', 'Url', 'MsgId', 'Event', 'EventKey', 'List', 'SubscribeMsgPopupEvent', 'ScanCodeInfo', 'MsgID', 'Status'];
    const value = fc.oneof(fc.string(), fc.integer(), fc.constant(''), fc.array(fc.string(), { maxLength: 3 }), fc.record({ List: fc.string(), Count: fc.integer() }), fc.constant(null), fc.constant('1e400'));
    fc.assert(fc.property(type, fc.dictionary(fc.constantFrom(...names), value), fc.boolean(), (MsgType, fields, asJson) => {
      const all = { FromUserName: 'o1', MsgType, ...fields };
      const result = parseBody(asJson ? JSON.stringify(all) : buildXml(Object.fromEntries(Object.entries(all).filter(([, one]) => one !== null))));
      if (result.kind === 'message') checkInbound(result.message, manifest);
    }), { numRuns: 400 });
  });

  it('words, names and ids are such as a database can hold', () => {
    const odd = String.fromCodePoint(0xd800);
    expect(parseBody(`<xml><FromUserName>o&#xD800;1</FromUserName><MsgType>text</MsgType><MsgId>1</MsgId><Content>a&#0;b${odd}c\0</Content></xml>`)).toMatchObject({ message: { thread: 'o\uFFFD1', content: { text: 'a&#0;b\uFFFDc\uFFFD' } } });
    const [one] = happeningsIn(JSON.stringify({ FromUserName: 'o1', MsgType: 'event', Event: 'x', CreateTime: 1, 'a\0b': 'c', [odd]: 'd', ['k'.repeat(500)]: 'e' }));
    expect(one?.kind === 'event' && Object.keys(one.data ?? {}).map((name) => name.slice(0, 101))).toEqual(['a\uFFFDb', '\uFFFD', 'k'.repeat(100)]);
    expect(() => parseBody(`<xml><FromUserName>${'o'.repeat(10_000)}</FromUserName><MsgType>text</MsgType><Content>x</Content></xml>`)).toThrow('no sender');
    expect(parseBody(`<xml><FromUserName>o1</FromUserName><MsgType>text</MsgType><MsgId>${'7'.repeat(10_000)}</MsgId><Content>x</Content></xml>`)).toMatchObject({ message: { externalId: expect.stringMatching(/^sha:.{40}$/) } });
  });

  it('thousands of elements are read at once, inherited names are no fields', () => {
    const body = `<xml><FromUserName>o1</FromUserName><MsgType>event</MsgType><Event>x</Event><CreateTime>1</CreateTime>${Array.from({ length: 20_000 }, (_, index) => `<t${index}>1</t${index}>`).join('')}</xml>`;
    const began = performance.now();
    expect(happeningsIn(body)).toHaveLength(1);
    expect(performance.now() - began).toBeLessThan(1_500);
    expect(parseBody('<xml><FromUserName>o1</FromUserName><MsgType>constructor</MsgType><MsgId>1</MsgId></xml>')).toMatchObject({ message: { content: { unreadable: { kind: 'constructor' } } } });
  });

  it('a message without an id is known by what is in it', () => {
    const body = (words: string): string => `<xml><FromUserName>o1</FromUserName><MsgType>text</MsgType><Content>${words}</Content></xml>`;
    const ids = ['a', 'a', 'b'].map((words) => { const one = parseBody(body(words)); return one.kind === 'message' ? one.message.externalId : ''; });
    expect(ids[0]).toMatch(/^sha:/);
    expect([ids[0] === ids[1], ids[0] === ids[2]]).toEqual([true, false]);
  });

  it('takes fields in other letters, doubled, or as numbers', () => {
    const result = parseBody('{"fromusername":"o1","msgtype":"text","content":["x","y"],"msgid":5,"createtime":"1395658920"}');
    expect(result).toMatchObject({ kind: 'message', message: { externalId: '5', thread: 'o1', content: { text: 'x' }, sentAt: new Date(1395658920_000) } });
  });
});
