/** Platforms call us: /hooks/<kind>/<channel id>, served in front of Express, because this path is the hot one. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Connector } from '../../connectors/connector.ts';
import type { Hub } from '../hub.ts';
import { Problem } from '../problem.ts';
import { asProblem, problemBody } from './problem-answer.ts';

const address = /^\/hooks\/([a-z0-9-]{1,40})\/([0-9a-f]{24})(?:\?|$)/;
/** The connector's own limit is smaller; this one only keeps a stranger from filling the memory. */
const bodyLimit = 32 * 1024 * 1024;
/** More calls at once are told to come back: what we take we must be able to keep. */
const mostAtOnce = 512;

/** Serves a hook, or says false: the request is somebody else's. */
export function hooks(hub: Hub) {
  let underWay = 0;
  return (request: IncomingMessage, response: ServerResponse): boolean => {
    const match = request.url?.startsWith('/hooks/') ? address.exec(request.url) : null;
    if (!match) return false;
    const running = hub.channels.get(match[2] ?? '');
    const connector = running && running.channel.kind === match[1] ? running.connector : undefined;
    if (underWay >= mostAtOnce) {
      request.resume();
      fail(response, new Problem('unavailable', 'Too many calls at once. Try again in a moment.'), hub);
      return true;
    }
    underWay++;
    void serve(connector, match[2] ?? '', request, response, hub).catch(error => fail(response, error, hub)).finally(() => { underWay--; });
    return true;
  };
}

async function serve(connector: Connector | undefined, channelId: string, request: IncomingMessage, response: ServerResponse, hub: Hub): Promise<void> {
  if (!connector?.webhook) throw new Problem('not-found', 'No channel listens at this address.');
  if (connector.hot && request.method === 'POST') {
    const bytes = await read(request);
    const headers = headersOf(request);
    const answer = await connector.hot(bytes, headers, request.url?.split('?', 2)[1] ?? '');
    hub.calls.note(channelId, { at: hub.now(), method: 'POST', status: answer.status, headers, body: bytes });
    response.writeHead(answer.status, { 'content-length': Buffer.byteLength(answer.body), 'content-type': answer.type ?? (answer.status < 300 ? 'application/json' : 'application/problem+json'), ...(answer.status === 503 ? { 'retry-after': '2' } : {}) });
    response.end(answer.body);
    return;
  }
  const body = request.method === 'GET' || request.method === 'HEAD' ? undefined : new Uint8Array(await read(request));
  const headers = Object.entries(headersOf(request)).flatMap(([name, value]): [string, string][] => value === undefined ? [] : [[name, value]]);
  const answer = await connector.webhook(new Request(new URL(request.url ?? '/', hub.publicUrl), { method: request.method, headers, body }));
  hub.calls.note(channelId, { at: hub.now(), method: request.method ?? '', status: answer.status, headers: headersOf(request), body: body ?? new TextEncoder().encode(request.url ?? '') });
  response.writeHead(answer.status, Object.fromEntries(answer.headers));
  response.end(Buffer.from(await answer.arrayBuffer()));
}

function headersOf(request: IncomingMessage): Record<string, string | undefined> {
  const headers: Record<string, string | undefined> = {};
  for (const [name, value] of Object.entries(request.headers)) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  return headers;
}

function read(request: IncomingMessage): Promise<Buffer> {
  return new Promise((done, failed) => {
    const parts: Buffer[] = [];
    let size = 0;
    request.on('data', (part: Buffer) => {
      size += part.length;
      if (size <= bodyLimit) { parts.push(part); return; }
      request.removeAllListeners('data').resume();
      failed(new Problem('too-large', `A call may have ${bodyLimit} bytes at most.`));
    });
    request.on('end', () => done(parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts)));
    request.on('aborted', () => failed(new Problem('invalid', 'The call was cut off.')));
    request.on('error', failed);
  });
}

function fail(response: ServerResponse, error: unknown, hub: Hub): void {
  const problem = asProblem(error);
  if (!problem) hub.log.error({ err: error }, 'a hook failed');
  if (response.headersSent) { response.destroy(); return; }
  // Whatever went wrong, it was not stored: the platform must try again.
  const body = problemBody(problem ?? new Problem('unavailable', 'Something went wrong here; nothing was stored. Try again.'));
  response.writeHead(body.status, { 'content-type': 'application/problem+json', ...(body.status === 503 ? { 'retry-after': '2' } : {}) });
  response.end(JSON.stringify(body));
}
