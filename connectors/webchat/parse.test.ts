import { describe, expect, it } from 'vitest';
import { events, invalid, toInbound } from './parse.ts';
import { attachmentProof } from './token.ts';

const secret = 'token-secret-0123456789';
const thread = `v${'a'.repeat(22)}`;
const file = { id: 'b'.repeat(24), name: '发票 "x".pdf', type: 'application/pdf', size: 12 };
const parse = (payload: unknown, from = thread): unknown => {
  const sent = events.send.safeParse(payload);
  return sent.success ? toInbound(from, sent.data, secret) : invalid(sent.error);
};

describe('toInbound', () => {
  it('is the same message at every attempt', () => {
    expect(parse({ id: 'client-01', text: ' 你好\n<b> ', name: 'Li', email: 'li@example.test' })).toEqual({
      externalId: `${thread}:client-01`, thread,
      from: { value: thread, name: 'Li', stable: false, attributes: { email: 'li@example.test' } },
      content: { text: '你好\n<b>' },
    });
  });

  it('names a verified user by the id of the site', () => {
    const user = `u${Buffer.from('42 张').toString('base64url')}`;
    expect(parse({ id: 'client-01', text: 'x' }, user)).toMatchObject({ from: { value: 'user:42 张', stable: true } });
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
