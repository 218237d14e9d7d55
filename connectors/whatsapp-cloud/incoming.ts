/** Calls from Meta: proven, taken apart, stored, and only then acknowledged. */
import { createHash } from 'node:crypto';
import type { Inbox, Words } from '../connector.ts';
import { isTooDeep } from '../wire/nesting.ts';
import type { Item } from './item.ts';
import type { Config } from './manifest.ts';
import { parse, toInbound } from './parse.ts';
import { addressOf, senderOf } from './people.ts';
import type { Sends } from './sends.ts';
import { isSigned, same } from './signature.ts';
import type { Place, Threads } from './threads.ts';

/** What a call is answered with. */
export type Answer = { status: number; body: string };

/** Meta sends three megabytes at most. */
const bodyLimit = 4 * 1024 * 1024;
/** Real calls have a dozen. */
const mostLevels = 64;
/** Calls for one other number that are kept: nobody's words vanish unnoticed, and another system's traffic does not fill the disk. */
const mostForeign = 1_000;
const utf8 = new TextDecoder('utf-8', { fatal: true });
const answer = (status: number, title: string): Answer => ({ status, body: JSON.stringify(status < 300 ? { ok: true } : { type: 'about:blank', title, status }) });

/** What the calls need to know of the running connector. */
export type Incoming = { config: Pick<Config, 'appSecret' | 'verifyToken' | 'phoneNumberId'>; inbox: Inbox; threads: Threads; sends: Sends; heard(thread: string, externalId: string): void; news(field: string, message: Words, serious: boolean): void;
  /** How often another number was called for, by number. */
  foreign: Map<string, number> };

/** The handshake: Meta asks once, when the address is entered over there. */
export function handshake(query: URLSearchParams, verifyToken: string): Response {
  const isOurs = query.get('hub.mode') === 'subscribe' && same(query.get('hub.verify_token') ?? '', verifyToken);
  const headers = { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' };
  return isOurs ? new Response((query.get('hub.challenge') ?? '').slice(0, 1_000), { headers }) : new Response('The verify token is not the one of this channel.', { status: 403, headers });
}

/** One POST of Meta. 503: something could not be stored, all of it must come again; what was stored is known by its id. */
export async function take(incoming: Incoming, body: Uint8Array, signature: string | undefined): Promise<Answer> {
  if (body.byteLength > bodyLimit) return answer(413, 'The call is too large');
  if (!isSigned(incoming.config.appSecret, body, signature)) return answer(401, 'The signature is not valid');
  let json: unknown;
  try {
    if (isTooDeep(Buffer.from(body.buffer, body.byteOffset, body.byteLength), mostLevels)) throw new Error('the call is nested too deeply');
    json = JSON.parse(utf8.decode(body));
  } catch (error) {
    // Signed by Meta and yet nothing to read: it would be no better the next time.
    const kept = await keep(incoming.inbox, body, `the call cannot be read: ${error instanceof Error ? error.message.slice(0, 200) : 'no JSON in UTF-8'}`).then(() => true, () => false);
    incoming.sends.called(kept);
    return kept ? answer(200, '') : answer(503, 'The call could not be stored');
  }
  const problems = await store(incoming, parse(json, incoming.config.phoneNumberId));
  incoming.sends.called(problems.length === 0);
  if (problems.length === 0) return answer(200, '');
  incoming.inbox.log.warn({ err: problems[0], failed: problems.length }, 'a call of WhatsApp could not be stored as a whole; it will come again');
  return answer(503, 'The call could not be stored');
}

const keep = (inbox: Inbox, bytes: Uint8Array, reason: string): Promise<void> => inbox.quarantine({ externalId: `sha256:${createHash('sha256').update(bytes).digest('hex')}`, bytes, reason });

type Placed = { item: Item; place: Place | null };

/** Threads side by side, each in order. Every item is tried, whatever became of the others. */
async function store(incoming: Incoming, items: Item[]): Promise<unknown[]> {
  const problems: unknown[] = [];
  const lines = new Map<string, Placed[]>();
  for (const item of items) {
    try {
      const place = 'who' in item ? item.kind === 'moved' ? await incoming.threads.moved(item.externalId, item.who, item.next) : await incoming.threads.place(item.who) : null;
      const line = place?.thread ?? (item.kind === 'receipt' ? item.receipt.externalId : '');
      const placed = lines.get(line) ?? [];
      placed.push({ item, place });
      lines.set(line, placed);
    } catch (error) {
      problems.push(error);
    }
  }
  await Promise.all([...lines.values()].map(async (line) => {
    for (const { item, place } of line) await storeOne(incoming, item, place).catch((error: unknown) => problems.push(error));
  }));
  return problems;
}

async function storeOne({ inbox, sends, heard, news, foreign }: Incoming, item: Item, place: Place | null): Promise<void> {
  switch (item.kind) {
    case 'message': {
      if (!place) return;
      const inbound = toInbound(item, place);
      await inbox.receive(inbound);
      heard(inbound.thread, inbound.externalId);
      return;
    }
    case 'happening': {
      if (!place) return;
      const thread = item.group ? `group:${item.group}` : place.thread;
      return await inbox.happened(item.told(thread, senderOf(item.who, place.known, place.contested)));
    }
    case 'moved': {
      if (!place || addressOf(item.next) === undefined) return;
      return await inbox.happened({ kind: 'moved', externalId: item.externalId, thread: place.thread, next: place.thread, from: senderOf(item.who, place.known), to: senderOf(item.next), ...(item.sentAt && { sentAt: item.sentAt }) });
    }
    case 'receipt': {
      await sends.status(item.receipt.key, item.receipt.externalId);
      return await inbox.receipt(item.receipt);
    }
    case 'account': return news(item.field, item.message, item.serious);
    case 'foreign': {
      const before = foreign.get(item.number) ?? 0;
      if (before < mostForeign) await keep(inbox, new TextEncoder().encode(JSON.stringify(item.raw)), `said to ${item.number}, another number of the account`);
      foreign.set(item.number, before + 1);
      return news('messages', { 'zh-CN': `发给 ${item.number} 的消息也送到了这里：请为该号码另建渠道，或让它的回调指向别处`, en: `Messages to ${item.number} arrive here too: give that number a channel of its own, or point its webhook elsewhere` }, true);
    }
    case 'bad': return await keep(inbox, new TextEncoder().encode(JSON.stringify(item.raw) ?? 'null'), item.reason);
  }
}

