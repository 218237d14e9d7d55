/** When a channel counts as down, and when as there again. Pure. */
import type { Words } from '../../conversations/schema.ts';
import type { Canary } from '../schema.ts';

/** What a probe, or a send, showed. `limited`: the platform answered, but takes nothing just now. */
export type Finding = { ok: true; ms?: number; probed?: true } | { ok: false; reason: Words; probed?: true } | { limited: true };

/** So many failures in a row make it down; one success ends it. */
const failuresUntilDown = 2;

/**
 * The canary after a finding. Failures that come together are one: a burst of sends that breaks off says no more than its first.
 * @param apartMs how far apart two failures must be to count as two
 */
export function step(before: Canary | null, channelId: string, finding: Finding, at: Date, apartMs: number): Canary {
  const was: Canary = before ?? { channelId, state: 'up', since: at, failures: 0, proven: false, version: 0 };
  const { failingSince, failedAt, reason, ...kept } = was;
  const next = { ...kept, version: was.version + 1 };
  const failing = { ...next, ...(failingSince ? { failingSince } : {}), ...(failedAt ? { failedAt } : {}), ...(reason ? { reason } : {}) };
  if ('limited' in finding) return { ...failing, probedAt: at };
  const probe = finding.probed ? { probedAt: at } : {};
  if (finding.ok) return { ...next, ...probe, state: 'up', since: was.state === 'up' ? was.since : at, failures: 0, proven: true, ...(finding.ms === undefined ? {} : { roundTripMs: finding.ms }) };
  // A clock that was set back must not glue failures together for as long as it was wrong.
  const counts = !failedAt || was.failures === 0 || at.getTime() - failedAt.getTime() >= apartMs || at < failedAt;
  const failures = was.failures + (counts ? 1 : 0);
  const since = failingSince && failingSince < at ? failingSince : at;
  const down = was.state === 'down' || failures >= failuresUntilDown;
  return { ...failing, ...probe, failures, failingSince: since, ...(counts ? { failedAt: at } : {}), reason: finding.reason, state: down ? 'down' : 'up', since: down && was.state === 'up' ? since : was.since };
}

/** Milliseconds until the next probe: spread, and sooner when the last one failed, so that two failures fit into two periods. */
export function nextProbeMs(everyMs: number, failures: number, random: number): number {
  if (failures === 1) return everyMs / 4;
  return everyMs * (0.9 + 0.2 * random);
}

/** How long one probe may take. */
export const patienceMs = (everyMs: number): number => Math.min(everyMs / 4, 20_000);

/** How far apart two failures are two. */
export const apartMs = (everyMs: number): number => everyMs / 8;
