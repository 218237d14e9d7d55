/** The promises of every channel, kept against a simulated WeCom. */
import { afterAll } from 'vitest';
import { z } from 'zod';
import { startWecomSimulator } from '../../test/simulators/wecom.ts';
import { addressCheck, notification, sealed } from '../../test/simulators/wecom-callback.ts';
import type { Hook, Sealed } from '../../test/simulators/wecom-callback.ts';
import { connectorSuite } from '../testing/suite.ts';
import type { Stage } from '../testing/suite.ts';
import { samples } from './fixtures/items.ts';
import { wecom } from './kind.ts';
import { parse } from './parse.ts';

let stage: Stage | undefined;
const simulator = await startWecomSimulator({ page: 2, deliver: (request) => stage?.connector.webhook?.(request) ?? Promise.reject(new Error('nobody listens')) });
afterAll(() => simulator.close());

const account = 'wkAJ2GCAAASSm4_FhToWMFea0xAFfd3Q';
const customer = 'wmAJ2GCAAAvn5YKFfD4b0SK4zYQNGvHg';
const keys = { token: 'hJqcu3uJ9Tn2gXPmxx2w9kkCkCE2EPYo', encodingAesKey: '6qkdMrq68nTKduznJYO1A37W2oEgpkMUvkttRToqhUt' };
const hook: Hook = { url: 'http://127.0.0.1/hooks/wecom/0123456789abcdef01234567', ...keys };
simulator.connect(hook);

const Cursor = z.object({ cursor: z.string().default('') });
const posted = ({ query, body }: Sealed): Request => new Request(`${hook.url}?${query}`, { method: 'POST', body });
const push = (change: Partial<Hook> = {}, corpId = simulator.corpId): Sealed => notification({ ...hook, ...change }, corpId, account, 'ENCtoken', Date.now());

connectorSuite({
  channel: wecom,
  config: () => ({ corpId: simulator.corpId, secret: simulator.secret, ...keys, apiBase: simulator.url, pollSeconds: 3_600 }),
  fresh: () => simulator.clear(),
  fixtures: samples.map(({ name, item }) => ({
    name,
    parse() {
      const parsed = parse(structuredClone(item), account);
      if (parsed.kind !== 'message') throw new Error(`${name} became ${parsed.kind}`);
      return parsed.message;
    },
  })),
  deliver(on, said) {
    stage = on;
    const { id } = simulator.say(`wm${said.thread}`, said.text, { id: said.id });
    // The platform may forget a message when our cursor has passed it; the callback is a mere hint.
    const acknowledged = (async () => {
      for (let waited = 0; waited < 6_000; waited += 10) {
        const { cursor } = Cursor.parse(JSON.parse(on.inbox.memory.get(`cursor/${account}`) ?? '{}'));
        if (cursor !== '' && simulator.passed(cursor, id)) return true;
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      return false;
    })();
    return { acknowledged };
  },
  sent: (_stage, text) => simulator.history().received.filter((one) => one.text === text).length,
  address() {
    // Every test is one more conversation: the customer has just written.
    simulator.sessions.heard(account, customer);
    return { thread: `${account}:${customer}`, to: customer };
  },
  faults: {
    unreachable: () => { simulator.order({ failing: 1 }); return () => simulator.order({}); },
    'rate-limited': () => { simulator.refuse(45009, 'api freq out of limit'); return () => simulator.refuse(null); },
    'signed-out': () => { simulator.refuse(60020, 'not allow to access from your ip, from ip: 203.0.113.7'); return () => simulator.refuse(null); },
    rejected: () => { simulator.refuse(95002, 'send msg out of time limit'); return () => simulator.refuse(null); },
  },
  forgeries() {
    const good = push();
    const unsigned = push();
    unsigned.query.delete('msg_signature');
    const other = push();
    other.query.set('msg_signature', '0'.repeat(40));
    const later = push();
    later.query.set('timestamp', '1700000000');
    const check = addressCheck({ ...hook, token: 'another' }, simulator.corpId, 'word');
    return [
      posted(unsigned), posted(other), posted(later), posted(push({ token: 'another' })), posted(push({ encodingAesKey: 'x'.repeat(43) })), posted(push({}, 'wwsomebodyelse')),
      posted({ ...good, body: sealed(hook, simulator.corpId, '<xml></xml>').body }), posted({ ...good, body: 'no xml at all' }), posted({ ...good, body: '' }),
      new Request(`${hook.url}?${check}`), new Request(hook.url),
    ];
  },
  outage: {
    down: async () => simulator.away(true),
    up: async () => simulator.away(false),
  },
  deviations: {
    echo: 'sync_msg never hands out what was sent by the API (document 94670)',
  },
});
