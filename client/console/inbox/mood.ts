/** What a conversation's mood is called, and which news of it a supervisor must hear. */
import type { Conversation, MoodTrend, TimelineEntry } from '../wire.ts';

/** From here on the server lists a conversation as unhappy. */
export const UNHAPPY = -0.3;
const HAPPY = 0.3;

/** The word for where a mood stands. */
export function moodWord(mood: { score: number; furious?: number } | null | undefined): 'angry' | 'unhappy' | 'calm' | 'happy' {
  if (!mood || (mood.score > UNHAPPY && mood.score < HAPPY)) return 'calm';
  return mood.score >= HAPPY ? 'happy' : mood.furious ? 'angry' : 'unhappy';
}

/** Whether a conversation that goes on shows in the list as one that somebody should look at. */
export const isUnhappy = ({ mood, status }: Pick<Conversation, 'mood' | 'status'>): boolean => status !== 'resolved' && (mood?.score ?? 0) <= UNHAPPY;

/** Whether this very message raised the alarm, or a model that read one anew: once in each matter. */
export const raisesAlarm = ({ kind, seq, changes, receipt }: Pick<TimelineEntry, 'kind' | 'seq' | 'changes' | 'receipt'>): boolean => (kind === 'message' ? changes.mood?.alarmSeq === seq : kind === 'event' && receipt?.['rule'] === 'sentiment' && receipt['alarm'] === true);

/** The points of a trend in a box of this size: oldest left, best on top. */
export function lineOf(points: Pick<MoodTrend['points'][number], 'score'>[], width: number, height: number): { x: number; y: number }[] {
  const step = points.length > 1 ? width / (points.length - 1) : 0;
  return points.map(({ score }, i) => ({ x: points.length > 1 ? Math.round(i * step * 10) / 10 : width / 2, y: Math.round(((1 - score) / 2) * height * 10) / 10 }));
}

/** Lets through so many in a while, so that a bad hour does not bury the screen. */
export function atMost(count: number, withinMs: number): (now: number) => boolean {
  let times: number[] = [];
  return (now) => {
    times = times.filter((time) => now - time < withinMs);
    if (times.length >= count) return false;
    times.push(now);
    return true;
  };
}
