import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { api } from '../../connectors/api/kind.ts';
import type { ChannelKind } from '../../connectors/connector.ts';
import { recordingInbox } from '../../connectors/testing/recording-inbox.ts';
import { runningChannels } from './running.ts';
import type { Channel } from './schema.ts';

let hubFolder = '';
beforeEach(async () => { hubFolder = await mkdtemp(join(tmpdir(), 'hubbub-running-')); });
afterEach(() => rm(hubFolder, { recursive: true, force: true }));

/** A session that keeps its login in a file. */
const session: ChannelKind = {
  manifest: { ...api.manifest, kind: 'session' },
  create: async (_config, { dataDir = '' }) => ({
    async start() {
      await mkdir(dataDir, { recursive: true });
      await writeFile(join(dataDir, 'login'), 'signed in');
    },
    send: async () => ({ externalId: '1' }),
    stop: async () => undefined,
  }),
};
const channel = (id: string): Channel => ({ id, kind: 'session', name: id, enabled: true, config: {}, bot: false, queueId: null, priority: 1, reopenHours: 72, createdAt: new Date(0) });
const login = (id: string): boolean => existsSync(join(hubFolder, 'session', id, 'login'));

test('each channel keeps its files in a folder of its own, which goes when the channel is removed and stays when it is switched off', async () => {
  const running = runningChannels([session], () => recordingInbox(), 'http://127.0.0.1:1', { error() {}, info() {} }, hubFolder);
  await Promise.all([running.start(channel('one')), running.start(channel('two'))]);
  expect([login('one'), login('two')]).toEqual([true, true]);
  await running.start({ ...channel('two'), enabled: false });
  await running.forget(channel('one'));
  expect([login('one'), login('two')]).toEqual([false, true]);
  await running.forget(channel('two'));
  expect(login('two')).toBe(false);
});
