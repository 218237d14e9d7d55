/** When feelings call for a person sooner, and where they go. Pure. */
import type { HeadMood } from '../../conversations/schema.ts';
import type { Sentiment, Trend } from '../schema.ts';

/** So many bad messages, one after another, are as good as one furious one. */
const BAD_IN_A_ROW = 3;
const RAISED = 3;
const URGENT = 4;

/** Whether one message, and the bad ones before it in a row, call for a person. */
export const alarming = ({ bad, furious }: { bad: number; furious: boolean }): 'furious' | 'three-bad' | undefined => (furious ? 'furious' : bad >= BAD_IN_A_ROW ? 'three-bad' : undefined);

/** What to raise the priority to after a message, and why; undefined: nothing to do. Never lowers. */
export function escalation(said: Pick<Sentiment, 'furious'>, mood: Pick<HeadMood, 'bad' | 'furious'>, priority: number): { priority: number; why: 'furious' | 'three-bad' } | undefined {
  const why = mood.bad === 0 ? undefined : alarming({ bad: mood.bad, furious: said.furious });
  if (!why) return undefined;
  const wanted = why === 'furious' && mood.furious > 1 ? URGENT : RAISED;
  return wanted > priority ? { priority: wanted, why } : undefined;
}

const NOTABLE = 0.25;

/** Where the conversation's feeling stands and goes: as its mood is counted, the newest message half of it. */
export function trendOf(points: Trend['points']): Trend {
  let score = 0;
  for (const point of points) score = (score + point.score) / 2;
  const mean = (list: Trend['points']): number => list.reduce((sum, point) => sum + point.score, 0) / Math.max(1, list.length);
  const half = Math.ceil(points.length / 2);
  const moved = points.length < 2 ? 0 : mean(points.slice(half)) - mean(points.slice(0, half));
  return { points, score: Math.round(score * 100) / 100, direction: moved <= -NOTABLE ? 'falling' : moved >= NOTABLE ? 'rising' : 'steady' };
}
