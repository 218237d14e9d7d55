/** An MCP server on loopback, by the published library: a parcel look-up; its words can be changed while it runs. */
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { CallToolRequestSchema, ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';

export type Offered = { name: string; description: string; inputSchema: { type: 'object'; properties: Record<string, object>; required?: string[] } };
export type McpShop = {
  readonly url: string;
  readonly called: { name: string; arguments: unknown }[];
  /** What it offers from now on. */
  offer(tools: Offered[]): void;
  /** What its tools answer from now on. */
  answer(result: { content: { type: 'text'; text: string }[]; isError?: boolean }): void;
  hang(hanging: boolean): void;
  stop(): Promise<void>;
};

export const parcel: Offered = { name: 'track_parcel', description: 'Says where a parcel is.', inputSchema: { type: 'object', properties: { parcel_number: { type: 'string', title: 'Parcel number', description: 'What is the number of your parcel?' } }, required: ['parcel_number'] } };

/** Starts it; each request is a session of its own. */
export async function startMcpShop({ token }: { token?: string } = {}): Promise<McpShop> {
  const called: McpShop['called'] = [];
  let tools: Offered[] = [parcel];
  let result: Parameters<McpShop['answer']>[0] = { content: [{ type: 'text', text: 'Your parcel is in Hamburg.' }] };
  let hanging = false;

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (token !== undefined && request.headers.authorization !== `Bearer ${token}`) return void response.writeHead(401).end();
    if (hanging) return;
    if (request.method !== 'POST') return void response.writeHead(405).end();
    const server = new Server({ name: 'parcels', version: '1' }, { capabilities: { tools: {} } });
    server.setRequestHandler(ListToolsRequestSchema, async () => ({ tools }));
    server.setRequestHandler(CallToolRequestSchema, async ({ params }) => {
      called.push({ name: params.name, arguments: params.arguments });
      return result;
    });
    const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined });
    response.on('close', () => { void transport.close(); });
    await Reflect.apply(server.connect, server, [transport]);
    await transport.handleRequest(request, response);
  }

  const http = createServer((request, response) => void handle(request, response).catch(() => response.destroy()));
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const address = http.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/mcp`, called,
    offer: (next) => { tools = next; },
    answer: (next) => { result = next; },
    hang: (now) => { hanging = now; },
    stop: () => new Promise((resolve) => {
      http.close(() => resolve());
      http.closeAllConnections();
    }),
  };
}
