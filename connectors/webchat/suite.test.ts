import type { ChannelKind, Connector, Inbox } from '../connector.ts';
import { connectorSuite, type Stage } from '../testing/suite.ts';
import { fakeHub, type Browser, type FakeHub } from '../testing/fake-hub.ts';
import { webchat } from './kind.ts';
import { events, toInbound } from './parse.ts';
import { attachmentProof } from './token.ts';

const thread = `v${'a'.repeat(22)}`;
const tokenSecret = 'token-secret-0123456789';
const file = { id: 'b'.repeat(24), name: '发票.pdf', type: 'application/pdf', size: 12 };
const arrivals = new WeakMap<Connector, { hub: FakeHub; tab: Browser }>();

/** A visitor who looks on: what is sent becomes an entry first, as in the hub. */
const watched: ChannelKind = {
  manifest: webchat.manifest,
  async create(config, channel) {
    const connector = await webchat.create(config, channel);
    const hub = fakeHub(thread);
    const wrapped: Connector = {
      ...connector,
      async start(inbox: Inbox) {
        await connector.start(inbox);
        const tab = hub.browser(connector);
        await tab.say('resume', { after: 0 });
        arrivals.set(wrapped, { hub, tab });
      },
      async send(message) {
        const known = hub.entries.find((entry) => entry.externalId === message.key);
        if (!known) hub.entries.push({ seq: hub.entries.length + 1, at: new Date(), from: 'agent', content: message.content, externalId: message.key });
        const sending = connector.send(message);
        const tab = arrivals.get(wrapped)?.tab;
        setTimeout(() => void tab?.say('delivered', { seq: hub.entries.length }), 20);
        return sending;
      },
    };
    return wrapped;
  },
};

const parse = (payload: unknown) => {
  const inbound = toInbound({ thread }, events.send.parse(payload), tokenSecret);
  if ('code' in inbound) throw new Error(inbound.detail);
  return inbound;
};

connectorSuite({
  channel: watched,
  config: () => ({ tokenSecret, identitySecret: 'identity-secret-0123456789' }),
  address: { thread, to: thread },
  fixtures: [
    { name: 'text', parse: () => parse({ id: 'client-01', text: '你好，我想退货', name: '李雷', email: 'lilei@example.test' }) },
    { name: 'file', parse: () => parse({ id: 'client-02', attachments: [{ ...file, proof: attachmentProof(tokenSecret, thread, file) }] }) },
  ],
  deliver: ({ connector, inbox }: Stage, said) => {
    const hub = fakeHub(thread);
    const tab = hub.browser(connector, `v${Buffer.from(said.thread.padEnd(16, '-').slice(0, 16)).toString('base64url')}`);
    void inbox;
    return { acknowledged: tab.say('send', { id: said.id.replaceAll(/[^\w-]/g, '-'), text: said.text }).then((answer) => answer['ok'] === true) };
  },
  sent: ({ connector }, text) => arrivals.get(connector)?.tab.entries().filter((entry) => entry.content.text === text).length ?? 0,
  deviations: {
    echo: 'a browser is shown what it was sent, it never sends it back',
    faults: 'there is no platform that could fail: a transcript that cannot be read is tested in connector.test.ts',
    forgeries: 'no webhook; forged visitor tokens are tested in token.test.ts',
    outage: 'the browser keeps its outbox and sends again with the same id',
  },
});
