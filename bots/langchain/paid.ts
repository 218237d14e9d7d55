/** Every call to a model is booked, also the one that breaks off: it was paid for. */
import type { AIMessage } from 'langchain';
import type { Spend } from '../spend.ts';

/** About so many characters make a token: too few rather than too many, so that an estimate costs no less than the truth. */
const CHARACTERS = 3;
const estimated = (characters: number): number => Math.ceil(characters / CHARACTERS);

const UNREACHED = new Set<unknown>(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'ETIMEDOUT', 'UND_ERR_CONNECT_TIMEOUT']);
/** Whether an address that failed like this has read what it was asked: when it refused with a status, or was never reached, it has not. */
function wasRead(error: unknown): boolean {
  if (!(error instanceof Error)) return true;
  if (('status' in error && typeof error.status === 'number') || ('code' in error && UNREACHED.has(error.code))) return false;
  return error.cause === undefined || wasRead(error.cause);
}

/** What an answer cost. An address that does not count is counted for. */
const costOf = ({ usage_metadata: usage, text, tool_calls: calls }: AIMessage, asked: () => string) => ({
  input: usage?.input_tokens ?? estimated(asked().length),
  output: usage?.output_tokens ?? estimated(text.length + JSON.stringify(calls ?? []).length),
});

/** Makes the call and books it. Of one that broke off, in the middle of a stream too, nobody is told what it cost: what it was asked is booked. @param asked what the model reads */
export async function paid<Said>({ call, asked, message, model, spend }: { call: () => Promise<Said>; asked: () => string; message: (said: Said) => AIMessage | undefined; model: string; spend: Spend | undefined }): Promise<Said> {
  try {
    const said = await call();
    const answer = message(said);
    if (answer) spend?.book({ model, ...costOf(answer, asked) });
    return said;
  } catch (error) {
    if (wasRead(error)) spend?.book({ model, input: estimated(asked().length), output: 0 });
    throw error;
  }
}
