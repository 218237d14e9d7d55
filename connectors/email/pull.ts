/** One reading of the mailbox: everything after the cursor, in order, each mail stored before the cursor passes it. */
import type { ImapFlow } from 'imapflow';
import type { Inbox } from '../connector.ts';
import { recallCursor, rememberCursor, type Cursor } from './cursor.ts';
import { parseApart } from './parse-apart.ts';
import { externalIdOf, type Mailbox } from './parse.ts';

/** Larger mails stay on the server; the conversation says so. */
export const largestMail = 60 * 1024 * 1024;
/** Mails of one FETCH; memory holds at most this, or one larger mail. */
const batchBytes = 8 * 1024 * 1024;
const batchMails = 50;
/** After a change of UIDVALIDITY this much is read once more; what is known already is recognised by its id. */
const rescanMs = 24 * 3_600_000;

/** What a reading needs beside the connection. `tries` counts failures by UID over readings. */
export type Reading = { inbox: Inbox; mailbox: Mailbox; tries: Map<number, number>; triesBeforeQuarantine: number; now(): Date };

type Listed = { uid: number; size: number };

/** Reads all there is. Rejects at the first mail that could not be stored; the cursor then stands before it. */
export async function pull(client: ImapFlow, reading: Reading): Promise<void> {
  const opened = client.mailbox;
  if (!opened) throw new Error('no mailbox is open');
  const uidValidity = String(opened.uidValidity);
  const { cursor, uids, end } = await whatIsNew(client, uidValidity, reading);
  let last: Cursor = { ...cursor, uidValidity };
  for (const batch of batches(await sizes(client, uids))) {
    const sources = await fetchBatch(client, batch);
    try {
      for (const { uid, size } of batch) {
        const source = sources.get(uid);
        // Absent: somebody deleted it while we looked.
        if (source) await store(source, uid, size, reading);
        last = { ...last, lastUid: Math.max(last.lastUid, uid) };
      }
    } finally {
      if (last.lastUid > cursor.lastUid || last.uidValidity !== cursor.uidValidity) await rememberCursor(reading.inbox, last);
    }
    if (reading.inbox.stopping.aborted) return;
  }
  await rememberCursor(reading.inbox, { ...last, lastUid: Math.max(last.lastUid, end), at: reading.now().toISOString() });
}

/** The cursor to go on from, the UIDs to read, and where the cursor may stand once all of them are stored. */
async function whatIsNew(client: ImapFlow, uidValidity: string, { inbox, now }: Reading): Promise<{ cursor: Cursor; uids: number[]; end: number }> {
  const known = await recallCursor(inbox);
  if (known?.uidValidity === uidValidity) {
    const found = await client.search({ uid: `${known.lastUid + 1}:*` }, { uid: true });
    // "n:*" names the last mail even when it is older than n.
    return { cursor: known, uids: ordered(found).filter((uid) => uid > known.lastUid), end: known.lastUid };
  }
  if (known) inbox.log.warn({ before: known.uidValidity, after: uidValidity }, 'the mail server renumbered the folder; recent mails are read again');
  const since = new Date((known ? Date.parse(known.at) : now().getTime()) - rescanMs);
  // At the first start old mail was answered by people long ago: only what is fresh and unread is ours.
  const found = await client.search({ since, ...(known ? {} : { seen: false }) }, { uid: true });
  const end = client.mailbox ? client.mailbox.uidNext - 1 : 0;
  const uids = ordered(found);
  // Until the re-reading is through, the cursor must not point past it.
  const lastUid = uids.length > 0 ? Math.max(0, (uids[0] ?? 1) - 1) : end;
  return { cursor: { uidValidity: known?.uidValidity ?? '', lastUid, at: known?.at ?? now().toISOString() }, uids, end };
}

const ordered = (found: unknown): number[] => (Array.isArray(found) ? found.filter((uid) => typeof uid === 'number') : []).toSorted((a, b) => a - b);

async function sizes(client: ImapFlow, uids: number[]): Promise<Listed[]> {
  const listed: Listed[] = [];
  for (let at = 0; at < uids.length; at += 500) {
    const part = uids.slice(at, at + 500);
    for await (const message of client.fetch(part.join(','), { uid: true, size: true }, { uid: true })) listed.push({ uid: message.uid, size: message.size ?? 0 });
  }
  return listed.toSorted((a, b) => a.uid - b.uid);
}

function* batches(listed: Listed[]): Generator<Listed[]> {
  let batch: Listed[] = [];
  let bytes = 0;
  for (const mail of listed) {
    if (batch.length >= batchMails || (batch.length > 0 && bytes + mail.size > batchBytes)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(mail);
    bytes += mail.size;
  }
  if (batch.length > 0) yield batch;
}

async function fetchBatch(client: ImapFlow, batch: Listed[]): Promise<Map<number, Buffer>> {
  const sources = new Map<number, Buffer>();
  const whole = batch.filter((mail) => mail.size <= largestMail).map((mail) => mail.uid);
  const large = batch.filter((mail) => mail.size > largestMail).map((mail) => mail.uid);
  if (whole.length > 0) for await (const message of client.fetch(whole.join(','), { uid: true, source: true }, { uid: true })) if (message.source) sources.set(message.uid, message.source);
  if (large.length > 0) for await (const message of client.fetch(large.join(','), { uid: true, headers: true }, { uid: true })) if (message.headers) sources.set(message.uid, message.headers);
  return sources;
}

async function store(source: Buffer, uid: number, size: number, reading: Reading): Promise<void> {
  try {
    await receiveMail(source, size, reading);
    reading.tries.delete(uid);
  } catch (cause) {
    const tries = (reading.tries.get(uid) ?? 0) + 1;
    reading.tries.set(uid, tries);
    if (tries < reading.triesBeforeQuarantine) throw cause;
    // One mail must not block all that follow. If the store itself is away, this fails too and the mail waits.
    await quarantine(source, cause, reading);
    reading.tries.delete(uid);
  }
}

async function receiveMail(source: Buffer, size: number, reading: Reading): Promise<void> {
  let parsed;
  try {
    parsed = await parseApart(size > largestMail ? tooLarge(source, size) : source, reading.mailbox);
  } catch (cause) {
    return quarantine(source, cause, reading);
  }
  if (parsed.own) return;
  await reading.inbox.receive(size > largestMail ? { ...parsed.inbound, content: { ...parsed.inbound.content, unreadable: { reason: 'too large' } } } : parsed.inbound);
  if (parsed.receipt) await reading.inbox.receipt(parsed.receipt);
}

async function quarantine(source: Buffer, cause: unknown, { inbox }: Reading): Promise<void> {
  const reason = cause instanceof Error ? cause.message.slice(0, 500) : 'the mail could not be read';
  await inbox.quarantine({ externalId: externalIdOf(source, messageIdOf(source)), bytes: source, reason });
  inbox.log.warn({ reason, bytes: source.length }, 'a mail went to quarantine');
}

const messageIdOf = (source: Buffer): string | undefined => /^message-id:\s*(<[^<>\s]{1,300}>)/im.exec(source.subarray(0, 64_000).toString('latin1'))?.[1];

/** The header of the mail with a body that says where the rest is. */
function tooLarge(header: Buffer, size: number): Buffer {
  const kept = header.toString('latin1').split(/\r?\n(?![ \t])/).filter((line) => line !== '' && !/^content-(type|transfer-encoding|disposition)\s*:/i.test(line));
  const words = `This mail is too large (${Math.ceil(size / 1024 / 1024)} MB) and stays on the mail server. 邮件过大,保留在邮件服务器上。`;
  return Buffer.concat([Buffer.from(kept.join('\r\n'), 'latin1'), Buffer.from(`\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n${words}\r\n`)]);
}
