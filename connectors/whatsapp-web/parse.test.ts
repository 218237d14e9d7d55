import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkInbound } from '../testing/shape.ts';
import { whatsappWeb } from './kind.ts';
import { parseAck, parseEdit, parseMessage, parseUndecipherable, type Parsed } from './parse.ts';

const me = { id: '8613800000000@c.us', lid: '990000000001@lid' };
const customer = '8613911112222@c.us';
const group = '120363021033254949@g.us';

/** As getMessageModel serialises it: addresses are objects in `from`, strings in the id. */
const raw = (change: object = {}) => ({
  id: { fromMe: false, remote: customer, id: '3EB0C5', _serialized: `false_${customer}_3EB0C5` }, type: 'chat', body: '你好', t: 1_764_000_000,
  from: { user: '8613911112222', server: 'c.us', _serialized: customer }, to: { _serialized: me.id }, notifyName: '王五', ack: 1, isNewMsg: true, ...change,
});
const message = (parsed: Parsed) => {
  if (parsed.kind !== 'message') throw new Error(`it is ${parsed.kind}`);
  checkInbound(parsed.message, whatsappWeb.manifest);
  return parsed.message;
};
const of = (change: object, told: object = {}) => message(parseMessage({ raw: raw(change), person: { id: customer, phone: '8613911112222', name: '王五' }, ...told }, me));

describe('a message', () => {
  it('keeps who, when and what', () => {
    expect(of({})).toEqual({
      externalId: `false_${customer}_3EB0C5`, thread: customer, sentAt: new Date(1_764_000_000_000), content: { text: '你好' },
      from: { value: '8613911112222', name: '王五', stable: true, also: [{ kind: 'phone', value: '+8613911112222', attested: true }] },
    });
  });
  it('knows a hidden number by its id, and by both when the platform tells the number', () => {
    const hidden = { id: { fromMe: false, remote: '77001@lid', id: 'A', _serialized: 'false_77001@lid_A' } };
    expect(of(hidden, { person: { id: '77001@lid' } }).from).toEqual({ value: '77001@lid', name: '王五', stable: true });
    expect(of(hidden, { person: { id: '77001@lid', phone: '8613911112222', name: '王五' } }).from).toMatchObject({ value: '8613911112222', also: [{ kind: 'whatsapp', value: '77001@lid', attested: true }, { kind: 'phone', value: '+8613911112222' }] });
  });
  it.each([['image', 'image/jpeg', 'image-1764000000.jpg', undefined], ['video', 'video/mp4', 'video-1764000000.mp4', undefined], ['ptt', 'audio/ogg; codecs=opus', 'voice-1764000000.ogg', 'voice'], ['sticker', 'image/webp', 'sticker-1764000000.webp', 'sticker']])('leaves the bytes of a %s for later', (type, mimetype, name, role) => {
    const made = of({ type, mimetype, directPath: '/v/x', body: 'a thumbnail', caption: type === 'image' ? '截图' : undefined });
    expect(made.later).toEqual([{ ref: `false_${customer}_3EB0C5`, name, type: mimetype.split(';')[0], ...(role && { role }) }]);
    expect(made.content).toEqual(type === 'image' ? { text: '截图' } : {});
  });
  it('keeps a document\'s name but not its path', () => {
    expect(of({ type: 'document', mimetype: 'application/pdf', directPath: '/v/x', filename: '../../发票.pdf' }).later?.[0]?.name).toBe('....发票.pdf');
  });
  it('places, cards, links, polls, products and lists', () => {
    expect(of({ type: 'location', lat: '31.2', lng: 121.5, loc: '上海\n南京路', body: 'a picture' }).content).toEqual({ location: { latitude: 31.2, longitude: 121.5, name: '上海, 南京路' } });
    const vcard = 'BEGIN:VCARD\r\nVERSION:3.0\r\nN:;Li;;;\r\nFN:Li\\, Na\r\nitem1.TEL;waid=8613:+86 13\r\nEMAIL;type=INTERNET:li@example.test\r\nEND:VCARD';
    expect(of({ type: 'vcard', body: vcard }).content.cards).toEqual([{ name: 'Li, Na', phones: ['+86 13'], emails: ['li@example.test'] }]);
    expect(of({ type: 'multi_vcard', body: null, vcardList: [{ vcard }, null, { vcard: 'BEGIN:VCARD\nTEL:1\nEND:VCARD', displayName: 'Wu' }] }).content.cards).toMatchObject([{ name: 'Li, Na' }, { name: 'Wu', phones: ['1'] }]);
    expect(of({ body: 'see https://example.test/a', title: 'A', description: 'about a', matchedText: 'https://example.test/a' }).content).toEqual({ text: 'see https://example.test/a', link: { title: 'A', url: 'https://example.test/a', description: 'about a' } });
    expect(of({ type: 'poll_creation', body: '', pollName: '几点？', pollOptions: [{ name: '八点' }, { name: '九点' }] }).content.text).toBe('几点？\n- 八点\n- 九点');
    expect(of({ type: 'list_response', body: '', listResponse: { title: 'Blue' } }).content.text).toBe('Blue');
    expect(of({ type: 'product', body: '', title: 'Shoe' }).content.link).toEqual({ title: 'Shoe' });
  });
  it('quotes', () => {
    const quotedMsg = { type: 'chat', body: 'what we said' };
    expect(of({ quotedStanzaID: '3EB0AA', quotedParticipant: me.id, quotedMsg }).content.quote).toEqual({ externalId: `true_${customer}_3EB0AA`, text: 'what we said' });
    expect(of({ quotedStanzaID: '3EB0AA', quotedParticipant: customer, quotedMsg: { type: 'image', body: 'bytes', directPath: '/v' } }).content.quote).toEqual({ externalId: `false_${customer}_3EB0AA` });
    expect(of({ quotedMsg }, { quoted: 'true_x_1' }).content.quote).toEqual({ externalId: 'true_x_1', text: 'what we said' });
  });
});

describe('a group', () => {
  const inGroup = (change: object = {}) => of({ id: { fromMe: false, remote: group, id: 'B', participant: customer, _serialized: `false_${group}_B_${customer}` }, author: customer, from: group, ...change }, { group: '团购群' });
  it('is a thread of its own; we are called for when we are mentioned or answered', () => {
    expect(inGroup()).toMatchObject({ thread: group, from: { value: '8613911112222' }, group: { name: '团购群', mentioned: false } });
    expect(inGroup({ mentionedJidList: [null, { _serialized: me.lid }] }).group?.mentioned).toBe(true);
    expect(inGroup({ mentionedJidList: ['8613800000000:3@c.us'] }).group?.mentioned).toBe(true);
    expect(inGroup({ quotedStanzaID: 'C', quotedParticipant: { _serialized: me.id }, quotedMsg: { body: 'x' } }).group?.mentioned).toBe(true);
    expect(inGroup({ mentionedJidList: [customer] }).group?.mentioned).toBe(false);
  });
});

describe('what is no customer\'s message', () => {
  const parse = (change: object) => parseMessage({ raw: raw(change), person: { id: customer } }, me);
  it('an own message is an echo', () => {
    const parsed = parse({ id: { fromMe: true, remote: customer, id: 'D', _serialized: `true_${customer}_D` }, from: me.id, to: customer });
    expect(parsed).toMatchObject({ kind: 'happening', happening: { kind: 'echo', externalId: `true_${customer}_D`, to: { value: '8613911112222' }, content: { text: '你好' } } });
  });
  it('a message taken back, a call', () => {
    expect(parse({ type: 'revoked' })).toMatchObject({ happening: { kind: 'recalled', about: `false_${customer}_3EB0C5` } });
    expect(parse({ type: 'call_log' })).toMatchObject({ happening: { kind: 'event', name: 'call' } });
  });
  it.each([['e2e_notification', {}], ['gp2', {}], ['protocol', {}], ['chat', { isStatusV3: true }], ['chat', { id: { fromMe: false, remote: 'status@broadcast', id: 'E', _serialized: 'E' } }], ['chat', { id: { remote: '1203@newsletter', _serialized: 'F' } }]])('%s %o is silent', (type, change) => {
    expect(parse({ type, ...change })).toEqual({ kind: 'silent' });
  });
});

describe('what cannot be read', () => {
  it.each([['holo_message', {}], ['payment', {}], ['poll_creation', { body: '' }], ['event_creation', { body: '' }], ['order', { body: '' }], ['vcard', { body: '' }], ['location', { lat: 'x' }], ['chat', { body: undefined }], ['image', { directPath: undefined }], ['image', { directPath: '/v', isViewOnce: true }]])('%s %o is a placeholder with the message beside it', (type, change) => {
    const made = of({ type, ...change });
    expect(made.content.unreadable).toEqual({ kind: type, reason: { 'zh-CN': expect.any(String), en: expect.any(String) } });
    expect(JSON.parse(Buffer.from(made.files?.[0]?.bytes ?? []).toString())).toMatchObject({ type });
  });
  it('a message that could not be deciphered leaves room for the words', () => {
    const made = message(parseUndecipherable({ raw: raw({ type: 'ciphertext', body: undefined }), person: { id: customer } }, me));
    expect(made).toMatchObject({ externalId: `false_${customer}_3EB0C5#undecipherable`, content: { unreadable: { kind: 'ciphertext' } } });
  });
  it('never throws for nesting without end', () => {
    let deep: object = {};
    for (let level = 0; level < 20_000; level += 1) deep = { deep };
    expect([parseMessage({ raw: raw({ type: 'hologram', deep }) }, me).kind, parseUndecipherable({ raw: raw({ type: 'ciphertext', deep }) }, me).kind]).toEqual(['broken', 'broken']);
  });
  it('never throws, whatever comes', () => {
    fc.assert(fc.property(fc.record({ type: fc.oneof(fc.string(), fc.constantFrom('chat', 'image', 'vcard', 'location', 'revoked', 'multi_vcard', 'poll_creation')), body: fc.anything(), t: fc.anything(), vcardList: fc.anything(), quotedMsg: fc.anything(), mentionedJidList: fc.anything(), lat: fc.anything(), filename: fc.anything(), directPath: fc.anything() }), fc.anything(), (change, whole) => {
      const parsed = parseMessage({ raw: raw(change) }, me);
      if (parsed.kind === 'message') checkInbound(parsed.message, whatsappWeb.manifest);
      expect(['message', 'happening', 'silent', 'broken']).toContain(parseMessage({ raw: whole }, me).kind);
    }), { numRuns: 500 });
  });
});

it('receipts and edits', () => {
  expect([-1, 0, 1, 2, 3, 4].map((ack) => parseAck('x', ack)?.state)).toEqual(['failed', undefined, undefined, 'delivered', 'read', 'read']);
  expect(parseEdit({ raw: raw({ latestEditSenderTimestampMs: 5 }) }, 'new', 'old')).toMatchObject({ happening: { kind: 'edited', about: `false_${customer}_3EB0C5`, content: { text: 'new' }, externalId: `edited:false_${customer}_3EB0C5:5` } });
  expect(parseEdit({ raw: raw() }, 'deciphered just now', '')).toBeNull();
  expect(parseEdit({ raw: raw() }, 'same', 'same')).toBeNull();
});

it('messages as the library hands them over', () => {
  const all: unknown[] = JSON.parse(readFileSync(join(import.meta.dirname, 'fixtures', 'messages.json'), 'utf8'));
  expect(all.map((one) => parseMessage({ raw: one }, me).kind)).toEqual(['message', 'message', 'message', 'happening', 'silent']);
});
