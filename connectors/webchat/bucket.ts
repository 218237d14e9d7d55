/** A token bucket as data: how often somebody may do something. Pure. */

/** `burst` at once, then one every `refillMs`. */
export type Pace = { burst: number; refillMs: number };
export type Bucket = { left: number; at: number };

/** Takes one; `waitMs` > 0 says when to come back, and nothing was taken. */
export function take(bucket: Bucket | undefined, pace: Pace, now: number): { bucket: Bucket; waitMs: number } {
  const left = Math.min(pace.burst, bucket ? bucket.left + Math.max(0, now - bucket.at) / pace.refillMs : pace.burst);
  if (left < 1) return { bucket: { left, at: now }, waitMs: Math.ceil((1 - left) * pace.refillMs) };
  return { bucket: { left: left - 1, at: now }, waitMs: 0 };
}

/** A full bucket tells nothing and may be forgotten. */
export function full(bucket: Bucket, pace: Pace, now: number): boolean {
  return bucket.left + (now - bucket.at) / pace.refillMs >= pace.burst;
}
