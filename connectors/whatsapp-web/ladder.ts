/** When a session that broke is started again, and when that stops. Pure: time comes in. */

export type LadderRules = {
  /** Waits before the first, second ... restart; the last one repeats. */
  backOffMs: readonly number[];
  /** More failures than this within `withinMs` open the breaker. */
  failures: number;
  withinMs: number;
  /** From this failure on the browser's caches are thrown away first. */
  cleanFrom: number;
};

/** Times of the failures that count still. */
export type Ladder = readonly number[];

/** What follows a failure. `open`: no restart until a person asks for one. */
export type Rung = { kind: 'restart'; inMs: number; clean: boolean } | { kind: 'open' };

/** The next rung after a failure at `now`. */
export function afterFailure(ladder: Ladder, now: number, rules: LadderRules): { ladder: Ladder; rung: Rung } {
  const recent = [...ladder.filter((at) => now - at < rules.withinMs), now];
  if (recent.length > rules.failures) return { ladder: recent, rung: { kind: 'open' } };
  const inMs = rules.backOffMs[Math.min(recent.length, rules.backOffMs.length) - 1] ?? 0;
  return { ladder: recent, rung: { kind: 'restart', inMs, clean: recent.length >= rules.cleanFrom } };
}

export type WatchRules = {
  /** A start may take so long until a code is shown, the phone is signed in or the session is ready. */
  startMs: number;
  /** Health checks without an answer that are forgiven. */
  misses: number;
  /** The platform may be away for so long before the session is started anew. */
  awayMs: number;
  /** Codes are offered for so long. */
  codeMs: number;
};

/** What the watchdog knows of a running session. */
export type Watch = {
  phase: 'starting' | 'code' | 'ready';
  /** Since when it is in this phase. */
  since: number;
  /** Health checks in a row without an answer. */
  misses: number;
  /** Since when the platform does not answer the page. */
  awaySince: number | null;
};

/** Null: let it run. */
export function judge(watch: Watch, now: number, rules: WatchRules): 'stuck' | 'silent' | 'away' | 'unwanted' | null {
  if (watch.misses > rules.misses) return 'silent';
  if (watch.phase === 'starting') return now - watch.since > rules.startMs ? 'stuck' : null;
  if (watch.phase === 'code') return now - watch.since > rules.codeMs ? 'unwanted' : null;
  return watch.awaySince !== null && now - watch.awaySince > rules.awayMs ? 'away' : null;
}
