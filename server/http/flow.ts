/** An answer that may be followed while it is made: server-sent events where the caller asks for them, else JSON as ever. */
import type { Request, Response } from 'express';
import type { Hub } from '../hub.ts';
import { Problem } from '../problem.ts';
import { asProblem, problemBody } from './problem-answer.ts';

/** What a use case is given: when the caller has gone, and, where somebody follows, where to tell how far it is. */
export type Flow = { gone: AbortSignal; draft?: (text: string) => void };

/** Events `draft` {text}, each with all so far, then one `done` with the answer or one `problem`. Without a draft before it a problem is an ordinary one. */
export async function flowing<Body extends object>({ hub, request, response }: { hub: Hub; request: Request; response: Response }, run: (flow: Flow) => Promise<Body>): Promise<Body | undefined> {
  const gone = new AbortController();
  response.once('close', () => { if (!response.writableEnded) gone.abort(new Error('the caller has gone')); });
  if (request.accepts(['application/json', 'text/event-stream']) !== 'text/event-stream') return run({ gone: gone.signal });
  const tell = (event: string, data: object) => {
    if (response.destroyed) return;
    if (!response.headersSent) response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store', 'x-accel-buffering': 'no' });
    response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  };
  try {
    tell('done', await run({ gone: gone.signal, draft: text => tell('draft', { text }) }));
  } catch (error) {
    if (!response.headersSent || gone.signal.aborted) throw error;
    const problem = asProblem(error);
    if (!problem) hub.log.error({ err: error }, 'an answer broke off');
    tell('problem', problemBody(problem ?? new Problem('unavailable', 'Something went wrong here; it was logged.')));
  }
  response.end();
  return undefined;
}
