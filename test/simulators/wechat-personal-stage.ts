/** A running connector of a personal account before its simulator, closed after each test. */
import { afterEach } from 'vitest';
import { wechatPersonalConnector, type WechatPersonal } from '../../connectors/wechat-personal/connector.ts';
import { Config } from '../../connectors/wechat-personal/manifest.ts';
import { type Pace, steady } from '../../connectors/wechat-personal/supervisor.ts';
import { recordingInbox, type RecordingInbox } from '../../connectors/testing/recording-inbox.ts';
import type { Inbound } from '../../connectors/connector.ts';
import { type Options, startWechatPersonalSimulator, type WechatPersonalSimulator } from './wechat-personal.ts';

/** All that a test looks at. */
export type Stage = { sim: WechatPersonalSimulator; connector: WechatPersonal; inbox: RecordingInbox };
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

/** One more connector to the same account. */
export const open = async (sim: WechatPersonalSimulator, { config = {}, pace = {}, inbox = recordingInbox() }: { config?: object; pace?: Partial<Pace>; inbox?: RecordingInbox } = {}): Promise<Stage> => {
  const connector = wechatPersonalConnector(Config.parse({ ...sim.connect(), ...config }), 'wechat-personal:1', { ...steady, ...pace });
  await connector.start(inbox);
  closers.push(async () => { inbox.shutDown(); await connector.stop(); });
  return { sim, connector, inbox };
};
/** An account, signed in unless said otherwise, and its connector. */
export async function begin(options: Options & { config?: object; pace?: Partial<Pace>; signedIn?: boolean } = {}): Promise<Stage> {
  const sim = await startWechatPersonalSimulator(options);
  closers.push(() => sim.close());
  if (options.signedIn !== false) sim.signIn();
  const stage = await open(sim, options);
  if (options.signedIn !== false) await ready(stage.inbox);
  return stage;
}
/** Of the light. */
export const state = (inbox: RecordingInbox): string | undefined => inbox.healths.at(-1)?.state;
export const ready = (inbox: RecordingInbox): Promise<void> => inbox.until(() => state(inbox) === 'ready', 60_000);
/** A message as the hub has it. */
export const said = (inbox: RecordingInbox, id: string): Inbound => {
  const found = inbox.stored.get(id);
  if (!found) throw new Error(`${id} is not stored`);
  return found;
};
