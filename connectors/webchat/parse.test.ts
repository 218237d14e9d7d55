import { describe, expect, it } from 'vitest';
import { events, invalid, toInbound } from './parse.ts';
import { attachmentProof } from './token.ts';

const secret = 'token-secret-0123456789';
const thread = `v${'a'.repeat(22)}`;
const file = { id: 'b'.repeat(24), name: '发票 "x".pdf', type: 'application/pdf', size: 12 };
const parse = (payload: unknown, from = thread): unknown => {
  const sent = events.send.safeParse(payload);
  return sent.success ? toInbound({ thread: from }, sent.data, secret) : invalid(sent.error);
};

describe('toInbound', () => {
  it('is the same message at every attempt', () => {
    expect(parse({ id: 'client-01', text: ' 你好\n<b> ', name: 'Li', email: 'li@example.test' })).toEqual({
      externalId: `${thread}:client-01`, thread,
      from: { value: thread, name: 'Li', stable: false, attributes: { email: 'li@example.test' }, also: [{ kind: 'email', value: 'li@example.test', attested: false }] },
      content: { text: '你好\n<b>' },
    });
  });

  it('names a verified user by the id of the site', () => {
    const user = `u${Buffer.from('42 张').toString('base64url')}`;
    expect(parse({ id: 'client-01', text: 'x' }, user)).toMatchObject({ from: { value: 'user:42 张', stable: true } });
  });

  it('passes on what the site signed as vouched for, and what a page or a visitor says as a claim', () => {
    const sent = events.send.parse({ id: 'client-01', text: 'x', name: 'Me', email: 'boss@example.test' });
    const thread = `u${Buffer.from('42').toString('base64url')}`;
    const facts = { name: '王芳', email: 'wang@example.test', phone: '+8613800138000' };
    const address = (attested: boolean) => [{ kind: 'email', value: facts.email, attested }, { kind: 'phone', value: facts.phone, attested }];
    expect(toInbound({ thread, user: { ...facts, signed: true }, device: 'vOld' }, sent, secret)).toMatchObject({ from: { value: 'user:42', name: '王芳', signed: true, also: [...address(true), { kind: 'device', value: 'vOld', attested: false }] } });
    const claimed = toInbound({ thread, user: { ...facts, signed: false } }, sent, secret);
    expect(claimed).toMatchObject({ from: { also: address(false), attributes: { email: facts.email } } });
    expect(claimed).not.toHaveProperty('from.signed');
    const bare = toInbound({ thread, user: { signed: true } }, sent, secret);
    expect(bare).toMatchObject({ from: { also: [{ value: 'boss@example.test', attested: false }] } });
    expect(bare).not.toHaveProperty('from.name');
  });

  it('takes a file that was uploaded in this chat, and only that', () => {
    const proof = attachmentProof(secret, thread, file);
    expect(parse({ id: 'client-01', attachments: [{ ...file, proof }] })).toMatchObject({ content: { attachments: [file] } });
    const foreign = { code: 'forbidden', fields: { 'attachments.0': 'was not uploaded here' } };
    expect(parse({ id: 'client-01', attachments: [{ ...file, proof: attachmentProof(secret, 'v-other', file) }] })).toMatchObject(foreign);
    expect(parse({ id: 'client-01', attachments: [{ ...file, type: 'image/svg+xml', proof }] })).toMatchObject(foreign);
  });

  it.each([
    [null, 'message'],
    [{ text: 'x' }, 'id'],
    [{ id: 'short', text: 'x' }, 'id'],
    [{ id: 'client:with:colons', text: 'x' }, 'id'],
    [{ id: 'client-01' }, 'text'],
    [{ id: 'client-01', text: ' \0 ' }, 'text'],
    [{ id: 'client-01', text: 'x'.repeat(4_001) }, 'text'],
    [{ id: 'client-01', text: { $gt: '' } }, 'text'],
    [{ id: 'client-01', text: 'x', email: 'nobody' }, 'email'],
    [{ id: 'client-01', attachments: [{ ...file }] }, 'attachments.0.proof'],
    [{ id: 'client-01', attachments: [{ ...file, proof: 'x', size: 1e9 }] }, 'attachments.0.size'],
    [{ id: 'client-01', attachments: Array.from({ length: 11 }, () => ({ ...file, proof: 'x' })) }, 'attachments'],
  ])('refuses %j and names %s', (payload, field) => {
    expect(parse(payload)).toMatchObject({ code: expect.any(String), detail: expect.stringMatching(/\S/), fields: { [field]: expect.any(String) } });
  });
});
