/** The supervisor with sessions that exist on paper only. */
import { mkdtemp, rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ConnectorError, type Health } from '../connector.ts';
import { eventually } from '../testing/recording-inbox.ts';
import { profileAt } from './profile.ts';
import type { Command, Notice } from './protocol.ts';
import type { OpenProcess } from './session-process.ts';
import { supervise, usualPace, type Pace } from './supervisor.ts';

type Paper = { say(notice: Notice): void; die(): void; asked: Command['name'][]; answer(name: Command['name'], with_: unknown): void };
let sessions: Paper[] = [];
let healths: Health[] = [];
let folder = '';
const pace: Pace = { ...usualPace, ladder: { ...usualPace.ladder, backOffMs: [5, 10], failures: 3 }, watch: { ...usualPace.watch, misses: 1 }, beatMs: 20, answerMs: 20, stopMs: 50 };

const open: OpenProcess = (onNotice) => {
  const { promise: ended, resolve } = Promise.withResolvers<void>();
  const answers = new Map<Command['name'], unknown>([['state', 'CONNECTED'], ['pairing-code', 'ABCD1234']]);
  const paper: Paper = { say: onNotice, die: resolve, asked: [], answer: (name, value) => answers.set(name, value) };
  sessions.push(paper);
  return {
    pid: undefined, ended, kill: resolve,
    async call({ name }) {
      paper.asked.push(name);
      if (name === 'stop') resolve();
      const answer = answers.get(name);
      if (answer instanceof Error) throw answer;
      return answer;
    },
  };
};
const start = (change: Partial<Pace> = {}, browserPath = process.execPath) => supervise({
  profile: profileAt(join(folder, 'c'), 'a key of some length'), launching: { takeOver: true, browserPath }, open, pace: { ...pace, ...change },
  log: { info: () => undefined, warn: () => undefined }, onNotice: () => undefined, onHealth: (health) => healths.push(health),
});
const session = async (count: number): Promise<Paper> => {
  await eventually(() => sessions.length >= count && sessions[count - 1]?.asked.includes('launch') === true);
  const found = sessions[count - 1];
  if (!found) throw new Error('no session');
  return found;
};
const ready: Notice = { event: 'ready', me: { id: '1@c.us' } };

beforeEach(async () => { sessions = []; healths = []; folder = await mkdtemp(join(tmpdir(), 'hubbub-supervisor-')); });
afterEach(() => rm(folder, { recursive: true, force: true }));

it('starts a dead session again, opens the breaker after too many, and a person closes it', async () => {
  const supervisor = start();
  for (let count = 1; count <= 4; count += 1) (await session(count)).die();
  await eventually(() => healths.at(-1)?.state === 'down');
  expect(healths.at(-1)?.detail?.message).toEqual({ 'zh-CN': expect.stringMatching(/失败 4 次.*会话进程意外结束.*重新启动/), en: expect.stringMatching(/failed 4 times.*ended unexpectedly.*Restart/) });
  expect(sessions).toHaveLength(4);
  // While nothing runs the login is sealed.
  await eventually(() => existsSync(join(folder, 'c', 'profile.sealed')));
  await supervisor.restart();
  (await session(5)).say(ready);
  expect(healths.at(-1)).toEqual({ state: 'ready' });
  await supervisor.stop();
});

it('says why when there is no browser, and does not try again by itself', async () => {
  const supervisor = start({}, join(folder, 'no-chromium'));
  await eventually(() => healths.length === 1);
  expect(healths).toEqual([{ state: 'down', detail: { message: { 'zh-CN': expect.stringContaining('Chromium 路径'), en: expect.stringContaining('Path of Chromium') } } }]);
  expect(sessions).toHaveLength(0);
  await supervisor.stop();
});

it('ends a session whose page does not answer', async () => {
  const supervisor = start();
  const first = await session(1);
  first.say(ready);
  first.answer('state', new ConnectorError('unreachable', 'silence'));
  (await session(2)).say(ready);
  expect(healths.some((health) => JSON.stringify(health).includes('did not answer any more'))).toBe(true);
  await supervisor.stop();
});

it('sends nothing while the platform is away, and goes on when it is back', async () => {
  const supervisor = start();
  const first = await session(1);
  first.say(ready);
  first.answer('state', 'TIMEOUT');
  await eventually(() => healths.at(-1)?.state === 'degraded');
  expect(() => supervisor.call({ name: 'send', chat: 'x', item: { kind: 'text', text: 'x' } })).toThrow(expect.objectContaining({ kind: 'unreachable' }));
  first.answer('state', 'CONNECTED');
  await eventually(() => healths.at(-1)?.state === 'ready');
  // Opened elsewhere, and taken back.
  first.say({ event: 'state', state: 'CONFLICT' });
  expect(healths.at(-1)).toMatchObject({ state: 'degraded', detail: { message: { 'zh-CN': expect.stringContaining('在别处打开'), en: expect.stringContaining('elsewhere') } } });
  first.say({ event: 'state', state: 'CONNECTED' });
  expect(healths.at(-1)).toEqual({ state: 'ready' });
  await supervisor.stop();
});

it('counts a QR code down, takes a pairing code, and stops showing codes to nobody', async () => {
  const supervisor = start({ watch: { ...pace.watch, codeMs: 200 } });
  const first = await session(1);
  await expect(supervisor.pairingCode('8613')).rejects.toMatchObject({ kind: 'rejected' });
  const before = Date.now();
  for (const qr of ['A', 'B']) first.say({ event: 'qr', qr });
  const left = healths.slice(-2).map(({ detail }) => Math.round(((detail?.until?.getTime() ?? 0) - before) / 1000));
  expect(healths.slice(-2)).toMatchObject([{ state: 'waiting', detail: { qr: 'A' } }, { state: 'waiting', detail: { qr: 'B' } }]);
  expect(left).toEqual([60, 20]);
  expect(() => supervisor.call({ name: 'state' })).toThrow(expect.objectContaining({ kind: 'signed-out' }));
  expect(await supervisor.pairingCode('8613')).toBe('ABCD1234');
  first.say({ event: 'qr', qr: 'C' });
  expect(healths.at(-1)).toMatchObject({ state: 'waiting', detail: { code: 'ABCD1234' } });
  await eventually(() => JSON.stringify(healths.at(-1)).includes('Nobody linked'));
  await supervisor.restart();
  await session(2);
  await supervisor.stop();
});

it('shows a new code after the phone signed out, and waits for a person after a conflict', async () => {
  const supervisor = start();
  (await session(1)).say({ event: 'gone', why: 'signed-out', words: '' });
  sessions[0]?.die();
  const second = await session(2);
  expect(existsSync(join(folder, 'c', 'profile.sealed'))).toBe(false);
  second.say({ event: 'gone', why: 'conflict', words: 'Opened elsewhere.' });
  second.die();
  await eventually(() => healths.at(-1)?.state === 'down');
  expect(healths.at(-1)?.detail?.message).toEqual({ 'zh-CN': expect.stringMatching(/^Opened elsewhere\..*重新启动/), en: expect.stringMatching(/^Opened elsewhere\..*Restart/) });
  await supervisor.signOut();
  await session(3);
  await supervisor.stop();
  await supervisor.stop();
});
