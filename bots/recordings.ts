/** What models said, kept by what they were asked: asked the same again they say the same, without a key and without a network. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { hash } from 'node:crypto';

/** What a model said: words, or tools it calls. */
export type Said = { text: string; calls: { id: string; name: string; args: Record<string, unknown> }[] };

/** What a call is known by: `prompt` names what was asked, `key` that with the model and its settings. */
export type Named = { key: string; prompt: string; model: string };

/** Where they are kept. */
export interface Recordings {
  /** What was said to this; without a key: to this prompt, by whichever model was asked last. */
  find(named: Pick<Named, 'prompt'> & Partial<Named>): Promise<Said | null>;
  keep(named: Named, said: Said): Promise<void>;
  /** A model had to be asked and was not there. */
  missed(): void;
}

/** Turns inside `recorded.run(recordings, ...)` are recorded and replayed; LangChain's calls leave no other way to hand it through. */
export const recorded = new AsyncLocalStorage<Recordings>();

/** `secret` is new in each turn: it is no part of the name. */
export type Asked = { model: string; settings: object; messages: readonly object[]; secret: string };

const SECRET = 'hub-reference';
const plain = (text: string, secret: string): string => text.replaceAll(secret, SECRET);

/** The name of a call. */
export function nameOf({ model, settings, messages, secret }: Asked): Named {
  const prompt = hash('sha256', plain(JSON.stringify(messages), secret));
  return { model, prompt, key: hash('sha256', JSON.stringify([prompt, model, settings])) };
}

/** As it is kept, and as it is said again in a turn with another secret. */
export const withoutSecret = (said: Said, secret: string): Said => ({ ...said, text: plain(said.text, secret) });
/** See withoutSecret. */
export const withSecret = (said: Said, secret: string): Said => ({ ...said, text: said.text.replaceAll(SECRET, secret) });
