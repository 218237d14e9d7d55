/** The e-mail connector: IMAP in, SMTP out, and a Sent folder that settles what became of a mail. */
import { z } from 'zod';
import { ConnectorError, type Connector, type Inbox, type Outbound } from '../connector.ts';
import { accountOf } from './account.ts';
import { checks } from './checks.ts';
import { imapError, noConnection, sentFolder, wasSent, withClient } from './imap.ts';
import { loopGuard } from './loops.ts';
import { manifest, type EmailConfig } from './manifest.ts';
import { outgoingProbe } from './outgoing.ts';
import { probe, PlusFacts, type Findings } from './probe.ts';
import { reread } from './pull.ts';
import { circleOf, noteTopic } from './remembered.ts';
import { renderMail, type Circumstances, type LoadedFile, type Rendered } from './render.ts';
import { rereadSent } from './sent.ts';
import { readingOf, startSession, usualPace, type Pace, type Session } from './session.ts';
import { compose, refusesReturnAddress, submit, verify } from './smtp.ts';
import { ourMessageId } from './threading.ts';

/** Message-IDs the server has taken lately: they outlive a crash between SMTP and the copy in Sent. */
const Marks = z.array(z.string());
const mostMarks = 300;

/** What a channel that is not started remembers: nothing. */
const forgetful = { recall: async (): Promise<unknown> => null, remember: async (): Promise<void> => undefined };

/** Makes a connector of a checked configuration. */
export function emailConnector(config: EmailConfig, pace: Pace = usualPace): Connector {
  const account = accountOf(config);
  let inbox: Inbox | null = null;
  let session: Session | null = null;
  let guard = loopGuard(forgetful);
  let marking: Promise<void> = Promise.resolve();
  let probing: Promise<unknown> = Promise.resolve();
  const outgoing = outgoingProbe(() => verify(account));
  const memory = () => inbox ?? forgetful;
  const warn = (what: string) => (cause: unknown): void => inbox?.log.warn({ reason: imapError(cause).message }, what);

  const marks = async (): Promise<string[]> => Marks.safeParse(await memory().recall('sent')).data ?? [];
  /** One after another: two sends at once must not overwrite each other's mark. */
  function mark(messageId: string): Promise<void> {
    marking = marking.catch(() => undefined).then(async () => {
      const known = await marks();
      if (!known.includes(messageId)) await memory().remember('sent', [...known, messageId].slice(-mostMarks));
    });
    return marking;
  }

  async function settle(message: Outbound): Promise<{ externalId: string; state: 'sent' }> {
    const messageId = ourMessageId(config.tokenSecret, message.key, config.address, message.thread);
    const known = (await marks()).includes(messageId) || await withClient(account, (client) => wasSent(client, config, messageId));
    if (known) return { externalId: messageId, state: 'sent' };
    throw new ConnectorError('in-doubt', { 'zh-CN': '已发送文件夹中没有这封邮件，但发信服务器可能已经接收。', en: 'the mail is not among the sent ones, but the outgoing server may have taken it' });
  }

  async function keepCopy(raw: Buffer): Promise<void> {
    // The customer has the mail; a missing copy is a pity, not a failure.
    await session?.use(async (client) => {
      const folder = await sentFolder(client, config);
      if (folder !== null) await client.append(folder, raw, ['\\Seen']);
    }).catch(warn('no copy of the mail in the Sent folder'));
  }

  const plusFacts = async (): Promise<PlusFacts | null> => PlusFacts.safeParse(await memory().recall('plus')).data ?? null;
  async function goRound(): Promise<Findings> {
    const findings = await probe(account, pace.probe, pace.probeFurther);
    if (findings.took !== null) await memory().remember('plus', { works: findings.plus, returnable: findings.returnable, at: new Date().toISOString() });
    return findings;
  }

  async function circumstances(message: Outbound): Promise<Circumstances> {
    const facts = await plusFacts();
    const plus = config.plusAddressing === 'on' || (config.plusAddressing === 'auto' && facts?.works === true);
    return { plus, returnable: plus && facts?.returnable !== false, ...await circleOf(message.thread, memory()) };
  }

  /** A server that minds the return address gets the bare one, from now on. */
  async function handOver(mail: Rendered, raw: Buffer): Promise<{ refused: string[] }> {
    try {
      return await submit(account, mail.envelope, raw);
    } catch (error) {
      if (mail.envelope.from === config.address || !refusesReturnAddress(error)) throw error;
      const done = await submit(account, { ...mail.envelope, from: config.address }, raw);
      await memory().remember('plus', { works: true, returnable: false, at: new Date().toISOString() }).catch(warn('a refused return address was not noted'));
      return done;
    }
  }

  return {
    async start(given) {
      inbox = given;
      guard = loopGuard(given);
      account.attach(given);
      session = startSession(account, given, pace);
      // Once for each mailbox: only a mail that arrives proves that plus addresses do.
      if (config.plusAddressing === 'auto' && await plusFacts() === null) probing = session.ready.then(async (ready) => { if (ready) await goRound(); }).catch(warn('it is not known yet whether plus addresses arrive'));
    },
    async send(message) {
      if (message.again) return await settle(message);
      await guard.check(message);
      const mail = renderMail(message, config, await load(message), await circumstances(message));
      const raw = await compose(mail);
      const { refused } = await handOver(mail, raw);
      session?.stir();
      outgoing.went();
      await mark(mail.messageId).catch(warn('a sent mail was not noted'));
      await guard.count(message).catch(warn('an automatic mail was not counted'));
      await keepCopy(raw);
      if (refused.includes(message.to)) throw new ConnectorError('rejected', { 'zh-CN': '发信服务器拒收客户的地址；邮件中的其他收件人已收到。', en: 'the outgoing server refuses the address of the customer; the others named in the mail have got it' });
      if (refused.length > 0) inbox?.log.warn({ refused: refused.length }, 'some of those who were to get a copy were refused');
      await noteTopic(message.subject ?? '', message.to, mail.cc?.map((one) => one.address) ?? [], message.thread, memory(), new Date()).catch(warn('a subject was not noted'));
      return { externalId: mail.messageId, state: 'sent' };
    },
    settle,
    async probe() {
      if (!session) throw noConnection();
      await session.use(client => client.noop());
      await outgoing.check();
    },
    async reconcile(since) {
      if (!inbox) throw new ConnectorError('unreachable', { 'zh-CN': '渠道没有启动。', en: 'the channel is not started' });
      const reading = readingOf(account, inbox, pace);
      const until = new Date();
      await withClient(account, async (client) => {
        await client.mailboxOpen(config.mailbox, { readOnly: true });
        await reread(client, since, reading);
        if (config.readSent) await rereadSent(client, config.sentMailbox, since, reading);
      });
      return { until };
    },
    async stop() {
      const stopping = session;
      session = null;
      await stopping?.stop();
      await Promise.allSettled([marking, Promise.race([probing, new Promise((resolve) => setTimeout(resolve, 100).unref())])]);
    },
    test: () => checks(account, goRound, pace.probe),
  };
}

async function load(message: Outbound): Promise<LoadedFile[]> {
  const files: LoadedFile[] = [];
  for (const attachment of message.content.attachments ?? []) files.push({ ...attachment, bytes: await message.file(attachment) });
  const bytes = files.reduce((sum, file) => sum + file.bytes.length, 0);
  if (bytes > manifest.limits.attachmentBytes) throw new ConnectorError('rejected', {
    'zh-CN': `附件过大，无法随邮件发送：${Math.ceil(bytes / 1024 / 1024)} MB，上限 ${manifest.limits.attachmentBytes / 1024 / 1024} MB。`,
    en: `the files are too large for a mail: ${Math.ceil(bytes / 1024 / 1024)} MB of at most ${manifest.limits.attachmentBytes / 1024 / 1024} MB`,
  });
  return files;
}
