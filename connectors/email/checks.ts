/** The channel's test, step by step, in words that say what to do. */
import type { Account } from './account.ts';
import { findSentFolder, imapError, withClient } from './imap.ts';
import type { Findings } from './probe.ts';
import { verify } from './smtp.ts';

/** One step. */
export type Check = { name: string; ok: boolean; detail?: string };

/** Signs in to both servers; when both let us in, a mail goes round. */
export async function checks(account: Account, round: () => Promise<Findings>): Promise<Check[]> {
  const { config } = account;
  const results: Check[] = [];
  const imap = await check('imap login', () => withClient(account, async (client) => {
    results.push(await check('mailbox', async () => { await client.mailboxOpen(config.mailbox, { readOnly: true }); }));
    results.push(client.capabilities.has('IDLE') ? { name: 'idle', ok: true } : { name: 'idle', ok: true, detail: 'the server cannot notify; the mailbox is asked every minute' });
    results.push(await check('sent mailbox', async () => await findSentFolder(client, config.sentMailbox) ?? (config.sentMailbox === '' ? 'there is none' : `"${config.sentMailbox}" is made with the first mail`)));
  }));
  const smtp = await check('smtp login', () => verify(account));
  const signedIn = [imap, ...results, smtp];
  return signedIn.every((one) => one.ok) ? [...signedIn, ...await letters(account, round)] : signedIn;
}

async function letters({ config }: Account, round: () => Promise<Findings>): Promise<Check[]> {
  try {
    const { took, notified, plus, returnable } = await round();
    if (took === null) return [{ name: 'mail to itself', ok: false, detail: 'a mail to this address was sent but did not arrive within 30 s: is it the address of this mailbox, and is the mail in the spam folder?' }];
    const arrived = { name: 'mail to itself', ok: true, detail: `arrived after ${(took / 1_000).toFixed(2)} s, ${notified ? 'heard at once (IDLE)' : 'found by asking'}` };
    const used = config.plusAddressing === 'off' ? 'switched off in the settings' : 'answers carry a signed address';
    if (plus) return [arrived, { name: 'plus addresses', ok: true, detail: `they arrive; ${used}${returnable ? ', and bounces name their mail' : '; the server returns bounces to the bare address only'}` }];
    return [arrived, { name: 'plus addresses', ok: config.plusAddressing !== 'on', detail: config.plusAddressing === 'on' ? 'they do not arrive, so answers of customers would be lost: switch them off' : 'they do not arrive; threads are kept by Message-ID' }];
  } catch (cause) {
    return [{ name: 'mail to itself', ok: false, detail: imapError(cause).message }];
  }
}

async function check(name: string, run: () => Promise<string | void>): Promise<Check> {
  try {
    const detail = await run();
    return { name, ok: true, ...(typeof detail === 'string' && { detail }) };
  } catch (cause) {
    return { name, ok: false, detail: imapError(cause).message };
  }
}
