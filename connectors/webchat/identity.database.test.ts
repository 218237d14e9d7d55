/** Users of a site over real sockets: proved, found again on another device, joined by what is signed, refused in words, and left alone when they said no. */
import { SignJWT } from 'jose';
import { io, type Socket } from 'socket.io-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { eventually } from '../../test/setup/eventually.ts';
import { testMongod } from '../../test/setup/mongo.ts';
import { startServer, type Server } from '../../test/setup/server.ts';
import { identityHash } from './proof.ts';

const secret = 'identity-secret-of-the-shop-0001';
const phone = '+86 138 0013 8001';
const Welcome = z.looseObject({ token: z.string(), thread: z.string(), verified: z.boolean(), problem: z.looseObject({ code: z.string(), detail: z.string() }).optional() });
const Resumed = z.looseObject({ entries: z.array(z.looseObject({ content: z.looseObject({ text: z.string().optional() }) })) });
const Person = z.looseObject({ id: z.string(), name: z.string(), members: z.array(z.looseObject({ id: z.string() })), identities: z.array(z.looseObject({ kind: z.string(), value: z.string(), evidence: z.string() })), edges: z.array(z.looseObject({ by: z.looseObject({ id: z.string() }), evidence: z.looseObject({ kind: z.string(), value: z.string() }).optional() })) });
const Suggestions = z.object({ items: z.array(z.looseObject({ contactId: z.string(), reasons: z.array(z.looseObject({ kind: z.string(), value: z.string() })) })) });

let server: Server;
let [shop, club] = ['', ''];
const sockets: Socket[] = [];
beforeAll(async () => {
  server = await startServer({ MONGODB_URI: testMongod('webchat_identity').uri });
  const make = async (name: string, config: object) => (await server.api('POST', '/channels', { kind: 'webchat', name, bot: false, config })).as(z.looseObject({ id: z.string() })).id;
  [shop, club] = [await make('shop', { identitySecret: secret }), await make('club', { identitySecret: 'identity-secret-of-the-club-0001' })];
}, 120_000);
afterAll(async () => {
  for (const socket of sockets) socket.disconnect();
  await server?.stop();
});

const jwt = (channel: string, sub: string, more: object = {}, key = secret) => new SignJWT({ ...more }).setSubject(sub).setAudience(channel).setIssuedAt().setExpirationTime('10m').setProtectedHeader({ alg: 'HS256' }).sign(new TextEncoder().encode(key));
async function open(channelId: string, auth: object = {}) {
  const socket = io(`${server.url}/visitors`, { path: '/live', transports: ['websocket'], auth: { channelId, ...auth }, reconnection: false });
  sockets.push(socket);
  const answer = await new Promise<{ refused?: unknown; welcome?: unknown }>((resolve) => {
    socket.on('welcome', (welcome: unknown) => resolve({ welcome }));
    socket.on('refused', (refused: unknown) => resolve({ refused }));
  });
  const say = (text: string): Promise<unknown> => socket.emitWithAck('send', { id: `m-${Math.random().toString(36).slice(2)}xxxx`.slice(0, 20), text });
  const heard = async () => Resumed.parse(await socket.emitWithAck('resume', { after: 0 })).entries.map(({ content }) => content.text);
  return { refused: answer.refused, welcome: answer.welcome ? Welcome.parse(answer.welcome) : null, say, heard, socket };
}
const contactOf = (text: string): Promise<string> => eventually(async () => {
  const { items } = (await server.api('GET', '/conversations?view=all')).as(z.object({ items: z.array(z.looseObject({ preview: z.string(), contactId: z.string() })) }));
  return items.find(({ preview }) => preview === text)?.contactId;
});
const person = async (id: string) => (await server.api('GET', `/contacts/${id}`)).as(Person);
const suggested = async (id: string) => (await server.api('GET', `/contacts/${id}/suggestions`)).as(Suggestions).items;

test('a signed user is the same on another device, by their signed name, and one person with whoever the same phone is signed for elsewhere', async () => {
  const first = await open(shop, { user: { token: await jwt(shop, '42', { name: 'Wang Fang', phone }) } });
  expect(first.welcome).toMatchObject({ verified: true });
  expect(first.welcome).not.toHaveProperty('problem');
  await first.say('from the laptop');
  const contact = await contactOf('from the laptop');
  expect(await person(contact)).toMatchObject({ name: 'Wang Fang', members: [{ id: contact }] });
  const phoneNow = await open(shop, { user: { id: '42', hash: identityHash(secret, '42') } });
  expect(await phoneNow.heard()).toEqual(['from the laptop']);

  await (await open(club, { user: { token: await jwt(club, '7', { name: 'W. Fang', phone_number: '008613800138001' }, 'identity-secret-of-the-club-0001') } })).say('from the club');
  const other = await contactOf('from the club');
  const joined = await eventually(async () => { const found = await person(contact); return found.members.length === 2 && found; });
  expect(joined.members.map(({ id }) => id)).toContain(other);
  expect(joined.edges).toMatchObject([{ by: { id: 'same-address' }, evidence: { kind: 'phone', value: '8613800138001' } }]);
  expect(joined.identities.filter(({ kind }) => kind === 'phone').map(({ evidence }) => evidence)).toEqual(['hmac', 'hmac']);
});

test('what stands beside an HMAC of the id is a claim: a user who names another\'s phone is only suggested', async () => {
  const liar = await open(shop, { user: { id: '666', hash: identityHash(secret, '666'), phone, name: 'Wang Fang' } });
  expect(liar.welcome).toMatchObject({ verified: true });
  await liar.say('let me in');
  const contact = await contactOf('let me in');
  await eventually(async () => (await suggested(contact)).length > 0);
  expect((await person(contact)).members).toHaveLength(1);
  expect((await suggested(contact))[0]?.reasons).toContainEqual(expect.objectContaining({ kind: 'phone', value: '8613800138001' }));
});

test('a wrong proof leaves an anonymous visitor, says why, and shows nobody\'s words', async () => {
  const wrong: [object, string][] = [
    [{ token: await jwt(club, '42') }, 'wrong-audience'], [{ token: await jwt(shop, '42', {}, 'identity-secret-of-the-club-0001') }, 'wrong-signature'],
    [{ token: `${await jwt(shop, '42')}x` }, 'wrong-signature'], [{ id: '42', hash: identityHash(secret, '43') }, 'wrong-signature'], [{ id: '42' }, 'proof-missing'],
  ];
  for (const [user, code] of wrong) {
    const tried = await open(shop, { user });
    expect(tried.welcome).toMatchObject({ verified: false, problem: { code }, thread: expect.stringMatching(/^v/) });
    expect(await tried.heard()).toEqual([]);
  }
});

test('who signs in on a browser where somebody chatted before is suggested as them, and not joined', async () => {
  const before = await open(shop);
  await before.say('not signed in yet');
  await (await open(shop, { token: before.welcome?.token, user: { token: await jwt(shop, '77') } })).say('signed in now');
  const [anonymous, user] = [await contactOf('not signed in yet'), await contactOf('signed in now')];
  const found = await eventually(async () => (await suggested(user)).find(({ contactId }) => contactId === anonymous));
  expect(found.reasons).toMatchObject([{ kind: 'device' }]);
  expect((await suggested(anonymous)).map(({ contactId }) => contactId)).toContain(user);
  expect((await person(user)).members).toHaveLength(1);
  expect((await server.api('POST', `/contacts/${user}/dismiss`, { contactId: anonymous })).status).toBe(204);
  expect([...await suggested(user), ...await suggested(anonymous)]).toEqual([]);
});

test('a no that a colleague noted is kept before every message, until a supervisor notes a yes', async () => {
  const visitor = await open(shop, { user: { token: await jwt(shop, '99') } });
  await visitor.say('do not write to me');
  const contact = await contactOf('do not write to me');
  const { items: [conversation] } = (await server.api('GET', `/conversations?view=all&contactId=${contact}`)).as(z.object({ items: z.array(z.looseObject({ id: z.string() })) }));
  const answer = async (text: string) => {
    const entry = (await server.api('POST', `/conversations/${conversation?.id}/messages`, { text })).as(z.looseObject({ seq: z.number() }));
    return eventually(async () => {
      const { items } = (await server.api('GET', `/conversations/${conversation?.id}/timeline?after=${entry.seq - 1}&limit=1`)).as(z.object({ items: z.array(z.looseObject({ delivery: z.looseObject({ state: z.string(), reason: z.unknown().optional() }).optional() })) }));
      const state = items[0]?.delivery?.state;
      return state && state !== 'queued' ? items[0]?.delivery : undefined;
    });
  };
  expect((await answer('welcome')).state).not.toBe('failed');
  const address = { kind: `webchat:${shop}`, value: 'user:99' };
  const noted = await server.api('POST', `/contacts/${contact}/consents`, { granted: false, address, words: 'said so on the phone' });
  expect(noted.body).toMatchObject({ items: [{ granted: false, words: 'said so on the phone', by: { kind: 'agent' }, address }], permissions: [{ channelKind: 'webchat', purpose: 'service', allowed: false, because: expect.any(String) }, { purpose: 'marketing', allowed: false }] });
  const kept = await answer('an advertisement');
  expect(kept.state).toBe('failed');
  expect(JSON.stringify(kept.reason)).toContain('said so on the phone');
  await server.api('POST', `/contacts/${contact}/consents`, { granted: true, address, words: 'changed her mind' });
  expect((await answer('welcome back')).state).not.toBe('failed');
});

test('a chat for verified users only says so', async () => {
  await server.api('PATCH', `/channels/${shop}`, { config: { requireProof: true } });
  expect(await open(shop)).toMatchObject({ refused: { code: 'proof-required' } });
  expect(await open(shop, { user: { id: '42', hash: 'f'.repeat(64) } })).toMatchObject({ refused: { code: 'proof-required', detail: expect.stringContaining('HMAC') } });
  expect((await open(shop, { user: { token: await jwt(shop, '42') } })).welcome).toMatchObject({ verified: true });
});
