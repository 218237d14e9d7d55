/** A model's answer, from the recordings where it is in them. */
import { AIMessage } from 'langchain';
import type { BaseMessage } from 'langchain';
import { nameOf, recorded, withoutSecret, withSecret } from '../recordings.ts';

// Of a tool call its id is new each time; what is called with what is the same.
const shape = (message: BaseMessage): object => ({ type: message.type, text: message.text, ...(AIMessage.isInstance(message) && message.tool_calls?.length ? { calls: message.tool_calls.map(({ name, args }) => ({ name, args })) } : {}) });

/** Outside a trial that is recorded, just the call. A replay costs nothing. */
export async function replayed<Result>({ model, settings, prompt, messages, secret }: { model: string; settings: object; prompt: string; messages: readonly BaseMessage[]; secret: string }, call: () => Promise<Result>): Promise<Result | AIMessage> {
  const recordings = recorded.getStore();
  if (!recordings) return call();
  const named = nameOf({ model, settings, secret, messages: [{ type: 'system', text: prompt }, ...messages.map(shape)] });
  const known = await recordings.find(named);
  if (known) {
    const { text, calls } = withSecret(known, secret);
    return new AIMessage({ content: text, tool_calls: calls.map((each) => ({ ...each, type: 'tool_call' as const })), usage_metadata: { input_tokens: 0, output_tokens: 0, total_tokens: 0 } });
  }
  try {
    const said = await call();
    if (AIMessage.isInstance(said)) await recordings.keep(named, withoutSecret({ text: said.text, calls: (said.tool_calls ?? []).map(({ id, name, args }) => ({ id: id ?? '', name, args })) }, secret));
    return said;
  } catch (error) {
    recordings.missed();
    throw error;
  }
}
