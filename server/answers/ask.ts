import type { Locale } from '../conversations/schema.ts';
import type { Hub } from '../hub.ts';
import type { Asking, AskResult } from './schema.ts';

/** Asks the bot outside any conversation: the same judgement a customer gets. @param as the customer it is tried as, and the release */
export async function ask(hub: Hub, question: string, locale: Locale, as: Omit<Asking, 'at' | 'conversationId'> = {}): Promise<AskResult> {
  const answer = await hub.bot.answer([{ from: 'contact', text: question }], hub.knowledge.tools({ ...as, at: hub.now() }), { locale }, AbortSignal.timeout(15_000));
  if (answer.kind === 'hand-over') return { handOver: { reason: answer.reason, summary: answer.summary } };
  return { answer: answer.text, confidence: answer.confidence, sources: answer.sources, ...(answer.choices ? { choices: answer.choices } : {}) };
}
