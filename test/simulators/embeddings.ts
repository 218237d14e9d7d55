/** An OpenAI-compatible /v1/embeddings on loopback: texts that mean the same by a table have like directions; misbehaves on order. */
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';

const Body = z.looseObject({ model: z.string().min(1), input: z.union([z.string().min(1), z.array(z.string().min(1)).min(1).max(2_048)]), encoding_format: z.enum(['float', 'base64']).optional() });

/** 'page' a proxy's HTML with status 200; 'short' one vector too few; 'narrow' another dimension; 'hostile' what is no number; 'flood' never ends; 'elsewhere' another address. */
export type EmbeddingMood = 'well' | 'busy' | 'broken' | 'hang' | 'page' | 'short' | 'narrow' | 'hostile' | 'flood' | 'elsewhere';

/** One request, in order of arrival. */
export type Embedded = { authorization: string | undefined; mood: EmbeddingMood; texts: string[]; tokens: number };

export type EmbeddingSimulator = {
  /** Base address for a client, with /v1. */
  readonly url: string;
  readonly heard: Embedded[];
  /** These words mean the same from now on. */
  mean(...words: string[]): void;
  /** It is so until it is told otherwise. */
  turn(mood: EmbeddingMood): void;
  /** Thinks so long before each answer from now on. */
  delay(ms: number): void;
  /** Texts with this in them are refused; '' are all, and nothing is any more without it. */
  refuse(part?: string): void;
  /** More texts than that in one request are refused from now on. */
  limit(texts: number): void;
  stop(): Promise<void>;
};

const DIMENSIONS = 64;

/** Starts it. With a key, requests without it get 401. */
export async function startEmbeddings({ key }: { key?: string } = {}): Promise<EmbeddingSimulator> {
  const heard: Embedded[] = [];
  const alike: string[][] = [];
  let mood: EmbeddingMood = 'well';
  let thinks = 0;
  let refused = '\0';
  let limit = 2_048;

  const wordsOf = (text: string): string[] => {
    const known = alike.flatMap((words, at) => (words.some(word => text.toLowerCase().includes(word)) ? [`meaning ${at}`, `meaning ${at} again`, `meaning ${at} and again`] : []));
    return [...known, ...(text.toLowerCase().match(/\p{Script=Han}|[\p{L}\p{N}]+/gu) ?? [])];
  };
  function embed(text: string): number[] {
    const sum = new Float64Array(DIMENSIONS);
    for (const word of wordsOf(text)) createHash('sha512').update(word).digest().forEach((byte, at) => { sum[at] = (sum[at] ?? 0) + byte / 127.5 - 1; });
    const length = Math.hypot(...sum) || 1;
    return [...sum].map(value => value / length);
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let raw = '';
    for await (const chunk of request.setEncoding('utf8')) raw += String(chunk);
    const json = (status: number, value: object): void => void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
    const refuse = (status: number, message: string): void => json(status, { error: { message, type: 'invalid_request_error', param: null, code: null } });
    if (key !== undefined && request.headers.authorization !== `Bearer ${key}`) return refuse(401, 'Incorrect API key provided');
    if (request.url !== '/v1/embeddings' || request.method !== 'POST') return refuse(404, `Unknown request URL: ${request.method} ${request.url}`);
    const body = Body.safeParse(JSON.parse(raw));
    if (!body.success) return refuse(400, z.prettifyError(body.error));
    const texts = typeof body.data.input === 'string' ? [body.data.input] : body.data.input;
    const tokens = texts.reduce((sum, text) => sum + Math.ceil(text.length / 4), 0);
    heard.push({ authorization: request.headers.authorization, mood, texts, tokens });
    const now = mood;
    if (now === 'hang') return;
    if (now === 'busy') return refuse(429, 'Rate limit reached');
    if (now === 'broken') return refuse(500, 'The server had an error');
    if (now === 'page') return void response.writeHead(200, { 'content-type': 'text/html' }).end('<html><body>502 Bad Gateway</body></html>');
    if (now === 'elsewhere') return void response.writeHead(307, { location: '/v1/elsewhere' }).end();
    if (now === 'flood') {
      response.writeHead(200, { 'content-type': 'application/json' });
      const more = (): void => { while (!response.destroyed && response.write(' '.repeat(65_536))) { /* as long as it is taken */ } };
      response.on('drain', more);
      return more();
    }
    if (texts.some(text => text.includes(refused))) return refuse(400, 'input is too long');
    if (texts.length > limit) return refuse(400, `batch size is invalid, it should not be larger than ${limit}`);
    if (thinks > 0) await new Promise(resolve => setTimeout(resolve, thinks));
    const vectors = texts.map(embed);
    if (now === 'short') vectors.pop();
    // Order is told by the index, not by the place.
    const data = vectors.map((vector, index) => ({ object: 'embedding', index, embedding: now === 'narrow' ? vector.slice(0, DIMENSIONS / 2) : now === 'hostile' ? vector.map((value, at) => (at === 3 ? 'Infinity' : value)) : vector })).toReversed();
    json(200, { object: 'list', model: body.data.model, data, usage: { prompt_tokens: tokens, total_tokens: tokens } });
  }

  const server = createServer((request, response) => void handle(request, response).catch(() => response.destroy()));
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/v1`, heard,
    mean: (...words) => void alike.push(words.map(word => word.toLowerCase())),
    turn: (next) => { mood = next; },
    delay: (ms) => { thinks = ms; },
    refuse: (part = '\0') => { refused = part; },
    limit: (most) => { limit = most; },
    stop: () => new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    }),
  };
}
