/** The e-mail connector: IMAP in, SMTP out, and a Sent folder that settles what became of a mail. */
import { z } from 'zod';
import { ConnectorError, type Connector, type Inbox, type Outbound } from '../connector.ts';
import { imapError, sentFolder, wasSent, withClient } from './imap.ts';
import { manifest, type EmailConfig } from './manifest.ts';
import { renderMail, type LoadedFile } from './render.ts';
import { startSession, usualPace, type Pace, type Session } from './session.ts';
import { compose, submit, verify } from './smtp.ts';

/** Message-IDs the server has taken lately: they outlive a crash between SMTP and the copy in Sent. */
const Marks = z.array(z.string());
const mostMarks = 300;

/** Makes a connector of a checked configuration. */
export function emailConnector(config: EmailConfig, pace: Pace = usualPace): Connector {
  let inbox: Inbox | null = null;
  let session: Session | null = null;
  let marking: Promise<void> = Promise.resolve();

  const marks = async (): Promise<string[]> => Marks.safeParse(await inbox?.recall('sent')).data ?? [];
  /** One after another: two sends at once must not overwrite each other's mark. */
  function mark(messageId: string): Promise<void> {
    marking = marking.catch(() => undefined).then(async () => {
      const known = await marks();
      if (!known.includes(messageId)) await inbox?.remember('sent', [...known, messageId].slice(-mostMarks));
    });
    return marking;
  }

  async function settle(messageId: string): Promise<{ externalId: string; state: 'sent' }> {
    const known = (await marks()).includes(messageId) || await withClient(config, (client) => wasSent(client, config, messageId));
    if (known) return { externalId: messageId, state: 'sent' };
    throw new ConnectorError('in-doubt', 'the mail is not among the sent ones, but the outgoing server may have taken it');
  }

  async function keepCopy(raw: Buffer): Promise<void> {
    try {
      await session?.use(async (client) => {
        const folder = await sentFolder(client, config);
        if (folder !== null) await client.append(folder, raw, ['\\Seen']);
      });
    } catch (cause) {
      // The customer has the mail; a missing copy is a pity, not a failure.
      inbox?.log.warn({ reason: imapError(cause).message }, 'no copy of the mail in the Sent folder');
    }
  }

  return {
    async start(given) {
      inbox = given;
      session = startSession(config, given, pace);
    },
    async send(message) {
      const mail = renderMail(message, config, await load(message));
      if (message.again) return await settle(mail.messageId);
      const raw = await compose(mail);
      await submit(config, mail.envelope, raw);
      await mark(mail.messageId).catch((cause: unknown) => inbox?.log.warn({ reason: String(cause) }, 'a sent mail was not noted'));
      await keepCopy(raw);
      return { externalId: mail.messageId, state: 'sent' };
    },
    async stop() {
      const stopping = session;
      session = null;
      await stopping?.stop();
      await marking.catch(() => undefined);
    },
    test: () => checks(config),
  };
}

async function load(message: Outbound): Promise<LoadedFile[]> {
  // Settling needs the Message-ID only.
  if (message.again) return [];
  const files: LoadedFile[] = [];
  for (const attachment of message.content.attachments ?? []) files.push({ ...attachment, bytes: await message.file(attachment) });
  const bytes = files.reduce((sum, file) => sum + file.bytes.length, 0);
  if (bytes > manifest.limits.attachmentBytes) throw new ConnectorError('rejected', `the files are too large for a mail: ${Math.ceil(bytes / 1024 / 1024)} MB of at most ${manifest.limits.attachmentBytes / 1024 / 1024} MB`);
  return files;
}

type Check = { name: string; ok: boolean; detail?: string };

async function checks(config: EmailConfig): Promise<Check[]> {
  const results: Check[] = [];
  const imap = await check('imap login', () => withClient(config, async (client) => {
    results.push(await check('mailbox', async () => { await client.mailboxOpen(config.mailbox, { readOnly: true }); }));
    results.push(client.capabilities.has('IDLE') ? { name: 'idle', ok: true } : { name: 'idle', ok: true, detail: 'the server cannot notify; the mailbox is asked every minute' });
    if (config.sentMailbox !== '') results.push(await check('sent mailbox', async () => { await sentFolder(client, config); }));
  }));
  return [imap, ...results, await check('smtp login', () => verify(config))];
}

async function check(name: string, run: () => Promise<void>): Promise<Check> {
  try {
    await run();
    return { name, ok: true };
  } catch (cause) {
    return { name, ok: false, detail: imapError(cause).message };
  }
}
