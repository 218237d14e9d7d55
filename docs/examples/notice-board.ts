/**
 * An invented channel in under 60 lines: a notice board. Customers pin notes; answers appear below them. Needs Node and nothing else.
 *   node notice-board.ts <webhook address of the channel> <its secret> <port>
 * The channel's replyUrl is http://<this machine>:<port>/replies (with allowPrivateReplyUrl while you try it).
 * Pin:   curl -d '{"id":"note-1","by":"ann","text":"Is anybody there?"}' localhost:<port>/notes
 * Read:  curl localhost:<port>/notes/ann
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';

const [hook = '', secret = '', port = '0'] = process.argv.slice(2);
const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
const board = new Map<string, { id: string; text: string }[]>();

const sign = (id: string, at: string, body: string) => createHmac('sha256', key).update(`${id}.${at}.${body}`).digest('base64');

/** Customer to hub. The id stays the same at every try, so the hub keeps the note once. */
async function tell(note: { id: string; by: string; text: string }): Promise<void> {
  const body = JSON.stringify({ id: note.id, thread: note.by, from: { id: note.by, name: note.by }, text: note.text });
  for (let attempt = 0; ; attempt++) {
    const at = String(Math.floor(Date.now() / 1000));
    const headers = { 'content-type': 'application/json', 'webhook-id': note.id, 'webhook-timestamp': at, 'webhook-signature': `v1,${sign(note.id, at, body)}` };
    const answer = await fetch(hook, { method: 'POST', headers, body }).catch(() => null);
    if (answer?.ok) return;
    if (answer && answer.status < 500 && answer.status !== 429) throw new Error(await answer.text());
    await new Promise((again) => setTimeout(again, Math.min(30_000, 500 * 2 ** attempt)));
  }
}

/** Hub to customer, if the hub signed it lately. A reply that comes twice is pinned once. */
function pin(headers: IncomingMessage['headers'], body: string): number {
  const [id, at, signatures] = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) => String(headers[name] ?? ''));
  const expected = Buffer.from(`v1,${sign(id ?? '', at ?? '', body)}`);
  const genuine = (signatures ?? '').split(' ').some((each) => each.length === expected.length && timingSafeEqual(Buffer.from(each), expected));
  if (!genuine || Math.abs(Date.now() / 1000 - Number(at)) > 300) return 401;
  const reply = JSON.parse(body);
  if (reply.type !== 'message.created') return 200;
  const notes = board.get(reply.thread) ?? [];
  if (!notes.some((note) => note.id === reply.id)) board.set(reply.thread, [...notes, { id: reply.id, text: reply.text }]);
  return 200;
}

const server = createServer(async (request, response) => {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part);
  const body = Buffer.concat(parts).toString();
  try {
    if (request.method === 'POST' && request.url === '/notes') { await tell(JSON.parse(body)); response.end('pinned\n'); }
    else if (request.method === 'POST' && request.url === '/replies') response.writeHead(pin(request.headers, body)).end('{}');
    else response.end(JSON.stringify(board.get(request.url?.slice('/notes/'.length) ?? '') ?? []));
  } catch (error) { response.writeHead(400).end(`${error}\n`); }
});
server.listen(Number(port), '127.0.0.1', () => process.stdout.write('the board is up\n'));
