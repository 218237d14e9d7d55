/** The limit of one sender and one recipient, kept before Meta has to say it. Pure, but for the clock that is handed in. */
import { ConnectorError } from '../connector.ts';
import { pair } from './manifest.ts';

const mostRemembered = 10_000;

/** A bucket for each recipient. */
export function pairLimit({ burst, everyMs } = pair) {
  const buckets = new Map<string, { left: number; at: number }>();
  return {
    /** Takes one message out, or throws 'rate-limited' with the time to wait. */
    take(recipient: string, now: number): void {
      const bucket = buckets.get(recipient) ?? { left: burst, at: now };
      const left = Math.min(burst, bucket.left + (now - bucket.at) / everyMs);
      if (left < 1) throw new ConnectorError('rate-limited', 'WhatsApp takes one message in six seconds for one customer after a burst; it is tried again', { retryAfterMs: Math.ceil((1 - left) * everyMs) });
      buckets.delete(recipient);
      buckets.set(recipient, { left: left - 1, at: now });
      const [oldest] = buckets.keys();
      if (buckets.size > mostRemembered && oldest !== undefined) buckets.delete(oldest);
    },
  };
}
