/** Which bot answers, and who writes for our own people. */
import type { Bot } from './bot.ts';
import type { Llm } from './langchain/model.ts';
import { recorded } from './recordings.ts';
import { retrievalBot } from './retrieval/retrieval.ts';
import { inTraditional, readsTraditional } from './traditional.ts';
import type { Writer } from './writer.ts';

/** LangChain takes a second or two to load, on a busy machine more: a customer does not wait for that. */
const loadMs = 800;

/** The retrieval bot, or one on a language model where one is configured; LangChain is loaded at its first turn, and the turns until then are answered without. */
export function chooseBot({ llm }: { llm?: Llm | undefined }): Bot {
  if (!llm) return retrievalBot;
  let loading: Promise<Bot | undefined> | undefined;
  return {
    name: 'langchain',
    async answer(...turn) {
      loading ??= import('./langchain/langchain.ts').then(({ langchainBot }) => langchainBot(llm), () => undefined);
      const late = Promise.withResolvers<undefined>();
      const timer = setTimeout(() => late.resolve(undefined), loadMs);
      // A trial says what the model says, however long it takes to load.
      const bot = await (recorded.getStore() ? loading : Promise.race([loading, late.promise]));
      clearTimeout(timer);
      const outcome = await (bot ?? retrievalBot).answer(...turn);
      // A model is asked for simplified characters: what it says is written as the customer writes.
      return outcome.kind === 'reply' && readsTraditional(turn[0]) ? inTraditional(outcome) : outcome;
    },
  };
}

/** A writer on the language model where one is configured. */
export function chooseWriter({ llm }: { llm?: Llm | undefined }): Writer | undefined {
  if (!llm) return undefined;
  let loading: Promise<Writer> | undefined;
  const loaded = () => loading ??= import('./langchain/writer.ts').then(({ langchainWriter }) => langchainWriter(llm));
  return {
    model: llm.model,
    suggest: async (...wish) => (await loaded()).suggest(...wish),
    summarise: async (...wish) => (await loaded()).summarise(...wish),
    rewrite: async (...wish) => (await loaded()).rewrite(...wish),
    translate: async (...wish) => (await loaded()).translate(...wish),
    judgeSettled: async (...wish) => (await loaded()).judgeSettled(...wish),
    readMood: async (...wish) => (await loaded()).readMood(...wish),
  };
}
