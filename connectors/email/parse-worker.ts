/** The thread in which large mails are parsed; see parse-apart.ts. */
import { parentPort, workerData } from 'node:worker_threads';
import { z } from 'zod';
import { parseMail, parseSent } from './parse.ts';

const Task = z.object({ raw: z.instanceof(Uint8Array), sent: z.boolean(), mailbox: z.object({ address: z.string(), tokenSecret: z.string() }) });

const { raw, sent, mailbox } = Task.parse(workerData);
parentPort?.postMessage(await (sent ? parseSent(raw, mailbox) : parseMail(raw, mailbox)), []);
