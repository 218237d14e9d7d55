/**
 * WhatsApp's servers and the owner's phone behind a page that looks like WhatsApp Web. The unpatched library opens the page in a real
 * Chromium: `tuning` tells it where the page is, and fences the browser from everything but loopback.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { misbehaviour, type Order } from './misbehaviour.ts';

/** Somebody who writes. Without `phone` under an `@lid` address the number is hidden. */
export type Customer = { id: string; name: string; phone?: string };
/** A message as the platform keeps it. `key` is what the library calls it. */
export type Kept = { id: string; key: string; chat: string; fromMe: boolean; t: number; type: string; body?: string; caption?: string; author?: string; ack?: number; [more: string]: unknown };
/** What a customer may say beside text; file bytes as base64 in `data`. */
export type Saying = { chat?: string; type?: string; id?: string; data?: string; caption?: string; mimetype?: string; filename?: string; quoted?: string; mentionedJidList?: string[]; [more: string]: unknown };

const account = { id: '8613800000000@c.us', lid: '990000000001@lid', name: 'Hubbub Shop' };
const Said = z.looseObject({ kind: z.string(), ask: z.number().optional(), token: z.string().nullish() });
const Out = z.looseObject({ id: z.string(), key: z.string(), chat: z.string(), type: z.string(), t: z.number(), body: z.string().optional(), caption: z.string().optional(), data: z.string().optional() });

export type WhatsappWebSimulator = Awaited<ReturnType<typeof startWhatsappWebSimulator>>;

/** @param seed of its misbehaviour */
export async function startWhatsappWebSimulator({ seed = 1, scanned: given = false }: { seed?: number; scanned?: boolean } = {}) {
  const mischief = misbehaviour(seed);
  const folder = await mkdtemp(join(tmpdir(), 'hubbub-whatsapp-page-'));
  const tokens = new Set<string>();
  const kept: Kept[] = [];
  const people = new Map<string, Customer>();
  const groups = new Map<string, { id: string; name: string; members: string[] }>();
  const said: { id: string; customer: string; text: string }[] = [];
  const heard: { kind: string; [more: string]: unknown }[] = [];
  /** The owner scans every code at once. */
  let scanned = given;
  let line: { name: string; response: ServerResponse; paired: boolean } | null = null;
  let ref = '';
  let code = '';
  let refs: NodeJS.Timeout | undefined;
  /** Acks 2 and 3 come by themselves. */
  let attentive = true;
  /** Refuses what is sent, or answers never. */
  let mood: 'well' | 'refusing' | 'silent' = 'well';

  const push = (frame: object): void => { line?.response.write(`data: ${JSON.stringify(frame)}\n\n`); };
  const live = (frame: object): void => { if (line?.paired) push(frame); };
  const newRef = (): string => (ref = `REF-${randomBytes(6).toString('hex')}`);
  const pair = (): void => {
    const token = randomUUID();
    tokens.add(token);
    welcome(token);
  };
  const welcome = (token: string): void => {
    clearInterval(refs);
    if (line) line.paired = true;
    push({ kind: 'paired', token, account, people: [...people.values()], groups: [...groups.values()], messages: kept });
  };
  const fromServer = (key: string, ack: number): void => {
    const message = kept.find((one) => one.key === key);
    if (message && ack > (message.ack ?? 0)) message.ack = ack;
    live({ kind: 'ack', key, ack });
  };

  function take(frame: z.infer<typeof Said>): { value?: unknown; error?: string } | null {
    heard.push(frame);
    switch (frame.kind) {
      case 'hello': {
        if (frame.token && tokens.has(frame.token)) { welcome(frame.token); break; }
        push({ kind: 'unpaired', ref: newRef() });
        clearInterval(refs);
        refs = setInterval(() => push({ kind: 'ref', ref: newRef() }), 20_000);
        if (scanned) setTimeout(pair, 300);
        break;
      }
      case 'code': return { value: code = 'HUBB1234' };
      case 'logout': tokens.clear(); break;
      case 'takeover': push({ kind: 'state', state: 'CONNECTED' }); break;
      case 'out': {
        const fate = mood === 'silent' ? 'hanging' : mood === 'refusing' ? 'failing' : mischief.fate();
        if (fate === 'failing' || fate === 'limited' || fate === 'cut') return { error: 'the server refused the message' };
        if (fate === 'hanging') return null;
        const out = Out.parse(frame);
        kept.push({ ...out, fromMe: true, ack: 1, isNewMsg: false });
        if (attentive) {
          setTimeout(() => fromServer(out.key, 2), 40);
          setTimeout(() => fromServer(out.key, 3), 80);
        }
        return fate === 'lying' ? null : {};
      }
      case 'edit': case 'revoke': case 'reaction': return {};
      default:
    }
    return null;
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://phone');
    const name = searchParams.get('line') ?? '';
    response.setHeader('Access-Control-Allow-Origin', '*').setHeader('Access-Control-Allow-Private-Network', 'true');
    if (pathname === '/events') {
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' }).write('retry: 300\n\n');
      line = { name, response, paired: false };
      response.on('close', () => { if (line?.response === response) { line = null; clearInterval(refs); } });
      return;
    }
    let body = '';
    for await (const part of request.setEncoding('utf8')) body += String(part);
    response.end();
    if (line?.name !== name || body === '') return;
    const frame = Said.parse(JSON.parse(body));
    const answer = take(frame);
    if (answer && frame.ask !== undefined) push({ kind: 'answer', ask: frame.ask, ...answer });
  }

  const server = createServer((request, response) => void serve(request, response).catch(() => response.destroy()));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
  const page = await readFile(join(import.meta.dirname, 'whatsapp-web-page.html'), 'utf8');
  await writeFile(join(folder, 'simulated.html'), page.replaceAll('__PHONE__', url));

  const know = (customer: Customer): void => {
    people.set(customer.id, customer);
    live({ kind: 'person', ...customer, ...(customer.phone && { phone: `${customer.phone}@c.us` }) });
  };
  const tellPage = (message: Kept): Promise<void> => mischief.push(async () => live({ kind: 'message', message }));

  return {
    url,
    account,
    /** Second argument of the connector: the page instead of web.whatsapp.com, and no way out but loopback. */
    tuning: {
      webCache: { version: 'simulated', path: folder },
      browserArgs: ['--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1', '--disable-features=LocalNetworkAccessChecks,OptimizationHints,MediaRouter'],
    },
    order: (order: Partial<Order>): void => mischief.order(order),
    know,
    makeGroup(id: string, name: string, members: string[]): void {
      groups.set(id, { id, name, members });
      live({ kind: 'group', id, name, members });
    },
    /** A customer speaks; while no page is open it lies on the server. Resolves once the page was told. */
    async say(customer: string, text: string, { chat = customer, ...more }: Saying = {}): Promise<{ id: string; key: string }> {
      if (!people.has(customer)) know({ id: customer, name: `Customer ${customer.slice(0, 6)}` });
      const id = more.id ?? `3A${randomBytes(9).toString('hex').toUpperCase()}`;
      const isGroup = chat.endsWith('@g.us');
      const key = [false, chat, id, ...(isGroup ? [customer] : [])].join('_');
      const { name } = people.get(customer) ?? { name: '' };
      const message: Kept = { t: Math.floor(Date.now() / 1000), type: 'chat', notifyName: name, ...more, id, key, chat, fromMe: false, ...(more.data === undefined ? { body: text } : text ? { caption: text } : {}), ...(isGroup && { author: customer }) };
      if (!kept.some((one) => one.key === key)) {
        kept.push(message);
        said.push({ id: key, customer, text });
      }
      await tellPage(message);
      return { id, key };
    },
    /** The owner writes on the phone. */
    async sayOnPhone(chat: string, text: string): Promise<{ key: string }> {
      const id = `3F${randomBytes(9).toString('hex').toUpperCase()}`;
      const message: Kept = { id, key: `true_${chat}_${id}`, chat, fromMe: true, t: Math.floor(Date.now() / 1000), type: 'chat', body: text, ack: 1 };
      kept.push(message);
      await tellPage(message);
      return { key: message.key };
    },
    react: (about: string, from: string, emoji: string): void => live({ kind: 'reaction', id: `reaction_${randomUUID()}`, about, from, emoji, at: Date.now() }),
    edit(key: string, text: string): void { const message = kept.find((one) => one.key === key); if (message) message.body = text; live({ kind: 'edit', key, text }); },
    revoke(key: string): void { const message = kept.find((one) => one.key === key); if (message) { message.type = 'revoked'; delete message.body; } live({ kind: 'revoke', key }); },
    ack: fromServer,
    state: (state: string): void => push({ kind: 'state', state }),
    autoScan(on: boolean): void { scanned = on; },
    attention(paid: boolean): void { attentive = paid; },
    mood(next: typeof mood): void { mood = next; },
    /** An account in which nothing was said yet. */
    fresh(): void { kept.length = 0; said.length = 0; heard.length = 0; },
    /** The owner scans what the console shows. False: it is an old code. */
    scan(qr: string): boolean {
      if (!qr.startsWith(`${ref},`)) return false;
      pair();
      return true;
    },
    /** The owner types the pairing code. */
    type(typed: string): boolean {
      if (typed.replace('-', '') !== code || code === '') return false;
      pair();
      return true;
    },
    /** The owner removes the linked device. */
    unlink(): void { tokens.clear(); push({ kind: 'unlinked' }); },
    /** What came from the page, oldest first. */
    heard: (kind: string): { kind: string; [more: string]: unknown }[] => heard.filter((one) => one.kind === kind),
    sent: (): Kept[] => kept.filter((one) => one.fromMe && !one.id.startsWith('3F')),
    paired: (): boolean => line?.paired === true,
    history: () => ({
      said: [...said],
      received: kept.filter((one) => one.fromMe && !one.id.startsWith('3F')).map(({ key, chat, body, caption }) => ({ id: key, customer: chat, text: body ?? caption ?? '' })),
    }),
    async close(): Promise<void> {
      clearInterval(refs);
      server.closeAllConnections();
      server.close();
      await pause(10);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
