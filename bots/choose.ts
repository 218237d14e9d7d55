/** Which bot answers. */
import type { Bot } from './bot.ts';
import type { Llm } from './langchain/model.ts';
import { retrievalBot } from './retrieval/retrieval.ts';

/** The retrieval bot, or one on a language model where one is configured; LangChain is loaded at its first turn. */
export function chooseBot({ llm }: { llm?: Llm }): Bot {
  if (!llm) return retrievalBot;
  let loading: Promise<Bot> | undefined;
  return {
    name: 'langchain',
    async answer(...turn) {
      loading ??= import('./langchain/langchain.ts').then(({ langchainBot }) => langchainBot(llm));
      return (await loading).answer(...turn);
    },
  };
}
