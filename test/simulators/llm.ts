/** An OpenAI-compatible server on loopback: /v1/chat/completions (JSON, SSE, tool calls) and /v1/models; misbehaves on order. */
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';

const ToolCall = z.looseObject({ id: z.string(), type: z.literal('function'), function: z.object({ name: z.string(), arguments: z.string() }) });
const Message = z.looseObject({
  role: z.enum(['system', 'developer', 'user', 'assistant', 'tool']),
  content: z.union([z.string(), z.array(z.looseObject({ type: z.string(), text: z.string().optional() }))]).nullish(),
  tool_calls: z.array(ToolCall).optional(),
  tool_call_id: z.string().optional(),
});
const Completion = z.looseObject({
  model: z.string().min(1),
  messages: z.array(Message).min(1),
  stream: z.boolean().nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().optional() }).nullish(),
  tools: z.array(z.looseObject({ type: z.literal('function'), function: z.looseObject({ name: z.string() }) })).optional(),
});
/** A request body it took in. */
export type Completion = z.infer<typeof Completion>;

/** What it says: words, tools it calls, or that it will not. */
export type Said = { paceMs?: number; content?: string; refusal?: string; toolCalls?: { name: string; arguments: string | object }[]; finish?: 'length' | 'content_filter' };

/** 'cut' breaks off in the middle of the answer; 'stall' falls silent there; 'garbled' says there what is no JSON, 'garbage' at once; 'page' a proxy's HTML with status 200; 'empty' says nothing. */
export type Mood = 'well' | 'busy' | 'broken' | 'hang' | 'cut' | 'stall' | 'garbled' | 'garbage' | 'page' | 'empty' | 'unauthorised';

/** One request, in order of arrival. */
export type Heard = { path: string; authorization: string | undefined; mood: Mood; body: Completion | undefined; aborted: boolean; usage?: ReturnType<typeof usageOf> };

/** The running simulator. */
export type Llm = {
  /** Base address for a client, with /v1. */
  readonly url: string;
  readonly heard: Heard[];
  /** Says this from now on; the default searches once and quotes the first answer found. */
  say(script: (body: Completion) => Said): void;
  /** The next `times` requests are treated so; then it is well again. */
  turn(mood: Mood, times?: number): void;
  /** Thinks so long before each answer from now on. */
  delay(ms: number): void;
  stop(): Promise<void>;
};

/** The text of a message, whichever way it was sent. */
export const textOf = (message: Completion['messages'][number] | undefined): string =>
  typeof message?.content === 'string' ? message.content : (message?.content ?? []).map((part) => part.text ?? '').join('');

/** Searches for what the customer said, then quotes the first thing found with its number; hands over when there is none. */
export function obedient(body: Completion): Said {
  const last = body.messages.at(-1);
  if (last?.role !== 'tool') return { toolCalls: [{ name: body.tools?.[0]?.function.name ?? 'search', arguments: { query: textOf(last) } }] };
  const found = z.array(z.object({ number: z.number(), answer: z.string() })).safeParse(parsed(textOf(last)));
  const [first] = found.success ? found.data : [];
  return { content: first ? `${first.answer} [${first.number}]` : 'HANDOVER' };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

// The real one refuses a history in which a tool's answer is missing or answers nothing.
function badHistory({ messages }: Completion): string | undefined {
  let open = new Set<string>();
  for (const message of messages) {
    if (message.role === 'tool') {
      if (!open.delete(message.tool_call_id ?? '')) return "messages with role 'tool' must be a response to a preceding message with 'tool_calls'";
      continue;
    }
    if (open.size > 0) return `an assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id': ${[...open].join(', ')}`;
    open = new Set(message.tool_calls?.map((call) => call.id));
  }
  return open.size > 0 ? 'tool messages are missing' : undefined;
}

/** Starts it. With a key, requests without it get 401. */
export async function startLlm({ port = 0, key }: { port?: number; key?: string } = {}): Promise<Llm> {
  const heard: Heard[] = [];
  const moods: Mood[] = [];
  let script: (body: Completion) => Said = obedient;
  let thinks = 0;

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? '/';
    let raw = '';
    for await (const chunk of request.setEncoding('utf8')) raw += String(chunk);
    const body = Completion.safeParse(parsed(raw));
    const entry: Heard = { path, authorization: request.headers.authorization, mood: path === '/v1/chat/completions' ? (moods.shift() ?? 'well') : 'well', body: body.data, aborted: false };
    heard.push(entry);
    response.on('close', () => { entry.aborted = !response.writableEnded; });
    const json = (status: number, value: object, headers: Record<string, string> = {}): void => void response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value));
    const refuse = (status: number, message: string, type: string, headers?: Record<string, string>): void => json(status, { error: { message, type, param: null, code: null } }, headers);

    if (entry.mood === 'unauthorised' || (key !== undefined && entry.authorization !== `Bearer ${key}`)) return refuse(401, 'Incorrect API key provided', 'invalid_request_error');
    if (path === '/v1/models' && request.method === 'GET') return json(200, { object: 'list', data: [{ id: 'simulated', object: 'model', created: 0, owned_by: 'nobody' }] });
    if (path !== '/v1/chat/completions' || request.method !== 'POST') return refuse(404, `Unknown request URL: ${request.method} ${path}`, 'invalid_request_error');
    if (entry.mood === 'hang') return;
    if (entry.mood === 'busy') return refuse(429, 'Rate limit reached', 'rate_limit_error', { 'retry-after': '0' });
    if (entry.mood === 'broken') return refuse(500, 'The server had an error', 'server_error');
    if (entry.mood === 'page') return void response.writeHead(200, { 'content-type': 'text/html' }).end('<html><body>502 Bad Gateway</body></html>');
    if (entry.mood === 'garbage') return void response.writeHead(200, { 'content-type': 'application/json' }).end('{"choices": [{"mess');
    if (!body.success) return refuse(400, z.prettifyError(body.error), 'invalid_request_error');
    const bad = badHistory(body.data);
    if (bad !== undefined) return refuse(400, bad, 'invalid_request_error');
    if (thinks > 0) await new Promise((resolve) => setTimeout(resolve, thinks));
    const said = entry.mood === 'empty' ? { content: '' } : script(body.data);
    entry.usage = usageOf(body.data, said);
    const middle = entry.mood === 'cut' || entry.mood === 'stall' || entry.mood === 'garbled' ? entry.mood : undefined;
    if (body.data.stream) await stream(response, body.data, said, middle);
    else if (middle === 'garbled') response.writeHead(200, { 'content-type': 'application/json' }).end('{"id":"chatcmpl-1","choices":[{{');
    else if (middle) response.writeHead(200, { 'content-type': 'application/json', 'content-length': '5000' }).write('{"id":"chatcmpl-', () => { if (middle === 'cut') response.destroy(); });
    else json(200, whole(body.data, said));
  }

  const server = createServer((request, response) => void handle(request, response).catch(() => response.destroy()));
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : port}/v1`,
    heard,
    say: (next) => { script = next; },
    turn: (mood, times = 1) => void moods.push(...Array.from({ length: times }, () => mood)),
    delay: (ms) => { thinks = ms; },
    stop: () => new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    }),
  };
}

// Every completion has its own id: LangGraph merges messages by id, and equal ones would overwrite each other.
const stamp = (body: Completion, object: string) => ({ id: `chatcmpl-${randomUUID()}`, object, created: Math.floor(Date.now() / 1_000), model: body.model });
const usageOf = (body: Completion, said: Said) => {
  const [asked, answered] = [JSON.stringify(body.messages).length, JSON.stringify(said).length].map((length) => Math.ceil(length / 4));
  return { prompt_tokens: asked ?? 0, completion_tokens: answered ?? 0, total_tokens: (asked ?? 0) + (answered ?? 0) };
};
const callsOf = (said: Said) => said.toolCalls?.map((call, index) => ({
  index, id: `call_${randomUUID()}`, type: 'function', function: { name: call.name, arguments: typeof call.arguments === 'string' ? call.arguments : JSON.stringify(call.arguments) },
}));

function whole(body: Completion, said: Said): object {
  const calls = callsOf(said)?.map(({ index: _index, ...call }) => call);
  return {
    ...stamp(body, 'chat.completion'), usage: usageOf(body, said),
    choices: [{ index: 0, logprobs: null, finish_reason: said.finish ?? (calls ? 'tool_calls' : 'stop'), message: { role: 'assistant', content: said.content ?? null, refusal: said.refusal ?? null, ...(calls ? { tool_calls: calls } : {}) } }],
  };
}

async function stream(response: ServerResponse, body: Completion, said: Said, middle?: 'cut' | 'stall' | 'garbled'): Promise<void> {
  const base = stamp(body, 'chat.completion.chunk');
  const send = (delta: object, finish_reason: string | null = null): void => void response.write(`data: ${JSON.stringify({ ...base, choices: [{ index: 0, delta, finish_reason }] })}\n\n`);
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
  send({ role: 'assistant', content: '' });
  const calls = callsOf(said);
  for (const call of calls ?? []) {
    send({ tool_calls: [{ ...call, function: { name: call.function.name, arguments: '' } }] });
    for (const part of call.function.arguments.match(/[\s\S]{1,8}/gu) ?? []) send({ tool_calls: [{ index: call.index, function: { arguments: part } }] });
  }
  for (const part of (said.content ?? '').match(/[\s\S]{1,4}/gu) ?? []) {
    send({ content: part });
    await new Promise((resolve) => (said.paceMs ? setTimeout(resolve, said.paceMs) : setImmediate(resolve)));
    if (middle) break;
  }
  if (said.refusal !== undefined) send({ refusal: said.refusal });
  if (middle === 'stall') return;
  // What was said is on its way before the line is cut.
  if (middle === 'cut') return void setTimeout(() => response.destroy(), 20);
  if (middle === 'garbled') return void response.end('data: {"choices":[{"delta":{"content\n\ndata: [DONE]\n\n');
  send({}, said.finish ?? (calls ? 'tool_calls' : 'stop'));
  if (body.stream_options?.include_usage) response.write(`data: ${JSON.stringify({ ...base, choices: [], usage: usageOf(body, said) })}\n\n`);
  response.end('data: [DONE]\n\n');
}
