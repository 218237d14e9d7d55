/** Which sentence tells an entry: a message key and its values. */
import { wordsIn } from '../../ui/words-in.ts';
import type { Locale, TimelineEntry } from '../wire.ts';

type Lookup = {
  person: (id: string) => string; queue: (id: string) => string; time: (at: string) => string; priority: (level: number) => string; labels: (list: string[]) => string; locale: Locale;
};

/** What a platform told of the customer, in its own words where it has them in this language. */
function eventWords(entry: TimelineEntry, locale: Locale): { key: string; values: Record<string, string> } {
  const receipt = entry.receipt ?? {};
  if (receipt['event'] === 'consent') return { key: receipt['granted'] === true ? 'activity.optedIn' : 'activity.optedOut', values: { words: entry.content?.text ?? '' } };
  if (receipt['event'] === 'moved') return { key: 'activity.moved', values: { from: String(receipt['from'] ?? ''), to: String(receipt['to'] ?? '') } };
  if (receipt['rule'] === 'sla') return { key: 'activity.deadline', values: { text: wordsIn(entry.content?.event?.text, locale) } };
  return { key: 'activity.event', values: { text: wordsIn(entry.content?.event?.text, locale) || (entry.content?.text ?? String(receipt['event'] ?? '')) } };
}

/** A routing rule chose the queue, unless it left it to the bot. */
function byRule(routed: unknown, queue: string): { key: string; values: Record<string, string> } {
  const { rule, version, kept } = Object.assign({ rule: '', version: '', kept: [''] }, routed);
  return kept.includes('queue') ? { key: 'activity.queued', values: { queue } } : { key: 'activity.queuedByRule', values: { queue, rule: String(rule), version: String(version) } };
}

/** The sentence of an activity entry. */
export function activityWords(entry: TimelineEntry, look: Lookup): { key: string; values: Record<string, string> } {
  const { changes, actor } = entry;
  const who = actor.kind === 'agent' ? look.person(actor.id) : '';
  const byPerson = actor.kind === 'agent';
  switch (entry.kind) {
    case 'assigned': {
      if (!changes.assigneeId) return { key: byPerson ? 'activity.unassigned' : 'activity.unassignedAuto', values: { who } };
      const to = look.person(changes.assigneeId);
      if (byPerson && changes.assigneeId === actor.id) return { key: 'activity.took', values: { who } };
      return { key: byPerson ? 'activity.assigned' : 'activity.assignedAuto', values: { who, to } };
    }
    case 'queued': {
      const queue = changes.queueId ? look.queue(changes.queueId) : '';
      if (byPerson) return { key: queue === '' ? 'activity.returned' : 'activity.transferred', values: { who, queue } };
      return queue !== '' && entry.receipt?.['routed'] ? byRule(entry.receipt['routed'], queue) : { key: queue === '' ? 'activity.waiting' : 'activity.queued', values: { queue } };
    }
    case 'declined': return { key: 'activity.declined', values: { who } };
    case 'missed': return { key: 'activity.missed', values: {} };
    case 'resolved':
      if (entry.receipt?.['rule'] === 'closing') return { key: 'activity.resolvedClosing', values: { hours: String(entry.receipt['hours'] ?? '') } };
      return { key: byPerson ? 'activity.resolved' : `activity.resolvedBy.${actor.kind === 'program' ? 'system' : actor.kind}`, values: { who } };
    case 'reopened': return { key: byPerson ? 'activity.reopened' : 'activity.reopenedAuto', values: { who } };
    case 'snoozed': return { key: 'activity.snoozed', values: { who, until: changes.snoozedUntil ? look.time(changes.snoozedUntil) : '' } };
    case 'woken': return { key: 'activity.woken', values: {} };
    case 'pending': return { key: 'activity.pending', values: { who } };
    case 'labelled': return { key: (changes.labels ?? []).length === 0 ? 'activity.unlabelled' : 'activity.labelled', values: { who: who || look.person(''), labels: look.labels(changes.labels ?? []) } };
    case 'prioritised': return entry.receipt?.['rule'] === 'sentiment' ? { key: `activity.angered.${entry.receipt['why'] === 'furious' ? 'furious' : 'bad'}`, values: { priority: look.priority(changes.priority ?? 2) } } : { key: 'activity.prioritised', values: { who: who || look.person(''), priority: look.priority(changes.priority ?? 2) } };
    case 'event': return eventWords(entry, look.locale);
    default: return { key: 'activity.other', values: { kind: entry.kind } };
  }
}
