import type { Head } from '../schema.ts';
import type { Fact } from './apply.ts';
import { ringing } from './clock.ts';

/** The fact that has come due by now, if any; ask again after it is applied. */
export function due(head: Head, now: Date): Fact | null {
  if (head.offer && head.offer.until <= now) return { kind: 'missed', agentId: head.offer.agentId };
  if (head.status === 'snoozed' && head.snoozedUntil && head.snoozedUntil <= now) return { kind: 'woken', actor: { kind: 'system', id: 'snooze' } };
  const rings = ringing(head, now);
  return rings && { kind: 'rang', ...rings };
}

/** Whether the customer has been silent after the bot's answer for as long as was set. What follows is judged, not given. */
export const isSilent = (head: Head, now: Date): boolean => head.handler === 'bot' && head.status === 'open' && Boolean(head.closesAt && head.closesAt <= now);
