import { expect, test } from 'vitest';
import type { Manifest } from '../../connectors/connector.ts';
import { whatsappCloud } from '../../connectors/whatsapp-cloud/kind.ts';
import { twilioSms } from '../../connectors/twilio-sms/kind.ts';
import { placeOn } from './addresses.ts';
import { actsFor } from './gestures.ts';
import { hear, see, type Customer } from './visit.ts';

const channel = (kind: string) => ({ id: '1'.repeat(24), kind, name: kind, enabled: true, config: {}, bot: true, queueId: null, priority: 1, reopenHours: 72, createdAt: new Date(0) });
const customer = (kind: string, change: Partial<Customer> = {}): Customer => ({
  channel: channel(kind), key: 'a', name: 'Ann', locale: 'en', script: { lines: [], toPeople: [], thanks: 'thanks', photo: true }, guest: { address: 'a', name: 'Ann' },
  said: 0, next: 0, toPeople: 0, asked: false, thanked: false, shown: true, heard: 'agent', lastSaidAt: 0, unread: [], spoken: [],
  received: { kind, id: 'm1', address: 'a', text: 'hello', choices: [] }, ...change,
});
const acts = ({ manifest }: { manifest: Manifest }, one: Customer, ...luck: number[]) => actsFor(one, 'It is broken', manifest.carries, () => luck.shift() ?? 0.99);

test('with luck they react, quote, speak; without they just say it; what the platform has not is never tried', () => {
  expect(acts(whatsappCloud, customer('whatsapp-cloud'))).toEqual([{ do: 'say', text: 'It is broken' }]);
  expect(acts(whatsappCloud, customer('whatsapp-cloud'), 0.1, 0).map(act => act.do)).toEqual(['react', 'say']);
  expect(acts(whatsappCloud, customer('whatsapp-cloud'), 0.9, 0.9, 0.1)).toEqual([{ do: 'say', text: 'It is broken', quote: 'm1' }]);
  expect(acts(whatsappCloud, customer('whatsapp-cloud'), 0.9, 0)).toMatchObject([{ do: 'speak', file: { type: 'audio/ogg' } }]);
  expect(acts(twilioSms, customer('twilio-sms'), 0, 0, 0, 0)).toEqual([{ do: 'say', text: 'It is broken' }]);
});

test('a picture goes once, to a person, with its words below or after it; a button is tapped', () => {
  const one = customer('wecom', { shown: false });
  expect(acts(twilioSms, one).map(act => act.do)).toEqual(['show', 'say']);
  expect(acts(twilioSms, one).map(act => act.do)).toEqual(['say']);
  expect(acts(twilioSms, customer('wecom', { shown: false, heard: 'bot' })).map(act => act.do)).toEqual(['say']);
  expect(acts(whatsappCloud, customer('whatsapp-cloud', { shown: false }))).toMatchObject([{ do: 'show', text: 'It is broken' }]);
  expect(acts(whatsappCloud, customer('whatsapp-cloud', { received: { kind: '', id: 'm2', address: 'a', text: '', choices: ['Yes', 'No'] } }))).toEqual([{ do: 'tap', about: 'm2', choice: 'Yes' }]);
});

test('on a platform our word counts when it has arrived, and a machine that passes on is nobody', () => {
  const one = customer('wecom', { heard: 'nothing', received: undefined, spoken: [{ text: 'one moment please', by: 'system' }, { text: 'Hello, this is Li', by: 'agent' }] });
  const entry = { actor: { kind: 'agent' as const, id: 'x' }, kind: 'message' as const, id: 'e', conversationId: 'c', seq: 1, at: new Date(0), changes: {}, effects: [], content: { text: 'third' } };
  see(one, { kind: 'wecom', id: '1', address: 'a', text: 'one moment please', choices: [] });
  expect(one.heard).toBe('nothing');
  see(one, { kind: 'wecom', id: '2', address: 'a', text: 'Hello, this is Li', choices: [] });
  expect([one.heard, one.received?.id, one.spoken]).toEqual(['agent', '2', []]);
  one.heard = 'nothing';
  hear(one, entry, Object.assign(Object.create(null), { handler: 'agent' }));
  expect([one.heard, one.spoken.length]).toEqual(['nothing', 1]);
});

test('numbers of the story are nobody\'s in the world, and all different', () => {
  const who = { name: 'Ann', key: '0123456789abcdef', anonymous: false, isChinese: false };
  const phones = Array.from({ length: 3_900 }, (_, number) => placeOn('twilio-sms', { ...who, number }).address);
  expect(new Set(phones).size).toBe(3_900);
  for (const phone of phones) expect(phone).toMatch(/^\+1[2-9]\d{2}55501\d\d$/);
  expect(placeOn('whatsapp-cloud', { ...who, number: 7, anonymous: true }).also).toEqual([]);
  expect(placeOn('wecom', { ...who, number: 7 }, 'wkA').thread).toMatch(/^wkA:wm\w{30}$/);
});
