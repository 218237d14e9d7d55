/** Who may join which conversation. */
import { describe, expect, it } from 'vitest';
import { isOurMessageId, messageIds, ourMessageId, replyAddress, threading, threadKey, threadOfAddress } from './threading.ts';

const secret = 'a-signing-secret-of-a-test';
const address = 'Support@Hub.test';
const claims = { sender: 'anna@example.test', messageId: '<3@example.test>', inReplyTo: [], references: [], recipients: ['support@hub.test'] };

describe('our marks', () => {
  it('a Message-ID is the same for a key and proves itself', () => {
    const id = ourMessageId(secret, 'effect 1\r\nBcc: x', address);
    expect(id).toBe(ourMessageId(secret, 'effect 1\r\nBcc: x', address));
    expect(id).toMatch(/^<[0-9a-f]{24}\.[0-9a-f]{16}@hub\.test>$/);
    expect(isOurMessageId(secret, id)).toBe(true);
    expect(isOurMessageId('another-secret', id)).toBe(false);
    expect(isOurMessageId(secret, id.replace(/[0-9a-f]@/, (end) => (end.startsWith('0') ? '1@' : '0@')))).toBe(false);
  });

  it('a reply address leads to its thread, also when a server folds its case', () => {
    const thread = threadKey('<1@example.test>', 'anna@example.test');
    const reply = replyAddress(secret, thread, address) ?? '';
    expect(reply.split('@')[0]?.length).toBeLessThanOrEqual(64);
    expect(threadOfAddress(secret, reply, address)).toBe(thread);
    expect(threadOfAddress(secret, reply.toUpperCase(), address)).toBe(thread);
  });

  it('a forged, foreign or shortened reply address leads nowhere', () => {
    const reply = (replyAddress(secret, 'mabc', address) ?? '').toLowerCase();
    const forged = ['support+mabc.0000000000000000@hub.test', reply.replace('mabc', 'mabd'), reply.replace('hub.test', 'hub.test.evil.test'), reply.replace('support', 'sales'), 'support+mabc@hub.test', 'support@hub.test', '', '+@'];
    expect(forged.map((one) => threadOfAddress(secret, one, address))).toEqual(forged.map(() => null));
  });

  it('no reply address where it would not be valid', () => {
    expect(replyAddress(secret, '<a@b>\r\nBcc: x', address)).toBeNull();
    expect(replyAddress(secret, 'm'.repeat(25), `${'long'.repeat(10)}@hub.test`)).toBeNull();
  });
});

describe('threading', () => {
  const ours = ourMessageId(secret, 'answer', address);

  it('begins a thread of the root mail and its sender', () => {
    expect(threading(claims, secret, address)).toEqual({ thread: threadKey('<3@example.test>', 'anna@example.test'), related: [], proven: false });
  });

  it('finds the root by References, whichever mail comes first', () => {
    const later = threading({ ...claims, messageId: '<9@example.test>', inReplyTo: ['<3@example.test>'], references: ['<3@example.test>', ours] }, secret, address);
    expect(later.thread).toBe(threading(claims, secret, address).thread);
    expect(later.related[0]).toBe(ours);
  });

  it('puts the signed address first, then our ids latest first, then own threads', () => {
    const older = ourMessageId(secret, 'older', address);
    const reply = replyAddress(secret, 'm1', address) ?? '';
    const { thread, related, proven } = threading({ ...claims, inReplyTo: [ours], references: ['<1@example.test>', older, ours], recipients: [reply] }, secret, address);
    expect(thread).toBe('m1');
    expect(related.slice(0, 3)).toEqual(['m1', ours, older]);
    expect(related).toContain(threadKey('<1@example.test>', 'anna@example.test'));
    expect(proven).toBe(true);
  });

  it('gives a stranger with forged references a thread of his own', () => {
    const forged = threading({ ...claims, sender: 'mallory@evil.test', inReplyTo: ['<3@example.test>'], references: ['<3@example.test>', '<000000000000000000000000.0000000000000000@hub.test>'], recipients: ['support+m1.0000000000000000@hub.test'] }, secret, address);
    const honest = threading(claims, secret, address);
    expect([forged.thread, ...forged.related]).not.toContain(honest.thread);
    expect([forged.thread, ...forged.related].filter((value) => value.startsWith('<'))).toEqual([]);
    expect(forged.proven).toBe(false);
  });
});

it('message ids are cut out of whatever surrounds them', () => {
  expect(messageIds('<a@b><c@d>, junk (x) <a@b>\t<e@f')).toEqual(['<a@b>', '<c@d>']);
  expect(messageIds(undefined)).toEqual([]);
});
