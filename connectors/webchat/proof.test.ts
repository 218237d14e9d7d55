import { SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { identityHash, proveUser, SaidUser } from './proof.ts';
import { bearerVisitor, openVisitor } from './token.ts';

const secret = 'identity-secret-0123456789';
const channelId = 'c'.repeat(24);
const config = { tokenSecret: 'token-secret-0123456789', identitySecret: secret };
const now = Date.UTC(2026, 5, 1);
const seconds = Math.floor(now / 1000);
const claims = { sub: '42', name: '王芳', email: 'wang@example.com', phone: '+8613800138000', iat: seconds, exp: seconds + 3600, aud: channelId };
const key = (text: string) => new TextEncoder().encode(text);
const jwt = (change: object = {}, signedWith = secret, alg = 'HS256') => new SignJWT({ ...claims, ...change }).setProtectedHeader({ alg }).sign(key(signedWith));
const prove = (said: object, at = now) => proveUser(secret, channelId, SaidUser.parse(said), at);
const none = (payload: object) => `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from(JSON.stringify(payload)).toString('base64url')}.`;

describe('a JWT', () => {
  it('proves the id and vouches for name, mail and phone', async () => {
    expect(await prove({ token: await jwt() })).toEqual({ user: { id: '42', name: '王芳', email: 'wang@example.com', phone: '+8613800138000', signed: true } });
    expect(await prove({ token: await jwt({ aud: ['other', channelId], email_verified: false, phone: undefined, phone_number: '+4915112345678' }) })).toEqual({ user: { id: '42', name: '王芳', phone: '+4915112345678', signed: true } });
    expect(await prove({ token: await jwt(), id: '43', email: 'boss@example.com' })).toMatchObject({ user: { id: '42', email: 'wang@example.com' } }); // what is beside it counts for nothing
  });

  it.each([
    ['of another channel\'s secret', () => jwt({}, 'another-secret-0123456789'), 'wrong-signature'],
    ['for another channel', () => jwt({ aud: 'd'.repeat(24) }), 'wrong-audience'],
    ['without an audience', () => jwt({ aud: undefined }), 'wrong-audience'],
    ['that has expired', () => jwt({ exp: seconds - 61 }), 'proof-expired'],
    ['without an end', () => jwt({ exp: undefined }), 'wrong-proof'],
    ['without a beginning', () => jwt({ iat: undefined }), 'wrong-proof'],
    ['from the future', () => jwt({ iat: seconds + 600, exp: seconds + 7200 }), 'wrong-proof'],
    ['made long ago, however long it says it lives', () => jwt({ iat: seconds - 25 * 3600, exp: seconds + 3600 }), 'proof-expired'],
    ['of another algorithm', () => jwt({}, 'identity-secret-0123456789'.padEnd(64, 'x'), 'HS512'), 'wrong-proof'],
    ['of no algorithm', async () => none(claims), 'wrong-proof'],
    ['whose id was changed', async () => (await jwt()).replace(/\.[^.]+\./, `.${Buffer.from(JSON.stringify({ ...claims, sub: 'boss' })).toString('base64url')}.`), 'wrong-signature'],
    ['without an id', () => jwt({ sub: undefined }), 'wrong-proof'],
    ['with a line break in its id', () => jwt({ sub: '42\nboss@example.com' }), 'wrong-proof'],
    ['that is none', async () => 'nonsense', 'wrong-proof'],
  ])('%s is refused with a word why, and leaves an anonymous visitor', async (_name, make, code) => {
    const token = await make();
    expect(await prove({ token })).toMatchObject({ problem: { code, detail: expect.stringMatching(/.{20}/) } });
    const opened = await openVisitor(config, { channelId, user: { token } }, now);
    expect(opened).toMatchObject({ thread: expect.stringMatching(/^v/), keep: true, problem: { code } });
    expect(opened).not.toHaveProperty('user');
  });

  it('replayed after its end opens nothing, unless by the browser that was let in with it', async () => {
    const token = await jwt();
    const opened = await openVisitor(config, { channelId, user: { token } }, now);
    const later = now + 2 * 3600_000;
    if ('error' in opened) throw new Error('refused');
    expect(await openVisitor(config, { channelId, user: { token } }, later)).toMatchObject({ thread: expect.stringMatching(/^v/), problem: { code: 'proof-expired' } });
    expect(await openVisitor(config, { channelId, user: { token }, token: opened.token }, later)).toMatchObject({ thread: opened.thread, keep: false, user: { id: '42', signed: false } });
    const other = await openVisitor(config, { channelId, user: { token: await jwt({ sub: '43' }) } }, now);
    if ('error' in other) throw new Error('refused');
    expect(await openVisitor(config, { channelId, user: { token }, token: other.token }, later)).toMatchObject({ thread: expect.stringMatching(/^v/) });
    expect(await openVisitor(config, { channelId, user: { token }, token: opened.token }, now + 13 * 3600_000)).toMatchObject({ thread: expect.stringMatching(/^v/) });
  });
});

describe('an id', () => {
  it.each(['boss ', ' boss', '\u00a0boss', '\ufeffboss', 'boss\u3000', 'bo\ud800ss'])('that only looks like another one (%j) opens nobody\'s history', async (id) => {
    for (const user of [{ token: await jwt({ sub: id }) }, { id, hash: identityHash(secret, id) }]) {
      const opened = await openVisitor(config, { channelId, user }, now);
      expect(opened).not.toMatchObject({ thread: `u${Buffer.from('boss').toString('base64url')}` });
      expect(opened).not.toMatchObject({ thread: `u${Buffer.from('bo\ufffdss').toString('base64url')}` });
    }
  });
  it('may be as long as it may be, in any letters: the user can send files too', async () => {
    const id = '名'.repeat(200);
    const opened = await openVisitor(config, { channelId, user: { token: await jwt({ sub: id }) } }, now);
    if ('error' in opened) throw new Error('refused');
    expect(bearerVisitor(config, opened.token, now)).toMatchObject({ thread: opened.thread });
  });
});

describe('an HMAC', () => {
  const facts = { id: '42', email: 'wang@example.com', phone: '+8613800138000', name: '王芳' };
  it('of the id proves the id, and vouches for nothing that stands beside it', async () => {
    expect(await prove({ ...facts, hash: identityHash(secret, '42') })).toEqual({ user: { ...facts, signed: false } });
    expect(await prove({ ...facts, email: 'boss@example.com', hash: identityHash(secret, '42') })).toMatchObject({ user: { signed: false } });
  });
  it('of all lines vouches for all of them, and for no others', async () => {
    const hash = identityHash(secret, facts);
    expect(await prove({ ...facts, hash: hash.toUpperCase() })).toEqual({ user: { ...facts, signed: true } });
    expect(await prove({ ...facts, email: 'boss@example.com', hash })).toMatchObject({ problem: { code: 'wrong-signature' } });
    expect(await prove({ id: '42\nwang@example.com\n+8613800138000\n王芳', hash })).toMatchObject({ problem: { code: 'wrong-proof' } });
    expect(await prove({ id: '42', hash: identityHash(secret, { id: '42' }) })).toEqual({ user: { id: '42', signed: true } }); // nothing beside it
  });
  it.each([['none', undefined, 'proof-missing'], ['made up', 'f'.repeat(64), 'wrong-signature'], ['of another id', identityHash(secret, '43'), 'wrong-signature'], ['of another channel\'s secret', identityHash('another-secret-0123456789', '42'), 'wrong-signature']])('%s is refused', async (_name, hash, code) => {
    expect(await prove({ id: '42', hash })).toMatchObject({ problem: { code } });
  });
});

describe('a channel', () => {
  it('without a secret believes nobody and says so', async () => {
    for (const none of [undefined, '']) expect(await proveUser(none, channelId, { id: 'boss', hash: identityHash('', 'boss') }, now)).toMatchObject({ problem: { code: 'no-secret' } });
  });
  it('that requires a proof lets in nobody else, with old tokens neither', async () => {
    const before = await openVisitor(config, {}, now);
    if ('error' in before) throw new Error('refused');
    const strict = { ...config, requireProof: true };
    for (const auth of [{}, { token: before.token }, { user: { id: '42', hash: 'f'.repeat(64) } }]) expect(await openVisitor(strict, { channelId, ...auth }, now)).toMatchObject({ error: { code: 'proof-required' } });
    expect(bearerVisitor(strict, before.token, now)).toMatchObject({ error: { code: 'not-signed-in' } });
    expect(await openVisitor(strict, { channelId, user: { token: await jwt() } }, now)).toMatchObject({ thread: expect.stringMatching(/^u/) });
  });
  it('knows which anonymous visitor a user was on this browser', async () => {
    const before = await openVisitor(config, {}, now);
    if ('error' in before) throw new Error('refused');
    expect(await openVisitor(config, { channelId, token: before.token, user: { token: await jwt() } }, now)).toMatchObject({ device: before.visitorId });
    expect(await openVisitor(config, { channelId, token: before.token.replace(/.$/, '_'), user: { token: await jwt() } }, now)).not.toHaveProperty('device');
  });
});
