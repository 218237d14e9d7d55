/** Payloads of puppets, ours and foreign: everything becomes something, nothing throws. */
import { readFileSync, readdirSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Content } from '../../server/conversations/schema.ts';
import { parse } from './parse.ts';

const self = { id: 'me', name: '客服' };
const talker = { id: 'wxid_a', name: '王小明' };
const message = (payload: object, change: object = {}) => parse({ payload: { id: '1001', talkerId: 'wxid_a', listenerId: 'me', type: 7, text: '你好', timestamp: 1_763_718_000_000, ...payload }, self, talker, ...change });
const content = (payload: object, change: object = {}) => {
  const parsed = message(payload, change);
  return parsed?.kind === 'message' ? parsed : null;
};

describe('parse', () => {
  it('reads every fixture', () => {
    const folder = new URL('fixtures/', import.meta.url);
    const names = readdirSync(folder);
    expect(names.length).toBeGreaterThan(8);
    for (const name of names) {
      const parsed = parse(JSON.parse(readFileSync(new URL(name, folder), 'utf8')));
      expect(parsed?.kind, name).toBe('message');
      if (parsed?.kind === 'message') expect(Content.safeParse(parsed.content).success, name).toBe(true);
    }
  });

  it('tells the customer, ourselves and groups apart', () => {
    expect(message({})).toMatchObject({ id: '1001', conversation: 'wxid_a', ours: false, person: { name: '王小明' }, content: { text: '你好' } });
    expect(message({ talkerId: 'me', listenerId: 'wxid_b' }, { listener: { id: 'wxid_b', name: '李四' } })).toMatchObject({ ours: true, conversation: 'wxid_b', person: { name: '李四' } });
    expect(message({ roomId: 'r@chatroom', mentionIdList: ['me'] }, { room: { id: 'r@chatroom', topic: '售后群' } })).toMatchObject({ conversation: 'r@chatroom', group: { name: '售后群', mentioned: true } });
    expect(message({ roomId: 'r@chatroom', text: '@客服\u2005在吗' })?.group).toEqual({ name: 'r@chatroom', mentioned: true });
    expect(message({ roomId: 'r@chatroom', text: '@客服部 在吗' })?.group?.mentioned).toBe(false);
  });

  it('takes older names, seconds, numbers as text and kinds by name', () => {
    const old = parse({ id: 5, fromId: '@a', toId: '@b', text: 12, type: '7', timestamp: 1_763_718_000, extra: { x: 1 } });
    expect(old).toMatchObject({ id: '5', conversation: '@a', content: { text: '12' }, sentAt: new Date(1_763_718_000_000) });
    expect(content({ type: 'RedEnvelope' })?.content.unreadable?.kind).toBe('red-envelope');
  });

  it.each([[11, 'transfer', '转账'], [12, 'red-envelope', '红包'], [4, 'chat-history', '聊天记录'], [16, 'post', '动态'], [0, 'unknown', '未知类型'], [77, 'type-77', '类型 77']])('kind %s stands as a placeholder with the raw payload', (type, kind, zh) => {
    const parsed = content({ type, text: '<xml/>' });
    expect(parsed?.content).toEqual({ unreadable: { kind, reason: { 'zh-CN': expect.stringContaining(zh), en: expect.any(String) } } });
    expect(JSON.parse(new TextDecoder().decode(parsed?.files?.[0]?.bytes))).toMatchObject({ payload: { text: '<xml/>' } });
  });

  it('names the recalled message, also in WeChat\'s XML; else it shows that something went', () => {
    expect(message({ type: 13, text: '1000' })).toMatchObject({ kind: 'recalled', about: '1000' });
    expect(message({ type: 13, text: '<sysmsg type="revokemsg"><revokemsg><msgid>1</msgid><newmsgid>7766554433</newmsgid></revokemsg></sysmsg>' })).toMatchObject({ kind: 'recalled', about: '7766554433' });
    expect(content({ type: 13, text: '' })?.content.unreadable).toMatchObject({ kind: 'recalled', reason: { 'zh-CN': expect.stringContaining('撤回') } });
  });

  it('reads link and mini-program from the XML when the puppet does not', () => {
    expect(content({ type: 14, text: '<msg><title>A &amp; B</title><des>d</des><url><![CDATA[https://x.example/?a=1]]></url></msg>' })?.content.link).toEqual({ title: 'A & B', url: 'https://x.example/?a=1', description: 'd' });
    expect(content({ type: 14 }, { link: { title: 'x', url: 'javascript:alert(1)' } })?.content.link).toEqual({ title: 'x' });
    expect(content({ type: 8 }, { location: { latitude: 999, longitude: 1 } })?.content.unreadable?.kind).toBe('location');
  });

  it('names and ids are such as a database can hold; somebody without an id is who the message names', () => {
    expect(message({ id: 'a\0\uD800', talkerId: 'w\uD800' })).toMatchObject({ id: 'a\uFFFD\uFFFD', conversation: 'w\uFFFD' });
    expect(content({ type: 1, filename: 'x\0\uD83D.pdf' })?.later).toMatchObject([{ name: 'x\uFFFD\uFFFD.pdf' }]);
    expect(message({}, { talker: { name: 'nobody' } })?.person.id).toBe(message({})?.conversation);
  });

  it('never throws, and what it makes is content the hub takes', () => {
    fc.assert(fc.property(fc.record({ payload: fc.record({ id: fc.anything(), type: fc.anything(), text: fc.anything(), talkerId: fc.oneof(fc.string(), fc.anything()), listenerId: fc.anything(), roomId: fc.anything(), mentionIdList: fc.anything(), timestamp: fc.anything(), filename: fc.anything() }, { requiredKeys: [] }), self: fc.constant(self), talker: fc.anything(), room: fc.anything(), link: fc.anything(), location: fc.anything(), card: fc.anything(), miniProgram: fc.anything() }, { requiredKeys: ['payload', 'self'] }), (raw) => {
      const parsed = parse(raw);
      if (parsed?.kind === 'message') expect(Content.safeParse({ ...parsed.content, attachments: undefined }).error).toBeUndefined();
    }), { numRuns: 500 });
    for (const odd of [null, 1, 'x', [], {}, { payload: null }]) expect(parse(odd)).toBeNull();
  });
});
