/** What a probe shows, and what a send that failed. */
import { ConnectorError, wordsOf } from '../../connectors/connector.ts';
import type { RunningChannel } from '../channels/running.ts';
import type { Finding } from './rules/canary.ts';

const silence = { 'zh-CN': '平台没有按时回答探测', en: 'The platform did not answer the probe in time' };

/** One look, which ends in time whatever the platform does. */
export async function look(connector: RunningChannel['connector'], patience: number): Promise<Finding> {
  const started = performance.now();
  const { promise: late, resolve } = Promise.withResolvers<Finding>();
  const timer = setTimeout(() => resolve({ ok: false, reason: silence, probed: true }), patience);
  const asked = async (): Promise<Finding> => {
    try {
      await connector.probe?.();
      return { ok: true, ms: Math.round(performance.now() - started), probed: true };
    } catch (error) {
      if (error instanceof ConnectorError && error.kind === 'rate-limited') return { limited: true };
      return { ok: false, reason: wordsOf(error), probed: true };
    }
  };
  return Promise.race([asked(), late]).finally(() => clearTimeout(timer));
}

/** What a failed send says about its channel; null: nothing, it was about the message. */
export function findingOf(error: unknown): Finding | null {
  if (!(error instanceof ConnectorError) || error.kind === 'rejected') return null;
  return error.kind === 'rate-limited' ? { limited: true } : { ok: false, reason: wordsOf(error) };
}
