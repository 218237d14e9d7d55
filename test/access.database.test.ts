/** The authorisation matrix, generated from the route table: a new route is in it by being a route. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { routes } from '../server/http/routes.ts';
import type { Access } from '../server/http/route.ts';
import { testMongod } from './setup/mongo.ts';
import { call, startServer, type Server } from './setup/server.ts';

type Who = { name: string; rank: number; person: boolean; headers: Record<string, string> };

const needs: Record<Access, number> = { public: 0, person: 1, agent: 1, supervisor: 2, admin: 3 };
const ranks = { agent: 1, supervisor: 2, admin: 3 };
const nobodysId = '0123456789abcdef01234567';

let server: Server;
const callers: Who[] = [{ name: 'nobody', rank: 0, person: false, headers: {} }, { name: 'a forged token', rank: 0, person: false, headers: { authorization: 'Bearer hub_forged' } }, { name: 'a forged cookie', rank: 0, person: false, headers: { cookie: 'hubbub=forged' } }];

beforeAll(async () => {
  server = await startServer({ MONGODB_URI: testMongod('access').uri });
  for (const role of ['agent', 'supervisor', 'admin'] as const) {
    const email = `${role}@example.com`;
    await server.api('POST', '/people', { name: role, email, password: 'a long password', role });
    const signed = await fetch(`${server.url}/api/v1/session`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ email, password: 'a long password' }) });
    callers.push({ name: `${role} in person`, rank: ranks[role], person: true, headers: { cookie: signed.headers.get('set-cookie')?.split(';')[0] ?? '' } });
    const { token } = (await server.api('POST', '/tokens', { name: role, role })).as(z.looseObject({ token: z.string() }));
    callers.push({ name: `token of an ${role}`, rank: ranks[role], person: false, headers: { authorization: `Bearer ${token}` } });
  }
});
afterAll(async () => { await server?.stop(); });

const cells = routes.filter(route => !(route.method === 'delete' && route.path === '/session')).map(route => ({ title: `${route.method} ${route.path}`, route }));

test.each(cells)('$title is for $route.access', async ({ route }) => {
  for (const who of callers) {
    const path = route.path.replace(/:(seq|name)/g, '1').replace(/:\w+/g, nobodysId);
    const reply = await call(server.url, route.method.toUpperCase(), path, route.body ? { unknown: 1 } : undefined, who.headers);
    const may = who.rank >= needs[route.access] && (route.access !== 'person' || who.person);
    const refused = reply.status === 401 || (reply.status === 403 && route.path !== '/setup');
    if (route.access === 'public') continue;
    expect({ who: who.name, refused }).toEqual({ who: who.name, refused: !may });
    if (!may) expect(reply.status).toBe(who.rank === 0 ? 401 : 403);
    expect(reply.status).toBeLessThan(500);
  }
});

test('a cookie does not act for another site', async () => {
  const foreign = { cookie: callers.find(who => who.name === 'admin in person')?.headers['cookie'] ?? '', origin: 'https://evil.example' };
  expect((await call(server.url, 'POST', '/labels', { name: 'x' }, foreign)).status).toBe(403);
  expect((await call(server.url, 'GET', '/labels', undefined, foreign)).status).toBe(200);
});

test('a new password ends the sessions before it', async () => {
  const { items } = (await server.api('GET', '/people')).as(z.looseObject({ items: z.array(z.looseObject({ id: z.string(), email: z.string() })) }));
  const agent = items.find(person => person.email === 'agent@example.com');
  await server.api('PATCH', `/people/${agent?.id}`, { password: 'another long password' });
  const old = callers.find(who => who.name === 'agent in person');
  expect((await call(server.url, 'GET', '/session', undefined, old?.headers ?? {})).status).toBe(401);
});

test('nobody promotes themselves, and sign-in tells nothing about who exists', async () => {
  const supervisor = callers.find(who => who.name === 'supervisor in person');
  expect((await call(server.url, 'PATCH', '/me', { role: 'admin' }, supervisor?.headers ?? {})).status).toBe(400);
  const wrong = await call(server.url, 'POST', '/session', { email: 'admin@example.com', password: 'wrong wrong wrong' }, {});
  const unknown = await call(server.url, 'POST', '/session', { email: 'nobody@example.com', password: 'wrong wrong wrong' }, {});
  expect(wrong).toMatchObject({ status: 401 });
  expect(unknown.body).toEqual(wrong.body);
});

test('guessing is slowed down', async () => {
  const statuses = await Promise.all(Array.from({ length: 20 }, () => call(server.url, 'POST', '/session', { email: 'guess@example.com', password: 'wrong wrong wrong' }, {}).then(reply => reply.status)));
  expect(statuses.filter(status => status === 429).length).toBeGreaterThan(5);
});
