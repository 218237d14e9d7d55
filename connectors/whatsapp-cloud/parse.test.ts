/** What Meta says, kind by kind; the payloads in fixtures/ have Meta's shapes. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Happening, Inbound } from '../connector.ts';
import { consentIn } from './consent.ts';
import type { Item } from './item.ts';
import { parse, toInbound } from './parse.ts';
import { addressOf, senderOf } from './people.ts';

const ours = '106540352242922';
const id = (last: string): string => `wamid.HBgLMTY1MDM4Nzk0MzkVAgASGBQzQTRBNjU5OUFFRTAzODEwMTQ0${last}`;
const fixture = (name: string): unknown => JSON.parse(readFileSync(new URL(`fixtures/${name}.json`, import.meta.url), 'utf8'));
const items = (name: string): Item[] => parse(fixture(name), ours);
const inbound = (item: Item | undefined): Inbound => {
  if (item?.kind !== 'message') throw new Error(JSON.stringify(item));
  return toInbound(item, { thread: addressOf(item.who) ?? '', related: [], contested: false });
};
const message = (name: string): Inbound => inbound(items(name)[0]);
const happening = (item: Item | undefined): Happening => {
  if (item?.kind !== 'happening') throw new Error(JSON.stringify(item));
  return item.told('the-thread', senderOf(item.who));
};
const said = (...messages: object[]): Item[] => parse({ field: 'messages', value: { messages: messages.map((one, index) => ({ from: '16315551181', id: `wamid.${index}`, ...one })) } }, ours);
const wang = { value: 'CN.13491208655302741918', stable: true, name: '王小明', also: [{ kind: 'phone', value: '+8613800138000', attested: true }] };

describe('who', () => {
  it('is the user id, with the number as a further, attested address', () => {
    expect(message('text')).toEqual({ externalId: id('01'), thread: 'CN.13491208655302741918', from: wang, sentAt: new Date(1_763_712_000_000), content: { text: '你好，请问订单 4711 到哪里了？' } });
  });
  it('is the number while there is no user id', () => {
    expect(message('text-by-phone')).toMatchObject({ thread: '16315551181', from: { value: '16315551181', name: 'Kerry Fisher', also: [{ kind: 'phone', value: '+16315551181', attested: true }] } });
  });
  it('is the user id alone when the number is hidden', () => {
    expect(message('text-by-user-id').from).toEqual({ value: 'US.13491208655302741918', stable: true, name: 'Bob', attributes: { username: '@bob.builder' }, also: [{ kind: 'whatsapp-portfolio', value: 'US.ENT.11815799212886844830', attested: true }] });
  });
  it('may be a user id where a number used to stand', () => {
    const [one] = parse({ entry: [{ changes: [{ field: 'messages', value: { contacts: [{ profile: { name: 'X' }, wa_id: 'BR.777' }], messages: [{ from: 'BR.777', id: '1', type: 'text', text: { body: 'oi' } }] } }] }] }, ours);
    expect(inbound(one).from).toEqual({ value: 'BR.777', stable: true, name: 'X' });
  });
});

describe('content', () => {
  it.each<[string, object]>([
    ['reply', { content: { text: '这个还有货吗', quote: { externalId: id('OLD') } } }],
    ['forwarded', { content: { text: '转发给您' } }],
    ['product-enquiry', { content: { link: { title: 'di9ozbzfi4', description: '194836987003835' } } }],
    ['image', { content: { text: '包装破了' }, later: [{ ref: '1003383421387256/image.jpg', name: 'image.jpg', type: 'image/jpeg' }] }],
    ['voice', { content: {}, later: [{ name: 'audio.ogg', type: 'audio/ogg', role: 'voice' }] }],
    ['video', { content: { text: '看视频' }, later: [{ type: 'video/mp4' }] }],
    ['document', { content: { text: '合同' }, later: [{ name: '采购合同 2026.pdf', type: 'application/pdf' }] }],
    ['sticker', { later: [{ type: 'image/webp', role: 'sticker' }] }],
    ['location', { content: { location: { latitude: 31.2304, longitude: 121.4737, name: '人民广场, 上海市黄浦区' } } }],
    ['contacts', { content: { cards: [{ name: 'Barbara J. Johnson', phones: ['+1 (940) 555-1234'], emails: ['bjohnson@acme.example'] }, { name: '+19405550000', phones: ['+19405550000'], emails: [] }] } }],
    ['button-reply', { content: { text: '非常满意，会再来' } }],
    ['list-reply', { content: { text: 'Priority Mail Express' } }],
    ['flow-reply', { content: { text: 'city: 上海\ndate: 2026-12-01\nextras: ["a","b"]' } }],
    ['button', { content: { text: 'Stop promotions' } }],
    ['order', { content: { text: '2 × di9ozbzfi4 @ 30 USD\n1 × nqryix03ez @ 25.5 USD\n请尽快发货' } }],
    ['group', { thread: 'group:120363012345678901', group: { mentioned: true }, from: { value: 'CN.13491208655302741918' } }],
  ])('%s', (name, expected) => expect(message(name)).toMatchObject(expected));

  it('an audio file is no voice note', () => expect(message('audio').later?.[0]).not.toHaveProperty('role'));

  it('an order has a sentence of its own', () => {
    expect(happening(items('order')[1])).toMatchObject({ kind: 'event', name: 'order', externalId: `${items('order')[0]?.kind === 'message' ? message('order').externalId : ''}/order`, text: { 'zh-CN': '客户提交了订单：2 种商品，共 85.50 USD', en: 'The customer sent an order: 2 products, 85.50 USD in all' }, data: { catalogue: '194836987003835' } });
  });

  it('a form whose answer is no list of fields is shown as it is', () => {
    const form = (response: string): Inbound => inbound(said({ type: 'interactive', interactive: { type: 'nfm_reply', nfm_reply: { name: 'flow', body: 'Sent', response_json: response } } })[0]);
    expect(form('["a", "b"]').content).toEqual({ text: '["a", "b"]' });
    expect(form('{broken').content).toEqual({ text: '{broken' });
    expect(form('').content).toEqual({ text: 'Sent' });
  });

  it('a file of no known type is just a file', () => {
    for (const type of [7, 'audio\\/ogg', 'x'.repeat(400), ['image/png']]) expect(inbound(said({ type: 'document', document: { id: '9', mime_type: type } })[0]).later).toMatchObject([{ type: 'application/octet-stream' }]);
  });

  it.each([['unsupported', 'poll_creation', '131051'], ['unknown', 'hologram', 'hologram']])('%s becomes a placeholder that keeps everything', (name, kind, reason) => {
    const { content, files } = message(name);
    expect(content).toEqual({ unreadable: { kind, reason: expect.anything() } });
    expect(JSON.stringify(content.unreadable?.reason)).toContain(reason);
    expect(files?.[0]).toMatchObject({ name: 'message.json', type: 'application/json' });
    expect(JSON.parse(new TextDecoder().decode(files?.[0]?.bytes))).toMatchObject({ type: name === 'unknown' ? 'hologram' : 'unsupported' });
  });
});

describe('what happens', () => {
  it('reactions, edits, deletions', () => {
    expect(happening(items('reaction')[0])).toEqual({ externalId: id('30'), sentAt: expect.any(Date), thread: 'the-thread', kind: 'reaction', about: id('OLD'), from: wang, emoji: '\u{1F44D}' });
    expect(happening(items('reaction-removed')[0])).toMatchObject({ kind: 'reaction', emoji: '' });
    expect(happening(items('edit')[0])).toMatchObject({ kind: 'edited', about: id('01'), content: { text: '订单 4712，写错了' } });
    expect(happening(items('edit')[0])).not.toHaveProperty('content.quote');
    expect(happening(items('revoke')[0])).toMatchObject({ kind: 'recalled', about: id('01') });
    expect(items('reaction')).toHaveLength(1);
  });
  it('words of one of ours on the phone, and their taking back', () => {
    const [said, taken] = items('echo').map(happening);
    expect(said).toMatchObject({ kind: 'echo', externalId: id('50'), to: { value: 'CN.13491208655302741918' }, content: { text: '我在手机上回复您' } });
    expect(taken).toMatchObject({ kind: 'recalled', about: id('50') });
  });
  it('an advertisement, a first opening, a preference', () => {
    expect(message('referral').content).toEqual({ text: '想了解一下' });
    expect(happening(items('referral')[1])).toMatchObject({ kind: 'event', name: 'referral', externalId: `${id('06')}/referral`, data: { source_type: 'ad', ctwa_clid: expect.stringMatching(/^Aff/) }, text: { en: expect.stringContaining('Chat with us') } });
    expect(happening(items('welcome')[0])).toMatchObject({ kind: 'event', name: 'request_welcome' });
    expect(happening(items('preference')[0])).toMatchObject({ kind: 'consent', granted: false, words: 'User requested to stop marketing messages' });
  });
  it('refusal is a message and a fact', () => {
    expect(items('opt-out').map((item) => item.kind)).toEqual(['message', 'happening']);
    expect(happening(items('opt-out')[1])).toMatchObject({ kind: 'consent', granted: false, words: '退订', externalId: `${id('35')}/consent` });
    expect(happening(items('button')[1])).toMatchObject({ kind: 'consent', granted: false });
  });
  it('a new number, a new user id', () => {
    expect(items('number-changed')).toMatchObject([{ kind: 'moved', externalId: id('40'), who: { userId: 'CN.13491208655302741918', phone: '8613800138000', name: '王小明' }, next: { userId: 'CN.99991208655302741918', phone: '8613900139000' } }]);
    expect(items('user-id-update')).toMatchObject([{ kind: 'moved', sentAt: expect.any(Date), who: { userId: 'US.1010', parentId: 'US.ENT.1010', phone: '16505551234', name: 'Sheena Nelson' }, next: { userId: 'US.1349', parentId: 'US.ENT.1181', phone: '16505551234' } }, { kind: 'bad' }]);
    // Some platforms in between name the new number as the sender.
    expect(said({ from: '27456897512', type: 'system', system: { type: 'user_changed_number', body: 'User changed number from 27000000000 to 27456897512', new_wa_id: '27456897512' } })).toMatchObject([{ kind: 'moved', who: { phone: '27000000000' }, next: { phone: '27456897512' } }]);
    expect(items('user-id-changed')).toMatchObject([{ kind: 'moved', who: { userId: 'US.13491208655302741918', name: 'Bob' }, next: { userId: 'US.2222' } }]);
  });
});

it('statuses become receipts, with our key and reasons in words', () => {
  const receipts = items('statuses').flatMap((item) => (item.kind === 'receipt' ? [item.receipt] : []));
  expect(receipts).toEqual([
    { externalId: 'wamid.out1', state: 'sent', key: '65f0000000000000000000a1' }, { externalId: 'wamid.out1', state: 'delivered' }, { externalId: 'wamid.out1', state: 'read' },
    { externalId: 'wamid.out2', state: 'failed', key: '65f0000000000000000000a2', reason: { 'zh-CN': expect.stringMatching(/24 小时.*131047/), en: expect.stringMatching(/approved template.*131047/) } },
    { externalId: 'wamid.out3', state: 'read' }, { externalId: 'wamid.out5', state: 'failed', reason: 'An odd thing (99)' },
  ]);
});

it('an error beside a message explains the message, and alarms nobody', () => {
  const call = { field: 'messages', value: { errors: [{ code: 131000, title: 'Something went wrong' }], messages: [{ from: '16315551181', id: '1', type: 'interactive', interactive: {} }] } };
  const [one, news] = parse(call, ours);
  expect([inbound(one).content.unreadable, news]).toMatchObject([{ reason: { 'zh-CN': expect.stringContaining('内部错误 (131000)'), en: expect.stringContaining('internal error (131000)') } }, { kind: 'account', serious: false }]);
});

it('news of the account', () => {
  expect(items('value-errors')).toEqual([{ kind: 'account', field: 'messages', serious: true, message: expect.anything() }]);
  expect(JSON.stringify(items('value-errors'))).toContain('130429');
  expect(items('account-update')).toEqual([{ kind: 'account', field: 'account_update', serious: true, message: { 'zh-CN': 'WhatsApp 通知 account_update：ACCOUNT_RESTRICTION', en: 'WhatsApp reports account_update: ACCOUNT_RESTRICTION' } }]);
  expect(parse({ field: 'message_template_status_update', value: { event: 'REJECTED' } }, ours)).toMatchObject([{ kind: 'account', serious: false }]);
});

describe('many things in one call', () => {
  it('each is taken, the bad ones are kept, the foreign ones passed over', () => {
    expect(items('batch').map((item) => item.kind)).toEqual(['message', 'message', 'bad', 'bad', 'foreign', ...Array.from({ length: 6 }, () => 'receipt'), 'bad', 'happening']);
    expect(inbound(items('batch')[0]).from.name).toBe('王小明');
  });
  it('what a customer says to another number of the account is kept apart, what became of its words is not', () => {
    expect(parse(fixture('text'), '999')).toMatchObject([{ kind: 'foreign', number: '15550783881', raw: { field: 'messages' } }]);
    expect(parse(fixture('statuses'), '999')).toEqual([]);
  });
  it('the only contact is not the second sender\'s', () => {
    const names = parse({ field: 'messages', value: { contacts: [{ wa_id: '16315551181', profile: { name: 'Kerry' } }], messages: ['16315551181', '16315551182'].map((from) => ({ from, id: from, type: 'text', text: { body: 'x' } })) } }, ours).map((item) => inbound(item).from.name);
    expect(names).toEqual(['Kerry', undefined]);
  });
  it.each<[string, unknown]>([
    ['old messages of the phone', { field: 'history', value: { history: [{ threads: [{ id: '1', messages: [{ from: '16315551181', id: 'a', type: 'text', text: { body: 'long ago' } }] }] }] } }],
    ['a field of the future', { field: 'smoke_signals', value: { messages_of_smoke: [1] } }],
    ['a change without its value', { field: 'messages', value: 'value' }],
    ['a change that says nothing', { field: 'messages', value: { contacts: [{ wa_id: '16315551181' }] } }],
    ['a status that is not known', { field: 'messages', value: { statuses: [{ id: 'wamid.1', status: 'in_orbit' }] } }],
    ['a call of a kind that is not known', { field: 'calls', value: { calls: [{ id: 'wacid.1', from: '16315551181', event: 'call_recording_available' }] } }],
  ])('%s is kept as it came', (_, change) => expect(parse({ entry: [{ changes: [change] }] }, ours)).toMatchObject([{ kind: 'bad', raw: expect.anything() }]));
  it('an edit that cannot be read is shown as a message, with the raw payload', () => {
    expect(inbound(said({ type: 'edit', edit: { original_message_id: 'wamid.old', message: { type: 'hologram' } } })[0])).toMatchObject({ content: { unreadable: { kind: 'edit' } }, files: [{ name: 'message.json' }] });
  });
  it('ids that are too long to be ids stay different', () => {
    const [one, two] = said({ id: `${'i'.repeat(600)}1`, type: 'text', text: { body: 'a' } }, { id: `${'i'.repeat(600)}2`, type: 'text', text: { body: 'b' } }).map((item) => inbound(item).externalId);
    expect([one?.slice(0, 7), one === two]).toEqual(['sha256:', false]);
  });
  it('a number as a number is the same number', () => expect(parse({ entry: [{ changes: [{ value: { metadata: { phone_number_id: 106540352242922 }, messages: [{ from: 16315551181, id: 7, timestamp: 1763712000, type: 'text', text: { body: 5 } }] } }] }] }, ours).map(inbound)).toMatchObject([{ externalId: '7', thread: '16315551181', content: { text: '5' } }]));
  it('a message without an id has the same one at every redelivery', () => {
    const call = { entry: [{ changes: [{ value: { messages: [{ from: '16315551181', type: 'text', text: { body: 'x' } }] } }] }] };
    expect(inbound(parse(call, ours)[0]).externalId).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(parse(call, ours)).toEqual(parse(structuredClone(call), ours));
  });
});

/** Every fixture with every value replaced by every oddity, and with every field left out. */
describe('nothing throws, nothing is lost', () => {
  const oddities: unknown[] = [null, undefined, '', 0, -1, 1e300, true, [], {}, [null], [[]], 'x'.repeat(5_000), '\u0000\uD800', { id: {} }, 'wamid.1'];
  const names = ['text', 'reply', 'referral', 'image', 'document', 'contacts', 'location', 'button-reply', 'flow-reply', 'order', 'unsupported', 'reaction', 'edit', 'revoke', 'number-changed', 'echo', 'statuses', 'preference', 'batch'];
  function* mutants(value: unknown, odd: unknown): Generator<unknown> {
    if (typeof value !== 'object' || value === null) return;
    const entries = Object.entries(value);
    for (const [name, inner] of entries) {
      const put = (one: unknown): unknown => (Array.isArray(value) ? value.map((each: unknown, index) => (String(index) === name ? one : each)) : Object.fromEntries(entries.map(([key, each]) => [key, key === name ? one : each])));
      yield put(odd);
      for (const mutant of mutants(inner, odd)) yield put(mutant);
    }
  }
  it.each(names)('%s', (name) => {
    let count = 0;
    for (const odd of oddities) {
      for (const mutant of mutants(fixture(name), odd)) {
        count += 1;
        for (const item of parse(mutant, ours)) {
          if (item.kind === 'message') {
            const { content, files = [], later = [], externalId } = inbound(item);
            expect(externalId).not.toBe('');
            expect(Object.values(content).some((part) => part !== undefined) || files.length + later.length > 0).toBe(true);
          }
          if (item.kind === 'happening') expect(happening(item).externalId).not.toBe('');
        }
      }
    }
    expect(count).toBeGreaterThan(200);
  });
  it.each([null, 1, 'x', [], {}, { entry: null }, { entry: [] }, { entry: [{ changes: [1, null, { value: [] }] }] }])('%j', (odd) => expect(Array.isArray(parse(odd, ours))).toBe(true));
});

it('knows a refusal from a sentence', () => {
  for (const no of ['STOP', 'stop.', ' Stop! ', '退订', '退訂', 'ＴＤ', 'Unsubscribe', '取消订阅。']) expect(consentIn(no), no).toMatchObject({ granted: false });
  for (const yes of ['START', '恢复订阅', 'unstop']) expect(consentIn(yes), yes).toMatchObject({ granted: true });
  for (const other of ['please stop by', '怎么退订？我不会', 'I want to start', '', '停止发货了吗']) expect(consentIn(other), other).toBeNull();
});
