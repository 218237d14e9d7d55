/** Route table -> Express router: authorise, parse, run, answer. Nothing reaches a use case unchecked. */
import express, { Router, type Request, type RequestHandler } from 'express';
import type { z } from 'zod';
import type { Hub } from '../hub.ts';
import type { Caller } from '../people/sign-in.ts';
import { Problem } from '../problem.ts';
import { admit, callerOf, refuseForeignOrigin } from './auth.ts';
import { fieldsOf } from '../fields.ts';
import type { Route } from './route.ts';
import { refuseHostile } from './hostile.ts';

const json = express.json({ limit: '5mb', strict: false });
const idPattern = /^[0-9a-f]{24}$/;

/** Mounts the table. */
export function bind(hub: Hub, routes: Route[]): Router {
  const router = Router();
  for (const route of routes) {
    // Authorised before a byte of the body is parsed.
    const authorise: RequestHandler = async (request, response, next) => {
      const caller = await callerOf(hub, request.headers);
      admit(route.access, caller);
      refuseForeignOrigin(request, route, hub.publicUrl);
      response.locals['caller'] = caller;
      next();
    };
    router[route.method](route.path, authorise, ...(route.body ? [json] : []), async (request, response) => {
      const caller: Caller | null = response.locals['caller'];
      const params = paramsOf(request);
      const body = route.body ? parse(route.body, bodyOf(request), 'The request body is not valid.', '') : undefined;
      const query = route.query ? parse(route.query, request.query, 'The query is not valid.', 'query') : undefined;
      const answer = await route.run({ hub, params, body, query, caller, request, response });
      if (response.headersSent) return;
      if (answer === undefined) response.status(route.status === 200 ? 204 : route.status).end();
      else response.status(route.status).json(answer);
    });
  }
  return router;
}

function paramsOf(request: Request): Record<string, string> {
  const params: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.params)) {
    const text = String(value);
    if (/^(id|conversationId)$/.test(name) && !idPattern.test(text)) throw new Problem('not-found', 'There is nothing at this address.');
    params[name] = text;
  }
  return params;
}

function bodyOf(request: Request): unknown {
  if (request.body === undefined && request.headers['content-length'] && request.headers['content-length'] !== '0') {
    throw new Problem('not-supported', 'Send JSON with the header Content-Type: application/json.', { 'content-type': 'must be application/json' });
  }
  const body: unknown = request.body === undefined ? {} : request.body;
  refuseHostile(body);
  return body;
}

function parse(schema: z.ZodType, value: unknown, message: string, prefix: string): unknown {
  const result = schema.safeParse(value);
  if (!result.success) throw new Problem('invalid', message, fieldsOf(result.error, prefix));
  return result.data;
}
