/** What breaks, and how it heals: the unpatched library in a real Chromium, at a page and a phone of ours. */
import { setTimeout as pause } from 'node:timers/promises';
import { readdir } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { alive, customer, message, quick, seconds, whatsappStage } from '../../test/simulators/whatsapp-web-stage.ts';
import { eventually } from '../testing/recording-inbox.ts';

let stage: Awaited<ReturnType<typeof whatsappStage>>;
beforeAll(async () => { stage = await whatsappStage(true); await stage.isReady(); await stage.phone.say(customer, 'the first words'); });
afterAll(() => stage?.close());
afterEach(({ task }) => { if (task.result?.state === 'fail') process.stderr.write(`${stage.inbox.words().split('\n').slice(-25).join('\n')}\n`); });

describe('when things break', () => {
  it('a send whose answer was lost is in doubt, is found in the chat, and never goes out twice', async () => {
    stage.phone.order({ lying: 1 });
    const lost = message({ content: { text: 'did it arrive?' } });
    await expect(stage.connector.send(lost)).rejects.toMatchObject({ kind: 'in-doubt' });
    stage.phone.order({});
    const found = await stage.connector.settle?.(lost);
    expect(found?.externalId).toBe(stage.phone.sent().at(-1)?.key);
    expect(await stage.connector.send({ ...lost, again: true })).toMatchObject({ externalId: found?.externalId });
    expect(stage.phone.sent().filter(({ body }) => body === 'did it arrive?')).toHaveLength(1);
  });
  it('Chromium killed: starts again without a QR code, and brings what came meanwhile once', async () => {
    const { browser } = await stage.processes();
    const known = stage.inbox.stored.size;
    const codes = stage.inbox.healths.filter((one) => one.detail?.qr).length;
    // Chromium writes down what a page stores within five seconds or so: killed before, the number was never linked.
    await pause(7 * seconds);
    process.kill(browser, 'SIGKILL');
    await eventually(() => stage.health()?.state !== 'ready', 20 * seconds, 'the crash to be seen');
    await expect(stage.connector.send(message())).rejects.toMatchObject({ kind: 'unreachable' });
    const missed = await stage.phone.say(customer, 'while you were away');
    const echo = await stage.phone.sayOnPhone(customer, 'answered on the phone');
    await stage.isReady();
    await stage.inbox.until((one) => stage.stored(missed.key) !== undefined && one.happenings.some((happening) => happening.externalId === echo.key), 10 * seconds);
    // What was there before may be brought again: it is the same by its id.
    expect(stage.inbox.stored.size).toBe(known + 1);
    expect(stage.inbox.healths.filter((one) => one.detail?.qr)).toHaveLength(codes);
    await stage.connector.send(message({ content: { text: 'back again' } }));
    expect(stage.phone.sent().at(-1)?.body).toBe('back again');
  });
  it('session process killed: its browser does not outlive it, and a new one starts', async () => {
    const { child, browser } = await stage.processes();
    process.kill(child, 'SIGKILL');
    await eventually(() => !alive(browser), 20 * seconds, 'the end of the browser');
    await eventually(() => stage.health()?.state !== 'ready', 20 * seconds);
    await stage.isReady();
    const { key } = await stage.phone.say(customer, 'still there?');
    await stage.inbox.until(() => stage.stored(key) !== undefined);
  });
  it('session process stopped in its tracks: the watchdog ends it', async () => {
    const { child } = await stage.processes();
    await stage.restart({}, { ...quick, answerMs: 500 });
    await stage.isReady();
    expect(alive(child)).toBe(false);
    const next = await stage.processes();
    process.kill(next.child, 'SIGSTOP');
    await eventually(() => stage.inbox.healths.some((one) => JSON.stringify(one).includes('did not answer')), 20 * seconds, 'the watchdog');
    await stage.isReady();
    expect([alive(next.child), alive(next.browser)]).toEqual([false, false]);
  });
  it('a stop leaves one sealed file and no process; a restart needs no QR code', async () => {
    const { child, browser } = await stage.processes();
    let missed = '';
    await stage.restart({}, quick, async () => {
      expect([alive(child), alive(browser)]).toEqual([false, false]);
      expect((await readdir(stage.folder)).filter((name) => name.startsWith('profile'))).toEqual(['profile.sealed']);
      missed = (await stage.phone.say(customer, 'during the restart')).key;
    });
    await stage.isReady();
    await stage.inbox.until(() => stage.stored(missed) !== undefined, 10 * seconds);
    expect(stage.inbox.healths.some((one) => one.detail?.qr)).toBe(false);
  });
  it('another browser with this login: taken back, or said', async () => {
    stage.phone.state('CONFLICT');
    await eventually(() => stage.inbox.healths.some(({ detail }) => JSON.stringify(detail ?? '').includes('elsewhere')), 20 * seconds, 'words about the conflict');
    await eventually(() => stage.phone.heard('takeover').length > 0, 20 * seconds, 'the take-over');
    await stage.isReady();
    await stage.restart({ takeOver: false });
    await stage.isReady();
    stage.phone.state('CONFLICT');
    await eventually(() => stage.health()?.state === 'down', 30 * seconds);
    expect(stage.health()?.detail?.message).toEqual({ 'zh-CN': expect.stringContaining('重新启动'), en: expect.stringContaining('Restart') });
    expect(await stage.connector.act?.('restart', {})).toEqual({ 'zh-CN': expect.stringContaining('重新启动'), en: expect.stringContaining('started again') });
    await stage.isReady();
  });
  it('signed out on the phone: a new code by itself; a pairing code does as well', async () => {
    stage.phone.autoScan(false);
    stage.phone.unlink();
    await stage.shown('qr');
    await expect(stage.connector.act?.('pairing-code', { phone: '12' })).rejects.toMatchObject({ kind: 'rejected' });
    expect(await stage.connector.act?.('pairing-code', { phone: '+86 138 0000 0000' })).toEqual({ 'zh-CN': expect.stringContaining('HUBB-1234'), en: expect.stringContaining('HUBB-1234') });
    expect(stage.phone.heard('code').at(-1)).toMatchObject({ phone: '8613800000000' });
    const { code, until } = await stage.shown('code');
    expect((until?.getTime() ?? 0) - Date.now()).toBeGreaterThan(100 * seconds);
    expect(stage.phone.type('WRONG123')).toBe(false);
    expect(stage.phone.type(code ?? '')).toBe(true);
    await stage.isReady();
  });
  it('signed out from here: the phone is told, nothing stays, and a new code is shown', async () => {
    expect(await stage.connector.act?.('sign-out', {})).toEqual({ 'zh-CN': expect.stringContaining('退出登录'), en: expect.stringContaining('signed out') });
    expect(stage.phone.heard('logout').length).toBe(1);
    await stage.shown('qr');
  });
});
