/** The unpatched library in a real Chromium, at a page and a phone of ours: linking, messages in and out. */
import { createHash, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { customer, digits, group, message, seconds, whatsappStage } from '../../test/simulators/whatsapp-web-stage.ts';
import type { Outbound } from '../connector.ts';
import { eventually } from '../testing/recording-inbox.ts';

const sha = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');
let stage: Awaited<ReturnType<typeof whatsappStage>>;
beforeAll(async () => { stage = await whatsappStage(); });
afterAll(() => stage?.close());
afterEach(({ task }) => { if (task.result?.state === 'fail') process.stderr.write(`${stage.inbox.words().split('\n').slice(-25).join('\n')}\n`); });

describe('linking', () => {
  it('shows a QR code that counts down, refuses an old one, and is ready after the scan', async () => {
    const { qr, until, message: words } = await stage.shown('qr');
    expect(words).toEqual({ 'zh-CN': expect.stringContaining('已关联设备'), en: expect.stringContaining('Linked devices') });
    expect((until?.getTime() ?? 0) - Date.now()).toBeGreaterThan(30 * seconds);
    await expect(stage.connector.send(message())).rejects.toMatchObject({ kind: 'signed-out' });
    expect(stage.phone.scan('REF-old,x')).toBe(false);
    expect(stage.phone.scan(qr ?? '')).toBe(true);
    await stage.isReady();
    expect(await stage.connector.test?.()).toMatchObject([{ name: { en: 'Browser' }, ok: true }, { name: { en: 'Phone linked' }, ok: true }, { name: { en: 'Connection' }, ok: true }]);
  });
  it('keeps nothing secret where a process list shows it', async () => {
    const { child, browser } = await stage.processes();
    for (const pid of [child, browser]) {
      const shownToAll = (await readFile(`/proc/${pid}/cmdline`, 'utf8')) + (await readFile(`/proc/${pid}/environ`, 'utf8'));
      expect(shownToAll).not.toContain('whsec_');
      expect(shownToAll).not.toContain('MONGO');
    }
  });
});

describe('messages in', () => {
  it('text, with who wrote it', async () => {
    const { key } = await stage.phone.say(customer, '你好 https://example.test');
    await stage.inbox.until(() => stage.stored(key) !== undefined);
    expect(stage.stored(key)).toMatchObject({ externalId: key, thread: digits, from: { value: digits, name: '王五', stable: true }, content: { text: '你好 https://example.test' } });
  });
  it('media, whose bytes are fetched later', async () => {
    for (const [type, mimetype, role] of [['image', 'image/png'], ['ptt', 'audio/ogg; codecs=opus', 'voice'], ['sticker', 'image/webp', 'sticker'], ['document', 'application/pdf']] as const) {
      const bytes = randomBytes(50_000);
      const { key } = await stage.phone.say(customer, '', { type, mimetype, data: bytes.toString('base64'), ...(type === 'document' && { filename: '发票.pdf' }) });
      await stage.inbox.until(() => stage.stored(key) !== undefined);
      const [later] = stage.stored(key)?.later ?? [];
      expect(later).toMatchObject({ type: mimetype.split(';')[0], ...(role && { role }), ...(type === 'document' && { name: '发票.pdf' }) });
      const got = await stage.connector.fetch?.(later?.ref ?? '');
      expect(sha(got?.bytes ?? '')).toBe(sha(bytes));
    }
    await expect(stage.connector.fetch?.(`false_${customer}_GONE`)).rejects.toMatchObject({ kind: 'rejected' });
  });
  it('places, cards, quotes, and kinds nobody knows', async () => {
    const first = await stage.phone.say(customer, 'the first');
    const second = await stage.phone.say(customer, 'about that', { quoted: first.key });
    const place = await stage.phone.say(customer, '', { type: 'location', lat: 31.2, lng: 121.5, loc: '上海' });
    const card = await stage.phone.say(customer, 'BEGIN:VCARD\nFN:Li Na\nTEL:+86 13\nEND:VCARD', { type: 'vcard' });
    const strange = await stage.phone.say(customer, '', { type: 'hologram' });
    await stage.inbox.until(() => stage.stored(strange.key) !== undefined);
    expect(stage.stored(second.key)?.content.quote).toEqual({ externalId: first.key, text: 'the first' });
    expect(stage.stored(place.key)?.content).toEqual({ location: { latitude: 31.2, longitude: 121.5, name: '上海' } });
    expect(stage.stored(card.key)?.content.cards).toMatchObject([{ name: 'Li Na' }]);
    expect(stage.stored(strange.key)?.content.unreadable?.kind).toBe('hologram');
  });
  it('a group is one thread, and says whether we are meant', async () => {
    stage.phone.makeGroup(group, '团购群', [customer, '77001@lid']);
    stage.phone.know({ id: '77001@lid', name: 'Li' });
    const plain = await stage.phone.say(customer, 'hello all', { chat: group });
    const meant = await stage.phone.say('77001@lid', '@shop?', { chat: group, mentionedJidList: [stage.phone.account.lid] });
    await stage.inbox.until(() => stage.stored(meant.key) !== undefined);
    expect(stage.stored(plain.key)).toMatchObject({ thread: group, from: { value: digits }, group: { name: '团购群', mentioned: false } });
    expect(stage.stored(meant.key)).toMatchObject({ thread: group, from: { value: '77001@lid', name: 'Li' }, group: { mentioned: true } });
    await stage.connector.send(message({ thread: group, to: group, content: { text: 'hello group' } }));
    expect(stage.phone.sent().at(-1)).toMatchObject({ chat: group, body: 'hello group' });
  });
  it('hidden numbers: a thread of their own, kept when the number is learned later', async () => {
    stage.phone.know({ id: '88002@lid', name: 'Hidden' });
    const hidden = await stage.phone.say('88002@lid', 'who am I');
    stage.phone.know({ id: '88003@lid', name: 'Known', phone: '447700900123' });
    const known = await stage.phone.say('88003@lid', 'my number is known');
    await stage.inbox.until(() => stage.stored(known.key) !== undefined);
    expect(stage.stored(hidden.key)).toMatchObject({ thread: '88002@lid', from: { value: '88002@lid' } });
    expect(stage.stored(known.key)).toMatchObject({ thread: '447700900123', from: { value: '447700900123', also: expect.arrayContaining([{ kind: 'whatsapp', value: '88003@lid', attested: true }]) } });
    await stage.connector.send(message({ thread: '447700900123', to: '447700900123' }));
    expect(stage.phone.sent().at(-1)).toMatchObject({ chat: '88003@lid' });
  });
  it('reactions, edits, and messages taken back', async () => {
    const { key } = await stage.phone.say(customer, 'frist');
    await stage.inbox.until(() => stage.stored(key) !== undefined);
    stage.phone.react(key, customer, '\u{1F44D}');
    stage.phone.edit(key, 'first');
    stage.phone.revoke(key);
    await stage.inbox.until((one) => one.happenings.some(({ kind }) => kind === 'recalled'));
    const about = stage.inbox.happenings.filter((one) => 'about' in one && one.about === key);
    expect(about).toMatchObject([{ kind: 'reaction', emoji: '\u{1F44D}', thread: digits, from: { value: digits } }, { kind: 'edited', content: { text: 'first' }, thread: digits }, { kind: 'recalled', thread: digits }]);
  });
});

describe('messages out', () => {
  it('text with a quote; receipts only go forward', async () => {
    const asked = await stage.phone.say(customer, 'what about this?');
    await stage.inbox.until(() => stage.stored(asked.key) !== undefined);
    const { externalId, state } = await stage.connector.send(message({ content: { text: '好的', quote: { externalId: asked.key } } }));
    expect(state).toBe('sent');
    expect(stage.phone.sent().at(-1)).toMatchObject({ key: externalId, chat: customer, body: '好的', quoted: asked.id });
    await stage.inbox.until((one) => one.receipts.some((receipt) => receipt.externalId === externalId && receipt.state === 'read'));
    stage.phone.ack(externalId, 2);
    const marker = await stage.phone.say(customer, 'marker');
    await stage.inbox.until(() => stage.stored(marker.key) !== undefined);
    expect(stage.inbox.receipts.filter((receipt) => receipt.externalId === externalId).map((receipt) => receipt.state)).toEqual(['delivered', 'read']);
  });
  it('files, voice notes, stickers, places and cards', async () => {
    const bytes = randomBytes(120_000);
    const send = async (content: Outbound['content']) => stage.connector.send(message({ content, file: async () => bytes }));
    const file = (type: string, name: string, role?: 'voice' | 'sticker') => ({ id: 'a'.repeat(24), name, type, size: bytes.length, ...(role && { role }) });
    const before = stage.phone.sent().length;
    await send({ text: '发票', attachments: [file('application/pdf', '发票.pdf'), file('image/png', 'a.png')] });
    await send({ attachments: [file('audio/ogg', 'v.ogg', 'voice')] });
    await send({ attachments: [file('image/webp', 's.webp', 'sticker')] });
    await send({ location: { latitude: 31.2, longitude: 121.5, name: '上海' } });
    await send({ cards: [{ name: 'Li Na', phones: ['+86 13'], emails: [] }] });
    const sent = stage.phone.sent().slice(before);
    expect(sent.map(({ type }) => type)).toEqual(['document', 'image', 'ptt', 'sticker', 'location', 'vcard']);
    expect(sent[0]).toMatchObject({ caption: '发票', filename: '发票.pdf', mimetype: 'application/pdf' });
    for (const one of sent.slice(0, 4)) expect(sha(Buffer.from(String(one['data']), 'base64'))).toBe(sha(bytes));
    expect(sent[4]).toMatchObject({ lat: 31.2, lng: 121.5, loc: '上海' });
    expect(sent[5]?.body).toContain('FN:Li Na');
  });
  it('what the owner writes on the phone is an echo, what we send is not', async () => {
    const { key } = await stage.phone.sayOnPhone(customer, '我来处理');
    await stage.inbox.until((one) => one.happenings.some((happening) => happening.externalId === key));
    const echoes = stage.inbox.happenings.filter((happening) => happening.kind === 'echo');
    expect(echoes).toMatchObject([{ externalId: key, thread: digits, to: { value: digits }, content: { text: '我来处理' } }]);
  });
  it('our reactions, edits, recalls, typing and reading', async () => {
    const asked = await stage.phone.say(customer, 'react to me');
    await stage.inbox.until(() => stage.stored(asked.key) !== undefined);
    const happenings = stage.inbox.happenings.length;
    const { externalId } = await stage.connector.send(message({ content: { text: 'mistkae' } }));
    await stage.connector.react?.(digits, asked.key, '\u{1F44D}');
    await stage.connector.edit?.(digits, externalId, { text: 'mistake' });
    await stage.connector.recall?.(digits, externalId);
    await stage.connector.typing?.(digits, true);
    await stage.connector.read?.(digits, asked.key);
    await eventually(() => stage.phone.heard('seen').length > 0 && stage.phone.heard('typing').length > 0);
    expect(stage.phone.heard('reaction').at(-1)).toMatchObject({ about: asked.key, emoji: '\u{1F44D}' });
    expect(stage.phone.heard('edit').at(-1)).toMatchObject({ about: externalId, text: 'mistake' });
    expect(stage.phone.heard('revoke').at(-1)).toMatchObject({ about: externalId });
    expect(stage.phone.heard('typing').at(-1)).toMatchObject({ chat: customer, typing: true });
    // What we did ourselves is no news.
    expect(stage.inbox.happenings.slice(happenings)).toEqual([]);
  });
  it('says what cannot be sent, and leaves no doubt about it', async () => {
    await expect(stage.connector.send(message({ thread: '0', to: '0' }))).rejects.toMatchObject({ kind: 'rejected' });
    stage.phone.mood('refusing');
    const once = message({ content: { text: 'refused first' } });
    await expect(stage.connector.send(once)).rejects.toMatchObject({ kind: 'rejected', message: expect.stringContaining('refused') });
    stage.phone.mood('well');
    await stage.connector.send(once);
    expect(stage.phone.sent().filter(({ body }) => body === 'refused first')).toHaveLength(1);
  });
  it('a new number opens few new chats a day', async () => {
    const open = (count: number) => stage.connector.send(message({ thread: `4477009000${count}`, to: `4477009000${count}`, history: [] }));
    for (let count = 10; count < 15; count += 1) await open(count);
    await expect(open(15)).rejects.toMatchObject({ kind: 'rate-limited', message: expect.stringContaining('warms up') });
    await open(10);
  });
});
