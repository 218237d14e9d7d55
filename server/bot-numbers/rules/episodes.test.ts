import { expect, test } from 'vitest';
import { thumbs, type Entry } from '../../conversations/schema.ts';
import { quietMs } from '../schema.ts';
import { factsOf, judged } from './episodes.ts';

const hour = 3_600_000;
const head = { contactId: 'c', locale: 'en' as const };
type Given = Partial<Pick<Entry, 'kind' | 'about' | 'emoji' | 'externalId' | 'content' | 'receipt' | 'changes'>> & { by: Entry['actor']['kind']; at: number };
const timeline = (...given: Given[]) => given.map(({ by, at, ...rest }, index) => ({
  conversationId: 'v', seq: index + 1, at: new Date(at * hour), kind: 'message' as const, actor: { kind: by, id: by }, thread: { channelId: 'ch', key: 'k' }, changes: {}, ...rest,
}));
const read = (entries: ReturnType<typeof timeline>, wrong: number[] = []) => factsOf(entries, head, new Set(wrong));
const asks: Given = { by: 'contact', at: 0, changes: { handler: 'bot', queueId: null } };
const answers: Given = { by: 'bot', at: 1, externalId: 'a', receipt: { release: 3, topics: ['t'] } };

test('the verdict: met on the last instant of the 72 hours counts, a moment later does not, before the beginning neither', () => {
  const [facts] = read(timeline(asks, answers));
  if (!facts) throw new Error('no episode');
  expect(facts).toMatchObject({ id: 'v/1', handled: true, replies: 1, release: 3, topics: ['t'], dueAt: new Date(hour + quietMs) });
  const flags = (...met: number[]) => judged(facts, met.map(at => new Date(at))).flags;
  expect(flags()).toContain('clean');
  expect(flags(-1, hour + quietMs + 1)).toContain('clean');
  expect(flags(hour + quietMs)).toEqual(['handled', 'met']);
  expect(flags(0)).toEqual(['handled', 'met']);
});

test('an episode without the bot is none; one in which anybody of ours spoke, or the customer was put into a line, is not handled', () => {
  expect(read(timeline(asks, { by: 'agent', at: 1 }))).toEqual([]);
  expect(read(timeline(asks, answers, { by: 'agent', at: 2 }))).toMatchObject([{ handled: false, reason: null }]);
  expect(read(timeline(asks, answers, { by: 'program', at: 2 }))).toMatchObject([{ handled: false }]);
  expect(read(timeline(asks, { by: 'bot', at: 1, kind: 'queued', changes: { handler: 'queue', queueId: 'q' }, receipt: { reason: 'policy' } }))).toMatchObject([{ handled: false, reason: 'policy', replies: 0, queueId: 'q' }]);
  expect(read(timeline(asks, answers, { by: 'system', at: 2 }, { by: 'agent', at: 3, kind: 'note' }, { by: 'agent', at: 4, kind: 'resolved', changes: { handler: 'nobody' } }))).toMatchObject([{ handled: true }]);
});

test('a reopening is a new episode; only a customer who comes back before it is due has come back', () => {
  const again = (at: number): Given => ({ by: 'contact', at, changes: { handler: 'bot', episodeSeq: 3 } });
  const end: Given = { by: 'agent', at: 2, kind: 'resolved', changes: { handler: 'nobody' } };
  expect(read(timeline(asks, answers, end, again(73)))).toMatchObject([{ start: 1, reopenedAt: new Date(73 * hour) }]);
  expect(read(timeline(asks, answers, end, again(74), { ...answers, at: 75, externalId: 'b' }))).toMatchObject([{ start: 1, reopenedAt: null }, { start: 4, startedAt: new Date(74 * hour) }]);
  expect(read(timeline(asks, answers, end, { ...again(3), by: 'agent', kind: 'reopened' }))).toMatchObject([{ reopenedAt: null }]);
});

test('the last thumb of a customer counts, other faces take it back; bad outweighs good', () => {
  const thumb = (emoji: string, about = 'a'): Given => ({ by: 'contact', at: 2, kind: 'reaction', about, emoji });
  const judge = (wrong: number[], ...more: Given[]) => read(timeline(asks, answers, ...more), wrong)[0];
  expect(judge([], thumb(thumbs.down), thumb(thumbs.up))).toMatchObject({ good: 1, bad: 0 });
  expect(judge([], thumb(thumbs.up), thumb(''))).toMatchObject({ good: 0, bad: 0 });
  expect(judge([], thumb(`${thumbs.down}\u{1F3FF}`))).toMatchObject({ good: 0, bad: 1 });
  expect(judge([], thumb(thumbs.up, 'other'))).toMatchObject({ good: 0, bad: 0 });
  expect(judge([], { ...thumb(thumbs.up), by: 'agent' })).toMatchObject({ good: 0, bad: 0 });
  expect(judge([2], thumb(thumbs.up))).toMatchObject({ good: 0, bad: 1, wrong: [2] });
  expect(judge([], thumb(thumbs.up), { by: 'agent', at: 3, kind: 'recalled', about: 'a' })).toMatchObject({ good: 0, bad: 1 });
});
