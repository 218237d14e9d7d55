/** Turns texts into vectors at any OpenAI-compatible address: POST /embeddings. What comes back is measured before it is believed. */
import { BrokenCircuitError, CountBreaker, circuitBreaker, handleAll } from 'cockatiel';
import { z } from 'zod';
import { personalFence } from '../guard/personal.ts';
import type { Spend } from '../spend.ts';

/** Where the model is. The key is left out for models that need none. */
export type EmbeddingModel = { url: string; key?: string | undefined; model: string };

/** Who asks, and how long they wait. `urgent`: a customer waits, and nobody asks while the address is down. `dimension`: no other is of use. */
export type Embedding = { stopping: AbortSignal; waitMs: number; urgent: boolean; spend?: Spend | undefined; dimension?: number | undefined };

export type Embedder = {
  readonly model: string;
  /** What is sent of a text: nothing in it says who somebody is. */
  shown(text: string): string;
  /** A vector for each text, as `shown`, in order. Rejects with an EmbeddingError (OtherDimension where it is another than was said), or when the time is over. */
  embed(texts: readonly string[], asked: Embedding): Promise<Float32Array[]>;
};

/** `refused`: the address does not take these texts, and will not later. */
export class EmbeddingError extends Error {
  readonly refused: boolean;
  constructor(message: string, refused = false) {
    super(message);
    this.refused = refused;
  }
}

/** Another model under the same name: nothing it says can be compared with what was said before. */
export class OtherDimension extends EmbeddingError {}

/** The smallest models take 512 tokens, and a Chinese character may be one; what a text is about is said by then. */
const LONGEST = 500;
const DIMENSIONS = { least: 8, most: 4_096 };
/** Of one vector as text; more than this is no vector. */
const BYTES = 32 * DIMENSIONS.most;
/** About so many characters make a token; see langchain/paid.ts. */
const CHARACTERS = 3;
const breakMs = 30_000;

const Answer = z.looseObject({
  data: z.array(z.looseObject({ index: z.number().int().min(0), embedding: z.array(z.unknown()).min(DIMENSIONS.least).max(DIMENSIONS.most) })),
  usage: z.looseObject({ prompt_tokens: z.number().int().min(0).max(1e9) }).nullish().catch(undefined),
});

/** The client. One breaker for all who wait: after half of the last calls failed, nobody waits for the next ones. */
export function embedder({ url, key, model }: EmbeddingModel): Embedder {
  const breaker = circuitBreaker(handleAll, { halfOpenAfter: breakMs, breaker: new CountBreaker({ threshold: 0.5, size: 10, minimumNumberOfCalls: 4 }) });
  const address = `${url.replace(/\/+$/, '')}/embeddings`;

  async function call(texts: readonly string[], { stopping, waitMs, spend, dimension }: Embedding): Promise<Float32Array[]> {
    const signal = AbortSignal.any([stopping, AbortSignal.timeout(waitMs)]);
    const estimate = Math.ceil(texts.reduce((sum, text) => sum + text.length, 0) / CHARACTERS);
    let read = false;
    let booked = false;
    try {
      const response = await fetch(address, {
        method: 'POST', signal, redirect: 'error', body: JSON.stringify({ model, input: texts, encoding_format: 'float' }),
        headers: { 'content-type': 'application/json', ...(key === undefined ? {} : { authorization: `Bearer ${key}` }) },
      });
      if (!response.ok) {
        await response.body?.cancel();
        throw new EmbeddingError(`the embeddings address answered ${response.status}`, [400, 413, 422].includes(response.status));
      }
      read = true;
      const { vectors, tokens } = vectorsOf(await body(response, texts.length * BYTES + 65_536), texts.length);
      spend?.book({ model, input: tokens ?? estimate, output: 0 });
      booked = true;
      if (dimension !== undefined && vectors[0]?.length !== dimension) throw new OtherDimension('vectors of another dimension than before');
      return vectors;
    } catch (error) {
      // It was read and paid for, or may have been.
      if (!booked && (read || signal.aborted)) spend?.book({ model, input: estimate, output: 0 });
      throw error;
    }
  }

  return {
    model,
    shown: text => personalFence().hide(text.slice(0, 2 * LONGEST)).replace(/\s+/gu, ' ').trim().slice(0, LONGEST),
    async embed(texts, asked) {
      if (!(await asked.spend?.left() ?? true)) throw new EmbeddingError('the budget of the day is spent');
      if (!asked.urgent) return call(texts, asked);
      try {
        return await breaker.execute(() => call(texts, asked));
      } catch (error) {
        throw error instanceof BrokenCircuitError ? new EmbeddingError('the embeddings address is left alone for a while') : error;
      }
    },
  };
}

async function body(response: Response, most: number): Promise<string> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of response.body ?? []) {
    length += part.byteLength;
    if (length > most) throw new EmbeddingError('the embeddings address says too much');
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

function vectorsOf(text: string, count: number): { vectors: Float32Array[]; tokens: number | undefined } {
  const { data, usage } = Answer.parse(JSON.parse(text));
  const vectors: Float32Array[] = [];
  for (const { index, embedding } of data) vectors[index] = vectorOf(embedding);
  const [first] = vectors;
  if (data.length !== count || vectors.length !== count || Object.keys(vectors).length !== count) throw new EmbeddingError('not one vector for each text');
  if (vectors.some(vector => vector.length !== first?.length)) throw new EmbeddingError('vectors of several dimensions');
  return { vectors, tokens: usage?.prompt_tokens };
}

function vectorOf(embedding: readonly unknown[]): Float32Array {
  const vector = new Float32Array(embedding.length);
  let length = 0;
  for (const [at, value] of embedding.entries()) {
    const number = typeof value === 'number' ? Math.fround(value) : Number.NaN;
    if (!Number.isFinite(number)) throw new EmbeddingError('a vector with something that is no number');
    vector[at] = number;
    length += number ** 2;
  }
  if (!(length > 0) || !Number.isFinite(length)) throw new EmbeddingError('a vector without a direction');
  return vector;
}
