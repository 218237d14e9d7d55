/** A connector of WeCom on a stage with its simulator: for tests of the connector. */
import { recordingInbox } from '../../connectors/testing/recording-inbox.ts';
import type { RecordingInbox } from '../../connectors/testing/recording-inbox.ts';
import { outbound } from '../../connectors/testing/shape.ts';
import type { Connector, Outbound } from '../../connectors/connector.ts';
import type { Tuning } from '../../connectors/wecom/api.ts';
import { wecomConnector } from '../../connectors/wecom/connector.ts';
import { Config } from '../../connectors/wecom/manifest.ts';
import { startWecomSimulator } from './wecom.ts';
import type { Hook } from './wecom-callback.ts';

/** Two accounts, and a customer. */
export const [sales, service, customer] = ['wkSales', 'wkService', 'wmLi'];
/** Where callbacks go. */
export const hook: Hook = { url: 'http://127.0.0.1/hooks/wecom/0123456789abcdef01234567', token: 'QDG6eK', encodingAesKey: 'jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C' };

/** Starts the simulator; connectors come and go on it. */
export async function wecomStage() {
  const stage: { running: Connector | undefined; inbox: RecordingInbox } = { running: undefined, inbox: recordingInbox() };
  const simulator = await startWecomSimulator({ accounts: [{ id: sales, name: '售前' }, { id: service, name: '售后' }], page: 3, deliver: (request) => stage.running?.webhook?.(request) ?? Promise.reject(new Error('nobody listens')) });
  simulator.connect(hook);
  const { token, encodingAesKey } = hook;
  return Object.assign(stage, {
    simulator,
    async begin(change: Partial<Config> = {}, tuning: Tuning = {}, inbox: RecordingInbox = recordingInbox()): Promise<Connector> {
      const settings = { corpId: simulator.corpId, secret: simulator.secret, token, encodingAesKey, apiBase: simulator.url, pollSeconds: 3_600, ...change };
      const connector = wecomConnector(Config.parse(settings), { id: '0123456789abcdef01234567', publicUrl: 'https://hub.test' }, { timeoutMs: 500, retryMs: 20, now: simulator.now, ...tuning });
      stage.inbox = inbox;
      stage.running = connector;
      await connector.start(inbox);
      return connector;
    },
    async end(): Promise<void> {
      stage.inbox.shutDown();
      await stage.running?.stop();
      stage.running = undefined;
    },
    /** After each test: all is well again. */
    async calm(): Promise<void> {
      await this.end();
      simulator.order({});
      simulator.refuse(null);
      simulator.away(false);
    },
    ready: () => stage.inbox.until((one) => one.healths.at(-1)?.state === 'ready'),
    texts: () => [...stage.inbox.stored.values()].map(({ content }) => content.text),
    message: (change: Partial<Outbound> = {}): Outbound => outbound({ thread: `${sales}:${customer}`, to: customer, ...change }),
    received: () => simulator.history().received,
  });
}
