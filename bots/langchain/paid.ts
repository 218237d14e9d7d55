/** Every call to a model is booked, also the one that breaks off: it was paid for. */
import type { AIMessage } from 'langchain';
import type { Spend } from '../spend.ts';

/** About so many characters make a token: too few rather than too many, so that an estimate costs no less than the truth. */
const CHARACTERS = 3;
const estimated = (characters: number): number => Math.ceil(characters / CHARACTERS);

/** Whether an address that failed like this has read what it was asked: refused by its status, or never reached, it has not. */
function wasRead(error: unknown): boolean {
  if (!(error instanceof Error)) return true;
  const unreached = /^Connection error/.test(error.message) || ('code' in error && error.code === 'ECONNREFUSED');
  return !unreached && !('status' in error && typeof error.status === 'number');
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
