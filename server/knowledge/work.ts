/** Reads what is queued, a few documents at a time. The queue is in the database: what a crash left is taken up again when its lease is over. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Hub } from '../hub.ts';
import type { Reach } from './fetch-address.ts';
import { readDocument, nextRead, Taken } from './read-document.ts';
import { readingThread } from './readers/read-apart.ts';
import type { Claimed } from './store.ts';
import { Trouble } from './trouble.ts';

/** A worker that did not renew for so long has died. */
export const leaseMs = 30_000;
const atOnce = 3;
const idleMs = 500;
const mostAttempts = 3;
const firstRetryMs = 30_000;

/** Begins to work. */
export function startReading(hub: Hub, reach: Reach): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const reader = readingThread();

  async function attempt(claimed: Claimed): Promise<void> {
    const { document, claim, attempts } = claimed;
    const lost = new AbortController();
    const renewing = setInterval(() => {
      hub.store.documents.renew(document.id, claim, new Date(hub.now().getTime() + leaseMs)).then((ours) => { if (!ours) lost.abort(); }, () => undefined);
    }, leaseMs / 5);
    try {
      if (attempts > mostAttempts) throw new Trouble('读取此文档多次中断：请拆分或简化后重新上传。', 'Reading this document broke off several times: split or simplify it and upload it again.');
      const found = await readDocument(hub, claimed, reader, reach, AbortSignal.any([stopping.signal, lost.signal]));
      await hub.store.documents.settle(document.id, claim, { ...found, due: nextRead(document, hub.now()) });
    } catch (error) {
      // What was stopped in the middle keeps its claim: it is given back at once below, or taken up when the lease is over.
      if (error instanceof Taken || lost.signal.aborted) return;
      await (stopping.signal.aborted ? giveBack(claimed) : fail(claimed, error));
    } finally {
      clearInterval(renewing);
    }
  }

  const giveBack = ({ document, claim }: Claimed) => hub.store.documents.settle(document.id, claim, { state: 'queued', due: hub.now() });

  async function fail({ document, claim, attempts }: Claimed, error: unknown): Promise<void> {
    const known = error instanceof Trouble;
    if (!known) hub.log.warn({ err: error, document: document.id }, 'a document could not be read');
    const words = known ? error.words : { 'zh-CN': '内部错误，稍后会自动重试；若仍失败请查看日志。', en: 'An error of ours; it will be tried again. If it stays, look at the log.' };
    const again = (!known || error.again) && attempts < mostAttempts;
    const due = again ? new Date(hub.now().getTime() + firstRetryMs * 4 ** (attempts - 1)) : nextRead(document, hub.now());
    await hub.store.documents.settle(document.id, claim, { state: again ? 'queued' : 'failed', error: words, due });
  }

  async function work(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        const claimed = await hub.store.documents.claim(hub.now(), leaseMs);
        if (claimed) await attempt(claimed);
        else await pause(idleMs, undefined, { signal: stopping.signal }).catch(() => undefined);
      } catch (error) {
        hub.log.warn({ err: error }, 'documents that are due could not be taken up');
        await pause(idleMs * 4, undefined, { signal: stopping.signal }).catch(() => undefined);
      }
    }
  }
  const working = Promise.all(Array.from({ length: atOnce }, work));

  return {
    async stop() {
      stopping.abort();
      await reader.stop();
      await working;
    },
  };
}
