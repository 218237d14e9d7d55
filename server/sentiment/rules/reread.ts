/** What a model said of messages later, and the mood that follows from it. Pure. */
import { z } from 'zod';
import type { Entry, HeadMood } from '../../conversations/schema.ts';
import { Mood } from '../schema.ts';
import type { Sentiment, Trend } from '../schema.ts';
import { classify } from './classify.ts';
import { hasFeeling, next } from './mood.ts';

/** On the entry that corrects: which message, how it was read anew and before, and by whom. */
export const Reread = z.object({ rule: z.literal('sentiment'), by: z.literal('model'), model: z.string(), about: z.number().int(), mood: Mood, was: Mood });
export type Reread = z.infer<typeof Reread>;

/** A mood without degrees. */
const SCORES: Record<Mood, number> = { negative: -0.5, neutral: 0, positive: 0.5 };

/** The message as the model reads it: it may change the mood, never what is furious. */
export const rereadAs = (said: Sentiment, mood: Mood): Sentiment => (said.furious || said.mood === mood ? said : { mood, score: SCORES[mood], furious: false });

/** By the message's seq. */
export function rereadings(entries: readonly Pick<Entry, 'kind' | 'receipt'>[]): Map<number, Mood> {
  return new Map(entries.flatMap(({ kind, receipt }) => {
    const read = kind === 'event' ? Reread.safeParse(receipt) : undefined;
    return read?.success ? [[read.data.about, read.data.mood] as const] : [];
  }));
}

/** How one message is read, by whoever read it last. */
export function readingOf({ seq, content }: Pick<Entry, 'seq' | 'content'>, anew: ReadonlyMap<number, Mood>): Sentiment & Pick<Trend['points'][number], 'by'> {
  const said = classify(content?.text ?? '');
  const mood = anew.get(seq);
  return mood === undefined ? { ...said, by: 'rules' } : { ...rereadAs(said, mood), by: 'model' };
}

/** Whether it moved the mood when it came: what nobody was woken by did not. */
export const isFelt = ({ kind, seq, actor, changes, content }: Entry): boolean => kind === 'message' && actor.kind === 'contact' && changes.lastContactSeq === seq && hasFeeling(content);

/** The mood after all of these, one after another, as if each had been read so when it came. @param entries all of the episode so far */
export function moodOf(entries: readonly Entry[], anew: ReadonlyMap<number, Mood>): HeadMood | null {
  return entries.filter(isFelt).reduce<HeadMood | null>((mood, entry) => next(mood, readingOf(entry, anew), entry.seq), null);
}
