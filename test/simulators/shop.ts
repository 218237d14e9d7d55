/** A shop's HTTP API on loopback: orders by number, by their owner, and cancelling; hangs, breaks and lies on order. */
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';

export type Order = { number: string; status: string; email: string; eta: string; note?: string; address?: string };
/** 'huge' never ends; 'page' is HTML; 'redirect' leads elsewhere; 'cut' carries it out and drops the line. */
export type Mood = 'well' | 'hang' | 'broken' | 'page' | 'redirect' | 'huge' | 'cut' | 'deep';
/** One request, in order of arrival. */
export type Heard = { method: string; path: string; authorization: string | undefined; key: string | undefined; body: string };

export type Shop = {
  readonly url: string;
  readonly heard: Heard[];
  readonly orders: Map<string, Order>;
  turn(mood: Mood, times?: number): void;
  stop(): Promise<void>;
};

/** Starts it. With a token, requests without it get 401. */
export async function startShop({ token, port = 0 }: { token?: string; port?: number } = {}): Promise<Shop> {
  const heard: Heard[] = [];
  const moods: Mood[] = [];
  const orders = new Map<string, Order>([
    ['A1023', { number: 'A1023', status: 'shipped', email: 'li@example.com', eta: '2026-11-25', address: '12 Harbour Street' }],
    ['A1024', { number: 'A1024', status: 'being packed', email: 'li@example.com', eta: '2026-11-28', address: '12 Harbour Street' }],
    ['B2001', { number: 'B2001', status: 'delivered', email: 'wang@example.com', eta: '2026-11-01', address: '99 Secret Road' }],
  ]);

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const part of request.setEncoding('utf8')) body += String(part);
    const path = request.url ?? '/';
    heard.push({ method: request.method ?? '', path, authorization: request.headers.authorization, key: request.headers['idempotency-key']?.toString(), body });
    const json = (status: number, value: unknown): void => void response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(value));
    const mood = moods.shift() ?? 'well';
    if (mood === 'hang') return;
    if (mood === 'broken') return json(500, { error: 'boom' });
    if (mood === 'page') return void response.writeHead(200, { 'content-type': 'text/html' }).end('<html>maintenance</html>');
    if (mood === 'redirect') return void response.writeHead(302, { location: 'http://169.254.169.254/latest/meta-data' }).end();
    if (mood === 'deep') return void response.writeHead(200, { 'content-type': 'application/json' }).end('['.repeat(5_000) + ']'.repeat(5_000));
    if (mood === 'huge') return flood(response);
    if (token !== undefined && request.headers.authorization !== `Bearer ${token}`) return json(401, { error: 'who are you' });
    const url = new URL(path, 'http://shop');
    const number = /^\/orders\/([^/]+)(\/cancel)?$/.exec(decodeURIComponent(url.pathname));
    const order = orders.get(number?.[1]?.toUpperCase() ?? '');
    if (url.pathname === '/orders') return json(200, { orders: [...orders.values()].filter(each => each.email === url.searchParams.get('email')) });
    if (!order) return json(404, { error: 'no such order' });
    if (number?.[2] && request.method === 'POST') {
      order.status = 'cancelled';
      if (mood === 'cut') return void response.destroy();
      return json(200, { order });
    }
    json(200, { order, internal: { margin: 0.61, note: 'never show' } });
  }

  const server = createServer((request, response) => void handle(request, response).catch(() => response.destroy()));
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : port}`, heard, orders,
    turn: (mood, times = 1) => void moods.push(...Array.from({ length: times }, () => mood)),
    stop: () => new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    }),
  };
}

function flood(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  const more = (): void => { if (!response.destroyed && response.write(' '.repeat(65_536))) setImmediate(more); else response.once('drain', more); };
  more();
}
