/** Mails of a folder by their UIDs, a few at a time. */
import type { ImapFlow } from 'imapflow';

/** Mails of one FETCH; memory holds at most this, or one larger mail. */
const batchBytes = 8 * 1024 * 1024;
const batchMails = 50;

/** `source` is absent when somebody deleted the mail while we looked, and only the header when it is too large. */
export type Fetched = { uid: number; size: number; source?: Buffer };
type Listed = { uid: number; size: number };

/** In order of UID, in batches. */
export async function* fetchMails(client: ImapFlow, uids: number[], largestMail: number): AsyncGenerator<Fetched[]> {
  for (const batch of batches(await sizes(client, uids))) {
    const sources = await fetchBatch(client, batch, largestMail);
    yield batch.map(({ uid, size }) => ({ uid, size, source: sources.get(uid) }));
  }
}

/** What a search found, in order. */
export const ordered = (found: unknown): number[] => (Array.isArray(found) ? found.filter((uid) => typeof uid === 'number') : []).toSorted((a, b) => a - b);

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

async function fetchBatch(client: ImapFlow, batch: Listed[], largestMail: number): Promise<Map<number, Buffer>> {
  const sources = new Map<number, Buffer>();
  const whole = batch.filter((mail) => mail.size <= largestMail).map((mail) => mail.uid);
  const large = batch.filter((mail) => mail.size > largestMail).map((mail) => mail.uid);
  if (whole.length > 0) for await (const message of client.fetch(whole.join(','), { uid: true, source: true }, { uid: true })) if (message.source) sources.set(message.uid, message.source);
  if (large.length > 0) for await (const message of client.fetch(large.join(','), { uid: true, headers: true }, { uid: true })) if (message.headers) sources.set(message.uid, message.headers);
  return sources;
}
