/** Documents are read in a thread of their own: whatever one is built to do, it ends in time and does not stop the hub. */
import { Worker } from 'node:worker_threads';
import { z } from 'zod';
import type { Split } from '../schema.ts';
import { bomb, Trouble } from '../trouble.ts';
import type { Task } from './read.ts';

const text = z.string();
const Piece = z.object({ headings: z.array(text), question: text.optional(), text });
const Answer = z.union([z.object({ found: z.object({ title: text, pieces: z.array(Piece) }) }), z.object({ words: z.object({ 'zh-CN': text, en: text }).nullable(), said: text })]);

/** Readers of PDFs unpack outside the heap that resourceLimits counts. */
const mostMemory = 1_024 * 1024 * 1024;
const lookMs = 200;

export type Reader = { read(task: Task): Promise<Split>; stop(): Promise<void> };

/** One thread, started at the first document; ended when a document took too long, and when nothing came for a while. One document at a time. */
export function readingThread({ patience = 60_000, idle = 30_000 } = {}): Reader {
  let worker: Worker | null = null;
  let quiet: NodeJS.Timeout | undefined;
  let last: Promise<unknown> = Promise.resolve();

  const end = async () => {
    const ending = worker;
    worker = null;
    await ending?.terminate();
  };

  function thread(): Worker {
    if (worker) return worker;
    const started = new Worker(new URL('./read-worker.ts', import.meta.url), { resourceLimits: { maxOldGenerationSizeMb: 768 } });
    const gone = () => { if (worker === started) worker = null; };
    worker = started.on('error', gone).on('exit', gone);
    return started;
  }

  async function answerOf(task: Task): Promise<unknown> {
    const running = thread();
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const before = process.memoryUsage.rss();
    const timer = setTimeout(() => reject(new Trouble(`读取超过 ${patience / 1000} 秒，已停止：请拆分或简化文件。`, `Reading it took more than ${patience / 1000} seconds and was stopped: split or simplify the file.`)), patience);
    const look = setInterval(() => { if (process.memoryUsage.rss() - before > mostMemory) reject(bomb()); }, lookMs);
    const died = (error?: unknown) => reject(error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? bomb() : new Trouble('读取时出错，已停止：请用原软件重新保存后再试。', 'Reading it failed and was stopped: save it again with its own program.', { cause: error }));
    running.once('message', resolve).once('error', died).once('exit', died);
    running.postMessage(task, []);
    try {
      return await promise;
    } catch (error) {
      await end();
      throw error;
    } finally {
      clearTimeout(timer);
      clearInterval(look);
      running.off('message', resolve).off('error', died).off('exit', died);
    }
  }

  async function one(task: Task): Promise<Split> {
    clearTimeout(quiet);
    const answer = Answer.parse(await answerOf(task).finally(() => { quiet = setTimeout(() => void end(), idle).unref(); }));
    if ('found' in answer) return answer.found;
    if (answer.words) throw new Trouble(answer.words['zh-CN'], answer.words.en);
    throw new Trouble(`文件无法读取（${answer.said}）：请用原软件重新保存后再试。`, `The file cannot be read (${answer.said}): save it again with its own program.`);
  }

  return {
    read(task) {
      const run = last.then(() => one(task));
      last = run.catch(() => undefined);
      return run;
    },
    async stop() {
      clearTimeout(quiet);
      await end();
    },
  };
}
