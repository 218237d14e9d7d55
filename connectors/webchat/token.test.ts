import { describe, expect, it } from 'vitest';
import { identityHash } from './proof.ts';
import { bearerVisitor, makeToken, openVisitor, verifyToken, type Refusal, type Visitor } from './token.ts';

const config = { tokenSecret: 'token-secret-0123456789', identitySecret: 'identity-secret-0123456789' };
const visitor = async (opening: Promise<Visitor | Refusal>): Promise<Visitor> => {
  const answer = await opening;
  if ('error' in answer) throw new Error(answer.error.detail);
  return answer;
};

describe('openVisitor', () => {
  it('makes a new visitor, and knows them again by the token', async () => {
    const first = await visitor(openVisitor(config, {}));
    expect(await visitor(openVisitor(config, { token: first.token }))).toEqual(first);
    expect((await visitor(openVisitor(config, undefined))).thread).not.toBe(first.thread);
    expect(first.keep).toBe(true);
  });

  it('gives a verified user one thread on every device, with a token that ends and is not kept', async () => {
    const user = { id: '张三 42', hash: identityHash(config.identitySecret, '张三 42') };
    const now = Date.UTC(2026, 0, 1);
    const one = await visitor(openVisitor(config, { user }, now));
    const two = await visitor(openVisitor(config, { user, token: (await visitor(openVisitor(config, {}))).token }, now + 5_000));
    expect(two.thread).toBe(one.thread);
    expect(one.keep).toBe(false);
    expect(bearerVisitor(config, one.token, now)).toMatchObject({ thread: one.thread });
    expect(bearerVisitor(config, one.token, now + 13 * 3600_000)).toMatchObject({ error: { code: 'not-signed-in' } });
  });

  it.each([
    ['no hash', { id: 'boss' }],
    ['a made-up hash', { id: 'boss', hash: 'f'.repeat(64) }],
    ['the hash of another user', { id: 'boss', hash: identityHash(config.identitySecret, 'me') }],
    ['a hash of a rotated secret', { id: 'boss', hash: identityHash('identity-secret-before-1', 'boss') }],
  ])('treats a user with %s as anonymous', async (_name, user) => {
    const opened = await visitor(openVisitor(config, { user }));
    expect(opened.thread).toMatch(/^v/);
    const own = await visitor(openVisitor(config, {}));
    expect((await visitor(openVisitor(config, { user, token: own.token }))).thread).toBe(own.thread);
  });

  it('never takes an identity without a secret to check it, and never reopens an account from its token', async () => {
    const user = { id: 'boss', hash: identityHash('', 'boss') };
    expect((await visitor(openVisitor({ ...config, identitySecret: '' }, { user }))).thread).toMatch(/^v/);
    const account = await visitor(openVisitor(config, { user: { id: 'boss', hash: identityHash(config.identitySecret, 'boss') } }));
    expect((await visitor(openVisitor(config, { token: account.token }))).thread).toMatch(/^v/);
  });

  it('bears malformed auth', async () => {
    for (const auth of [null, { token: 7 }, { user: 'x' }, { token: 'v1.a.b' }, { user: { id: '' } }]) expect((await visitor(openVisitor(config, auth))).thread).toMatch(/^v/);
    expect(await openVisitor(config, 'x')).toMatchObject({ error: { code: 'invalid' } });
  });
});

describe('verifyToken', () => {
  const token = makeToken(config.tokenSecret, `v${'a'.repeat(22)}`);
  it.each([
    ['another visitor', token.replace('va', 'vb')],
    ['another secret', makeToken('another-secret-123456', `v${'a'.repeat(22)}`)],
    ['an added expiry', token.replace('..', '.9999999999.')],
    ['more parts', `${token}.x`],
    ['no signature', token.slice(0, token.lastIndexOf('.') + 1)],
    ['nothing', ''],
  ])('refuses %s', (_name, forged) => {
    expect(verifyToken(config.tokenSecret, token, 0)).toBe(`v${'a'.repeat(22)}`);
    expect(verifyToken(config.tokenSecret, forged, 0)).toBeNull();
    expect(bearerVisitor(config, forged)).toMatchObject({ error: { code: 'not-signed-in' } });
  });
});
