/** The one way to the HTTP API: cookies, JSON, and problems (RFC 9457) as errors in words. */
import { wordsIn } from '../ui/words-in.ts';
import type { Words } from './wire.ts';

/** What the server answered instead of what was asked; `code` 'network' means it was never reached. */
export class ApiProblem extends Error {
  readonly code: string;
  readonly status: number;
  readonly fields: Record<string, string>;
  /** The detail in every language, where the server has it. */
  readonly words: Words;
  constructor(code: string, status: number, detail: Words, fields: Record<string, string> = {}, options?: ErrorOptions) {
    super(wordsIn(detail, 'en'), options);
    this.words = detail;
    this.code = code;
    this.status = status;
    this.fields = fields;
  }
}

const base = '/api/v1';
let whenSignedOut = () => {};

/** Called once: what to do when the session has ended under us. */
export function onSignedOut(handler: () => void): void {
  whenSignedOut = handler;
}

type Query = Record<string, string | number | boolean | null | undefined>;

/** Path plus the query parameters that have a value. */
export function withQuery(path: string, query: Query): string {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) if (value !== undefined && value !== null && value !== '') search.set(key, String(value));
  const text = search.toString();
  return text === '' ? path : `${path}?${text}`;
}

/** Makes the error for a response that is not 2xx. */
export async function problemOf(response: Response): Promise<ApiProblem> {
  const body: { code?: string; detail?: string; words?: Words; title?: string; fields?: Record<string, string> } = await response.json().catch(() => ({}));
  return new ApiProblem(body.code ?? `http-${response.status}`, response.status, body.words ?? body.detail ?? body.title ?? response.statusText, body.fields);
}

async function request<T>(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<T> {
  let response: Response;
  try {
    response = await fetch(base + path, {
      method,
      credentials: 'same-origin',
      headers: { accept: 'application/json', ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch (cause) {
    throw new ApiProblem('network', 0, 'The server cannot be reached', {}, { cause });
  }
  if (response.status === 401 && path !== '/session') whenSignedOut();
  if (!response.ok) throw await problemOf(response);
  const text = await response.text();
  return text === '' ? JSON.parse('null') : JSON.parse(text);
}

/** Typed verbs of the API. */
export const api = {
  get: <T>(path: string, query: Query = {}) => request<T>('GET', withQuery(path, query)),
  post: <T = unknown>(path: string, body: unknown = {}, headers?: Record<string, string>) => request<T>('POST', path, body, headers),
  put: <T = unknown>(path: string, body: unknown) => request<T>('PUT', path, body),
  patch: <T = unknown>(path: string, body: unknown) => request<T>('PATCH', path, body),
  delete: <T = unknown>(path: string) => request<T>('DELETE', path),
};

/**
 * A POST that may be followed while its answer is made: `draft` hears all words so far. Aborting the signal ends the work at the server.
 * Rejects like every other request, and with an AbortError when it was aborted.
 */
export async function flow<T>(path: string, body: unknown, { draft, signal }: { draft: (text: string) => void; signal: AbortSignal }): Promise<T> {
  const response = await fetch(base + path, { method: 'POST', credentials: 'same-origin', headers: { accept: 'text/event-stream', 'content-type': 'application/json' }, body: JSON.stringify(body), signal })
    .catch((cause: unknown) => { if (signal.aborted) throw cause; throw new ApiProblem('network', 0, 'The server cannot be reached', {}, { cause }); });
  if (response.status === 401) whenSignedOut();
  if (!response.ok) throw await problemOf(response);
  let left = '';
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  for (let read = await reader?.read(); read && !read.done; read = await reader?.read()) {
    left += read.value;
    const events = left.split('\n\n');
    left = events.pop() ?? '';
    for (const event of events) {
      const [, name, data = 'null'] = /^event: (\w+)\ndata: (.*)$/.exec(event) ?? [];
      const said = JSON.parse(data);
      if (name === 'draft') draft(said.text);
      if (name === 'done') return said;
      if (name === 'problem') throw new ApiProblem(said.code, said.status, said.words ?? said.detail, said.fields);
    }
  }
  throw new ApiProblem('network', 0, 'The answer broke off');
}

/** Endpoints may answer a bare list or a page; callers want the items. */
export async function listOf<T>(path: string, query: Query = {}): Promise<T[]> {
  const body = await api.get<T[] | { items: T[] }>(path, query);
  return Array.isArray(body) ? body : body.items;
}
