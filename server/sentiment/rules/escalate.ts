/** When feelings call for a person sooner, and where they go. Pure. */
import type { Sentiment, Trend } from '../schema.ts';

/** So many bad messages, one after another, are as good as one furious one. */
const BAD_IN_A_ROW = 3;
const RAISED = 3;
const URGENT = 4;

/** What to raise the priority to, and why; undefined: nothing to do. `moods`: the customer's messages of the episode, oldest first. Never lowers. */
export function escalation(moods: Pick<Sentiment, 'mood' | 'furious'>[], priority: number): { priority: number; why: 'furious' | 'three-bad' } | undefined {
  const last = moods.at(-1);
  if (!last || last.mood !== 'negative') return undefined;
  const why = last.furious ? 'furious' : moods.length >= BAD_IN_A_ROW && moods.slice(-BAD_IN_A_ROW).every(({ mood }) => mood === 'negative') ? 'three-bad' : undefined;
  if (!why) return undefined;
  const wanted = why === 'furious' && moods.filter(({ furious }) => furious).length > 1 ? URGENT : RAISED;
  return wanted > priority ? { priority: wanted, why } : undefined;
}

/** A message counts half of the one after it. */
const FADES = 0.5;
const NOTABLE = 0.25;

/** Where the conversation's feeling stands and goes. */
export function trendOf(points: Trend['points']): Trend {
  let score = 0;
  let weight = 0;
  for (const point of points) {
    score = score * FADES + point.score;
    weight = weight * FADES + 1;
  }
  const mean = (list: Trend['points']): number => list.reduce((sum, point) => sum + point.score, 0) / Math.max(1, list.length);
  const half = Math.ceil(points.length / 2);
  const moved = points.length < 2 ? 0 : mean(points.slice(half)) - mean(points.slice(0, half));
  return { points, score: weight === 0 ? 0 : Math.round((score / weight) * 100) / 100, direction: moved <= -NOTABLE ? 'falling' : moved >= NOTABLE ? 'rising' : 'steady' };
}
