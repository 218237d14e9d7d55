/** Connecting an account at a sign-in server's page, at the front door: who may, what comes back, and what an attacker tries. */
import mongoose from 'mongoose';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { startOAuthSimulator, type OAuthSimulator } from '../../test/simulators/oauth.ts';
import { eventually } from '../../test/setup/eventually.ts';
import { testMongod } from '../../test/setup/mongo.ts';
import { call, startServer, type Server } from '../../test/setup/server.ts';
import { alone, type Lock } from '../store/alone.ts';

const Made = z.looseObject({ id: z.string() });
const Begun = z.object({ url: z.string() });
const Channel = z.looseObject({ config: z.looseObject({ auth: z.string(), refreshToken: z.string().optional() }), health: z.looseObject({ state: z.string(), message: z.unknown() }) });
const { uri } = testMongod('authorizations');
let server: Server;
let platform: OAuthSimulator;
let db: mongoose.Connection;
let channelId = '';
let other = '';

beforeAll(async () => {
  [server, platform] = await Promise.all([startServer({ MONGODB_URI: uri }), startOAuthSimulator()]);
  db = await mongoose.createConnection(uri).asPromise();
  platform.redirects.add(`${server.url}/oauth/callback`);
  const person = { name: 'Bea', email: 'bea@example.com', password: 'a long enough password', role: 'admin' };
  await server.api('POST', '/people', person);
  const signed = await fetch(`${server.url}/api/v1/session`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ email: person.email, password: person.password }) });
  other = signed.headers.get('set-cookie')?.split(';')[0] ?? '';
});
afterAll(async () => {
  await db?.close();
  await server?.stop();
  await platform?.close();
});
beforeEach(async () => {
  platform.order({});
  channelId = (await server.api('POST', '/channels', { kind: 'email', name: 'Support', config: {
    address: 'support@hub.test', imapHost: '127.0.0.1', imapPort: 9, imapUser: 'support@hub.test', smtpHost: '127.0.0.1', smtpPort: 9, auth: 'oauth2',
    oauthPageUrl: platform.pageUrl, oauthUrl: platform.tokenUrl, clientId: platform.clientId, clientSecret: platform.clientSecret, oauthScope: 'mail',
  } })).as(Made).id;
});

const begin = async (): Promise<string> => (await server.api('POST', `/channels/${channelId}/authorization`)).as(Begun).url;
/** As the browser of the person does it: to the page, and where that sends it. */
const agree = async (url: string): Promise<string> => (await fetch(url, { redirect: 'manual' })).headers.get('location') ?? '';
/** Follows the way back; answers with where the hub sends the browser on to. */
async function comeBack(url: string, cookie = server.cookie, headers: Record<string, string> = {}): Promise<string> {
  const response = await fetch(url, { redirect: 'manual', headers: { cookie, ...headers } });
  expect(response.status).toBe(303);
  expect(response.headers.get('cache-control')).toBe('no-store');
  return response.headers.get('location') ?? '';
}
const stored = async () => (await server.api('GET', `/channels/${channelId}`)).as(Channel);
const kept = async (): Promise<string> => JSON.stringify(await db.collection<{ _id: string }>('channels').findOne({ _id: channelId }));

test('a person agrees: the permission is stored sealed, the channel starts with it, nothing of it is shown', async () => {
  expect((await stored()).health).toMatchObject({ state: 'down', message: { en: expect.stringContaining('connect the account on the channel page') } });
  const url = await begin();
  const asked = Object.fromEntries(new URL(url).searchParams);
  expect(asked).toMatchObject({ response_type: 'code', client_id: platform.clientId, redirect_uri: `${server.url}/oauth/callback`, code_challenge_method: 'S256', login_hint: 'support@hub.test', scope: 'mail' });
  expect(asked['state']?.length).toBeGreaterThan(40);
  expect(url).not.toContain(platform.clientSecret);
  const back = await agree(url);
  expect(await comeBack(back)).toBe(`/settings/channels/${channelId}?authorization=connected`);
  const now = await stored();
  expect(now.config).toMatchObject({ auth: 'oauth2', refreshToken: 'set' });
  await eventually(async () => !JSON.stringify((await stored()).health).includes('connect the account'));
  expect(await kept()).not.toMatch(/refresh-[0-9a-f]{32}/);
  expect(await db.collection('authorizations').countDocuments({ channelId })).toBe(0);
  expect(server.output()).not.toContain(asked['state']);
});

test('the way back counts once: a code that comes twice, a state nobody gave, and one that is too old connect nothing', async () => {
  const back = await agree(await begin());
  expect(await comeBack(back)).toContain('authorization=connected');
  expect(await comeBack(back)).toBe('/settings/channels?authorization=expired');
  const forged = new URL(await agree(await begin()));
  forged.searchParams.set('state', 'a-state-of-my-own');
  expect(await comeBack(forged.href)).toBe('/settings/channels?authorization=expired');
  const late = await agree(await begin());
  await db.collection('authorizations').updateMany({ channelId }, { $set: { expiresAt: new Date(Date.now() - 1) } });
  expect(await comeBack(late)).toBe('/settings/channels?authorization=expired');
  expect(await comeBack(`${server.url}/oauth/callback`)).toBe('/settings/channels?authorization=expired');
  expect(await comeBack(`${server.url}/oauth/callback?state=a&state=b&code[$ne]=1`)).toBe('/settings/channels?authorization=expired');
});

test('only the browser that began it may come back: nobody slips another admin a mailbox', async () => {
  for (const cookie of [other, '', 'hubbub=nonsense']) {
    const back = await agree(await begin());
    expect(await comeBack(back, cookie)).toBe('/settings/channels?authorization=foreign');
    // It is burnt: the right browser cannot be led into it afterwards.
    expect(await comeBack(back)).toBe('/settings/channels?authorization=expired');
  }
  expect((await stored()).config.refreshToken ?? '').toBe('');
});

test('the way back is ours alone: no header of a request and no parameter leads elsewhere', async () => {
  const response = await call(server.url, 'POST', `/channels/${channelId}/authorization`, undefined, { cookie: server.cookie, 'x-forwarded-host': 'evil.example', forwarded: 'host=evil.example' });
  expect(new URL(response.as(Begun).url).searchParams.get('redirect_uri')).toBe(`${server.url}/oauth/callback`);
  const back = new URL(await agree(response.as(Begun).url));
  for (const name of ['redirect_uri', 'next', 'return']) back.searchParams.set(name, 'https://evil.example/');
  expect(await comeBack(back.href, server.cookie, { 'x-forwarded-host': 'evil.example' })).toBe(`/settings/channels/${channelId}?authorization=connected`);
  // A page at the provider that is asked for another address does not send anybody there.
  const moved = new URL(await begin());
  moved.searchParams.set('redirect_uri', 'https://evil.example/');
  expect((await fetch(moved, { redirect: 'manual' })).status).toBe(400);
});

test('begun only by a signed-in admin, from our own page', async () => {
  const token = (await server.api('POST', '/tokens', { name: 'program', role: 'admin' })).as(z.looseObject({ token: z.string() })).token;
  const path = `/channels/${channelId}/authorization`;
  expect((await call(server.url, 'POST', path, undefined, { authorization: `Bearer ${token}` })).status).toBe(409);
  expect((await call(server.url, 'POST', path, undefined, {})).status).toBe(401);
  expect((await call(server.url, 'POST', path, undefined, { cookie: server.cookie, origin: 'https://evil.example' })).status).toBe(403);
});

test('a no of the person or of the server is said, and changes nothing; the server\'s words stand in no address, where anybody could put them', async () => {
  const refused = `/settings/channels/${channelId}?authorization=refused`;
  const told = async (): Promise<string> => JSON.stringify((await server.api('GET', `/channels/${channelId}/authorization`)).as(z.looseObject({ refused: z.unknown().optional() })).refused);
  platform.order({ consent: 'denies' });
  expect(await comeBack(await agree(await begin()))).toBe(`/settings/channels/${channelId}?authorization=denied`);
  const orders: [Parameters<OAuthSimulator['order']>[0], string][] = [[{ online: true }, 'no lasting permission'], [{ codeMs: -1 }, 'invalid_grant'], [{ issuer: 'https://another.example' }, 'another'], [{ answers: ['cut'] }, 'cannot']];
  for (const [order, words] of orders) {
    platform.order(order);
    expect(await comeBack(await agree(await begin()))).toBe(refused);
    expect(await told()).toContain(words);
  }
  platform.order({});
  const back = new URL(await agree(await begin()));
  expect(await told()).toBe(undefined);
  back.searchParams.delete('code');
  back.searchParams.set('error', 'server_error');
  back.searchParams.set('error_description', 'call this number');
  expect(await comeBack(back.href)).toBe(refused);
  expect(await told()).toBe('"server_error"');
  expect((await stored()).config.refreshToken ?? '').toBe('');
});

test('without a client id it says what to fill in', async () => {
  await server.api('PATCH', `/channels/${channelId}`, { config: { clientId: '' } });
  const reply = await server.api('POST', `/channels/${channelId}/authorization`);
  expect(reply.status).toBe(409);
  expect(JSON.stringify(reply.body)).toContain('clientId');
});

test('one at a time over all nodes, and a holder that died is waited for no longer than its time', async () => {
  const nodes = await Promise.all([0, 1, 2].map(() => mongoose.createConnection(uri).asPromise()));
  let inside = 0;
  const most: number[] = [];
  await Promise.all(Array.from({ length: 12 }, (_, index) => alone((nodes[index % 3] ?? db).collection<Lock>('locks'), { everyMs: 5 })('token', async () => {
    most.push(++inside);
    await new Promise((resolve) => setTimeout(resolve, 10));
    inside -= 1;
  })));
  expect(most).toEqual(Array(12).fill(1));
  await db.collection<Lock>('locks').insertOne({ _id: 'token', owner: 'a dead node', until: new Date(Date.now() + 300) });
  const began = performance.now();
  expect(await alone(db.collection<Lock>('locks'), { everyMs: 20 })('token', async () => 'mine')).toBe('mine');
  expect(performance.now() - began).toBeGreaterThan(200);
  await Promise.all(nodes.map((node) => node.close()));
});
