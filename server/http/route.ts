/** A route as data: path, who may call it, what it takes, what it does. Binding, authorisation and /openapi.json follow from the table. */
import type { Request, Response } from 'express';
import type { z } from 'zod';
import type { Hub } from '../hub.ts';
import type { Caller } from '../people/sign-in.ts';
import type { Role } from '../people/schema.ts';

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

/** 'public' needs no caller; a role admits itself and those above it; 'person' wants a signed-in person, not a token. */
export type Access = 'public' | 'person' | Role;

export type Call<Body, Query, Who> = {
  hub: Hub;
  /** Path parameters; ids are checked to be ids before. */
  params: Record<string, string>;
  body: Body;
  query: Query;
  caller: Who;
  request: Request;
  response: Response;
};

export type Route = {
  method: Method;
  /** Under /api/v1, with :names. */
  path: string;
  access: Access;
  /** One line for people, in the API page. */
  summary: string;
  body?: z.ZodType;
  query?: z.ZodType;
  status: number;
  run(call: Call<unknown, unknown, Caller | null>): Promise<unknown>;
};

type Definition<Body extends z.ZodType, Query extends z.ZodType, Who> = {
  method: Method; path: string; summary: string; body?: Body; query?: Query; status?: number;
  run(call: Call<z.output<Body>, z.output<Query>, Who>): Promise<unknown>;
};

// The bind layer hands over exactly what the schemas of the same route parsed; this is where the table forgets their types.
const erase = <Body extends z.ZodType, Query extends z.ZodType, Who>(access: Access, { run, status, ...rest }: Definition<Body, Query, Who>): Route =>
  ({ ...rest, access, status: status ?? (rest.method === 'delete' ? 204 : 200), run: call => Reflect.apply(run, undefined, [call]) });

/** A route anybody may call. */
export const open = <Body extends z.ZodType, Query extends z.ZodType>(definition: Definition<Body, Query, Caller | null>): Route => erase('public', definition);

/** A route for callers of this role and above. */
export const route = <Body extends z.ZodType, Query extends z.ZodType>(role: Role, definition: Definition<Body, Query, Caller>): Route => erase(role, definition);

/** A route that acts in somebody's name: a signed-in person of any role. */
export const personal = <Body extends z.ZodType, Query extends z.ZodType>(definition: Definition<Body, Query, Extract<Caller, { kind: 'person' }>>): Route => erase('person', definition);
