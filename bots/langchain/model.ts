/** A chat model behind any OpenAI-compatible address: time-out, retries with jitter, and a breaker for when it is down. */
import { ChatOpenAICompletions } from '@langchain/openai';
import { BrokenCircuitError, CountBreaker, ExponentialBackoff, TimeoutStrategy, circuitBreaker, handleAll, handleWhen, retry, timeout, wrap } from 'cockatiel';

/** Where the model is. The key is left out for models that need none. */
export type Llm = { url: string; key?: string; model: string };

/** How long and how often; the defaults are for people who wait. */
export type Patience = {
  /** One call to the model. */
  callMs: number;
  /** The whole turn, searches and retries included; what remains of the 5 s a customer waits is for falling back. */
  turnMs: number;
  retries: number;
  /** First pause before a retry; it doubles, with jitter. */
  pauseMs: number;
  /** After half of the last calls failed, the model is left alone for so long. */
  breakMs: number;
  /** Server-sent events instead of one answer: for addresses that only stream. */
  streaming: boolean;
};
/** See Patience. */
export const PATIENCE: Patience = { callMs: 3_000, turnMs: 3_800, retries: 1, pauseMs: 200, breakMs: 30_000, streaming: false };
const MOST_TOKENS_OUT = 1_000;

// To count the tokens of a stream, LangChain fetches a table from tiktoken.pages.dev; nobody here calls strangers.
class Completions extends ChatOpenAICompletions {
  override async getNumTokens(content: string | object): Promise<number> {
    return Math.ceil((typeof content === 'string' ? content : JSON.stringify(content)).length / 3);
  }
}

/** The client. LangChain's own retries are off: ours know about the breaker and the turn. */
export function chatModel(llm: Llm, patience: Patience): ChatOpenAICompletions {
  return new Completions({
    // Silent: it would write broken answers to the console, and customers' words with them.
    model: llm.model, apiKey: llm.key ?? 'none', configuration: { baseURL: llm.url, maxRetries: 0, logLevel: 'off' },
    temperature: 0, maxTokens: MOST_TOKENS_OUT, maxRetries: 0, timeout: patience.callMs, streaming: patience.streaming,
  });
}

// A refusal (bad key, unknown model, bad request) stays one; the rest may pass.
function passing(error: unknown): boolean {
  if (error instanceof BrokenCircuitError || !(error instanceof Error)) return false;
  const status = 'status' in error && typeof error.status === 'number' ? error.status : undefined;
  return status === undefined || status === 408 || status === 409 || status === 429 || status >= 500;
}

/** Runs calls to one model: each within its time, again if that may help, not at all while the model is down. */
export function policy(patience: Patience) {
  return wrap(
    retry(handleWhen(passing), { maxAttempts: patience.retries, backoff: new ExponentialBackoff({ initialDelay: patience.pauseMs, maxDelay: 4 * patience.pauseMs }) }),
    circuitBreaker(handleAll, { halfOpenAfter: patience.breakMs, breaker: new CountBreaker({ threshold: 0.5, size: 20, minimumNumberOfCalls: 10 }) }),
    // The client's own time-out ends with the headers; a body that stalls needs this one.
    timeout(patience.callMs, TimeoutStrategy.Aggressive),
  );
}
