/** An outside system beside the API channel: says what customers say, hears our replies, keeps a history, misbehaves on order. */
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Webhook } from 'standardwebhooks';
import { z } from 'zod';

/** What it does with the next calls. 'cut' takes the message in and drops the connection before it answers. */
export type Mood = 'well' | 'busy' | 'broken' | 'gone' | 'redirect' | 'hang' | 'cut';

/** One call it got, in order of arrival; `genuine` by the published library, not by our own code. */
export type Heard = { at: number; id: string; genuine: boolean; mood: Mood; payload: Payload };

const Payload = z.looseObject({ type: z.string(), id: z.string().optional(), thread: z.string().optional(), text: z.string().optional() });
type Payload = z.infer<typeof Payload>;

/** What a customer said over there. */
export type Words = { id: string; thread: string; from: { id: string; name?: string }; text: string; attachments?: { name: string; type: string; data: string }[] };

/** The running system. */
export type ApiSystem = {
  /** Give this to the channel as its reply address. */
  readonly replyUrl: string;
  readonly heard: Heard[];
  /** Replies it took in, each once, however often they came. */
  replies(): Payload[];
  /** The next `times` calls are treated so; then it is well again. */
  turn(mood: Mood, times?: number): void;
  /** Signs and posts anything, now; the answer as it came. */
  post(payload: object, copies?: number): Promise<Response[]>;
  /** Says it again and again, newly signed, until it is acknowledged; resolves with the sequence number. */
  insist(words: Words, attempts?: number): Promise<number>;
  stop(): Promise<void>;
};

/** How it reaches the hub: an address, or a function that takes a Request. */
export type Way = { secret: string; hub: string | ((request: Request) => Promise<Response>); retryAfter?: string; port?: number };

/** A signed request as any other system would make it. */
export function signedRequest(secret: string, url: string, body: string, change: { id?: string; at?: Date } = {}): Request {
  const { id = `msg_${randomUUID()}`, at = new Date() } = change;
  const headers = {
    'content-type': 'application/json', 'webhook-id': id, 'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': new Webhook(secret).sign(id, at, body),
  };
  return new Request(url, { method: 'POST', body, headers });
}

/** Starts it on loopback. */
export async function startApiSystem({ secret, hub, retryAfter = '2', port = 0 }: Way): Promise<ApiSystem> {
  const heard: Heard[] = [];
  const taken = new Map<string, Payload>();
  const moods: Mood[] = [];
  const hanging = new Set<ServerResponse>();

  async function hear(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const part of request.setEncoding('utf8')) body += String(part);
    const header = (name: string): string => String(request.headers[name] ?? '');
    const signed = { 'webhook-id': header('webhook-id'), 'webhook-timestamp': header('webhook-timestamp'), 'webhook-signature': header('webhook-signature') };
    const mood = moods.shift() ?? 'well';
    const payload = Payload.parse(JSON.parse(body));
    const genuine = isGenuine(secret, body, signed);
    heard.push({ at: Date.now(), id: signed['webhook-id'], genuine, mood, payload });
    if (!genuine) return void response.writeHead(401).end();
    if ((mood === 'well' || mood === 'cut') && payload.type === 'message.created') taken.set(signed['webhook-id'], payload);
    switch (mood) {
      case 'well': return void response.writeHead(200, { 'content-type': 'application/json' }).end('{"ok":true}');
      case 'busy': return void response.writeHead(429, { 'retry-after': retryAfter }).end();
      case 'broken': return void response.writeHead(500).end('something broke');
      case 'gone': return void response.writeHead(410).end();
      case 'redirect': return void response.writeHead(307, { location: '/elsewhere' }).end();
      case 'hang': return void hanging.add(response);
      case 'cut': return void request.socket.destroy();
    }
  }

  const server = createServer((request, response) => void hear(request, response).catch(() => response.destroy()));
  await new Promise<void>((done) => server.listen(port, '127.0.0.1', done));
  const address = server.address();
  const replyUrl = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : port}/replies`;
  const give = (request: Request): Promise<Response> => (typeof hub === 'string' ? fetch(request) : hub(request));
  const target = typeof hub === 'string' ? hub : 'http://127.0.0.1/hooks/api/0123456789abcdef01234567';

  const system: ApiSystem = {
    replyUrl,
    heard,
    replies: () => [...taken.values()],
    turn: (mood, times = 1) => void moods.push(...Array.from({ length: times }, () => mood)),
    post: (payload, copies = 1) => Promise.all(Array.from({ length: copies }, () => give(signedRequest(secret, target, JSON.stringify(payload))))),
    async insist(words, attempts = 50) {
      for (let attempt = 1; attempt <= attempts; attempt += 1) {
        const [response] = await system.post(words).catch(() => []);
        if (response?.ok) return z.object({ seq: z.number() }).parse(await response.json()).seq;
        if (response && response.status < 500 && response.status !== 429) throw new Error(`refused for good: ${response.status} ${await response.text()}`);
        await new Promise((done) => setTimeout(done, Math.min(50 * attempt, 500)));
      }
      throw new Error(`not acknowledged after ${attempts} attempts`);
    },
    async stop() {
      for (const response of hanging) response.destroy();
      server.closeAllConnections();
      await new Promise<void>((done) => server.close(() => done()));
    },
  };
  return system;
}

function isGenuine(secret: string, body: string, headers: Record<string, string>): boolean {
  try {
    new Webhook(secret).verify(body, headers, { jsonParse: false });
    return true;
  } catch {
    return false;
  }
}
