/** Tools of MCP servers over streamable HTTP. A connection lives for one use: what a server says of its tools is looked at each time. */
import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { ask, PrivateAddress, unpacked, type Reachable } from '../../connectors/wire/reach.ts';
import type { Answered } from './request.ts';
import type { McpServer, OfferedTool, ToolInput, Value } from './schema.ts';
import { ToolTrouble } from './trouble.ts';

const MOST = 1024 * 1024;
const MOST_TOOLS = 100;
const PAGES = 5;
const listMs = 10_000;

/** Loaded at the first use: most hubs have no such server, and none should start later for it. */
const sdk = async () => ({ ...await import('@modelcontextprotocol/sdk/client/index.js'), ...await import('@modelcontextprotocol/sdk/client/streamableHttp.js'), ...await import('@modelcontextprotocol/sdk/types.js') });

type Where = Pick<McpServer, 'name' | 'url' | 'headers'>;

/** Public addresses only, this server only, no redirects, so many bytes. */
function fetchFrom(origin: string, reachable: Reachable, stopping: AbortSignal): (url: string | URL, init?: RequestInit) => Promise<Response> {
  return async (url, init = {}) => {
    const target = new URL(url);
    if (target.origin !== origin) throw new Error('another host is not asked');
    const response = await ask(target, reachable, { method: init.method ?? 'GET', headers: Object.fromEntries(new Headers(init.headers)), body: typeof init.body === 'string' ? init.body : undefined }, init.signal ? AbortSignal.any([init.signal, stopping]) : stopping);
    const status = response.statusCode ?? 500;
    if (status >= 300 && status < 400) {
      response.destroy();
      throw new Error('it redirects, which is not followed');
    }
    const headers = new Headers(Object.entries(response.headers).flatMap(([name, value]) => (typeof value === 'string' && name !== 'content-encoding' && name !== 'content-length' ? [[name, value] satisfies [string, string]] : [])));
    if (status === 204 || status === 202) {
      response.resume();
      return new Response(null, { status, headers });
    }
    let size = 0;
    const body = unpacked(response);
    const parts = body[Symbol.asyncIterator]();
    const stream = new ReadableStream<Uint8Array>({
      async pull(controller) {
        const { done, value } = await parts.next();
        if (done) return controller.close();
        const bytes: Uint8Array = Buffer.from(value);
        size += bytes.byteLength;
        if (size > MOST) throw new Error('the answer is too long');
        controller.enqueue(new Uint8Array(bytes));
      },
      cancel() { response.destroy(); },
    });
    return new Response(stream, { status: status >= 200 && status <= 599 ? status : 502, headers });
  };
}

async function connected<T>({ name, url, headers }: Where, reachable: Reachable, timeoutMs: number, stopping: AbortSignal, use: (client: Client, signal: AbortSignal) => Promise<T>): Promise<T> {
  const mcp = await sdk();
  const over = new AbortController();
  const late = AbortSignal.timeout(timeoutMs);
  const signal = AbortSignal.any([late, stopping]);
  const target = new URL(url);
  const transport = new mcp.StreamableHTTPClientTransport(target, {
    fetch: fetchFrom(target.origin, reachable, AbortSignal.any([signal, over.signal])), requestInit: { headers: Object.fromEntries(headers.map(each => [each.name, each.value])) },
    reconnectionOptions: { maxRetries: 0, initialReconnectionDelay: 1_000, maxReconnectionDelay: 1_000, reconnectionDelayGrowFactor: 1 },
  });
  const client = new mcp.Client({ name: 'hubbub', version: '1' });
  try {
    // Its transport declares what may be left out in another way than strict types want it.
    await Reflect.apply(client.connect, client, [transport, { signal, timeout: timeoutMs }]);
    return await use(client, signal);
  } catch (error) {
    if (error instanceof ToolTrouble) throw error;
    if (late.aborted) throw new ToolTrouble(`${name} 在 ${timeoutMs} 毫秒内没有答复：请检查该服务器。`, `${name} did not answer within ${timeoutMs} ms: look at that server.`, { cause: error });
    const inner = error instanceof Error && error.cause instanceof PrivateAddress ? error.cause : error;
    if (inner instanceof PrivateAddress) throw new ToolTrouble(`${inner.host} 是内网地址，不会访问：由管理员在 HUB_KNOWLEDGE_PRIVATE_HOSTS 中允许该主机。`, `${inner.host} is inside a private network and is not called: have the operator allow this host in HUB_KNOWLEDGE_PRIVATE_HOSTS.`, { sent: false, cause: error });
    throw new ToolTrouble(`无法与 ${name} 通话：请检查地址与请求头。`, `${name} could not be spoken with: check its address and headers.`, { cause: error });
  } finally {
    void client.close().catch(() => undefined).finally(() => over.abort());
  }
}

const Property = z.looseObject({ type: z.string().optional(), title: z.string().optional(), description: z.string().optional(), enum: z.array(z.string().max(80)).max(20).optional(), format: z.string().optional() });
const Schema = z.looseObject({ properties: z.record(z.string(), Property).default({}), required: z.array(z.string()).default([]) });
const both = (text: string, most: number) => { const said = text.replace(/[\p{C}\s]+/gu, ' ').trim().slice(0, most); return { 'zh-CN': said, en: said }; };

/** What a tool takes, as our inputs; null where it wants what nobody could say. */
function inputsOf(schema: unknown): ToolInput[] | null {
  const parsed = Schema.safeParse(schema);
  if (!parsed.success) return null;
  const { properties, required } = parsed.data;
  const inputs = Object.entries(properties).map(([name, { type, title, description, enum: choices, format }]): ToolInput | null => {
    const kind = choices ? 'choice' : type === 'string' ? (format === 'date' ? 'date' : 'text') : type === 'number' || type === 'integer' || type === 'boolean' ? type : null;
    if (kind === null || !/^[a-z][a-z0-9_]{0,39}$/.test(name)) return null;
    const label = title ?? name.replaceAll('_', ' ');
    return { name, type: kind, required: required.includes(name), label: both(label, 60), from: 'customer', ask: both(description ?? label, 200), ...(choices ? { choices: choices.map(value => ({ value, label: both(value, 60) })) } : {}) };
  });
  const usable = inputs.filter(input => input !== null);
  // What cannot be said may be missing only where it need not be said.
  return required.every(name => usable.some(input => input.name === name)) && usable.length <= 10 ? usable : null;
}

async function offeredBy(client: Client, signal: AbortSignal, timeout: number): Promise<OfferedTool[]> {
  const { ListToolsResultSchema } = await sdk();
  const found: OfferedTool[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < PAGES && found.length < MOST_TOOLS; page += 1) {
    const { tools, nextCursor } = await client.request({ method: 'tools/list', params: cursor === undefined ? {} : { cursor } }, ListToolsResultSchema, { signal, timeout });
    for (const { name, title, description = '', inputSchema, annotations } of tools.slice(0, MOST_TOOLS - found.length)) {
      const inputs = inputsOf(inputSchema);
      found.push({
        name, title: (title ?? annotations?.title ?? name).slice(0, 60), description: description.slice(0, 2_000), inputs: inputs ?? [],
        // Everything a server says of a tool: whatever changes, changes this.
        hash: createHash('sha256').update(JSON.stringify([name, title ?? null, description, inputSchema, annotations ?? null])).digest('hex'),
        ...(inputs ? {} : { unusable: { 'zh-CN': '需要的输入过于复杂，机器人无法向客户询问。', en: 'It wants inputs that a bot cannot ask a customer for.' } }),
      });
    }
    if (nextCursor === undefined) break;
    cursor = nextCursor;
  }
  return found;
}

/** The tools a server offers now. Throws a ToolTrouble that says what to do. */
export const listTools = (server: Where, reachable: Reachable, stopping: AbortSignal): Promise<OfferedTool[]> => connected(server, reachable, listMs, stopping, (client, signal) => offeredBy(client, signal, listMs));

/** Calls a tool if it is still what was approved; if not, `changed` is told what it is now, and nothing is called. */
export async function callTool(server: Where, tool: { tool: string; hash: string }, values: Readonly<Record<string, Value>>, { reachable, timeoutMs, stopping, changed }: { reachable: Reachable; timeoutMs: number; stopping: AbortSignal; changed(now: OfferedTool | undefined): Promise<void> }): Promise<Answered> {
  return connected(server, reachable, timeoutMs, stopping, async (client, signal) => {
    const now = (await offeredBy(client, signal, timeoutMs)).find(({ name }) => name === tool.tool);
    if (now?.hash !== tool.hash) {
      await changed(now);
      throw new ToolTrouble(`${server.name} 更改了工具 ${tool.tool}：已暂停，请重新审核。`, `${server.name} changed the tool ${tool.tool}: it is suspended, approve it again.`, { sent: false });
    }
    const { CallToolResultSchema } = await sdk();
    const { content, structuredContent, isError } = await client.request({ method: 'tools/call', params: { name: tool.tool, arguments: { ...values } } }, CallToolResultSchema, { signal, timeout: timeoutMs });
    if (isError) throw new ToolTrouble(`${server.name} 报告工具出错。`, `${server.name} says that the tool failed.`);
    if (structuredContent) return { status: 200, json: structuredContent };
    const text = content.flatMap(part => (part.type === 'text' ? [part.text] : [])).join('\n');
    return { status: 200, json: parsedObject(text) ?? { text } };
  });
}

function parsedObject(text: string): object | undefined {
  try {
    const json: unknown = JSON.parse(text);
    return json !== null && typeof json === 'object' ? json : undefined;
  } catch {
    return undefined;
  }
}
