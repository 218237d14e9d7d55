/** One reading of the mailbox: everything after the cursor, in order, each mail stored before the cursor passes it. */
import type { ImapFlow } from 'imapflow';
import { recallCursor, rememberCursor, type Cursor } from './cursor.ts';
import { fetchMails, listAfter, ordered, sizesOf, type Listed } from './fetch.ts';
import { store, type Reading } from './take.ts';

/** After a change of UIDVALIDITY this much is read once more; what is known already is recognised by its id. */
const rescanMs = 24 * 3_600_000;
const dayMs = 24 * 3_600_000;

/** Reads all there is; resolves with how many mails. Rejects at the first mail that could not be stored; the cursor then stands before it. */
export async function pull(client: ImapFlow, reading: Reading): Promise<number> {
  const opened = client.mailbox;
  if (!opened) throw new Error('no mailbox is open');
  const uidValidity = String(opened.uidValidity);
  const { cursor, mails, end } = await whatIsNew(client, uidValidity, reading);
  let last: Cursor = { ...cursor, uidValidity };
  for await (const batch of fetchMails(client, mails, reading.largestMail)) {
    try {
      for (const { uid, size, source } of batch) {
        if (source) await store(source, uid, size, reading);
        last = { ...last, lastUid: Math.max(last.lastUid, uid) };
      }
    } finally {
      // At a first start and after a renumbering the mails have gaps between them: a cursor among them would let those in at the next try.
      if (cursor.uidValidity === uidValidity && last.lastUid > cursor.lastUid) await rememberCursor(reading.inbox, last);
    }
    if (reading.inbox.stopping.aborted) return mails.length;
  }
  await rememberCursor(reading.inbox, { ...last, lastUid: Math.max(last.lastUid, end), at: reading.now().toISOString() });
  return mails.length;
}

/** The cursor to go on from, the mails to read, and where the cursor may stand once all of them are stored. */
async function whatIsNew(client: ImapFlow, uidValidity: string, { inbox, now, firstDays }: Reading): Promise<{ cursor: Cursor; mails: Listed[]; end: number }> {
  const known = await recallCursor(inbox);
  if (known?.uidValidity === uidValidity) {
    return { cursor: known, mails: await listAfter(client, known.lastUid), end: known.lastUid };
  }
  if (known) inbox.log.warn({ before: known.uidValidity, after: uidValidity }, 'the mail server renumbered the folder; recent mails are read again');
  const since = new Date(known ? Date.parse(known.at) - rescanMs : now().getTime() - firstDays * dayMs);
  // At the first start old mail was answered by people long ago: only what is fresh and unread is ours.
  // What comes while we look is above this mark and is found by the next reading.
  const end = client.mailbox ? client.mailbox.uidNext - 1 : 0;
  const found = known || firstDays > 0 ? await client.search({ since, ...(known ? {} : { seen: false }) }, { uid: true }) : [];
  const uids = ordered(found);
  // Until the re-reading is through, the cursor must not point past it.
  const lastUid = uids.length > 0 ? Math.max(0, (uids[0] ?? 1) - 1) : end;
  return { cursor: { uidValidity: known?.uidValidity ?? '', lastUid, at: known?.at ?? now().toISOString() }, mails: await sizesOf(client, uids), end };
}

/** Reads once more what came since then, wherever the cursor stands; the hub knows what it has by its id. */
export async function reread(client: ImapFlow, since: Date, reading: Reading): Promise<void> {
  // SINCE looks at days, in the server's time zone.
  const found = ordered(await client.search({ since: new Date(since.getTime() - rescanMs) }, { uid: true }));
  for await (const batch of fetchMails(client, await sizesOf(client, found), reading.largestMail)) {
    for (const { uid, size, source } of batch) if (source) await store(source, uid, size, reading);
    if (reading.inbox.stopping.aborted) throw new Error('the hub is stopping');
  }
}
