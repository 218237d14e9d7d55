/** Large mails are parsed in a thread of their own: a 20 MB mail takes a second in which nobody else would be served. */
import { Worker } from 'node:worker_threads';
import { parseMail, parseSent, type Mailbox, type Parsed, type ParsedSent } from './parse.ts';

/** A thread takes 0.2 s to start: a mail below both limits is parsed sooner. The parser's cost is by line. */
const smallMail = 256 * 1024;
const fewLines = 4_000;

/** As parseMail; whatever a mail is built to do, it ends in time and does not stop the hub. */
export const parseApart = (raw: Uint8Array, mailbox: Mailbox, patience = 60_000): Promise<Parsed> =>
  (isSmall(raw) ? parseMail(raw, mailbox) : inThread<Parsed>(raw, mailbox, false, patience));

/** As parseSent, the same way. */
export const sentApart = (raw: Uint8Array, mailbox: Mailbox, patience = 60_000): Promise<ParsedSent> =>
  (isSmall(raw) ? parseSent(raw, mailbox) : inThread<ParsedSent>(raw, mailbox, true, patience));

function inThread<Result>(raw: Uint8Array, { address, tokenSecret }: Mailbox, sent: boolean, patience: number): Promise<Result> {
  const { promise, resolve, reject } = Promise.withResolvers<Result>();
  const worker = new Worker(new URL('./parse-worker.ts', import.meta.url), {
    workerData: { raw, sent, mailbox: { address, tokenSecret } }, resourceLimits: { maxOldGenerationSizeMb: 1_024 },
  });
  const timer = setTimeout(() => reject(new Error(`the mail could not be parsed within ${patience / 1_000} s`)), patience);
  worker.once('message', resolve);
  worker.once('error', reject);
  worker.once('exit', () => reject(new Error('the thread that parsed the mail ended')));
  return promise.finally(async () => {
    clearTimeout(timer);
    await worker.terminate();
  });
}

function isSmall(raw: Uint8Array): boolean {
  if (raw.length > smallMail) return false;
  let lines = 0;
  for (let at = raw.indexOf(10); at >= 0 && lines <= fewLines; at = raw.indexOf(10, at + 1)) lines += 1;
  return lines <= fewLines;
}
