/** The deadline of a conversation that counts now, and how far it is, in words. */
import type { Conversation } from '../wire.ts';

type Name = 'first' | 'next' | 'resolution';
export type Due = { clock: Name; due: number; state: 'running' | 'warned' | 'breached' };

/** The earliest that runs; null: nothing is due. The time says it before the server does. */
export function dueOf({ sla }: Pick<Conversation, 'sla'>, now: number): Due | null {
  if (!sla) return null;
  const clocks = (['first', 'next', 'resolution'] as const).flatMap((name) => {
    const clock = sla[name];
    if (!clock || clock.paused) return [];
    const due = Date.parse(clock.due);
    const warned = clock.state !== 'running' || (clock.warn !== null && Date.parse(clock.warn) <= now);
    return [{ clock: name, due, state: due <= now || clock.state === 'breached' ? 'breached' as const : warned ? 'warned' as const : 'running' as const }];
  });
  return clocks.sort((a, b) => a.due - b.due)[0] ?? null;
}

const units = [['day', 86_400_000], ['hour', 3_600_000], ['minute', 60_000]] as const;

/** So much time in at most two units: "1 h 20 min", or in full words for those who listen. */
export function span(ms: number, locale: string, display: 'narrow' | 'long' = 'narrow'): string {
  const whole = Math.max(60_000, Math.abs(ms));
  let left = Math.floor(whole / 60_000) * 60_000;
  const parts: string[] = [];
  for (const [unit, size] of units) {
    const count = Math.floor(left / size);
    if (count > 0 && parts.length < 2) { parts.push(new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: display }).format(count)); left -= count * size; } else if (parts.length > 0) break;
  }
  return parts.join(' ');
}

/** What is due first; what has no deadline comes after. */
export function dueFirst(a: Conversation, b: Conversation): number {
  return (a.sla?.dueAt ?? '9').localeCompare(b.sla?.dueAt ?? '9') || a.id.localeCompare(b.id);
}
