/** The Sent folder: what one of ours wrote in another mail program belongs to the conversation too. */
import type { ImapFlow } from 'imapflow';
import { z } from 'zod';
import { fetchMails, ordered, sizesOf } from './fetch.ts';
import { findSentFolder } from './imap.ts';
import { sentApart } from './parse-apart.ts';
import { threadOfTopic } from './remembered.ts';
import { quarantine, type Reading } from './take.ts';

const Place = z.object({ path: z.string(), uidValidity: z.string(), lastUid: z.number().int().nonnegative() });
const rescanMs = 24 * 3_600_000;

/**
 * Tells the hub of every mail that is new there and not of the hub's own making. True: another folder is open now.
 * What lay there before the first look was said before our time.
 */
export async function pullSent(client: ImapFlow, wanted: string, reading: Reading): Promise<boolean> {
  const known = Place.safeParse(await reading.inbox.recall('sent-place')).data;
  const path = known && await exists(client, known.path) ? known.path : await findSentFolder(client, wanted);
  if (path === null) return false;
  const status = await client.status(path, { uidNext: true, uidValidity: true });
  if (!status) return false;
  const { uidNext = 1, uidValidity } = status;
  const place = { path, uidValidity: String(uidValidity), lastUid: uidNext - 1 };
  const same = known?.path === path && known.uidValidity === place.uidValidity;
  if (same && known.lastUid >= place.lastUid) return false;
  if (!known) {
    await reading.inbox.remember('sent-place', place);
    return false;
  }
  const lock = await client.getMailboxLock(path, { readOnly: true });
  try {
    const found = ordered(await client.search(same ? { uid: `${known.lastUid + 1}:*` } : { since: new Date(reading.now().getTime() - rescanMs) }, { uid: true }));
    await tell(client, found.filter((uid) => !same || uid > known.lastUid), reading, async (lastUid) => { if (same) await reading.inbox.remember('sent-place', { ...place, lastUid }); });
    await reading.inbox.remember('sent-place', place);
  } finally {
    lock.release();
  }
  return true;
}

/** All of it once more since then, on a connection of its own. */
export async function rereadSent(client: ImapFlow, wanted: string, since: Date, reading: Reading): Promise<void> {
  const path = await findSentFolder(client, wanted);
  if (path === null) return;
  const lock = await client.getMailboxLock(path, { readOnly: true });
  try {
    await tell(client, ordered(await client.search({ since: new Date(since.getTime() - rescanMs) }, { uid: true })), reading, async () => undefined);
  } finally {
    lock.release();
  }
}

async function exists(client: ImapFlow, path: string): Promise<boolean> {
  return client.status(path, { uidNext: true }).then(() => true, (cause: unknown) => {
    if (!client.usable) throw cause;
    return false;
  });
}

async function tell(client: ImapFlow, uids: number[], reading: Reading, told: (uid: number) => Promise<void>): Promise<void> {
  for await (const batch of fetchMails(client, await sizesOf(client, uids), reading.largestMail)) {
    for (const { source, size } of batch) if (source) await tellOne(source, size, reading);
    const last = batch.at(-1);
    if (last) await told(last.uid);
    if (reading.inbox.stopping.aborted) throw new Error('the hub is stopping');
  }
}

async function tellOne(source: Buffer, size: number, reading: Reading): Promise<void> {
  if (size > reading.largestMail) return quarantine(source, new Error('a sent mail is too large; this is its header, the rest stays on the mail server'), reading);
  let parsed;
  try {
    parsed = await sentApart(source, reading.mailbox);
  } catch (cause) {
    return quarantine(source, cause, reading);
  }
  if (parsed.own || !parsed.echo) return;
  const facts = parsed.echo.content.email;
  const discussed = facts && facts.inReplyTo === undefined && facts.references.length === 0 ? await threadOfTopic(facts.subject, parsed.echo.to.value, reading.inbox) : null;
  await reading.inbox.happened(discussed ? { ...parsed.echo, thread: discussed } : parsed.echo);
}
