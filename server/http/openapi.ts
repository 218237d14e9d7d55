/** /openapi.json, written from the route table itself: it cannot say what the code does not do. */
import { z } from 'zod';
import { Words } from '../conversations/schema.ts';
import type { Route } from './route.ts';

const schemaOf = (schema: z.ZodType) => {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return rest;
};
const problem = { description: 'RFC 9457 problem details; `fields` names what to correct', content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } } };

/** An OpenAPI 3.1 description of the routes. */
export function openApi(routes: Route[], publicUrl: string, version: string) {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes) {
    const path = route.path.replace(/:(\w+)/g, '{$1}');
    const names = [...route.path.matchAll(/:(\w+)/g)].map(match => match[1]);
    const query = route.query ? schemaOf(route.query) : null;
    const required = new Set(query?.required ?? []);
    (paths[path] ??= {})[route.method] = {
      summary: route.summary,
      tags: [route.path.split('/')[1]],
      'x-access': route.access,
      security: route.access === 'public' ? [] : [{ bearer: [] }, { cookie: [] }],
      parameters: [
        ...names.map(name => ({ name, in: 'path', required: true, schema: { type: 'string' } })),
        ...Object.entries(query?.properties ?? {}).map(([name, schema]) => ({ name, in: 'query', required: required.has(name), schema })),
      ],
      ...(route.body ? { requestBody: { required: true, content: { 'application/json': { schema: schemaOf(route.body) } } } } : {}),
      responses: { [route.status]: { description: 'Done' }, 400: problem, ...(route.access === 'public' ? {} : { 401: problem, 403: problem }), 404: problem, 409: problem },
    };
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Hubbub', version, description: 'One conversation model for every channel. Dates are ISO 8601; lists answer {items, next}; errors are problem details. Sentences for people (of health, checks, deliveries, events) are `Words`: a string, or one in each language.' },
    servers: [{ url: `${publicUrl}/api/v1` }],
    paths,
    components: {
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer' }, cookie: { type: 'apiKey', in: 'cookie', name: 'hubbub' } },
      schemas: { Words: schemaOf(Words), Problem: { type: 'object', required: ['title', 'status', 'code'], properties: { type: { type: 'string' }, title: { type: 'string' }, status: { type: 'integer' }, code: { type: 'string' }, detail: { type: 'string' }, words: { $ref: '#/components/schemas/Words' }, fields: { type: 'object', additionalProperties: { type: 'string' } } } } },
    },
  };
}
