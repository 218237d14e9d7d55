/** How a customer feels, message by message. */
import { z } from 'zod';

export const Mood = z.enum(['negative', 'neutral', 'positive']);
export type Mood = z.infer<typeof Mood>;

/** `score` -1..1; `furious`: abuse, threats or a shout, worth a person by itself. */
export const Sentiment = z.object({ mood: Mood, score: z.number().min(-1).max(1), furious: z.boolean() });
export type Sentiment = z.infer<typeof Sentiment>;

/** The feeling of a conversation's present episode: one point a message of the customer's, and where it goes. */
export const Trend = z.object({
  points: z.array(Sentiment.extend({ seq: z.number().int(), at: z.date() })),
  /** Weighted towards the newest. */
  score: z.number().min(-1).max(1),
  direction: z.enum(['falling', 'steady', 'rising']),
});
export type Trend = z.infer<typeof Trend>;
