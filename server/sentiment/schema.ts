/** How a customer feels, message by message. */
import { z } from 'zod';

export const Mood = z.enum(['negative', 'neutral', 'positive']);
export type Mood = z.infer<typeof Mood>;

/** `score` -1..1; `furious`: abuse, threats or a shout, worth a person by itself. */
export const Sentiment = z.object({ mood: Mood, score: z.number().min(-1).max(1), furious: z.boolean() });
export type Sentiment = z.infer<typeof Sentiment>;

/** Who read it: words, rules and weights at once, or a language model that was asked afterwards. */
export const ReadBy = z.enum(['rules', 'model']);

/** Which messages a model is asked about. */
export const ReadMoods = z.enum(['off', 'unsure', 'all']);
export type ReadMoods = z.infer<typeof ReadMoods>;

/** The feeling of a conversation's present episode: one point a message of the customer's, and where it goes. */
export const Trend = z.object({
  points: z.array(Sentiment.extend({ seq: z.number().int(), at: z.date(), by: ReadBy })),
  /** Weighted towards the newest. */
  score: z.number().min(-1).max(1),
  direction: z.enum(['falling', 'steady', 'rising']),
});
export type Trend = z.infer<typeof Trend>;
