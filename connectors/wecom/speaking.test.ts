/** Files and sending, against a simulated WeCom. */
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { customer, sales, wecomStage } from '../../test/simulators/wecom-stage.ts';
import { sendAll } from '../testing/shape.ts';

const stage = await wecomStage();
const { simulator } = stage;
afterAll(() => simulator.close());
beforeEach(() => simulator.clear());
afterEach(() => stage.calm());

describe('files', () => {
  it('are fetched by name, go on where they were cut off, and are gone when they are gone', async () => {
    await stage.begin({ openKfId: sales });
    await stage.ready();
    const bytes = new Uint8Array(300_000).map((_, index) => index % 251);
    simulator.show(customer, 'file', { type: 'application/pdf', name: '合同 1.pdf', bytes });
    await stage.inbox.until((one) => one.stored.size === 1);
    const ref = [...stage.inbox.stored.values()][0]?.later?.[0]?.ref ?? '';
    simulator.cutDownloads(3);
    const file = await stage.running?.fetch?.(ref);
    expect({ ...file, bytes: Buffer.from(file?.bytes ?? []).equals(bytes) }).toEqual({ name: '合同 1.pdf', type: 'application/pdf', bytes: true });
    await expect(stage.running?.fetch?.('nothing')).rejects.toMatchObject({ kind: 'rejected', words: { 'zh-CN': expect.stringContaining('3 天'), en: expect.stringContaining('3 days') } });
    simulator.away(true);
    await expect(stage.running?.fetch?.(ref)).rejects.toMatchObject({ kind: 'unreachable' });
  });

  it('go out in their form, uploaded once for all attempts; a link gets a picture', async () => {
    await stage.begin({ openKfId: sales });
    simulator.sessions.heard(sales, customer);
    const attachments = [{ id: 'a'.repeat(24), name: 'photo', type: 'image/jpeg', size: 100 }, { id: 'b'.repeat(24), name: 'voice.amr', type: 'audio/amr', size: 100 }, { id: 'c'.repeat(24), name: 'note.ogg', type: 'audio/ogg', size: 100 }];
    let reads = 0;
    const sent = stage.message({ content: { text: 'see', attachments }, file: async () => { reads += 1; return new Uint8Array(100); } });
    if (!stage.running) throw new Error('not running');
    await sendAll(stage.running, sent);
    await sendAll(stage.running, { ...sent, again: true });
    expect(stage.received().map(({ kind, text }) => [kind, text])).toEqual([['text', 'see'], ['image', 'photo.jpg'], ['voice', 'voice.amr'], ['file', 'note.ogg']]);
    expect(reads).toBe(3);
    await stage.running?.send(stage.message({ content: { link: { title: '说明书', url: 'https://example.test/m' } } }));
    expect(stage.received().at(-1)).toMatchObject({ kind: 'link', text: '说明书' });
    expect(simulator.media.get([...simulator.media.keys()].at(-1) ?? '')).toMatchObject({ type: 'image/png', name: 'link.png' });
  });
});

describe('sending', () => {
  it('is done once, however often the answer is lost', async () => {
    await stage.begin({ openKfId: sales });
    await stage.ready();
    simulator.sessions.heard(sales, customer);
    simulator.order({ lying: 1 });
    const once = stage.message({ key: 'lost answer', content: { text: 'once' } });
    await expect(stage.running?.send(once)).rejects.toMatchObject({ kind: 'unreachable' });
    simulator.order({});
    const { externalId } = await stage.running?.send({ ...once, again: true }) ?? {};
    expect(stage.received().map(({ id, text }) => [id, text])).toEqual([[externalId, 'once']]);
  });

  it('at most five after each word of the customer, none after 48 hours: said in words', async () => {
    await stage.begin({ openKfId: sales });
    simulator.sessions.heard(sales, customer);
    for (let index = 0; index < 5; index += 1) await stage.running?.send(stage.message());
    await expect(stage.running?.send(stage.message())).rejects.toMatchObject({ kind: 'rejected', words: { 'zh-CN': expect.stringContaining('5 条'), en: expect.stringContaining('The 5 messages') } });
    simulator.sessions.heard(sales, customer);
    await stage.running?.send(stage.message());
    simulator.pass(49 * 3_600_000);
    await expect(stage.running?.send(stage.message())).rejects.toMatchObject({ kind: 'rejected', words: { 'zh-CN': expect.stringContaining('48 小时'), en: expect.stringContaining('48 hours') } });
    simulator.pass(-49 * 3_600_000);
  });

  it('a session that left the robot is taken back, once; who holds it is named', async () => {
    await stage.begin({ openKfId: sales });
    simulator.sessions.heard(sales, customer);
    simulator.sessions.move(sales, customer, 2);
    await expect(stage.running?.send(stage.message())).rejects.toMatchObject({ kind: 'rejected', message: expect.stringContaining('queue of WeCom') });
    simulator.sessions.allow(2, 1);
    await stage.running?.send(stage.message({ content: { text: 'taken back' } }));
    expect([simulator.sessions.of(sales, customer).state, stage.received().at(-1)?.text]).toEqual([1, 'taken back']);
    simulator.sessions.move(sales, customer, 3, 'ZhangSan');
    await expect(stage.running?.send(stage.message())).rejects.toMatchObject({ kind: 'rejected', message: expect.stringContaining('ZhangSan') });
    simulator.sessions.move(sales, customer, 4);
    await expect(stage.running?.send(stage.message())).rejects.toMatchObject({ kind: 'rejected', message: expect.stringContaining('has ended') });
  });

  it('is taken back within two minutes', async () => {
    await stage.begin({ openKfId: sales });
    simulator.sessions.heard(sales, customer);
    const { externalId } = await stage.running?.send(stage.message()) ?? { externalId: '' };
    await stage.running?.recall?.(`${sales}:${customer}`, externalId);
    expect(stage.received().map(({ id, recalled }) => [id, recalled])).toEqual([[externalId, true]]);
    simulator.recallsTooLate(true);
    await expect(stage.running?.recall?.(`${sales}:${customer}`, externalId)).rejects.toMatchObject({ kind: 'rejected', words: { 'zh-CN': expect.stringContaining('2 分钟'), en: expect.stringContaining('2 minutes') } });
    simulator.recallsTooLate(false);
  });

  it('gives a link for customers', async () => {
    await stage.begin();
    expect(await stage.running?.act?.('link', { openKfId: '', scene: 'web' })).toMatch(/^https:\/\/work\.weixin\.qq\.com\/kfid\/.*web$/);
    await expect(stage.running?.act?.('link', { scene: 'not ok!' })).rejects.toMatchObject({ kind: 'rejected' });
  });
});
