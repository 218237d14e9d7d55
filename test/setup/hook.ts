/** A web address in front of a running connector, without the rest of the server. */
import { createServer } from 'node:http';
import type { Hub } from '../../server/hub.ts';

/** What the connector of a channel answers to a call of its platform. */
export const hookOf = (hub: Hub, channelId: () => string) => async (request: Request): Promise<Response> =>
  await hub.channels.get(channelId())?.connector.webhook?.(request) ?? new Response(null, { status: 503 });

/** The same by HTTP on loopback. */
export async function listen(take: (request: Request) => Promise<Response>): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer((request, response) => void (async () => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(Buffer.from(part));
    const headers = new Headers(Object.entries(request.headers).flatMap(([name, value]): [string, string][] => (typeof value === 'string' ? [[name, value]] : [])));
    const answer = await take(new Request(`http://127.0.0.1${request.url}`, { method: request.method ?? 'GET', headers, ...(request.method === 'POST' && { body: Buffer.concat(parts) }) }));
    response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(Buffer.from(await answer.arrayBuffer()));
  })().catch(() => response.writeHead(500).end()));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`,
    async close() { server.closeAllConnections(); await new Promise<void>((done) => { server.close(() => done()); }); },
  };
}
