/** Keeps the process of wechaty running: started again when it ends or falls silent, left alone when that does not help. */
import { fork, type ChildProcess } from 'node:child_process';
import { type Call, type Failure, type Order, Report, type Target } from './protocol.ts';

/** Times of the ladder, the breaker and the patience, in milliseconds; tests are impatient. */
export type Pace = { /** A child that is being loaded is silent for longer than one that runs. */ startMs: number; silenceMs: number; restarts: number; withinMs: number; restMs: number; callMs: number; fileMs: number; ladder: number[]; pulseMs: number; /** Rest after WeChat said "too often". */ limitedMs: number };
/** As shipped. */
export const steady: Pace = { startMs: 60_000, silenceMs: 15_000, restarts: 5, withinMs: 60_000, restMs: 300_000, callMs: 30_000, fileMs: 120_000, ladder: [100, 1_000, 2_000, 5_000, 15_000], pulseMs: 20_000, limitedMs: 60_000 };

/** A call that failed. `left`: it may have been carried out all the same. */
export class CallError extends Error {
  readonly code: number | undefined;
  readonly left: boolean;
  constructor({ message, code, left }: Failure) {
    super(message);
    this.code = code ?? undefined;
    this.left = left;
  }
}

/** What the supervisor itself has to say. */
export type Ending = { kind: 'ended'; reason: string; againInMs: number } | { kind: 'resting'; reason: string; againInMs: number };

export type Supervisor = {
  call(call: Call): Promise<unknown>;
  /** Of the running child; for tests and the channel's page. */
  pid(): number | undefined;
  /** Ends a rest, or the running child. */
  again(): void;
  stop(): Promise<void>;
};

/** Starts the process and goes on starting it. */
export function supervise(target: Omit<Target, 'pulseMs'>, hear: (report: Report) => void, tell: (ending: Ending) => void, pace: Pace = steady): Supervisor {
  let child: ChildProcess | undefined;
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let silence: NodeJS.Timeout | undefined;
  let ids = 0;
  let deaths: number[] = [];
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void; timer: NodeJS.Timeout }>();

  const order = (to: ChildProcess, what: Order): void => void to.send(what, (error) => {
    if (error && what.type === 'call') settle(what.id, { message: 'the process of wechaty ended', left: true });
  });
  function settle(id: number, failure: Failure | undefined, value?: unknown): void {
    const call = waiting.get(id);
    if (!call) return;
    waiting.delete(id);
    clearTimeout(call.timer);
    if (failure) call.reject(new CallError(failure));
    else call.resolve(value);
  }

  function start(): void {
    if (stopped) return;
    // Without our environment: variables of wechaty, grpc and proxies must not choose another way.
    const mine = fork(new URL('./child.ts', import.meta.url), { env: {}, execArgv: [], serialization: 'advanced', stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
    child = mine;
    const listen = (limit = pace.silenceMs): void => {
      clearTimeout(silence);
      silence = setTimeout(() => mine.kill('SIGKILL'), limit);
    };
    listen(pace.startMs);
    mine.on('message', (raw) => {
      if (mine !== child) return;
      listen();
      const report = Report.safeParse(raw);
      if (!report.success) return hear({ type: 'trouble', message: `the process of wechaty said something unknown: ${report.error.issues[0]?.message}` });
      if (report.data.type === 'answer') settle(report.data.id, report.data.failure, report.data.value);
      else hear(report.data);
    });
    mine.on('error', () => undefined);
    mine.once('exit', (code, signal) => ended(mine, signal ? `it was ended by ${signal}` : `it ended with code ${code}`));
    order(mine, { type: 'connect', target: { ...target, pulseMs: pace.pulseMs } });
  }

  function ended(which: ChildProcess, reason: string): void {
    if (which !== child) return;
    child = undefined;
    clearTimeout(silence);
    for (const id of waiting.keys()) settle(id, { message: 'the process of wechaty ended', left: true });
    if (stopped) return;
    const now = Date.now();
    deaths = [...deaths.filter((at) => now - at < pace.withinMs), now];
    const resting = deaths.length >= pace.restarts;
    const againInMs = resting ? pace.restMs : pace.ladder[Math.min(deaths.length, pace.ladder.length) - 1] ?? 1_000;
    if (resting) deaths = [];
    timer = setTimeout(start, againInMs);
    tell({ kind: resting ? 'resting' : 'ended', reason, againInMs });
  }

  start();
  return {
    call(call) {
      const to = child;
      if (!to) return Promise.reject(new CallError({ message: 'the process of wechaty is being started', left: false }));
      const id = ids += 1;
      const slow = call.do === 'send-file' || call.do === 'file';
      return new Promise((resolve, reject) => {
        const limit = slow ? pace.fileMs : pace.callMs;
        waiting.set(id, { resolve, reject, timer: setTimeout(() => settle(id, { message: `no answer within ${limit / 1_000} s`, left: true }), limit) });
        order(to, { type: 'call', id, call });
      });
    },
    pid: () => child?.pid,
    again() {
      deaths = [];
      if (child) return void child.kill('SIGKILL');
      clearTimeout(timer);
      start();
    },
    async stop() {
      stopped = true;
      clearTimeout(timer);
      const last = child;
      if (!last || last.exitCode !== null || last.signalCode !== null) return;
      const gone = new Promise((resolve) => last.once('exit', resolve));
      last.kill('SIGKILL');
      await gone;
    },
  };
}
