/** The connector of one account beside its simulator. For tests. */
import type { Connector, Outbound } from '../../connectors/connector.ts';
import type { Attachment, Content } from '../../server/conversations/schema.ts';
import { recordingInbox } from '../../connectors/testing/recording-inbox.ts';
import type { RecordingInbox } from '../../connectors/testing/recording-inbox.ts';
import { outbound, sendAll } from '../../connectors/testing/shape.ts';
import { startWechatOfficialSimulator } from './wechat-official.ts';
import type { Options, WechatOfficialSimulator } from './wechat-official.ts';
import { wechatOfficialConnector } from '../../connectors/wechat-official/connector.ts';
import type { Tuning } from '../../connectors/wechat-official/connector.ts';
import { WechatOfficialConfig } from '../../connectors/wechat-official/manifest.ts';

export const hook = 'http://127.0.0.1/hooks/wechat-official/0123456789abcdef01234567';
export type Stage = {
  simulator: WechatOfficialSimulator;
  inbox: RecordingInbox;
  connector: Connector;
  /** Our word to a customer. */
  send(to: string, content: Content, change?: Partial<Outbound>): ReturnType<Connector['send']>;
  webhook(request: Request): Promise<Response>;
  close(): Promise<void>;
};

/** A file of ours with these bytes. */
export const file = (name: string, type: string, size = 5): Attachment => ({ id: Buffer.from(name).toString('hex').padEnd(24, '0').slice(0, 24), name, type, size });

/** Starts both and connects them. */
export async function onStage(settings: Record<string, unknown> = {}, options: Options & { tuning?: Tuning } = {}): Promise<Stage> {
  const simulator = await startWechatOfficialSimulator({ patienceMs: 3_000, retryMs: 20, ...options });
  const inbox = recordingInbox();
  const connector = wechatOfficialConnector(WechatOfficialConfig.parse({ ...simulator.config(), ...settings }), { looks: [20, 100, 400], retryMs: 100, ...options.tuning });
  const webhook = async (request: Request): Promise<Response> => await connector.webhook?.(request) ?? new Response(null, { status: 404 });
  await connector.start(inbox);
  await simulator.connect({ url: hook, handle: webhook });
  return {
    simulator, inbox, connector, webhook,
    send: (to, content, change = {}) => sendAll(connector, outbound({ to, thread: to, content, file: async () => new TextEncoder().encode('bytes'), ...change })),
    async close() {
      inbox.shutDown();
      await connector.stop();
      await simulator.close();
    },
  };
}
