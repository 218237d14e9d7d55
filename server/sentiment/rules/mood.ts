/** How a conversation feels after each message of the customer's. Pure: it rides on the message's own entry. */
import type { Content, Head, HeadMood } from '../../conversations/schema.ts';
import type { Sentiment } from '../schema.ts';
import { classify } from './classify.ts';
import { alarming } from './escalate.ts';

/** Less than so much of a change is none. */
const NOTABLE = 0.25;
/** A calm customer's conversation stores nothing. */
const CALM = 0.05;

/** Whether a message says something that a feeling can be read off: what machines write does not. */
export const hasFeeling = (content: Content | undefined): boolean => Boolean(content?.text) && content?.email?.automatic === undefined;

/** The mood after a message that comes next; undefined: as before. */
export function moodAfter(head: Pick<Head, 'mood' | 'seq' | 'status' | 'handler'>, content: Content): Head['mood'] {
  // As where a matter begins anew: episodeSeq moves then.
  const fresh = head.status === 'resolved' || head.handler === 'nobody';
  const before = fresh ? null : head.mood ?? null;
  const after = hasFeeling(content) ? next(before, classify(content.text ?? ''), head.seq + 1) : before;
  return after === null && !head.mood ? undefined : after;
}

/** One more message, read. Null: nothing worth keeping. */
export function next(before: HeadMood | null, said: Pick<Sentiment, 'mood' | 'score' | 'furious'>, seq: number): HeadMood | null {
  const was = before?.score ?? 0;
  const score = Math.round(50 * (was + said.score)) / 100;
  const bad = said.mood === 'negative' ? (before?.bad ?? 0) + 1 : 0;
  const furious = (before?.furious ?? 0) + (said.furious ? 1 : 0);
  const alarmSeq = before?.alarmSeq ?? (alarming({ bad, furious: said.furious }) ? seq : undefined);
  if (Math.abs(score) < CALM && bad === 0 && furious === 0 && alarmSeq === undefined) return null;
  const moved = said.score - was;
  return { score, direction: moved <= -NOTABLE ? 'falling' : moved >= NOTABLE ? 'rising' : 'steady', bad, furious, ...(alarmSeq === undefined ? {} : { alarmSeq }) };
}
