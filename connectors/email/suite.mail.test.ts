/** The promises every channel makes, kept by e-mail on real servers. */
import { z } from 'zod';
import { connectorSuite } from '../testing/suite.ts';
import { eventually } from '../testing/recording-inbox.ts';
import { startMailServers, type MailServers } from '../../test/mail/servers.ts';
import { layWire, type Wire } from '../../test/mail/wire.ts';
import { email } from './kind.ts';
import { fixture, fixtureNames } from './fixtures.ts';
import { parseMail } from './parse.ts';

let servers: MailServers;
let imap: Wire;
let smtp: Wire;
let boxes = 0;
let address = 'suite@hub.test';
const tokenSecret = 'the-signing-secret-of-the-suite';
let to = 'customer@example.test';
const towards = (other: string) => () => {
  to = other;
  return () => { to = 'customer@example.test'; };
};
const roots = new Map<string, string>();

connectorSuite({
  channel: email,
  config: () => ({
    address, imapHost: '127.0.0.1', imapPort: imap.port, imapTls: 'tls', imapUser: address, imapPassword: servers.password,
    smtpHost: '127.0.0.1', smtpPort: smtp.port, smtpTls: 'starttls', allowSelfSigned: true, plusAddressing: 'off', tokenSecret,
  }),
  platform: {
    async start() {
      servers = await startMailServers();
      imap = await layWire(servers.ports.imaps);
      smtp = await layWire(servers.ports.submission);
    },
    async stop() {
      await imap?.stop();
      await smtp?.stop();
      await servers?.stop();
    },
  },
  fresh() { address = `suite${++boxes}@hub.test`; },
  fixtures: fixtureNames.map((name) => ({ name, parse: async () => {
    const parsed = await parseMail(fixture(name), { address, tokenSecret });
    if (parsed.own) throw new Error('taken for our own');
    return parsed.inbound;
  } })),
  address: () => ({ thread: 'thread-1', to }),
  async deliver({ inbox }, said) {
    const root = roots.get(said.thread);
    const id = `<${said.id.replaceAll(' ', '-')}@example.test>`;
    roots.set(said.thread, root ?? id);
    const before = (await servers.read(address)).length;
    await servers.deliver(`From: Anna <anna@example.test>\r\nTo: ${address}\r\nSubject: Suite\r\nMessage-ID: ${id}\r\n${root && root !== id ? `References: ${root}\r\nIn-Reply-To: ${root}\r\n` : ''}\r\n${said.text}\r\n`, address);
    await eventually(async () => (await servers.read(address)).length > before);
    // The mail's place in the mailbox is its UID; acknowledged is what the cursor has passed.
    const Cursor = z.object({ lastUid: z.number() });
    const passed = (): boolean => (Cursor.safeParse(JSON.parse(inbox.memory.get('cursor') ?? 'null')).data?.lastUid ?? 0) > before;
    return { acknowledged: eventually(passed, 20_000).then(() => true, () => false) };
  },
  async echo(_stage, { externalId }) {
    // The customer's copy comes back to us, as it does when somebody puts us in Cc.
    let copy: Buffer | undefined;
    await eventually(async () => (copy = (await servers.read(to)).find((raw) => raw.includes(externalId))) !== undefined);
    await servers.deliver(copy ?? '', address);
  },
  sent: async (_stage, text) => (await servers.read(to)).filter((raw) => raw.includes(text)).length,
  faults: {
    rejected: towards('refused@example.test'),
    'rate-limited': towards('busy@example.test'),
    unreachable: () => { smtp.cut(); return () => smtp.heal(); },
    'in-doubt': () => () => undefined,
  },
  outage: {
    async down({ inbox }) {
      imap.cut();
      await inbox.until((one) => one.healths.at(-1)?.state !== 'ready');
    },
    async up() { imap.heal(); },
  },
  patience: 10_000,
  deviations: { forgeries: 'mail is fetched, nobody calls us' },
});
