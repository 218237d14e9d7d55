/** Twilio's fields and what they say; odd ones too. */
import { readFileSync, readdirSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Content } from '../../server/conversations/schema.ts';
import { isTwilios } from './media.ts';
import { consentOf } from './consent.ts';
import { parse } from './parse.ts';
import type { Parsed } from './parse.ts';

const folder = new URL('fixtures/', import.meta.url);
const read = (name: string): Record<string, string> => Object.fromEntries(new URLSearchParams(readFileSync(new URL(name, folder), 'utf8').trim()));
const message = (parsed: Parsed) => {
  if (parsed.kind !== 'message') throw new Error(JSON.stringify(parsed));
  return parsed.message;
};
const from = { MessageSid: 'SM1', From: '+14155550123', To: '+14155550100' };

describe('messages', () => {
  it('SMS: the number is the person', () => {
    expect(message(parse(read('message-sms.txt')))).toEqual({
      externalId: 'SM1a2b3c4d5e6f708192a3b4c5d6e7f801', thread: '+14155550123', content: { text: 'Where is my parcel? 谢谢' },
      from: { value: '+14155550123', stable: true, attributes: { country: 'US', state: 'CA', city: 'DALY CITY' } },
    });
  });

  it('WhatsApp: the address is answered, the number is named beside it; a quote', () => {
    expect(message(parse(read('message-whatsapp.txt')))).toMatchObject({
      thread: 'whatsapp:+8613800138000', content: { text: '收到了', quote: { externalId: 'SM00000000000000000000000000000009' } },
      from: { value: 'whatsapp:+8613800138000', name: '王小明', stable: true, also: [{ kind: 'phone', value: '+8613800138000', attested: true }], attributes: { waId: '8613800138000' } },
    });
  });

  it('files are fetched later, a voice note is one', () => {
    expect(message(parse(read('message-mms.txt'))).later).toEqual([
      { ref: expect.stringContaining('/Media/ME0123'), name: 'ME0123456789abcdef0123456789abcdef.jpg', type: 'image/jpeg' },
      { ref: expect.stringContaining('/Media/ME1123'), name: 'ME1123456789abcdef0123456789abcdef.vcf', type: 'text/x-vcard' },
    ]);
    expect(message(parse(read('message-whatsapp-voice.txt'))).later).toMatchObject([{ type: 'audio/ogg', role: 'voice' }]);
  });

  it('places, buttons, advertisements', () => {
    expect(message(parse(read('message-whatsapp-location.txt'))).content).toEqual({ location: { latitude: 31.2304, longitude: 121.4737, name: "Office, People's Square, Shanghai" } });
    expect(message(parse(read('message-whatsapp-button.txt'))).content.text).toBe('Yes, please');
    expect(message(parse({ ...read('message-whatsapp-button.txt'), Body: '' })).content.text).toBe('Yes, please');
    expect(message(parse(read('message-whatsapp-advertisement.txt'))).content).toEqual({ text: 'Hello!', link: { title: 'Chat with us', url: 'https://fb.me/abc', description: 'Free delivery this week' } });
  });

  it('an unknown kind is a visible placeholder with its fields beside it', () => {
    const unknown = message(parse(read('message-unknown.txt')));
    expect(unknown.content).toEqual({ unreadable: { kind: 'hologram', reason: { 'zh-CN': expect.any(String), en: expect.any(String) } } });
    expect(Buffer.from(unknown.files?.[0]?.bytes ?? []).toString()).toContain('HologramData');
  });

  it('who hides the number is known by their id, and is the person they were with it', () => {
    const both = message(parse({ ...from, From: 'whatsapp:+919745786257', Body: 'a', ExternalUserId: 'IN.208', ParentExternalUserId: 'IN.ENT.9', ProfileName: 'Asha', ProfileUsername: 'asha' }));
    expect(both).toMatchObject({
      thread: 'whatsapp:+919745786257', related: ['whatsapp:IN.208', 'whatsapp:IN.ENT.9'],
      from: { value: 'whatsapp:+919745786257', name: 'Asha', attributes: { username: 'asha' }, also: [{ kind: 'phone', value: '+919745786257', attested: true }, { kind: 'phone', value: 'whatsapp:IN.208', attested: true }, { kind: 'phone', value: 'whatsapp:IN.ENT.9', attested: true }] },
    });
    expect(message(parse({ ...from, From: 'whatsapp:IN.208', Body: 'a', ExternalUserId: 'IN.208', ProfileUsername: 'asha' }))).toEqual({ externalId: 'SM1', thread: 'whatsapp:IN.208', content: { text: 'a' }, from: { value: 'whatsapp:IN.208', stable: true, name: 'asha', attributes: { username: 'asha' } } });
    expect(message(parse({ ...from, Body: 'a', ExternalUserId: 'IN.208' })).from).not.toHaveProperty('also');
  });

  it('a filled-in form is shown field by field', () => {
    expect(message(parse({ ...from, MessageType: 'interactive', InteractiveData: '{"city":"上海","seats":2,"flow_token":"x"}' })).content).toEqual({ text: 'city: 上海\nseats: 2' });
    expect(message(parse({ ...from, InteractiveData: 'not json' })).content).toEqual({ text: 'not json' });
  });

  it('ids and words are such as a database can hold', () => {
    expect(message(parse({ ...from, Body: 'a\0b\uD800', ProfileName: '\0', FromCity: 'c\0' }))).toMatchObject({ content: { text: 'a\uFFFDb\uFFFD' }, from: { name: '\uFFFD', attributes: { city: 'c\uFFFD' } } });
    for (const odd of [{ MessageSid: 'S'.repeat(500_000) }, { From: '1'.repeat(500_000) }]) expect(parse({ ...from, Body: 'x', ...odd })).toMatchObject({ kind: 'unreadable', externalId: expect.stringMatching(/^.{1,200}$/) });
    const status = parse({ MessageSid: 'SM1', MessageStatus: 'x'.repeat(500_000) });
    expect(status.kind === 'unreadable' && status.externalId.length < 100).toBe(true);
  });

  it('is liberal: blanks for plus signs, numbers, missing counts, other names', () => {
    expect(message(parse({ ...from, From: ' 14155550123', Body: 'a' })).from.value).toBe('+14155550123');
    expect(message(parse({ ...from, From: 'whatsapp: 14155550123', Body: 'a' })).from.value).toBe('whatsapp:+14155550123');
    expect(message(parse({ ...from, From: 'MYBANK', Body: 'a' })).from).toEqual({ value: 'MYBANK', stable: false });
    expect(message(parse({ SmsSid: 'SM2', From: '+14155550123', Body: 42, NumMedia: 0 })).content.text).toBe('42');
    expect(message(parse({ ...from, MediaUrl0: 'https://api.twilio.com/x' })).later).toHaveLength(1);
    expect(message(parse({ ...from, NumMedia: '3', MediaUrl0: 'not an address' })).content.unreadable).toBeDefined();
  });
});

describe('statuses', () => {
  const of = (fields: object) => parse({ MessageSid: 'SM1', To: '+14155550123', ...fields }, 'key-1');
  it('become receipts, with the reason in words', () => {
    expect(of({ MessageStatus: 'delivered' })).toEqual({ kind: 'receipt', receipt: { externalId: 'SM1', key: 'key-1', state: 'delivered' } });
    expect(of({ MessageStatus: 'read' })).toMatchObject({ receipt: { state: 'read' } });
    for (const [code, words] of [['30003', 'switched off'], ['30005', 'does not exist'], ['30006', 'landline'], ['30007', 'filtered'], ['63016', '24 hours'], ['21610', 'opted out']] as const) {
      expect(of({ MessageStatus: 'undelivered', ErrorCode: code })).toMatchObject({ receipt: { state: 'failed', reason: { 'zh-CN': expect.stringMatching(new RegExp(`\\p{Script=Han}.*\\(${code}\\)`, 'u')), en: expect.stringMatching(new RegExp(`${words}.*\\(${code}\\)`)) } } });
    }
    expect(of({ MessageStatus: 'failed', ErrorCode: '99999', ErrorMessage: 'A new\nreason' })).toMatchObject({ receipt: { reason: 'A new reason (99999)' } });
    expect(of({ MessageStatus: 'failed' })).toMatchObject({ receipt: { reason: { 'zh-CN': 'Twilio 没有说明原因', en: 'Twilio did not say why' } } });
  });
  it('on the way is no news; an unknown one is kept for supervisors', () => {
    for (const status of ['accepted', 'queued', 'sending', 'sent']) expect(of({ MessageStatus: status })).toEqual({ kind: 'nothing' });
    expect(of({ MessageStatus: 'teleported' })).toMatchObject({ kind: 'unreadable', externalId: 'SM1/teleported' });
  });
  it('an opt-out we did not hear of is one', () => {
    expect(of({ MessageStatus: 'failed', ErrorCode: '21610' })).toMatchObject({ happening: { kind: 'consent', granted: false, thread: '+14155550123' } });
  });
});

describe('consent', () => {
  it('is said in words, or by Twilio, which knows the account\'s own', () => {
    for (const word of ['STOP', 'stopall', ' Unsubscribe. ', 'cancel', 'END', 'Quit!', '退订', 'TD', 'td', '取消', 'ＳＴＯＰ']) expect(consentOf(word, '', false), word).toBe(false);
    for (const word of ['START', 'unstop']) expect(consentOf(word, '', false), word).toBe(true);
    for (const word of ['HELP', 'yes', 'please stop', 'STOP it', 'end of story', '']) expect(consentOf(word, '', false), word).toBeNull();
    expect([consentOf('GENUG', 'STOP', false), consentOf('YES', 'START', false), consentOf('HELP', 'HELP', false)]).toEqual([false, true, null]);
  });
  it('in a chat, words that answer questions stay answers', () => {
    for (const word of ['CANCEL', 'end', '取消']) expect(consentOf(word, '', true), word).toBeNull();
    for (const word of ['STOP', '退订', 'TD']) expect(consentOf(word, '', true), word).toBe(false);
  });
  it('is a happening in the customer\'s words', () => {
    expect(parse({ ...from, Body: '退订' })).toEqual({ kind: 'happening', happening: { kind: 'consent', externalId: 'SM1', thread: '+14155550123', from: { value: '+14155550123', stable: true }, granted: false, words: '退订' } });
  });
});

it('files come from Twilio only', () => {
  const base = 'https://api.twilio.com';
  for (const url of ['https://api.twilio.com/2010-04-01/x', 'https://mms.twiliocdn.com/a', 'https://s3-external-1.amazonaws.com/media.twiliocdn.com/a', 'https://media.us1.twilio.com/a']) expect(isTwilios(new URL(url), base), url).toBe(true);
  for (const url of ['http://api.twilio.com/x', 'https://eviltwilio.com/', 'https://api.twilio.com.evil.example/', 'https://s3.amazonaws.com/other', 'http://169.254.169.254/', 'http://127.0.0.1/', 'https://twilio.com@evil.example/']) expect(isTwilios(new URL(url), base), url).toBe(false);
});

it('never throws, and always keeps something, whatever comes', () => {
  const names = ['MessageSid', 'SmsSid', 'From', 'To', 'Body', 'NumMedia', 'MediaUrl0', 'MediaContentType0', 'MessageStatus', 'SmsStatus', 'ErrorCode', 'Latitude', 'Longitude', 'MessageType', 'ProfileName', 'OptOutType', 'OriginalRepliedMessageSid', 'ReferralHeadline', 'ReferralSourceUrl'];
  const value = fc.oneof(fc.string({ unit: 'binary' }), fc.integer(), fc.constant(null), fc.array(fc.string()), fc.object(), fc.constantFrom('received', 'whatsapp:+14155550123', '+1', '1e999', '-0', 'STOP', 'reaction', 'text'));
  fc.assert(fc.property(fc.dictionary(fc.constantFrom(...names), value), (form) => {
    const parsed = parse(form);
    if (parsed.kind !== 'message') return;
    expect(Content.safeParse(parsed.message.content).error?.issues ?? []).toEqual([]);
    expect(Object.keys(parsed.message.content).length + (parsed.message.later?.length ?? 0)).toBeGreaterThan(0);
  }), { numRuns: 3_000 });
  for (const name of readdirSync(folder)) {
    const whole = Object.entries(read(name));
    for (const [missing] of whole) expect(() => parse(Object.fromEntries(whole.filter(([field]) => field !== missing)))).not.toThrow();
  }
});
