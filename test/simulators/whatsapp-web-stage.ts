/** A number on a stage of its own: simulator, data folder, connector, inbox. For the tests in a real Chromium. */
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Connector, Health, Outbound } from '../../connectors/connector.ts';
import { eventually, recordingInbox, type RecordingInbox } from '../../connectors/testing/recording-inbox.ts';
import { outbound } from '../../connectors/testing/shape.ts';
import { whatsappWebConnector } from '../../connectors/whatsapp-web/connector.ts';
import { Config } from '../../connectors/whatsapp-web/manifest.ts';
import { usualPace, type Pace } from '../../connectors/whatsapp-web/supervisor.ts';
import { startWhatsappWebSimulator } from './whatsapp-web.ts';

export const customer = '8613911112222@c.us';
export const digits = '8613911112222';
export const group = '120363021033254949@g.us';
export const seconds = 1_000;
export const quick: Pace = { ...usualPace, beatMs: 500, ladder: { ...usualPace.ladder, backOffMs: [200] } };

/** A message of ours in a chat that is known. */
export const message = (change: Partial<Outbound> = {}): Outbound => outbound({ thread: digits, to: digits, history: ['earlier'], ...change });
export const alive = (pid: number): boolean => existsSync(`/proc/${pid}/exe`);

/** @param scanned the owner scans every code at once */
export async function whatsappStage(scanned = false) {
  const phone = await startWhatsappWebSimulator({ scanned });
  const dataDir = await mkdtemp(join(tmpdir(), 'hubbub-whatsapp-'));
  const folder = join(dataDir, 'whatsapp-web', 'channel');
  let connector: Connector;
  let inbox: RecordingInbox;
  phone.know({ id: customer, name: '王五' });

  const start = async (change: Partial<Config> = {}, memory = new Map<string, string>(), pace = quick): Promise<void> => {
    inbox = recordingInbox(memory);
    connector = whatsappWebConnector(Config.parse({ riskAccepted: true, sessionKey: 'whsec_a-key-of-the-end-to-end-test', ...change }), { id: 'channel', dataDir: folder }, { ...phone.tuning, pace, sendMs: 4 * seconds });
    await connector.start(inbox);
  };
  const stop = async (): Promise<void> => {
    inbox.shutDown();
    await connector.stop();
  };
  const health = (): Health | undefined => inbox.healths.at(-1);
  await start();

  return {
    phone, folder, health, stop,
    get connector(): Connector { return connector; },
    get inbox(): RecordingInbox { return inbox; },
    isReady: (): Promise<void> => eventually(() => health()?.state === 'ready', 40 * seconds, 'a ready session'),
    async shown(what: 'qr' | 'code'): Promise<NonNullable<Health['detail']>> {
      await eventually(() => health()?.detail?.[what] !== undefined, 40 * seconds, `a ${what}`);
      return health()?.detail ?? { message: '' };
    },
    stored: (key: string) => inbox.stored.get(key),
    /** Stops and starts again with what the hub remembers. */
    async restart(change: Partial<Config> = {}, pace = quick, between: () => Promise<unknown> = async () => undefined): Promise<void> {
      const { memory } = inbox;
      await stop();
      await between();
      await start(change, memory, pace);
    },
    /** Process ids of our session process and of its browser. */
    async processes(): Promise<{ child: number; browser: number }> {
      const browser = Number(await readFile(join(folder, 'browser.pid'), 'utf8'));
      const stat = await readFile(`/proc/${browser}/stat`, 'utf8');
      return { browser, child: Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) };
    },
    async close(): Promise<void> {
      await stop();
      await phone.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
