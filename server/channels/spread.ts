/** Whom an account makes wait comes back one after another, not all at once: of a thousand, each asks about once. */

/** Whoever comes new may be faster than who waits: nobody waits longer than this for another try. */
const longestMs = 15_000;

/** Answers how long each has to wait, by its place among those of this process who wait for the same account. */
export function spread() {
  const last = new WeakMap<object, number>();
  /** @param waitMs until the account is free again  @param everyMs between two of its sends  @param now of a clock that only goes forward */
  return (account: object, waitMs: number, everyMs: number, now = performance.now()): number => {
    const at = Math.max(now + waitMs, (last.get(account) ?? -Infinity) + everyMs);
    if (at - now > Math.max(waitMs, longestMs)) return Math.max(waitMs, longestMs);
    last.set(account, at);
    return at - now;
  };
}
