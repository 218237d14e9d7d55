/** How an admin wants the bot to behave: data that a page edits and a release keeps. Types only; no I/O. */
import { z } from 'zod';

const line = (most: number) => z.string().trim().min(1, 'at least one character').max(most, `at most ${most} characters`);
/** Found by its letters: signs alone would be found everywhere. */
const phrase = line(80).regex(/[\p{L}\p{N}]/u, 'needs a letter or a digit');
const phrases = z.array(phrase).max(100, 'at most 100');

/** A topic the bot does not speak about: any of its words in a question or an answer, and people take over. */
export const ForbiddenTopic = z.strictObject({ topic: line(80), words: phrases.min(1, 'at least one word') });

/** What of a customer a model need not see. Keys, passwords and codes are hidden whatever is chosen here. */
export const Hideable = z.enum(['phone', 'mail', 'card', 'identity']);
export type Hideable = z.infer<typeof Hideable>;

/** Absent parts are as they were before there was a page for them. */
export const Conduct = z.strictObject({
  tone: z.string().trim().max(300, 'at most 300 characters').default(''),
  rules: z.array(line(300)).max(30, 'at most 30 rules').default([]),
  forbidden: z.array(ForbiddenTopic).max(100, 'at most 100 topics').default([]),
  /** Words of the house that bind it: the bot may say them only where a source does. */
  promises: phrases.default([]),
  hidden: z.array(Hideable).max(Hideable.options.length).transform(kinds => Hideable.options.filter(kind => kinds.includes(kind))).default([...Hideable.options]),
});
export type Conduct = z.infer<typeof Conduct>;

/** The conduct as somebody saved it; `rev` counts the savings. */
export type KeptConduct = { rev: number; conduct: Conduct; at: Date | null; by: { id: string; name: string } | null };

/** What an admin saves, and which one they had before their eyes. */
export const ConductInput = z.strictObject({ conduct: Conduct, rev: z.number().int().min(0).max(1e9) });

/** One part that differs. `moved`: the same in another order; for a forbidden topic, what is added and removed are its words. */
export type ConductChange = { field: keyof Conduct; topic?: string; added: string[]; removed: string[]; moved: boolean };

const text = (most: number) => z.string().trim().min(1, 'a text needs at least one character').max(most, `a text is at most ${most} characters`);
/** A text to hold against the conduct: words of the bot's, and what they answer. `conduct`: one that is not saved yet. */
export const ConductCheck = z.strictObject({ text: text(4_000), question: text(4_000).optional(), conduct: Conduct.optional() });
export type ConductCheck = z.infer<typeof ConductCheck>;

/** What one text runs into. */
export type Met = {
  /** The forbidden topic it touches, by which word. */
  forbidden: { topic: string; word: string } | null;
  /** It speaks to the machine: it is answered without a model. */
  injection: string[];
  /** As a model would read it, and what is hidden in it. */
  shown: string;
  hidden: string[];
};

/** What came of a check. `promises` are those of the bot's words; `proved` where what is known about the question says them too. */
export type Checked = { text: Met & { promises: { kind: string; words: string; proved: boolean }[] }; question: Met | null; sources: { id: string; title: string }[] };
