import { beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../testing/recording-inbox.ts';
import { ConnectorError, type Connector } from '../connector.ts';
import { webchatConnector } from './connector.ts';
import { fakeHub, type FakeHub } from '../testing/fake-hub.ts';
import { Config } from './manifest.ts';

const thread = `v${'a'.repeat(22)}`;
const config = Config.parse({ tokenSecret: 'token-secret-0123456789' });
let clock = 0;
let hub: FakeHub;
let connector: Connector;

beforeEach(async () => {
  clock = 0;
  hub = fakeHub(thread);
  connector = webchatConnector(config, () => clock);
  await connector.start(hub.inbox);
});

const texts = (entries: { content: { text?: string } }[]): (string | undefined)[] => entries.map((entry) => entry.content.text);

describe('a rating', () => {
  it('is a reaction to the answer, told to all tabs, and there again after a reload', async () => {
    const [one, two] = [hub.browser(connector), hub.browser(connector)];
    await one.say('resume', { after: 0 });
    await two.say('resume', { after: 0 });
    hub.entries.push({ seq: 1, at: new Date(1), from: 'bot', content: { text: 'an answer' } });
    expect(await one.say('rate', { id: 'rating-01', seq: 1, rating: 'up' })).toMatchObject({ ok: false, problem: { code: 'unavailable' } });
    Object.assign(hub.entries[0] ?? {}, { externalId: 'bot-1' });
    expect(await one.say('rate', { id: 'rating-01', seq: 1, rating: 'down' })).toEqual({ ok: true });
    expect(hub.inbox.happenings).toEqual([{ kind: 'reaction', externalId: `${thread}:rate:rating-01`, thread, about: 'bot-1', from: { value: thread, stable: false }, emoji: '\u{1F44E}' }]);
    expect(two.heard.filter(({ event }) => event === 'rating')).toEqual([{ event: 'rating', payload: { seq: 1, rating: 'down' } }]);
    hub.ratings[1] = 'down';
    expect(await hub.browser(connector).say('resume', { after: 0 })).toMatchObject({ ratings: { 1: 'down' } });
  });

  it('is about an answer of the bot, and of nobody else', async () => {
    const one = hub.browser(connector);
    await one.say('resume', { after: 0 });
    await one.say('send', { id: 'client-01', text: 'hello' });
    for (const seq of [0, 1, 7]) expect(await one.say('rate', { id: 'rating-01', seq, rating: 'up' })).toMatchObject({ ok: false, problem: { code: 'invalid' } });
    expect(await one.say('rate', { id: 'rating-01', seq: 1, rating: 'great' })).toMatchObject({ ok: false, problem: { code: 'invalid' } });
    expect(hub.inbox.happenings).toEqual([]);
  });
});

describe('a visitor', () => {
  it('is answered after the message is stored, and other tabs see it', async () => {
    const [one, two] = [hub.browser(connector), hub.browser(connector)];
    await one.say('resume', { after: 0 });
    await two.say('resume', { after: 0 });
    const release = hub.inbox.hold();
    const sending = one.say('send', { id: 'client-01', text: 'hello' });
    expect(await Promise.race([sending, new Promise((resolve) => setTimeout(() => resolve('waits'), 40))])).toBe('waits');
    release();
    expect(await sending).toEqual({ ok: true, seq: 1 });
    await eventually(() => two.entries().length === 1);
    expect(two.entries()[0]).toMatchObject({ seq: 1, externalId: `${thread}:client-01` });
  });

  it('may send twice with one id and has said it once', async () => {
    const one = hub.browser(connector);
    await one.say('resume', { after: 0 });
    const answers = [await one.say('send', { id: 'client-01', text: 'a' }), await one.say('send', { id: 'client-01', text: 'a' })];
    expect(answers).toEqual([{ ok: true, seq: 1 }, { ok: true, seq: 1 }]);
    expect(hub.entries).toHaveLength(1);
    await eventually(() => one.entries().length === 1);
  });

  it('is told in words when the store is away', async () => {
    hub.inbox.failWith(new Error('the store is away: mongodb://root:secret@host'));
    const answer = await hub.browser(connector).say('send', { id: 'client-01', text: 'a' });
    expect(answer).toMatchObject({ ok: false, problem: { code: 'unavailable' } });
    expect(JSON.stringify(answer)).not.toContain('mongodb');
  });

  it('is slowed down, over all tabs, and may go on later', async () => {
    const tabs = [hub.browser(connector), hub.browser(connector)];
    const answers: Record<string, unknown>[] = [];
    for (let n = 0; n < 30; n += 1) answers.push((await tabs[n % 2]?.say('send', { id: `client-${n}-x`, text: 'spam' })) ?? {});
    expect(answers.filter((answer) => answer['ok'] === true)).toHaveLength(12);
    expect(answers.at(-1)).toMatchObject({ ok: false, problem: { code: 'too-many', detail: expect.stringContaining('again in 2 s'), retryAfterMs: 1_500 } });
    clock += 1_500;
    expect(await tabs[0]?.say('send', { id: 'client-later', text: 'x' })).toMatchObject({ ok: true });
    expect(await hub.browser(connector, `v${'b'.repeat(22)}`).say('send', { id: 'client-other', text: 'x' })).toMatchObject({ ok: true });
  });

  it('cannot flood with anything else either, nor break with nonsense', async () => {
    const one = hub.browser(connector);
    expect(await one.say('resume', { after: -1 })).toMatchObject({ ok: false, problem: { fields: { after: expect.any(String) } } });
    expect(await one.say('typing', 'yes')).toMatchObject({ ok: false });
    expect(await one.say('send', { id: 'client-01', text: 1 })).toMatchObject({ ok: false, problem: { fields: { text: expect.any(String) } } });
    for (let n = 0; n < 100; n += 1) await one.say('typing', { typing: n % 2 === 0 });
    expect(hub.inbox.typings.length).toBeLessThan(70);
  });

  it('stops typing when they leave', async () => {
    const one = hub.browser(connector);
    await one.say('typing', { typing: true });
    one.close();
    expect(hub.inbox.typings).toEqual([{ thread, typing: true }, { thread, typing: false }]);
  });
});

describe('what we say', () => {
  it('reaches every tab in order and without gaps, however slow the store', async () => {
    const tabs = [hub.browser(connector), hub.browser(connector), hub.browser(connector)];
    for (const tab of tabs) await tab.say('resume', { after: 0 });
    hub.slowBy.ms = 15;
    await Promise.all(Array.from({ length: 30 }, async (_, n) => {
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 60));
      if (n % 3 === 0) await tabs[n % 2]?.say('send', { id: `client-${n}-x`, text: `mine ${n}` });
      else void hub.reply(connector, `key-${n}`, `ours ${n}`);
    }));
    await eventually(() => tabs.every((tab) => tab.entries().length >= 30));
    for (const tab of tabs) expect(tab.entries().map((entry) => entry.seq)).toEqual(Array.from({ length: 30 }, (_, n) => n + 1));
  });

  it('waits for a browser that has not resumed, and then is in the answer', async () => {
    const tab = hub.browser(connector);
    expect(await hub.reply(connector, 'key-1', 'while away')).toEqual({ externalId: 'key-1', state: 'sent' });
    expect(tab.entries()).toEqual([]);
    expect(await tab.say('resume', { after: 0 })).toMatchObject({ ok: true, entries: [{ seq: 1 }], reset: false, status: { handler: 'bot' } });
    await hub.reply(connector, 'key-2', 'now');
    expect(texts(tab.entries())).toEqual(['now']);
  });

  it('is delivered when a browser confirms, and only up to what it was sent', async () => {
    const tab = hub.browser(connector);
    await tab.say('resume', { after: 0 });
    await tab.say('delivered', { seq: 999 });
    expect(await hub.reply(connector, 'key-1', 'nobody confirms')).toEqual({ externalId: 'key-1', state: 'sent' });
    const sending = hub.reply(connector, 'key-2', 'hello');
    await eventually(() => tab.entries().length === 2);
    void tab.say('delivered', { seq: 2 });
    expect(await sending).toEqual({ externalId: 'key-2', state: 'delivered' });
  });

  it('reports delivered and read once, each message by its id, and waits for an id that is late', async () => {
    const tab = hub.browser(connector);
    await tab.say('send', { id: 'client-01', text: 'q' });
    await tab.say('resume', { after: 0 });
    hub.entries.push({ seq: 2, at: new Date(), from: 'agent', content: { text: 'a' }, externalId: 'old', delivery: 'read' });
    const late = { seq: 3, at: new Date(), from: 'bot' as const, content: { text: 'b' } };
    hub.entries.push(late);
    await tab.say('resume', { after: 0 });
    await tab.say('read', { seq: 3 });
    expect(hub.inbox.receipts).toEqual([]);
    Object.assign(late, { externalId: 'late', delivery: 'sent' });
    await eventually(() => hub.inbox.receipts.length === 1);
    await tab.say('read', { seq: 3 });
    await tab.say('delivered', { seq: 3 });
    expect(hub.inbox.receipts).toEqual([{ externalId: 'late', state: 'read' }]);
  });

  it('comes again when the transcript could not be read', async () => {
    const tab = hub.browser(connector);
    await tab.say('resume', { after: 0 });
    hub.fail.transcript = true;
    const failed = await hub.reply(connector, 'key-1', 'a').catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(ConnectorError);
    expect(failed).toMatchObject({ kind: 'unreachable' });
    hub.fail.transcript = false;
    await hub.reply(connector, 'key-2', 'b');
    expect(texts(tab.entries())).toEqual(['a', 'b']);
  });

  it('starts over in a browser whose number is of another conversation', async () => {
    const tab = hub.browser(connector);
    hub.entries.push({ seq: 4, at: new Date(), from: 'bot', content: { text: 'x' }, externalId: 'old', delivery: 'read' });
    expect(await tab.say('resume', { after: 4 })).toMatchObject({ reset: false, entries: [] });
    await tab.say('read', { seq: 4 });
    expect(await tab.say('resume', { after: 70 })).toMatchObject({ reset: true, entries: [{ seq: 4 }] });
    hub.entries.splice(0, 1, { seq: 1, at: new Date(), from: 'contact', content: { text: 'new matter' } });
    await hub.reply(connector, 'key-1', 'hello');
    expect(tab.heard.map((one) => one.event)).toEqual(['restart', 'entry', 'entry']);
    await tab.say('read', { seq: 2 });
    expect(hub.inbox.receipts).toEqual([{ externalId: 'key-1', state: 'read' }]);
  });

  it('shows typing, the place in line and read marks to this thread only', async () => {
    const [mine, other] = [hub.browser(connector), hub.browser(connector, `v${'b'.repeat(22)}`)];
    await connector.typing?.(thread, true);
    await connector.status?.(thread, { status: 'open', handler: 'queue', position: 3 });
    await connector.read?.(thread, `${thread}:client-01`);
    expect(mine.heard.map((one) => one.event)).toEqual(['typing', 'status', 'delivery']);
    expect(other.heard).toEqual([]);
  });
});
