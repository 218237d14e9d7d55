/** The model behind a judge: one call, no tools, nothing remembered. */
import { HumanMessage, SystemMessage } from 'langchain';
import type { Spend } from '../spend.ts';
import { chatModel, PATIENCE, policy, type Llm, type Patience } from './model.ts';
import { paid } from './paid.ts';

/** Nobody waits at a desk for it. */
const callMs = 10_000;

/** Asks it; rejects when it is away. */
export function modelThatJudges(llm: Llm, patience: Partial<Patience> = {}) {
  const limits = { ...PATIENCE, callMs, ...patience };
  const model = chatModel(llm, limits);
  const calls = policy(limits);
  return async (rules: string, data: string, { stopping, spend }: { stopping: AbortSignal; spend?: Spend }): Promise<string> => {
    const messages = [new SystemMessage(rules), new HumanMessage(data)];
    const answer = await calls.execute(async () => paid({ call: async () => model.invoke(messages, { signal: stopping }), asked: () => rules + data, message: (said) => said, model: llm.model, spend }), stopping);
    return answer.text;
  };
}
