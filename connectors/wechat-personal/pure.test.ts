/** What needs no wechaty: rendering, remarks, who is who, whose message it was, the light. */
import { describe, expect, it } from 'vitest';
import { recordingInbox } from '../testing/recording-inbox.ts';
import { healthOf } from './health.ts';
import { identities } from './identities.ts';
import { Config } from './manifest.ts';
import { failureOf } from './outgoing.ts';
import { makeToken, tokenIn, withToken } from './remarks.ts';
import { render } from './render.ts';
import { sends } from './sends.ts';
import { CallError } from './supervisor.ts';

describe('render', () => {
  it('what has no form here becomes text, and nothing vanishes', () => {
    const content = { text: '您好', choices: ['是', '否'], location: { latitude: 1, longitude: 2, name: '店' }, cards: [{ name: '李四', phones: ['138'], emails: [] }], quote: { externalId: '1', text: '原话' }, sources: [{ id: 's', title: '手册', url: 'https://h.example' }] };
    const said = (place: string, card: string) => [{ kind: 'text', text: `「原话」\n- - - - - - - - - - - - - - -\n您好\n1. 是\n2. 否\n${place} 店 1,2\n${card} 李四 138\n手册 https://h.example` }];
    expect(render({ content, locale: 'zh-CN' })).toEqual(said('[位置]', '[名片]'));
    expect(render({ content, locale: 'en' })).toEqual(said('[Location]', '[Card]'));
    expect(render({ content: { html: '<p>a<br>b &amp; c</p>' } })).toEqual([{ kind: 'text', text: 'a\nb & c' }]);
    expect(render({ content: {} })).toHaveLength(1);
  });

  it('cuts long texts, whole characters only', () => {
    const text = `${'\u{1F600}'.repeat(2_500)}\n${'字'.repeat(3_000)}`;
    const parts = render({ content: { text } }).map((part) => (part.kind === 'text' ? part.text : ''));
    expect(parts.length).toBeGreaterThan(1);
    expect(parts.every((part) => part.length <= 4_000 && part.isWellFormed())).toBe(true);
    expect(parts.join('').replaceAll('\n', '')).toBe(text.replaceAll('\n', ''));
  });
});

describe('remarks', () => {
  it('finds its own tokens and no others', () => {
    for (let seed = 0; seed < 300; seed += 1) {
      const token = makeToken(() => ((seed * 7_919 + 13) % 1_000) / 1_000);
      expect(tokenIn(withToken('王小明 老客户 北京朝阳区很长的备注', token))).toBe(token);
      expect(withToken('王小明 老客户 北京朝阳区很长的备注', token).length).toBeLessThanOrEqual(16);
    }
    for (const remark of ['', '王小明', '客户 #12345', '#h3k9', 'a#22222b']) expect(tokenIn(remark)).toBeUndefined();
  });

  const person = (id: string, change: object = {}) => ({ id, name: '王', alias: '', type: 1, friend: true, handle: '', city: '', phone: [], corporation: '', ...change });
  const open = (inbox = recordingInbox(), mode: Config['identity'] = 'auto') => identities({
    mode, namespace: 'n', inbox, writeRemark: async () => undefined, readRemark: async () => '', proved: async () => undefined, random: Math.random,
  });

  it('a token copied by hand to a second contact proves nothing', async () => {
    const inbox = recordingInbox();
    const people = await open(inbox);
    const first = await people.senderOf(person('@1'), true);
    const copy = await people.senderOf(person('@2', { alias: `王 ${first.value}` }), true);
    expect(copy.value).toBe('@2');
    people.newLogin();
    expect((await people.senderOf(person('@3', { alias: `王 ${first.value}` }), true)).value).toBe(first.value);
    expect([people.contactOf(first.value), people.threadOf('@3'), people.contactOf('#22222'), people.contactOf('wxid_x')]).toEqual(['@3', first.value, undefined, 'wxid_x']);
    const later = await open(recordingInbox(inbox.memory));
    expect(later.contactOf(first.value)).toBe('@3');
  });

  it('remarks are never read nor written by id, always by remark', async () => {
    const token = makeToken(Math.random);
    expect((await (await open(recordingInbox(), 'id')).senderOf(person('@1', { alias: `王 #${token}` }), true)).value).toBe('@1');
    expect((await (await open(recordingInbox(), 'remark')).senderOf(person('wxid_1'), true)).value).toMatch(/^#/);
    expect((await (await open()).senderOf(person('wxid_1'), true))).toMatchObject({ value: 'wxid_1', stable: true });
  });
});

describe('own messages', () => {
  it('an answer that comes after the message itself', async () => {
    const ours = sends();
    const flight = ours.begin('k', 'c', 'hi');
    const claimed = ours.claim('1', 'c', 'hi');
    ours.end(flight, { id: '1' });
    expect(await claimed).toEqual({ key: 'k', lost: false });
    expect(await ours.claim('1', 'c', 'hi')).toEqual({ key: 'k', lost: false });
    expect(await ours.claim('2', 'c', 'hi')).toBeNull();
  });

  it('no id: known by conversation and words, once; not for ever', async () => {
    let now = 0;
    const ours = sends(() => now);
    ours.end(ours.begin('k', 'c', 'hi'), 'nameless');
    ours.end(ours.begin('l', 'c', 'ho'), 'lost');
    expect(await ours.claim('1', 'other', 'hi')).toBeNull();
    expect(await ours.claim('2', 'c', 'hi')).toEqual({ key: 'k', lost: false });
    expect(await ours.claim('3', 'c', 'hi')).toBeNull();
    now = 3_600_000;
    ours.end(ours.begin('m', 'c', 'x'), 'failed');
    expect(await ours.claim('4', 'c', 'ho')).toBeNull();
  });
});

describe('words', () => {
  it.each([
    [{ message: '2 UNKNOWN: not logged in', code: 2, left: false }, 'signed-out'], [{ message: '14 UNAVAILABLE: No connection established', code: 14, left: false }, 'unreachable'],
    [{ message: '14 UNAVAILABLE: Connection dropped', code: 14, left: true }, 'in-doubt'], [{ message: '发送过于频繁', code: 2, left: false }, 'rate-limited'],
    [{ message: 'no answer within 30 s', left: true }, 'in-doubt'], [{ message: '2 UNKNOWN: no such contact', code: 2, left: false }, 'rejected'],
  ])('%j is %s', (failure, kind) => expect(failureOf(new CallError(failure)).kind).toBe(kind));

  it('the light follows what is known', () => {
    const of = (known: object, now = 0) => healthOf({ line: 'connected', message: '', ...known }, now);
    expect(of({ account: { id: 'x', name: '客服' } }).state).toBe('ready');
    expect(of({ scan: { status: 2, qr: 'Q', at: 5 } }).detail).toMatchObject({ qr: 'Q', until: new Date(120_005) });
    for (const status of [1, 3, 4, 5]) expect(of({ scan: { status, qr: 'Q', at: 5 } }).detail?.qr).toBeUndefined();
    expect([of({ line: 'away', awaySince: 0 }, 1_000).state, of({ line: 'away', awaySince: 0 }, 61_000).state, of({ line: 'away', code: 16 }).state, of({ line: 'resting' }).state]).toEqual(['degraded', 'down', 'down', 'down']);
  });

  it('an address is a host and a port, nothing else', () => {
    const ok = (endpoint: string) => Config.safeParse({ endpoint, token: 'insecure_token' }).success;
    expect(['10.0.0.5:8788', 'puppet.example.com:443', '[::1]:9'].map(ok)).toEqual([true, true, true]);
    expect(['', 'host', 'wechaty://x/y:1', 'http://h:1', 'dns:h:1', 'unix:/x:1', 'a b:1'].map(ok)).toEqual(Array.from({ length: 7 }, () => false));
  });
});
