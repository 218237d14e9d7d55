/** Outside hours, at a real hub with a moved clock: nobody is asked, nothing is lost, the customer hears when people are back. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import type { ChannelKind, Inbox } from '../../connectors/connector.ts';
import { eventually } from '../../test/setup/eventually.ts';
import { startNode, type Node } from '../../test/setup/hub.ts';
import { testMongod } from '../../test/setup/mongo.ts';
import { changeCalendar, createCalendar, removeCalendar } from '../calendars/change.ts';
import type { CalendarInput } from '../calendars/schema.ts';
import { changeChannel, createChannel } from '../channels/change.ts';
import type { Channel } from '../channels/schema.ts';
import { createPerson } from '../people/change.ts';
import { setState } from '../people/states.ts';
import { allOpenAt } from './hours.ts';

let inbox: Inbox | undefined;
const sent: string[] = [];
const fax: ChannelKind = {
  manifest: {
    kind: 'fax', label: { 'zh-CN': '传真', en: 'Fax' }, icon: 'i-lucide-box', official: true, config: z.object({}), carries: { html: false, attachments: false, typing: false, receipts: false },
    limits: { textLength: 1000, attachmentBytes: 1000 }, units: 1, sending: 'in-doubt', burstMs: 0,
  },
  create: async () => ({ async start(given) { inbox = given; given.health({ state: 'ready' }); }, split: content => [content], send: async message => { sent.push(message.content.text ?? ''); return { externalId: message.key }; }, async stop() {} }),
};
const hour = 3_600_000;
const { uri } = testMongod('hours');
// A Saturday evening in Shanghai.
let ahead = Date.parse('2026-11-21T20:00:00+08:00') - Date.now();
const now = () => new Date(Date.now() + ahead);
let node: Node;
let channel: Channel;
let queueId: string;
let agentId: string;
let calendarId: string;

const nine = [{ from: '09:00', to: '18:00' }];
const office: CalendarInput = { name: 'Office', zone: 'Asia/Shanghai', week: { mon: nine, tue: nine, wed: nine, thu: nine, fri: nine, sat: [], sun: [] }, days: [] };

beforeAll(async () => {
  node = await startNode(uri, { kinds: [fax], now });
  const { hub } = node;
  calendarId = (await createCalendar(hub, office)).id;
  const queue = await hub.store.queues.create({ name: 'Desk', members: 'all', requires: [], priority: 0, offerSeconds: 60, autoAccept: false, strategy: 'longest-idle', stages: null, pull: 'allowed', calendarId, closed: { behaviour: 'message', text: { 'zh-CN': '打烊啦，{opens}见。' } } });
  queueId = queue.id;
  await tellQueues();
  agentId = (await createPerson(hub, { name: 'Ada', email: 'ada@example.com', password: 'long enough 1', role: 'agent', locale: 'en', skills: [], capacity: 10 })).id;
  await setState(hub, agentId, 'available');
  ({ channel } = await createChannel(hub, { kind: 'fax', name: 'Fax', config: {}, bot: true, queueId }));
});
afterAll(async () => { await node?.stop(); });

const tellQueues = async () => node.hub.events.emit('queues', { queues: await node.hub.store.queues.list() });
const say = (thread: string, text: string) => inbox?.receive({ externalId: crypto.randomUUID(), thread, from: { value: thread, stable: true }, content: { text } });
const idOf = async (thread: string) => await node.hub.store.conversations.findByThread({ channelId: channel.id, key: thread }) ?? '';
const headOf = async (thread: string) => node.hub.heads.get(await idOf(thread));
const told = async (thread: string) => (await node.hub.store.conversations.readEntries(await idOf(thread), {})).filter(({ receipt }) => receipt?.['rule'] === 'closed-hours');

test('a hand-over at night: in line, offered to nobody, told once; the morning brings it to an agent with its old wait', async () => {
  await say('one', '转人工');
  const [word] = await eventually(async () => { const all = await told('one'); return all.length ? all : undefined; });
  expect(word).toMatchObject({ actor: { kind: 'system', id: 'hours' }, content: { text: '打烊啦，星期一 09:00见。' }, receipt: { scope: 'queue', id: queueId, calendarId, opensAt: new Date('2026-11-23T09:00:00+08:00') } });
  await eventually(() => sent.includes('打烊啦，星期一 09:00见。'));
  await say('one', '还在吗');
  await say('two', 'I want to speak to a human');
  await eventually(async () => (await told('two')).length === 1);
  expect((await told('two'))[0]?.content?.text).toContain('back on Monday at 09:00 (China Standard Time)');
  const waiting = await headOf('one');
  expect(waiting).toMatchObject({ handler: 'queue', status: 'open', offer: null, unread: 2 });
  expect(await told('one')).toHaveLength(1);

  ahead = Date.parse('2026-11-23T08:59:58+08:00') - Date.now();
  await eventually(async () => (await headOf('one'))?.offer?.agentId === agentId, 8_000);
  expect(now().getTime()).toBeGreaterThanOrEqual(Date.parse('2026-11-23T09:00:00+08:00'));
  expect((await headOf('one'))?.queuedAt).toEqual(waiting?.queuedAt);
  await eventually(async () => (await headOf('two'))?.offer !== null, 8_000);
  expect(await told('one')).toHaveLength(1);
});

test('who waits at closing time is told, whom an offer still rings for when it has come to nothing; a calendar in use is not removed', async () => {
  await setState(node.hub, agentId, 'break');
  await say('three', '转人工');
  await eventually(async () => (await headOf('three'))?.handler === 'queue');
  expect(await told('three')).toEqual([]);
  ahead = Date.parse('2026-11-23T17:59:59+08:00') - Date.now();
  await eventually(async () => (await told('three'))[0]?.content?.text === '打烊啦，明天 09:00见。', 8_000);
  ahead = Date.parse('2026-11-24T17:59:40+08:00') - Date.now();
  await setState(node.hub, agentId, 'available');
  await say('rings', '转人工');
  await eventually(async () => (await headOf('rings'))?.offer?.agentId === agentId, 8_000);
  ahead = Date.parse('2026-11-24T18:00:01+08:00') - Date.now();
  await setState(node.hub, agentId, 'break');
  await eventually(async () => (await told('rings'))[0]?.content?.text === '打烊啦，明天 09:00见。', 8_000);
  expect((await headOf('rings'))?.offer).toBeNull();
  await expect(removeCalendar(node.hub, calendarId)).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('queue “Desk”') });
  await expect(changeChannel(node.hub, channel.id, { calendarId: 'f'.repeat(24) })).rejects.toMatchObject({ code: 'invalid', fields: { calendarId: expect.any(String) } });
});

test('a channel whose people answer first is the bot\'s at night, if it is to be; a calendar that is changed opens at once', async () => {
  ({ channel } = await changeChannel(node.hub, channel.id, { bot: false, calendarId, closed: { behaviour: 'bot-only', text: {} } }));
  await node.hub.store.queues.update(queueId, { calendarId: null });
  await tellQueues();
  await setState(node.hub, agentId, 'available');
  await say('four', '你好');
  await eventually(async () => (await headOf('four'))?.handler !== 'nobody');
  const entries = await node.hub.store.conversations.readEntries(await idOf('four'), {});
  expect(entries[0]?.changes.handler).toBe('bot');
  await say('four', '转人工');
  await eventually(async () => (await told('four')).length === 1);
  expect((await told('four'))[0]?.receipt).toMatchObject({ scope: 'channel', id: channel.id });
  expect((await headOf('four'))?.offer).toBeNull();
  await changeCalendar(node.hub, calendarId, { week: { ...office.week, tue: [{ from: '09:00', to: '24:00' }] } });
  await eventually(async () => (await headOf('four'))?.offer?.agentId === agentId, 8_000);
  await say('five', '你好');
  await eventually(async () => (await headOf('five'))?.handler === 'queue');
});

test('two doors are open when both are', () => {
  const calendar = (from: string, to: string) => ({ calendar: { id: '', ...office, week: { ...office.week, mon: [{ from, to }], tue: [{ from, to }] } } });
  expect(allOpenAt([calendar('09:00', '12:00'), calendar('11:00', '18:00')], new Date('2026-11-23T06:00:00+08:00'))).toEqual(new Date('2026-11-23T11:00:00+08:00'));
  expect(allOpenAt([calendar('09:00', '12:00'), calendar('11:00', '18:00')], new Date('2026-11-23T13:00:00+08:00'))).toEqual(new Date('2026-11-24T11:00:00+08:00'));
  expect(allOpenAt([], new Date(hour))).toEqual(new Date(hour));
});
