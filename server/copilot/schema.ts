/** What the copilot offers an agent, and what the agent made of it. Types only; no I/O. */
import { z } from 'zod';
import { Locale, type Source } from '../conversations/schema.ts';

/** In what other words a draft is put. */
export const Wording = z.enum(['friendly', 'formal', 'shorter', 'spelling']);
export type Wording = z.infer<typeof Wording>;

const text = z.string().trim().min(1, 'write a text').max(8_000, 'at most 8,000 characters');
export const RewriteInput = z.strictObject({ text, wording: Wording });
export const TranslateInput = z.strictObject({ text, to: Locale });

/** Which message, in which language. */
export const TranslationInput = z.strictObject({ seq: z.number().int().min(1).max(1e9), to: Locale });

/** A message in another language; `source`: the words that were translated. */
export type Translation = { seq: number; to: Locale; source: string; text: string; model?: string };

/** A canned reply that is like the open question; `likeness` 0..1. */
export type Canned = { id: string; shortcut: string; title: string; text: string; likeness: number };

/** A piece of knowledge, found for an agent. `told`: the customer has read it in this episode. */
export type Found = { id: string; title: string; answer: string; confidence: number; locale: Locale; url?: string; told: boolean };

/** A reply that an agent may take. Written once; what became of it is told by acts. */
export type Suggestion = {
  id: string; conversationId: string; agentId: string;
  /** Seq of the customer's message it answers: after a newer one it is out of date. */
  forSeq: number;
  at: Date;
  /** Word by word out of the answers, or written by a model from them. */
  by: 'answers' | 'model';
  model?: string;
  /** Of the knowledge; null: as people were editing it. */
  release: number | null;
  text: string; sources: Source[]; confidence: number;
};

/** What an agent did with a suggestion. Sent as it was, changed, or not used. */
export const Verdict = z.enum(['accepted', 'edited', 'rejected']);
export type Verdict = z.infer<typeof Verdict>;

/** One act on a suggestion; never changed. `sent`, `sentSeq`: the message that went out; `distance`: characters between the two; `share`: of the longer one. */
export type Act = { suggestionId: string; conversationId: string; agentId: string; at: Date; act: 'inserted' | Verdict; sent?: string; sentSeq?: number; distance?: number; share?: number };

/** For the open question of a conversation. No suggestion: nothing is near enough, nothing is open, or it was rejected. `used`: the agent has put it into the message. `canned`: replies kept ready that are like it. */
export type Advice = { forSeq: number; suggestion: Suggestion | null; rejected: boolean; used: boolean; findings: Found[]; canned: Canned[] };

/** A line of a summary and where it was said. */
export type Line = { seq: number; by: 'contact' | 'bot' | 'agent'; text: string };
/** What the customer told that one might have to ask for again. */
export type Given = { kind: 'order' | 'amount' | 'date' | 'phone' | 'mail'; value: string; seq: number };
/** The conversation in short, as facts; `written`: the same by a model. */
export type Summary = { asked: Line[]; tried: Line[]; promised: Line[]; open: Line[]; given: Given[]; written?: string };

/** How suggestions fared. `distance` is the mean of those that were sent, changed or not; `rate` the part of the judged that was sent. */
export type Figures = { shown: number; accepted: number; edited: number; rejected: number; rate: number | null; distance: number | null };
/** The same by day, by the answer that a suggestion rests on, and by whom it was shown to. */
export type Numbers = Figures & { days: (Figures & { day: string })[]; topics: (Figures & { id: string; title: string })[]; agents: (Figures & { id: string })[] };
