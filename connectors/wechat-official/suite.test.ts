/** The promises of every channel, kept by the Official Account channel beside its simulator. */
import { seal, signedQuery, toXml, wrap } from '../../test/simulators/wechat-official-push.ts';
import { startWechatOfficialSimulator } from '../../test/simulators/wechat-official.ts';
import type { WechatOfficialSimulator } from '../../test/simulators/wechat-official.ts';
import type { ChannelKind, Connector } from '../connector.ts';
import { connectorSuite } from '../testing/suite.ts';
import { fixtureNames, messageOf } from './fixtures.ts';
import { wechatOfficial } from './kind.ts';

const hook = 'http://127.0.0.1/hooks/wechat-official/0123456789abcdef01234567';
const customer = 'oCustomerOfTheSuite';
let simulator: WechatOfficialSimulator;

const unset = (): Promise<Response> => Promise.resolve(new Response(null, { status: 404 }));
const attach = (connector: Connector) => simulator.connect({ url: hook, handle: connector.webhook?.bind(connector) ?? unset });

/** WeChat checks the address when it is entered: so it has called before anybody presses Test. */
const entered: ChannelKind = {
  ...wechatOfficial,
  async create(config, channel) {
    const connector = await wechatOfficial.create(config, channel);
    return { ...connector, async start(inbox) { await connector.start(inbox); await attach(connector); } };
  },
};

connectorSuite({
  channel: entered,
  config: () => simulator.config(),
  platform: {
    async start() { simulator = await startWechatOfficialSimulator(); },
    stop: () => simulator.close(),
  },
  fresh() {
    simulator.order({});
    simulator.refuseIp(null);
    simulator.world.account.blocked.clear();
    simulator.world.customers.set(customer, { follows: true, unionid: 'u', grants: [{ until: Date.now() + 3_600_000, left: 1_000 }] });
  },
  fixtures: fixtureNames().filter((name) => !name.startsWith('event-')).map((name) => ({ name, parse: () => messageOf(name) })),
  async deliver({ connector }, { id, thread, text }) {
    await attach(connector);
    return { acknowledged: simulator.say(thread, text, id).then(({ taken }) => taken) };
  },
  address: { thread: customer, to: customer },
  sent: (_stage, text) => simulator.history().received.filter((one) => one.text === text).length,
  faults: {
    unreachable: () => { simulator.world.account.blocked.set('text', -1); return () => simulator.world.account.blocked.clear(); },
    rejected: () => { simulator.world.customers.set(customer, { follows: true, unionid: 'u', grants: [] }); return () => undefined; },
    'rate-limited': () => { simulator.order({ limited: 1 }); return () => simulator.order({}); },
    'signed-out': () => { simulator.refuseIp('203.0.113.7'); return () => simulator.refuseIp(null); },
    'in-doubt': () => () => undefined,
  },
  forgeries() {
    const account = { appId: 'wx1234567890abcdef', token: 'TokenOfTheSimulator', encodingAesKey: 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG', mode: 'safe' } as const;
    const words = { ToUserName: 'gh_1', FromUserName: 'oForger', CreateTime: 1, MsgType: 'text', Content: 'forged', MsgId: '1' };
    const post = (query: URLSearchParams, body: string): Request => new Request(`${hook}?${query}`, { method: 'POST', body });
    const genuine = wrap(account, words);
    const foreign = wrap({ ...account, token: 'another' }, words);
    const plain = wrap({ ...account, mode: 'plain' }, words);
    const bare = new URLSearchParams(genuine.query);
    for (const name of ['signature', 'msg_signature']) bare.delete(name);
    const late = new URLSearchParams(genuine.query);
    late.set('timestamp', '1700000000');
    return [
      post(foreign.query, foreign.body), post(bare, genuine.body), post(late, genuine.body),
      // Another message under a signature that was seen; a plain one beside the encryption; nothing at all.
      post(genuine.query, `<xml>${toXml({ ToUserName: 'gh_1', Encrypt: seal(account, '<xml><Content>x</Content></xml>') })}</xml>`),
      post(plain.query, plain.body), post(genuine.query, plain.body), post(new URLSearchParams(), ''),
      new Request(`${hook}?${signedQuery({ token: 'another' })}&echostr=1`),
    ];
  },
  deviations: {
    echo: 'WeChat never pushes what the account itself has sent, so there is nothing to mistake for a customer',
    outage: 'WeChat pushes three times within fifteen seconds and then never again: what comes during a longer outage of the hub is lost at WeChat, and there is no interface to ask for it',
  },
});
