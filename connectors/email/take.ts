/** One mail on its way to the hub: read, placed, stored; or kept in quarantine when it cannot be read. */
import type { Inbox } from '../connector.ts';
import { parseApart } from './parse-apart.ts';
import { externalIdOf, type Mailbox, type Parsed } from './parse.ts';
import { noteCircle, noteTopic, placed } from './remembered.ts';
import { othersOf } from './sender.ts';
import { broken, messageIdOf, tooLarge } from './unread.ts';

/** What a reading needs beside the connection. `firstDays`: how old unread mail may be at the first start. `tries` counts failures by UID over readings; mails above `largestMail` bytes stay on the server. */
export type Reading = { inbox: Inbox; mailbox: Mailbox; firstDays: number; tries: Map<number, number>; triesBeforeQuarantine: number; largestMail: number; now(): Date };

/** Resolves once the mail is safe. */
export async function store(source: Buffer, uid: number, size: number, reading: Reading): Promise<void> {
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
  const { mailbox, largestMail } = reading;
  let parsed: Parsed | null;
  if (size > largestMail) {
    await quarantine(source, new Error(`the mail is too large: ${Math.ceil(size / 1024 / 1024)} MB of at most ${largestMail / 1024 / 1024} MB; this is its header, the rest stays on the mail server`), reading);
    parsed = await tooLarge(source, size, mailbox);
  } else {
    try {
      parsed = await parseApart(source, mailbox);
    } catch (cause) {
      await quarantine(source, cause, reading);
      parsed = await broken(source, mailbox);
    }
  }
  if (!parsed || parsed.own) return;
  await accept(parsed, reading);
}

/** Stores a mail that could be read, with what is known beside it. */
async function accept({ inbound, hints, receipt }: Extract<Parsed, { own: false }>, { inbox, mailbox, now }: Reading): Promise<void> {
  const message = await placed(inbound, hints, inbox, now());
  await noteCircle(message, hints, mailbox, inbox);
  await inbox.receive(message);
  if (receipt) await inbox.receipt(receipt);
  const facts = message.content.email;
  if (!facts || facts.automatic) return;
  const thread = (message.related ?? []).find((key) => /^m[0-9a-f]{24}$/.test(key)) ?? message.thread;
  // Only a fall-back: nobody waits for it, and without it a mail begins a thread of its own.
  noteTopic(facts.subject, message.from.value, othersOf(facts.to, facts.cc, message.from.value, mailbox.address), thread, inbox, now()).catch((cause: unknown) => inbox.log.warn({ reason: String(cause) }, 'a subject was not noted'));
}

/** Keeps bytes for a person to look at. */
export async function quarantine(source: Buffer, cause: unknown, { inbox }: Reading): Promise<void> {
  const reason = cause instanceof Error ? cause.message.slice(0, 500) : 'the mail could not be read';
  await inbox.quarantine({ externalId: externalIdOf(source, messageIdOf(source)), bytes: source, reason });
  inbox.log.warn({ reason, bytes: source.length }, 'a mail went to quarantine');
}
