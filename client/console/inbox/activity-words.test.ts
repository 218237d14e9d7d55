import { expect, test } from 'vitest';
import { activityWords } from './activity-words.ts';

const look = { person: () => 'Ada', queue: () => 'Sales', time: () => '', priority: () => '', labels: () => '', locale: 'en' as const };
const queued = (receipt?: Record<string, unknown>) => ({ id: '1', conversationId: '2', seq: 3, at: '', actor: { kind: 'bot' as const, id: 'b' }, kind: 'queued' as const, changes: { queueId: 'q' }, ...(receipt ? { receipt } : {}) });

test('a queue that a routing rule chose says which rule of which version', () => {
  expect(activityWords(queued({ routed: { rule: 'prices', version: 3 } }), look)).toEqual({ key: 'activity.queuedByRule', values: { queue: 'Sales', rule: 'prices', version: '3' } });
  expect(activityWords(queued({ routed: { rule: 'prices', version: 3, kept: ['queue'] } }), look).key).toBe('activity.queued');
  expect(activityWords(queued(), look)).toEqual({ key: 'activity.queued', values: { queue: 'Sales' } });
});
