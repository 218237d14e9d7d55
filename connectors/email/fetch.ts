/** Mails of a folder by their UIDs, a few at a time. */
import type { ImapFlow } from 'imapflow';

/** Mails of one FETCH; memory holds at most this, or one larger mail. */
const batchBytes = 8 * 1024 * 1024;
const batchMails = 50;

/** `source` is absent when somebody deleted the mail while we looked, and only the header when it is too large. */
export type Fetched = { uid: number; size: number; source?: Buffer };
/** A mail that is there, with its size. */
export type Listed = { uid: number; size: number };

/** In order of UID, in batches. */
export async function* fetchMails(client: ImapFlow, listed: Listed[], largestMail: number): AsyncGenerator<Fetched[]> {
  for (const batch of batches(listed)) {
    const sources = await fetchBatch(client, batch, largestMail);
    yield batch.map(({ uid, size }) => ({ uid, size, source: sources.get(uid) }));
  }
}

/** What a search found, in order. */
export const ordered = (found: unknown): number[] => (Array.isArray(found) ? found.filter((uid) => typeof uid === 'number') : []).toSorted((a, b) => a - b);

/** What came after a UID, in one question. "n:*" names the last mail even when it is older than n. */
export async function listAfter(client: ImapFlow, uid: number): Promise<Listed[]> {
  return (await list(client, `${uid + 1}:*`)).filter((mail) => mail.uid > uid).toSorted((a, b) => a.uid - b.uid);
}

/** The sizes of mails that a search found. */
export async function sizesOf(client: ImapFlow, uids: number[]): Promise<Listed[]> {
  const listed: Listed[] = [];
  for (let at = 0; at < uids.length; at += 500) {
    listed.push(...await list(client, uids.slice(at, at + 500).join(',')));
  }
  return listed.toSorted((a, b) => a.uid - b.uid);
}

async function list(client: ImapFlow, range: string): Promise<Listed[]> {
  const listed: Listed[] = [];
  for await (const message of client.fetch(range, { uid: true, size: true }, { uid: true })) listed.push({ uid: message.uid, size: message.size ?? 0 });
  return listed;
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

async function fetchBatch(client: ImapFlow, batch: Listed[], largestMail: number): Promise<Map<number, Buffer>> {
  const sources = new Map<number, Buffer>();
  const whole = batch.filter((mail) => mail.size <= largestMail).map((mail) => mail.uid);
  const large = batch.filter((mail) => mail.size > largestMail).map((mail) => mail.uid);
  if (whole.length > 0) for await (const message of client.fetch(whole.join(','), { uid: true, source: true }, { uid: true })) if (message.source) sources.set(message.uid, message.source);
  if (large.length > 0) for await (const message of client.fetch(large.join(','), { uid: true, headers: true }, { uid: true })) if (message.headers) sources.set(message.uid, message.headers);
  return sources;
}
