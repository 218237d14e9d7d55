/** Keeps one IMAP session alive: connects, listens, reads, and comes back after every outage. */
import type { ImapFlow } from 'imapflow';
import type { Health, Inbox, Words } from '../connector.ts';
import type { Account } from './account.ts';
import { imapError, newClient, noConnection } from './imap.ts';
import { startLooking } from './look.ts';
import { pull } from './pull.ts';
import { pullSent } from './sent.ts';
import type { Reading } from './take.ts';

/** Waits in milliseconds; a test makes them short. `probe`: for a mail of ours to come back; `probeFurther`: for the second, once the first is here. */
export type Pace = { poll: number; firstWait: number; longestWait: number; refusedWait: number; triesBeforeQuarantine: number; largestMail: number; probe: number; probeFurther: number };

/** Idle notices a mail at once; the poll finds what a deaf connection missed. */
export const usualPace: Pace = { poll: 60_000, firstWait: 1_000, longestWait: 60_000, refusedWait: 60_000, triesBeforeQuarantine: 6, largestMail: 60 * 1024 * 1024, probe: 30_000, probeFurther: 10_000 };

/** A running session. */
export type Session = {
  /** Resolves with true at the first sign-in, with false when the session ends without one. */
  ready: Promise<boolean>;
  /** Runs a command on the live connection; rejects when there is none. */
  use<T>(run: (client: ImapFlow) => Promise<T>): Promise<T>;
  /** A mail went out: its answer may come soon. */
  stir(): void;
  stop(): Promise<void>;
};

const firstDays = { now: 0, day: 1, week: 7, month: 31 } as const;

/** What is needed to read the mailbox of an account. */
export const readingOf = ({ config }: Account, inbox: Inbox, { triesBeforeQuarantine, largestMail }: Pace): Reading =>
  ({ inbox, mailbox: config, firstDays: firstDays[config.startFrom], tries: new Map(), triesBeforeQuarantine, largestMail, now: () => new Date() });

/** Starts the session; it lives until stop. */
export function startSession(account: Account, inbox: Inbox, pace: Pace): Session {
  const { config } = account;
  const first = Promise.withResolvers<boolean>();
  const ending = new AbortController();
  const end = (): void => ending.abort();
  inbox.stopping.addEventListener('abort', end, { once: true });
  if (inbox.stopping.aborted) end();
  const reading = readingOf(account, inbox, pace);
  let live: ImapFlow | null = null;
  let told = '';
  let lastMail = Number.NEGATIVE_INFINITY;
  let looking: ReturnType<typeof startLooking> | null = null;

  /** Each state once: an outage of a day is one piece of news. */
  function health(state: Health['state'], message?: Words): void {
    const text = typeof message === 'object' ? message.en : message;
    if (told === `${state} ${text}`) return;
    told = `${state} ${text}`;
    inbox.health({ state, ...(message !== undefined && { detail: { message } }) });
    if (message !== undefined) inbox.log.warn({ state }, `mailbox: ${text}`);
  }

  async function once(onReady: () => void): Promise<void> {
    const client = await newClient(account);
    const closed = new Promise<void>((resolve) => client.once('close', resolve));
    const close = (): void => client.close();
    ending.signal.addEventListener('abort', close, { once: true });
    try {
      if (ending.signal.aborted) return;
      await client.connect();
      await client.mailboxOpen(config.mailbox, { readOnly: true });
      live = client;
      health('ready');
      first.resolve(true);
      await listen(client, closed, onReady);
    } finally {
      live = null;
      ending.signal.removeEventListener('abort', close);
      client.close();
    }
  }

  /** One reading after another: at the start, at every notice, and by the clock. */
  async function listen(client: ImapFlow, closed: Promise<void>, onReady: () => void): Promise<void> {
    let noticed = Promise.withResolvers<void>();
    let over = false;
    let pulling = false;
    client.on('exists', () => noticed.resolve());
    void closed.then(() => { over = true; noticed.resolve(); });
    let sentDue = true;
    const poll = setInterval(() => { sentDue = true; noticed.resolve(); }, pace.poll);
    const looker = startLooking(client, { lookMs: config.lookMs, lastMail: () => lastMail, busy: () => over || pulling });
    looking = looker;
    let waits = 0;
    try {
      while (!over && !ending.signal.aborted) {
        noticed = Promise.withResolvers<void>();
        try {
          pulling = true;
          if (await pull(client, reading).finally(() => { pulling = false; }) > 0) stir();
          onReady();
          health('ready');
          waits = 0;
        } catch (cause) {
          if (!client.usable || over) throw cause;
          // The connection is fine: a mail could not be stored. It is tried again, sooner than the next notice.
          health('degraded', { 'zh-CN': '新邮件暂时无法保存，稍后重试', en: 'new mail cannot be stored at the moment; it is tried again' });
          await pause(Math.min(pace.longestWait, pace.firstWait * 2 ** waits), closed);
          waits += 1;
          continue;
        }
        if (sentDue && config.readSent) {
          sentDue = false;
          // Another folder was open: what came in the meantime made no sound.
          if (await lookIntoSent(client)) continue;
        }
        await noticed.promise;
      }
    } finally {
      clearInterval(poll);
      looker.stop();
    }
  }

  function stir(): void {
    lastMail = performance.now();
    looking?.stir();
  }

  /** Trouble with this folder must not stop the mail that comes in. */
  async function lookIntoSent(client: ImapFlow): Promise<boolean> {
    let moved = true;
    try {
      moved = await pullSent(client, config.sentMailbox, reading);
    } catch (cause) {
      if (!client.usable) throw cause;
      inbox.log.warn({ reason: imapError(cause).message }, 'the Sent folder could not be read; it is tried again');
    }
    if (moved) await client.mailboxOpen(config.mailbox, { readOnly: true });
    return moved;
  }

  async function supervise(): Promise<void> {
    let failures = 0;
    let renewed = false;
    while (!ending.signal.aborted) {
      try {
        await once(() => { failures = 0; renewed = false; });
        if (!ending.signal.aborted) health('degraded', { 'zh-CN': '邮件服务器断开了连接，正在重新连接', en: 'the mail server closed the connection; connecting again' });
      } catch (cause) {
        if (ending.signal.aborted) return;
        const error = account.explain(imapError(cause));
        // An access token may have ended early: with a fresh one there is a second try before anybody is told.
        if (error.kind === 'signed-out' && account.refused() && !renewed) {
          renewed = true;
          continue;
        }
        health('down', error.words);
        // Knocking on with a wrong password gets accounts locked.
        if (error.kind === 'signed-out') await pause(jitter(pace.refusedWait));
      }
      await pause(jitter(Math.min(pace.longestWait, pace.firstWait * 2 ** failures)));
      failures = Math.min(failures + 1, 20);
    }
  }

  /** Waits, but never longer than the session lives. */
  async function pause(milliseconds: number, orUntil?: Promise<void>): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, milliseconds);
    ending.signal.addEventListener('abort', () => resolve(), { once: true });
    if (ending.signal.aborted) resolve();
    await Promise.race([promise, ...(orUntil ? [orUntil] : [])]);
    clearTimeout(timer);
    resolve();
  }

  const finished = supervise().finally(() => first.resolve(false));
  return {
    ready: first.promise,
    async use(run) {
      const client = live;
      if (!client?.usable) throw noConnection();
      return run(client);
    },
    stir,
    async stop() {
      inbox.stopping.removeEventListener('abort', end);
      end();
      await finished;
    },
  };
}

/** Many mailboxes of one server must not come back in the same second. */
const jitter = (milliseconds: number): number => milliseconds * (0.7 + Math.random() * 0.6);
