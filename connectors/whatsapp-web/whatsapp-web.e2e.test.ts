/** The unpatched library in a real Chromium, at a page and a phone of ours. */
import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startWhatsappWebSimulator, type WhatsappWebSimulator } from '../../test/simulators/whatsapp-web.ts';
import type { Connector, Health, Outbound } from '../connector.ts';
import { eventually, recordingInbox, type RecordingInbox } from '../testing/recording-inbox.ts';
import { outbound } from '../testing/shape.ts';
import { whatsappWebConnector } from './connector.ts';
import { Config } from './manifest.ts';
import { usualPace, type Pace } from './supervisor.ts';

const customer = '8613911112222@c.us';
const digits = '8613911112222';
const group = '120363021033254949@g.us';
const quick: Pace = { ...usualPace, beatMs: 500, ladder: { ...usualPace.ladder, backOffMs: [200] } };
const sha = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');
const seconds = 1_000;

let phone: WhatsappWebSimulator;
let dataDir = '';
let connector: Connector;
let inbox: RecordingInbox;
const folder = (): string => join(dataDir, 'whatsapp-web', 'channel');

async function start(change: Partial<Config> = {}, memory = inbox?.memory ?? new Map<string, string>(), pace = quick): Promise<void> {
  inbox = recordingInbox(memory);
  connector = whatsappWebConnector(Config.parse({ riskAccepted: true, sessionKey: 'whsec_a-key-of-the-end-to-end-test', ...change }), { id: 'channel', dataDir }, { ...phone.tuning, pace, sendMs: 4 * seconds });
  await connector.start(inbox);
}
const health = (): Health | undefined => inbox.healths.at(-1);
const isReady = (): Promise<void> => eventually(() => health()?.state === 'ready', 40 * seconds, 'a ready session');
const shown = async (what: 'qr' | 'code'): Promise<NonNullable<Health['detail']>> => {
  await eventually(() => health()?.detail?.[what] !== undefined, 40 * seconds, `a ${what}`);
  return health()?.detail ?? { message: '' };
};
const message = (change: Partial<Outbound> = {}): Outbound => outbound({ thread: digits, to: digits, history: ['earlier'], ...change });
const stored = (key: string) => inbox.stored.get(key);
/** Process ids of our session process and of its browser. */
async function processes(): Promise<{ child: number; browser: number }> {
  const browser = Number(await readFile(join(folder(), 'browser.pid'), 'utf8'));
  const stat = await readFile(`/proc/${browser}/stat`, 'utf8');
  return { browser, child: Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) };
}
const alive = (pid: number): boolean => existsSync(`/proc/${pid}/exe`);

beforeAll(async () => {
  phone = await startWhatsappWebSimulator();
  dataDir = await mkdtemp(join(tmpdir(), 'hubbub-whatsapp-'));
  phone.know({ id: customer, name: '王五' });
});
afterAll(async () => {
  inbox?.shutDown();
  await connector?.stop();
  await phone?.close();
  await rm(dataDir, { recursive: true, force: true });
});

describe('linking', () => {
  it('shows a QR code that counts down, refuses an old one, and is ready after the scan', async () => {
    await start();
    const { qr, until, message: words } = await shown('qr');
    expect(words).toContain('Linked devices');
    expect((until?.getTime() ?? 0) - Date.now()).toBeGreaterThan(30 * seconds);
    await expect(connector.send(message())).rejects.toMatchObject({ kind: 'signed-out' });
    expect(phone.scan('REF-old,x')).toBe(false);
    expect(phone.scan(qr ?? '')).toBe(true);
    await isReady();
    expect(await connector.test?.()).toMatchObject([{ name: 'browser', ok: true }, { name: 'phone linked', ok: true }, { name: 'connection', ok: true }]);
  });
  it('keeps nothing secret where a process list shows it', async () => {
    const { child, browser } = await processes();
    for (const pid of [child, browser]) {
      const shownToAll = (await readFile(`/proc/${pid}/cmdline`, 'utf8')) + (await readFile(`/proc/${pid}/environ`, 'utf8'));
      expect(shownToAll).not.toContain('whsec_');
      expect(shownToAll).not.toContain('MONGO');
    }
  });
});

describe('messages in', () => {
  it('text, with who wrote it', async () => {
    const { key } = await phone.say(customer, '你好 https://example.test');
    await inbox.until(() => stored(key) !== undefined);
    expect(stored(key)).toMatchObject({ externalId: key, thread: digits, from: { value: digits, name: '王五', stable: true }, content: { text: '你好 https://example.test' } });
  });
  it('media, whose bytes are fetched later', async () => {
    for (const [type, mimetype, role] of [['image', 'image/png'], ['ptt', 'audio/ogg; codecs=opus', 'voice'], ['sticker', 'image/webp', 'sticker'], ['document', 'application/pdf']] as const) {
      const bytes = randomBytes(50_000);
      const { key } = await phone.say(customer, '', { type, mimetype, data: bytes.toString('base64'), ...(type === 'document' && { filename: '发票.pdf' }) });
      await inbox.until(() => stored(key) !== undefined);
      const [later] = stored(key)?.later ?? [];
      expect(later).toMatchObject({ type: mimetype.split(';')[0], ...(role && { role }), ...(type === 'document' && { name: '发票.pdf' }) });
      const got = await connector.fetch?.(later?.ref ?? '');
      expect(sha(got?.bytes ?? '')).toBe(sha(bytes));
    }
    await expect(connector.fetch?.(`false_${customer}_GONE`)).rejects.toMatchObject({ kind: 'rejected' });
  });
  it('places, cards, quotes, and kinds nobody knows', async () => {
    const first = await phone.say(customer, 'the first');
    const second = await phone.say(customer, 'about that', { quoted: first.key });
    const place = await phone.say(customer, '', { type: 'location', lat: 31.2, lng: 121.5, loc: '上海' });
    const card = await phone.say(customer, 'BEGIN:VCARD\nFN:Li Na\nTEL:+86 13\nEND:VCARD', { type: 'vcard' });
    const strange = await phone.say(customer, '', { type: 'hologram' });
    await inbox.until(() => stored(strange.key) !== undefined);
    expect(stored(second.key)?.content.quote).toEqual({ externalId: first.key, text: 'the first' });
    expect(stored(place.key)?.content).toEqual({ location: { latitude: 31.2, longitude: 121.5, name: '上海' } });
    expect(stored(card.key)?.content.cards).toMatchObject([{ name: 'Li Na' }]);
    expect(stored(strange.key)?.content.unreadable?.kind).toBe('hologram');
  });
  it('a group is one thread, and says whether we are meant', async () => {
    phone.makeGroup(group, '团购群', [customer, '77001@lid']);
    phone.know({ id: '77001@lid', name: 'Li' });
    const plain = await phone.say(customer, 'hello all', { chat: group });
    const meant = await phone.say('77001@lid', '@shop?', { chat: group, mentionedJidList: [phone.account.lid] });
    await inbox.until(() => stored(meant.key) !== undefined);
    expect(stored(plain.key)).toMatchObject({ thread: group, from: { value: digits }, group: { name: '团购群', mentioned: false } });
    expect(stored(meant.key)).toMatchObject({ thread: group, from: { value: '77001@lid', name: 'Li' }, group: { mentioned: true } });
    await connector.send(message({ thread: group, to: group, content: { text: 'hello group' } }));
    expect(phone.sent().at(-1)).toMatchObject({ chat: group, body: 'hello group' });
  });
  it('hidden numbers: a thread of their own, kept when the number is learned later', async () => {
    phone.know({ id: '88002@lid', name: 'Hidden' });
    const hidden = await phone.say('88002@lid', 'who am I');
    phone.know({ id: '88003@lid', name: 'Known', phone: '447700900123' });
    const known = await phone.say('88003@lid', 'my number is known');
    await inbox.until(() => stored(known.key) !== undefined);
    expect(stored(hidden.key)).toMatchObject({ thread: '88002@lid', from: { value: '88002@lid' } });
    expect(stored(known.key)).toMatchObject({ thread: '447700900123', from: { value: '447700900123', also: expect.arrayContaining([{ kind: 'whatsapp', value: '88003@lid', attested: true }]) } });
    await connector.send(message({ thread: '447700900123', to: '447700900123' }));
    expect(phone.sent().at(-1)).toMatchObject({ chat: '88003@lid' });
  });
  it('reactions, edits, and messages taken back', async () => {
    const { key } = await phone.say(customer, 'frist');
    await inbox.until(() => stored(key) !== undefined);
    phone.react(key, customer, '\u{1F44D}');
    phone.edit(key, 'first');
    phone.revoke(key);
    await inbox.until((one) => one.happenings.some(({ kind }) => kind === 'recalled'));
    const about = inbox.happenings.filter((one) => 'about' in one && one.about === key);
    expect(about).toMatchObject([{ kind: 'reaction', emoji: '\u{1F44D}', thread: digits, from: { value: digits } }, { kind: 'edited', content: { text: 'first' }, thread: digits }, { kind: 'recalled', thread: digits }]);
  });
});

describe('messages out', () => {
  it('text with a quote; receipts only go forward', async () => {
    const asked = await phone.say(customer, 'what about this?');
    await inbox.until(() => stored(asked.key) !== undefined);
    const { externalId, state } = await connector.send(message({ content: { text: '好的', quote: { externalId: asked.key } } }));
    expect(state).toBe('sent');
    expect(phone.sent().at(-1)).toMatchObject({ key: externalId, chat: customer, body: '好的', quoted: asked.id });
    await inbox.until((one) => one.receipts.some((receipt) => receipt.externalId === externalId && receipt.state === 'read'));
    phone.ack(externalId, 2);
    const marker = await phone.say(customer, 'marker');
    await inbox.until(() => stored(marker.key) !== undefined);
    expect(inbox.receipts.filter((receipt) => receipt.externalId === externalId).map((receipt) => receipt.state)).toEqual(['delivered', 'read']);
  });
  it('files, voice notes, stickers, places and cards', async () => {
    const bytes = randomBytes(120_000);
    const send = async (content: Outbound['content']) => connector.send(message({ content, file: async () => bytes }));
    const file = (type: string, name: string, role?: 'voice' | 'sticker') => ({ id: 'a'.repeat(24), name, type, size: bytes.length, ...(role && { role }) });
    const before = phone.sent().length;
    await send({ text: '发票', attachments: [file('application/pdf', '发票.pdf'), file('image/png', 'a.png')] });
    await send({ attachments: [file('audio/ogg', 'v.ogg', 'voice')] });
    await send({ attachments: [file('image/webp', 's.webp', 'sticker')] });
    await send({ location: { latitude: 31.2, longitude: 121.5, name: '上海' } });
    await send({ cards: [{ name: 'Li Na', phones: ['+86 13'], emails: [] }] });
    const sent = phone.sent().slice(before);
    expect(sent.map(({ type }) => type)).toEqual(['document', 'image', 'ptt', 'sticker', 'location', 'vcard']);
    expect(sent[0]).toMatchObject({ caption: '发票', filename: '发票.pdf', mimetype: 'application/pdf' });
    for (const one of sent.slice(0, 4)) expect(sha(Buffer.from(String(one['data']), 'base64'))).toBe(sha(bytes));
    expect(sent[4]).toMatchObject({ lat: 31.2, lng: 121.5, loc: '上海' });
    expect(sent[5]?.body).toContain('FN:Li Na');
  });
  it('what the owner writes on the phone is an echo, what we send is not', async () => {
    const { key } = await phone.sayOnPhone(customer, '我来处理');
    await inbox.until((one) => one.happenings.some((happening) => happening.externalId === key));
    const echoes = inbox.happenings.filter((happening) => happening.kind === 'echo');
    expect(echoes).toMatchObject([{ externalId: key, thread: digits, to: { value: digits }, content: { text: '我来处理' } }]);
  });
  it('our reactions, edits, recalls, typing and reading', async () => {
    const asked = await phone.say(customer, 'react to me');
    await inbox.until(() => stored(asked.key) !== undefined);
    const happenings = inbox.happenings.length;
    const { externalId } = await connector.send(message({ content: { text: 'mistkae' } }));
    await connector.react?.(digits, asked.key, '\u{1F44D}');
    await connector.edit?.(digits, externalId, { text: 'mistake' });
    await connector.recall?.(digits, externalId);
    await connector.typing?.(digits, true);
    await connector.read?.(digits, asked.key);
    await eventually(() => phone.heard('seen').length > 0 && phone.heard('typing').length > 0);
    expect(phone.heard('reaction').at(-1)).toMatchObject({ about: asked.key, emoji: '\u{1F44D}' });
    expect(phone.heard('edit').at(-1)).toMatchObject({ about: externalId, text: 'mistake' });
    expect(phone.heard('revoke').at(-1)).toMatchObject({ about: externalId });
    expect(phone.heard('typing').at(-1)).toMatchObject({ chat: customer, typing: true });
    // What we did ourselves is no news.
    expect(inbox.happenings.slice(happenings)).toEqual([]);
  });
  it('says what cannot be sent, and leaves no doubt about it', async () => {
    await expect(connector.send(message({ thread: '0', to: '0' }))).rejects.toMatchObject({ kind: 'rejected' });
    phone.mood('refusing');
    const once = message({ content: { text: 'refused first' } });
    await expect(connector.send(once)).rejects.toMatchObject({ kind: 'rejected', message: expect.stringContaining('refused') });
    phone.mood('well');
    await connector.send(once);
    expect(phone.sent().filter(({ body }) => body === 'refused first')).toHaveLength(1);
  });
  it('a new number opens few new chats a day', async () => {
    const open = (count: number) => connector.send(message({ thread: `4477009000${count}`, to: `4477009000${count}`, history: [] }));
    for (let count = 10; count < 15; count += 1) await open(count);
    await expect(open(15)).rejects.toMatchObject({ kind: 'rate-limited', message: expect.stringContaining('warms up') });
    await open(10);
  });
});

describe('when things break', () => {
  it('a send whose answer was lost is in doubt, is found in the chat, and never goes out twice', async () => {
    phone.order({ lying: 1 });
    const lost = message({ content: { text: 'did it arrive?' } });
    await expect(connector.send(lost)).rejects.toMatchObject({ kind: 'in-doubt' });
    phone.order({});
    const found = await connector.settle?.(lost);
    expect(found?.externalId).toBe(phone.sent().at(-1)?.key);
    expect(await connector.send({ ...lost, again: true })).toMatchObject({ externalId: found?.externalId });
    expect(phone.sent().filter(({ body }) => body === 'did it arrive?')).toHaveLength(1);
  });
  it('Chromium killed: starts again without a QR code, and brings what came meanwhile once', async () => {
    const { browser } = await processes();
    const known = inbox.received.length;
    const codes = inbox.healths.filter((one) => one.detail?.qr).length;
    process.kill(browser, 'SIGKILL');
    await eventually(() => health()?.state !== 'ready', 20 * seconds, 'the crash to be seen');
    const missed = await phone.say(customer, 'while you were away');
    const echo = await phone.sayOnPhone(customer, 'answered on the phone');
    await expect(connector.send(message())).rejects.toMatchObject({ kind: 'unreachable' });
    await isReady();
    await inbox.until((one) => stored(missed.key) !== undefined && one.happenings.some((happening) => happening.externalId === echo.key), 10 * seconds);
    expect(inbox.received.length).toBe(known + 1);
    expect(inbox.healths.filter((one) => one.detail?.qr)).toHaveLength(codes);
    await connector.send(message({ content: { text: 'back again' } }));
    expect(phone.sent().at(-1)?.body).toBe('back again');
  });
  it('session process killed: its browser does not outlive it, and a new one starts', async () => {
    const { child, browser } = await processes();
    process.kill(child, 'SIGKILL');
    await eventually(() => !alive(browser), 20 * seconds, 'the end of the browser');
    await eventually(() => health()?.state !== 'ready', 20 * seconds);
    await isReady();
    const { key } = await phone.say(customer, 'still there?');
    await inbox.until(() => stored(key) !== undefined);
  });
  it('session process stopped in its tracks: the watchdog ends it', async () => {
    const { child } = await processes();
    inbox.shutDown();
    await connector.stop();
    await start({}, inbox.memory, { ...quick, answerMs: 500 });
    await isReady();
    expect(alive(child)).toBe(false);
    const next = await processes();
    process.kill(next.child, 'SIGSTOP');
    await eventually(() => inbox.healths.some((one) => one.detail?.message.includes('did not answer')), 20 * seconds, 'the watchdog');
    await isReady();
    expect([alive(next.child), alive(next.browser)]).toEqual([false, false]);
  });
  it('a stop leaves one sealed file and no process; a restart needs no QR code', async () => {
    const { child, browser } = await processes();
    inbox.shutDown();
    await connector.stop();
    expect([alive(child), alive(browser)]).toEqual([false, false]);
    const left = await readdir(folder());
    expect(left).toContain('profile.sealed');
    expect(left.filter((name) => name.startsWith('profile'))).toEqual(['profile.sealed']);
    const missed = await phone.say(customer, 'during the restart');
    await start();
    await isReady();
    await inbox.until(() => stored(missed.key) !== undefined, 10 * seconds);
    expect(inbox.healths.some((one) => one.detail?.qr)).toBe(false);
  });
  it('another browser with this login: taken back, or said', async () => {
    phone.state('CONFLICT');
    await eventually(() => inbox.healths.some(({ detail }) => detail?.message.includes('elsewhere')), 20 * seconds, 'words about the conflict');
    await eventually(() => phone.heard('takeover').length > 0, 20 * seconds, 'the take-over');
    await isReady();
    inbox.shutDown();
    await connector.stop();
    await start({ takeOver: false });
    await isReady();
    phone.state('CONFLICT');
    await eventually(() => health()?.state === 'down', 30 * seconds);
    expect(health()?.detail?.message).toContain('Restart');
    expect(await connector.act?.('restart', {})).toContain('started again');
    await isReady();
  });
  it('signed out on the phone: a new code by itself; a pairing code does as well', async () => {
    phone.unlink();
    await shown('qr');
    await expect(connector.act?.('pairing-code', { phone: '12' })).rejects.toMatchObject({ kind: 'rejected' });
    expect(await connector.act?.('pairing-code', { phone: '+86 138 0000 0000' })).toContain('HUBB-1234');
    expect(phone.heard('code').at(-1)).toMatchObject({ phone: '8613800000000' });
    const { code, until } = await shown('code');
    expect((until?.getTime() ?? 0) - Date.now()).toBeGreaterThan(100 * seconds);
    expect(phone.type('WRONG123')).toBe(false);
    expect(phone.type(code ?? '')).toBe(true);
    await isReady();
  });
  it('signed out from here: the phone is told, nothing stays, and a new code is shown', async () => {
    expect(await connector.act?.('sign-out', {})).toContain('signed out');
    expect(phone.heard('logout').length).toBe(1);
    await shown('qr');
  });
});

afterEach(({ task }) => { if (task.result?.state === 'fail') process.stderr.write(`${inbox?.words().split('\n').slice(-25).join('\n')}\n`); });
