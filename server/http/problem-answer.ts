/** Errors by who failed, as RFC 9457 problem details. Ours are logged once, here, and tell nothing. */
import type { ErrorRequestHandler, Response } from 'express';
import { Problem, problemStatus, type ProblemCode } from '../problem.ts';
import { ConnectorError } from '../../connectors/connector.ts';

type Log = { error(fact: object, text: string): void };

/** The body of a problem answer. */
export function problemBody(problem: Problem) {
  return { type: `urn:hubbub:problem:${problem.code}`, title: titles[problem.code], status: problemStatus[problem.code], code: problem.code, detail: problem.message, ...(problem.words ? { words: problem.words } : {}), fields: problem.fields };
}

const titles: Record<ProblemCode, string> = {
  invalid: 'The request is not valid', 'not-signed-in': 'Not signed in', forbidden: 'Not allowed', 'not-found': 'Not found', conflict: 'It is not as you thought',
  gone: 'Gone', 'too-large': 'Too large', 'not-supported': 'Not supported', 'too-many': 'Too many requests', unavailable: 'Not possible right now',
};

/** Any error as a Problem; null: it is our bug. */
export function asProblem(error: unknown): Problem | null {
  if (error instanceof Problem) return error;
  if (error instanceof ConnectorError) return new Problem('unavailable', error.words, {}, { cause: error });
  if (!(error instanceof Error)) return null;
  const type = 'type' in error ? error.type : undefined;
  if (type === 'entity.too.large') return new Problem('too-large', 'The body is too large.', {}, { cause: error });
  if (type === 'entity.parse.failed') return new Problem('invalid', 'The body is not JSON.', { body: 'could not be parsed' }, { cause: error });
  if (type === 'encoding.unsupported' || type === 'charset.unsupported') return new Problem('not-supported', 'Send JSON in UTF-8.', {}, { cause: error });
  if (error instanceof URIError || type === 'request.aborted' || type === 'request.size.invalid') return new Problem('invalid', 'The request could not be read.', {}, { cause: error });
  if ('code' in error && error.code === 50) return new Problem('unavailable', 'This takes too long to find. Narrow the search.', {}, { cause: error });
  if (/^Mongo(ServerSelection|Network|NotConnected|TopologyClosed|PoolCleared|BulkWrite|WriteConcern)/.test(error.name)) return new Problem('unavailable', 'The database cannot be reached. Try again in a moment; nothing was changed.', {}, { cause: error });
  return null;
}

/** Answers an error. */
export function answerProblem(response: Response, error: unknown, log: Log): void {
  const problem = asProblem(error);
  if (!problem) log.error({ err: error }, 'a request failed');
  else if (problem.code === 'unavailable') log.error({ err: error }, 'a request could not be served');
  if (response.headersSent) { response.destroy(); return; }
  if (problem?.code === 'unavailable') response.setHeader('Retry-After', '2');
  const body = problem ? problemBody(problem) : { type: 'about:blank', title: 'Something went wrong here', status: 500, code: 'internal', detail: 'It is our fault and was logged.', fields: {} };
  response.status(body.status).type('application/problem+json').send(JSON.stringify(body));
}

/** The last handler of the app. */
export const problemHandler = (log: Log): ErrorRequestHandler => (error, _request, response, _next) => answerProblem(response, error, log);
