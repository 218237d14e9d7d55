/** The shared suite over wechaty's real transport. Each stage starts a process of its own: too slow for the unit tests. */
import { readFileSync } from 'node:fs';
import { eventually } from '../testing/recording-inbox.ts';
import { connectorSuite } from '../testing/suite.ts';
import type { Inbound } from '../connector.ts';
import { startWechatPersonalSimulator, type WechatPersonalSimulator } from '../../test/simulators/wechat-personal.ts';
import { wechatPersonalConnector } from './connector.ts';
import { wechatPersonal } from './kind.ts';
import { Config } from './manifest.ts';
import { parse } from './parse.ts';
import { steady } from './supervisor.ts';

let running: WechatPersonalSimulator | undefined;
const sim = (): WechatPersonalSimulator => {
  if (!running) throw new Error('the simulator is not started');
  return running;
};

function fixture(name: string): Inbound {
  const parsed = parse(JSON.parse(readFileSync(new URL(`fixtures/${name}.json`, import.meta.url), 'utf8')));
  if (parsed?.kind !== 'message') throw new Error(`${name} is no message`);
  const { id, conversation, person, content, files, later, group, sentAt } = parsed;
  return { externalId: id, thread: conversation, from: { value: person.id, name: person.name, stable: true }, content, files, later, group, sentAt };
}

connectorSuite({
  // As shipped, but for the patience with calls that are never answered.
  channel: { ...wechatPersonal, create: async (config, { id }) => wechatPersonalConnector(Config.parse(config), `wechat-personal:${id}`, { ...steady, callMs: 1_500 }) },
  config: () => sim().connect(),
  platform: {
    async start() {
      running = await startWechatPersonalSimulator();
      running.meet('Mei', { id: 'wxid_mei' });
      running.signIn();
    },
    async stop() { await running?.close(); },
  },
  fresh: () => sim().order({}),
  fixtures: ['text', 'room-mention', 'image', 'voice', 'link', 'mini-program', 'location', 'card', 'red-envelope', 'old-puppet'].map((name) => ({ name, parse: () => fixture(name) })),
  deliver: ({ inbox }, said) => {
    sim().say(said.thread, said.text, said.id);
    // There is no acknowledgement on this platform: the connector itself holds a message until it is stored.
    return { acknowledged: eventually(() => inbox.stored.has(said.id), 20_000).then(() => true) };
  },
  address: { thread: 'wxid_mei', to: 'wxid_mei' },
  sent: (_stage, text) => sim().shown().filter((one) => one.ours && one.text === text).length,
  // The simulated phone shows every send as a message of the account, unasked.
  echo: async () => undefined,
  faults: {
    'rate-limited': () => { sim().broken.sends.push('limited'); return () => undefined; },
    rejected: () => { sim().broken.sends.push('failing'); return () => undefined; },
    'in-doubt': () => () => undefined,
    'signed-out': async ({ inbox }) => {
      await sim().signOut();
      await inbox.until((one) => one.healths.at(-1)?.state === 'waiting');
      return () => sim().signIn();
    },
    unreachable: async ({ inbox }) => {
      await sim().down();
      await inbox.until((one) => one.healths.at(-1)?.state === 'degraded');
      return () => sim().up();
    },
  },
  // A process is loaded for each stage, beside all other tests.
  patience: 45_000,
  deviations: {
    forgeries: 'the connector calls the service and has no webhook; a service that refuses the token is shown in line.chaos.test.ts',
    outage: 'the service forgets events that happen while nobody listens, and has no way to ask for them: such messages are only on the phone',
  },
});
