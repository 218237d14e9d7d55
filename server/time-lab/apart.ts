/** Work in a thread of its own: whatever it costs, the hub goes on, and whatever becomes of the thread, the work ends with a word. */
import { Worker } from 'node:worker_threads';
import { z } from 'zod';
import type { Words } from '../conversations/schema.ts';

/** What went wrong, in words for people. */
export class Stopped extends Error {
  readonly words: Exclude<Words, string>;
  constructor(zh: string, en: string, options?: ErrorOptions) {
    super(en, options);
    this.words = { 'zh-CN': zh, en };
  }
}

const Said = z.union([z.object({ done: z.number() }), z.object({ failed: z.string() }), z.object({ result: z.custom<object>((value) => typeof value === 'object' && value !== null) })]);

/**
 * Starts the thread, tells it all there is to tell, and waits for its result. Rejects with Stopped when it dies, when it is silent for
 * `patienceMs` after the last message, and when `signal` says so; the thread is gone then.
 */
export async function apart(url: URL, messages: AsyncIterable<unknown>, { progress, signal, patienceMs = 60_000, memoryMb = 1_024 }: { progress(done: number): void; signal: AbortSignal; patienceMs?: number; memoryMb?: number }): Promise<unknown> {
  const worker = new Worker(url, { resourceLimits: { maxOldGenerationSizeMb: memoryMb } });
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  // Whoever waits below hears of it; a death while we still read must not go unheard before.
  promise.catch(() => undefined);
  let patience: NodeJS.Timeout | undefined;
  const silent = () => reject(new Stopped(`计算线程 ${patienceMs / 1000} 秒没有响应，已停止：请缩短时段后重试。`, `The thread gave no sign for ${patienceMs / 1000} seconds and was stopped: try a shorter time.`));
  const heard = () => {
    clearTimeout(patience);
    patience = setTimeout(silent, patienceMs);
  };
  const ended = () => reject(new Stopped('计算被中止：服务器正在停止。', 'Stopped: the server is going down.'));
  signal.addEventListener('abort', ended);
  worker.on('message', (message: unknown) => {
    heard();
    const { data: said } = Said.safeParse(message);
    if (!said) reject(new Stopped('计算线程的答复无法理解。', 'The thread said something that makes no sense.'));
    else if ('done' in said) progress(said.done);
    else if ('failed' in said) reject(new Stopped(`计算出错（${said.failed}）。`, `It failed (${said.failed}).`));
    else resolve(said.result);
  });
  worker.on('error', (error) => reject('code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY'
    ? new Stopped('数据太多，内存不足，已停止：请缩短时段后重试。', 'It took more memory than it may have and was stopped: try a shorter time.', { cause: error })
    : new Stopped(`计算线程出错（${error instanceof Error ? error.message.slice(0, 200) : ''}）。`, `The thread failed (${error instanceof Error ? error.message.slice(0, 200) : ''}).`, { cause: error })));
  worker.on('exit', () => reject(new Stopped('计算线程意外终止，请重试。', 'The thread ended before its work was done. Run it again.')));
  let over = false;
  try {
    if (signal.aborted) ended();
    const telling = (async () => {
      for await (const message of messages) {
        if (over) return;
        worker.postMessage(message, []);
        heard();
      }
    })();
    // A thread that died is no reason to read on.
    await Promise.race([telling, promise]);
    await telling;
    return await promise;
  } finally {
    over = true;
    clearTimeout(patience);
    signal.removeEventListener('abort', ended);
    await worker.terminate();
  }
}
