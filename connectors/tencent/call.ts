/** Calls of Tencent's APIs: the token goes along, errors come back as ConnectorErrors in words. */
import { z } from 'zod';
import { ConnectorError, inLanguage } from '../connector.ts';
import type { Words } from '../connector.ts';
import { bytesWithin } from '../wire/capped.ts';
import type { TokenSource } from './token.ts';

const Answer = z.looseObject({ errcode: z.coerce.number().optional(), errmsg: z.string().optional() });
/** What every JSON answer has; the rest is there for the caller's own schema. */
export type Answer = z.infer<typeof Answer>;
type Query = Record<string, string>;

/** A file that the platform handed out. */
export type Download = { bytes: Uint8Array; type: string; name?: string };

export type TencentApi = {
  get(path: string, query?: Query): Promise<Answer>;
  /** Changes something over there: an outcome that was lost is 'in-doubt'. */
  post(path: string, body: object, query?: Query): Promise<Answer>;
  /** A POST that may be repeated freely: a question, or a key that makes it idempotent. */
  ask(path: string, body: object, query?: Query): Promise<Answer>;
  /** multipart/form-data. */
  upload(path: string, form: FormData, query?: Query): Promise<Answer>;
  download(path: string, query?: Query): Promise<Download>;
};

/** `tokens` absent: calls go without an access token. `words`: sentences for error codes of this platform; `kinds`: what they are, where it differs. */
export type Options = {
  base: string;
  tokens?: TokenSource;
  fetch?: typeof fetch;
  timeoutMs?: number;
  words?: Record<number, Words>;
  kinds?: Record<number, ConnectorError['kind']>;
  /** Ends calls that are under way. */
  stopping?: () => AbortSignal | undefined;
};

const expired = new Set([40001, 40014, 42001]);
const kindOf: Record<number, ConnectorError['kind']> = {
  [-1]: 'unreachable', 45009: 'rate-limited', 45011: 'rate-limited', 45033: 'rate-limited', 50002: 'signed-out',
  40001: 'signed-out', 40013: 'signed-out', 40014: 'signed-out', 40125: 'signed-out', 40164: 'signed-out', 41002: 'signed-out', 41004: 'signed-out', 42001: 'signed-out', 61024: 'signed-out',
};
const wordsOf: Record<number, Words> = {
  [-1]: { 'zh-CN': '腾讯系统繁忙，稍后自动重试', en: 'Tencent is busy for a moment' },
  45009: { 'zh-CN': '接口调用次数已达上限', en: 'The calls of this interface are used up for now' },
  45011: { 'zh-CN': '短时间内调用过多', en: 'Too many calls in a short time' },
};
/** Bytes of one answer; WeChat's largest files have 20 MB. */
const answerLimit = 64 * 1024 * 1024;
/** Files may take so many times longer. */
const filePatience = 4;
/** A frequency limit without a Retry-After is tried again after a minute. */
const defaultPause = 60_000;
/** Type, size, expiry or damage of a file. */
const fileTrouble = new Set([40004, 40005, 40006, 40007, 40009, 40011, 45001, 45007]);

/** Tencent's number of a failure, where it gave one. */
export function errcodeOf(error: unknown): number | undefined {
  const cause = error instanceof Error ? error.cause : undefined;
  return z.object({ errcode: z.number() }).safeParse(cause).data?.errcode;
}

/** The API at `base`. */
export function tencentApi({ base, tokens, fetch: ask = fetch, timeoutMs = 15_000, words = {}, kinds = {}, stopping }: Options): TencentApi {
  function refusal({ errcode = 0, errmsg = '' }: Answer, retryAfterMs?: number): ConnectorError {
    const kind = kinds[errcode] ?? kindOf[errcode] ?? 'rejected';
    const said = words[errcode] ?? wordsOf[errcode];
    const number = `(${errcode} ${errmsg})`;
    return new ConnectorError(kind, said ? { 'zh-CN': `${inLanguage(said, 'zh-CN')} ${number}`, en: `${inLanguage(said, 'en')} ${number}` } : number, {
      cause: { errcode, errmsg }, ...(kind === 'rejected' && fileTrouble.has(errcode) && { because: 'file' }), ...(kind === 'rate-limited' && { retryAfterMs: retryAfterMs ?? defaultPause }),
    });
  }

  async function once(path: string, query: Query, init: RequestInit, changes: boolean, patience: number): Promise<Response> {
    const timeout = AbortSignal.timeout(timeoutMs * patience);
    const stop = stopping?.();
    const response = await ask(`${base}${path}?${new URLSearchParams(query)}`, { redirect: 'error', ...init, signal: stop ? AbortSignal.any([timeout, stop]) : timeout })
      .catch((error: unknown) => { throw lost(error, changes); });
    if (response.status === 429) throw new ConnectorError('rate-limited', { 'zh-CN': '腾讯要求放慢调用 (429)', en: 'Tencent asks us to slow down (429)' }, { retryAfterMs: pauseOf(response) ?? defaultPause });
    if (response.status >= 500) throw new ConnectorError(changes ? 'in-doubt' : 'unreachable', { 'zh-CN': `腾讯返回 ${response.status}`, en: `Tencent answered ${response.status}` }, { retryAfterMs: pauseOf(response) });
    if (!response.ok) throw new ConnectorError('rejected', { 'zh-CN': `腾讯返回 ${response.status}`, en: `Tencent answered ${response.status}` });
    return response;
  }

  /** The answer's bytes, and what they say when they are JSON; one renewal when the token is refused. */
  async function call(path: string, query: Query, init: RequestInit, changes = false, patience = 1): Promise<{ response: Response; bytes: Uint8Array; answer: Answer | undefined }> {
    let token = await tokens?.get();
    for (let attempt = 1; ; attempt += 1) {
      const response = await once(path, { ...query, ...(token !== undefined && { access_token: token }) }, init, changes, patience);
      const bytes = await readAll(response).catch((error: unknown) => { throw lost(error, changes); });
      const answer = readJson(response, bytes);
      const errcode = answer?.errcode ?? 0;
      if (errcode === 0) return { response, bytes, answer };
      if (attempt > 1 || !tokens || token === undefined || !expired.has(errcode)) throw refusal(answer ?? {}, pauseOf(response));
      token = await tokens.renew(token);
    }
  }

  async function json(path: string, query: Query, init: RequestInit, changes = false, patience = 1): Promise<Answer> {
    const { answer } = await call(path, query, init, changes, patience);
    if (!answer) throw new ConnectorError(changes ? 'in-doubt' : 'unreachable', { 'zh-CN': '腾讯返回的不是 JSON', en: 'Tencent answered something that is no JSON' });
    return answer;
  }

  return {
    get: (path, query = {}) => json(path, query, { method: 'GET' }),
    post: (path, body, query = {}) => json(path, query, posted(body), true),
    ask: (path, body, query = {}) => json(path, query, posted(body)),
    upload: (path, form, query = {}) => json(path, query, { method: 'POST', body: form }, false, filePatience),
    async download(path, query = {}) {
      const { response, bytes } = await call(path, query, { method: 'GET' }, false, filePatience);
      const name = /filename\*?=(?:UTF-8'')?"?([^";]+)"?/i.exec(response.headers.get('content-disposition') ?? '')?.[1];
      return { bytes, type: (response.headers.get('content-type') ?? 'application/octet-stream').split(';')[0]?.trim() ?? '', ...(name && { name: decoded(name) }) };
    },
  };
}

const posted = (body: object): RequestInit => ({ method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });

async function readAll(response: Response): Promise<Uint8Array> {
  const bytes = await bytesWithin(response.body, answerLimit);
  if (!bytes) throw new ConnectorError('rejected', { 'zh-CN': `文件超过 ${answerLimit} 字节`, en: `The file is larger than ${answerLimit} bytes` });
  return bytes;
}

/** Tencent sends JSON as text/plain as well. Ids of 64 bits are kept as text: as numbers they would lose their last digits. */
function readJson(response: Response, bytes: Uint8Array): Answer | undefined {
  if (/^(?:image|audio|video)\//.test(response.headers.get('content-type') ?? '') || bytes[0] !== 0x7b) return undefined;
  try {
    const text = new TextDecoder().decode(bytes).replaceAll(/"(\w+)"\s*:\s*(-?\d{16,})(?=\s*[,}\]])/g, '"$1":"$2"');
    return Answer.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** What never connected was never done; of anything else nobody knows. */
function lost(error: unknown, changes: boolean): ConnectorError {
  if (error instanceof ConnectorError) return error;
  const cause = error instanceof Error ? error.cause : undefined;
  const code = z.object({ code: z.string() }).safeParse(cause).data?.code ?? '';
  const untouched = !changes || /^(?:ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT)$/.test(code);
  return new ConnectorError(untouched ? 'unreachable' : 'in-doubt', { 'zh-CN': `无法连接腾讯${code ? `（${code}）` : ''}`, en: `Tencent could not be reached${code ? ` (${code})` : ''}` });
}

function pauseOf(response: Response): number | undefined {
  const seconds = Number(response.headers.get('retry-after') ?? 'none');
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1_000 : undefined;
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
