/** The program that plays the platforms: a process of its own, started again when it ends, gone when we are. It can take nothing down with it. */
import { fork, type ChildProcess } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from 'pino';
import { Report, type Received, type Wish } from './schema.ts';

export type Program = {
  /** Rejects when the program refuses, or ends before it has answered. */
  ask(wish: Wish): Promise<Record<string, unknown> | undefined>;
  /** For tests: whom to kill. */
  pid(): number | undefined;
  stop(): Promise<void>;
};
type Options = {
  file: string;
  log: Pick<Logger, 'warn' | 'info'>;
  /** It was started again: the new process knows nothing. */
  again(): void;
  received(message: Received): void;
};

const ladder = [200, 1_000, 5_000, 15_000, 60_000];
/** Whoever ran so long does not die of how it starts. */
const healthyMs = 60_000;
const answerMs = 60_000;
const lastWords = 2_000;

/** Starts it, and goes on starting it. */
export function startProgram({ file, log, again, received }: Options): Program {
  const waiting = new Map<number, { resolve(config: Record<string, unknown> | undefined): void; reject(error: Error): void; timer: NodeJS.Timeout }>();
  let child: ChildProcess | undefined;
  let stopped = false;
  let ids = 0;
  let deaths = 0;
  let timer: NodeJS.Timeout | undefined;

  function settle(id: number, done: { config?: Record<string, unknown> | undefined } | Error): void {
    const one = waiting.get(id);
    if (!one) return;
    waiting.delete(id);
    clearTimeout(one.timer);
    if (done instanceof Error) one.reject(done);
    else one.resolve(done.config);
  }

  function hear(raw: unknown): void {
    const { data } = Report.safeParse(raw);
    if (data?.report === 'received') received(data.message);
    else if (data?.report === 'failed') settle(data.id, new Error(data.reason));
    else if (data) settle(data.id, { config: data.config });
  }

  function start(): void {
    if (stopped) return;
    const mine = fork(file, [], { env: {}, execArgv: [], serialization: 'advanced', stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
    const startedAt = performance.now();
    let words = '';
    child = mine;
    mine.stderr?.on('data', (part) => { words = `${words}${String(part)}`.slice(-lastWords); });
    mine.on('message', hear);
    mine.on('error', () => undefined);
    mine.once('exit', (code, signal) => {
      if (child !== mine) return;
      child = undefined;
      for (const id of waiting.keys()) settle(id, new Error('the program of the simulated platforms ended'));
      if (stopped) return;
      if (performance.now() - startedAt > healthyMs) deaths = 0;
      const againInMs = ladder[Math.min(deaths, ladder.length - 1)] ?? 0;
      deaths += 1;
      log.warn({ code, signal, againInMs, ...(words && { words }) }, 'the simulated platforms of the demo ended; they are started again');
      timer = setTimeout(() => { start(); again(); }, againInMs);
    });
  }

  start();
  return {
    ask(wish) {
      const to = child;
      if (!to) return Promise.reject(new Error('the program of the simulated platforms is being started'));
      const id = ids += 1;
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve, reject, timer: setTimeout(() => settle(id, new Error(`the simulated platforms gave no answer within ${answerMs / 1_000} s`)), answerMs) });
        to.send({ ...wish, id }, (error) => { if (error) settle(id, error); });
      });
    },
    pid: () => child?.pid,
    async stop() {
      stopped = true;
      clearTimeout(timer);
      const last = child;
      if (!last || last.exitCode !== null || last.signalCode !== null) return;
      const gone = new Promise<void>((done) => { last.once('exit', () => done()); });
      // Its end of the line closes, and it goes by itself; else it is made to.
      if (last.connected) last.disconnect();
      await Promise.race([gone, pause(1_000, undefined, { ref: false }).then(() => last.kill('SIGKILL'))]);
      await gone;
    },
  };
}
