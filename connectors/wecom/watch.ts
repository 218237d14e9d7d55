/** Keeps all accounts fetched: at once when a callback says so, by the clock when none does, and again after a failure. */
import { ConnectorError, wordsOf } from '../connector.ts';
import type { Health, Inbox, Words } from '../connector.ts';
import type { Wecom } from './api.ts';
import { accountPull } from './pull.ts';
import type { AccountPull } from './pull.ts';
import type { Taker } from './take.ts';

export type Watch = {
  start(): void;
  stop(): Promise<void>;
  /** A callback; without an account all are asked. */
  notice(account: string | undefined, eventToken: string | undefined): void;
  /** Fetches what there is; what was fetched before is fetched again when it is asked for. Returns up to when all is here. */
  reconcile(since: Date): Promise<Date>;
  forgetGaps(): Promise<void>;
  accounts(): { id: string; last: number }[];
};

type Options = {
  /** The only account, where one is set. */
  only: string | undefined;
  pollMs: number;
  retryMs: number;
  api: Wecom;
  inbox: Inbox;
  take: Taker;
  now: () => number;
  report(health: Health): void;
  callbackAt(): number | undefined;
};

/** The accounts of a company change seldom. */
const listMs = 3_600_000;
const longestPauseMs = 60_000;
/** Somebody who asks about a time so long past does not trust the cursor. */
const distrustMs = 3_600_000;
/** Messages that only the clock has found, one time after another: callbacks do not come through. */
const unannounced = 3;

type Watched = { pull: AccountPull; failures: number; pages: number; retry: NodeJS.Timeout | undefined; problem: ConnectorError | undefined; gap: Words | undefined; silent: number };

/** Watches the accounts of one channel. */
export function watchOver({ only, pollMs, retryMs, api, inbox, take, now, report, callbackAt }: Options): Watch {
  const watched = new Map<string, Watched>();
  let listedAt = 0;
  let listProblem: ConnectorError | undefined;
  let listing: Promise<void> | undefined;
  let ticking: NodeJS.Timeout | undefined;
  let listRetry: NodeJS.Timeout | undefined;
  let listFailures = 0;
  let stopped = false;

  function watch(id: string): Watched {
    const known = watched.get(id);
    if (known) return known;
    const fresh: Watched = { pull: accountPull(id, api, inbox, take, now), failures: 0, pages: 0, retry: undefined, problem: undefined, gap: undefined, silent: 0 };
    watched.set(id, fresh);
    return fresh;
  }

  const asProblem = (error: unknown): ConnectorError => (error instanceof ConnectorError ? error : new ConnectorError('unreachable', wordsOf(error), { cause: error }));
  const pauseFor = (failures: number, problem: ConnectorError): number => Math.max(Math.min(retryMs * 2 ** Math.min(failures - 1, 16), longestPauseMs) * (0.8 + Math.random() * 0.4), problem.retryAfterMs ?? 0);

  function tell(): void {
    const all = [...watched.values()];
    const problem = listProblem ?? all.find((one) => one.problem)?.problem;
    const gap = all.find((one) => one.gap)?.gap;
    if (problem && (problem.kind === 'signed-out' || problem.kind === 'rejected')) report({ state: 'down', detail: { message: problem.words } });
    else if (problem) report({ state: 'degraded', detail: { message: problem.words } });
    else if (gap) report({ state: 'degraded', detail: { message: gap } });
    else if (all.some((one) => one.silent >= unannounced)) report({ state: 'degraded', detail: { message: { 'zh-CN': `回调没有到达，消息最多迟到 ${pollMs / 1_000} 秒：请检查回调配置。`, en: `Callbacks do not come through, so messages are up to ${pollMs / 1_000} seconds late: check the callback settings.` } } });
    else if (all.length > 0 && all.every((one) => one.pull.last() > 0)) report({ state: 'ready' });
    else if (all.length === 0 && listedAt > 0) report({ state: 'degraded', detail: { message: { 'zh-CN': '没有客服账号。', en: 'There is no customer service account.' } } });
  }

  /** Fetches now; a failure is tried again, longer and longer apart. */
  async function fetchNow(one: Watched, byClock: boolean): Promise<number | undefined> {
    clearTimeout(one.retry);
    one.retry = undefined;
    try {
      const first = one.pull.last() === 0;
      const { messages, until } = await one.pull.pull();
      one.failures = 0;
      one.problem = undefined;
      if ((callbackAt() ?? 0) > now() - 2 * pollMs) one.silent = 0;
      else if (byClock && !first && messages > 0) one.silent += 1;
      const gap = await one.pull.gap();
      one.gap = gap ? lostBetween(one.pull.id, gap.from, gap.until) : undefined;
      tell();
      return until;
    } catch (error) {
      if (stopped || inbox.stopping.aborted) return undefined;
      one.problem = asProblem(error);
      // A long way with stumbles is not a way that is closed.
      one.failures = one.pull.pages() > one.pages ? 1 : one.failures + 1;
      one.pages = one.pull.pages();
      inbox.log.warn({ account: one.pull.id, reason: one.problem.message, failures: one.failures }, 'fetching failed; it will be tried again');
      // One failure that heals at once is nobody's business.
      if (one.failures > 2 || one.problem.kind === 'signed-out' || one.pull.last() === 0) tell();
      one.retry ??= setTimeout(() => void fetchNow(one, byClock), pauseFor(one.failures, one.problem));
      return undefined;
    }
  }

  async function list(): Promise<void> {
    if (only) { watch(only); listedAt = now(); return; }
    const accounts = await api.accounts();
    listedAt = now();
    for (const { id } of accounts) watch(id);
    // An account that was deleted is asked no more.
    for (const [id, one] of watched) {
      if (accounts.some((account) => account.id === id) || one.pull.last() > now() - listMs) continue;
      clearTimeout(one.retry);
      watched.delete(id);
    }
  }

  function listNow(): Promise<void> {
    clearTimeout(listRetry);
    listRetry = undefined;
    listing ??= list().then(() => {
      listProblem = undefined;
      listFailures = 0;
    }, (error: unknown) => {
      if (stopped || inbox.stopping.aborted) return;
      listFailures += 1;
      listProblem = asProblem(error);
      listRetry = setTimeout(() => void listNow().then(tick), pauseFor(listFailures, listProblem));
    }).then(() => { if (!stopped) tell(); }).finally(() => { listing = undefined; });
    return listing;
  }

  /** Whoever was not fetched for a while is fetched. */
  function tick(): void {
    if (stopped) return;
    if (!listRetry && now() - listedAt > listMs) void listNow();
    for (const one of watched.values()) if (!one.retry && now() - one.pull.last() >= pollMs * 0.9) void fetchNow(one, true);
  }

  return {
    start() {
      void listNow().then(tick);
      ticking = setInterval(tick, pollMs);
    },
    async stop() {
      stopped = true;
      clearInterval(ticking);
      clearTimeout(listRetry);
      for (const one of watched.values()) clearTimeout(one.retry);
    },
    notice(account, eventToken) {
      if (stopped || (only && account && account !== only)) return;
      const called = account ? [watch(account)] : [...watched.values()];
      for (const one of called) {
        if (eventToken) one.pull.token(eventToken);
        void fetchNow(one, false);
      }
      tell();
    },
    async reconcile(since) {
      if (watched.size === 0) await listNow();
      if (listProblem) throw listProblem;
      const ends = await Promise.all([...watched.values()].map(async (one) => {
        if (one.pull.last() > 0 && since.getTime() < one.pull.last() - distrustMs) await one.pull.again(since.getTime());
        const until = await fetchNow(one, true);
        if (until === undefined) throw one.problem ?? new ConnectorError('unreachable', { 'zh-CN': '渠道正在停止', en: 'the channel is being stopped' });
        return until;
      }));
      return new Date(Math.min(now(), ...ends));
    },
    async forgetGaps() {
      for (const one of watched.values()) {
        await one.pull.forgetGap();
        one.gap = undefined;
      }
      tell();
    },
    accounts: () => [...watched.values()].map(({ pull }) => ({ id: pull.id, last: pull.last() })),
  };
}

const day = (time: number): string => new Date(time).toISOString().slice(0, 16).replace('T', ' ');
const lostBetween = (account: string, from: number, until: number): Words => ({
  'zh-CN': `${account}：${day(from)} 至 ${day(until)} 的消息可能已丢失（停机超过 3 天）。`,
  en: `${account}: messages between ${day(from)} and ${day(until)} may be lost: we were away for longer than WeCom keeps them.`,
});
