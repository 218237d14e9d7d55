/** Signatures: the published vector, the published library as a peer, and each way to be refused. */
import { Webhook } from 'standardwebhooks';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { prepareKey, secretPattern, sign, verify } from './signature.ts';

// The vector that the Standard Webhooks libraries share.
const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const vector = { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', timestamp: '1614265330', signature: 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=' };
const body = Buffer.from('{"test": 2432232314}');
const now = 1_614_265_330_000;
const keys = [prepareKey(secret)];

describe('verify', () => {
  it('agrees with the published vector, and signs the same', () => {
    expect(verify(keys, body, vector, now)).toBeNull();
    expect(sign(keys, vector.id, body, now)).toEqual({ 'webhook-id': vector.id, 'webhook-timestamp': vector.timestamp, 'webhook-signature': vector.signature });
  });

  it('agrees with the published library on any text, in both directions', () => {
    const peer = new Webhook(secret);
    fc.assert(fc.property(fc.string({ unit: 'binary' }), fc.stringMatching(/^[\x21-\x7e]{1,64}$/), (text, id) => {
      const clean = text.toWellFormed();
      const at = new Date(Math.floor(Date.now() / 1000) * 1000);
      const headers = sign(keys, id, Buffer.from(clean), at.getTime());
      expect(headers['webhook-signature']).toBe(peer.sign(id, at, clean));
      peer.verify(clean, headers, { jsonParse: false });
    }), { numRuns: 100 });
  });

  it('names the header that is missing, malformed, old, early or wrong', () => {
    const refused = (change: Partial<typeof vector>, time = now): string | undefined => verify(keys, body, { ...vector, ...change }, time)?.header;
    expect(refused({ id: '' })).toBe('webhook-id');
    expect(refused({ id: 'ümlaut' })).toBe('webhook-id');
    expect(refused({ id: 'msg_other' })).toBe('webhook-signature');
    for (const timestamp of ['', '-1', '1e9', ' 1614265330', '99999999999999', 'NaN']) expect(refused({ timestamp })).toBe('webhook-timestamp');
    expect(refused({}, now + 300_000)).toBeUndefined();
    expect(refused({}, now + 301_000)).toBe('webhook-timestamp');
    expect(refused({}, now - 301_000)).toBe('webhook-timestamp');
    for (const signature of ['', 'v1', 'v1,', vector.signature.slice(3), vector.signature.replace('v1', 'v1a'), `v1,${'A'.repeat(43)}=`, `${vector.signature}A`.repeat(2)]) {
      expect(refused({ signature }), signature).toBe('webhook-signature');
    }
  });

  it('signs raw bytes: a space more in the JSON, or another byte, is refused', () => {
    expect(verify(keys, Buffer.from('{"test":2432232314}'), vector, now)?.header).toBe('webhook-signature');
    for (let at = 0; at < body.length; at += 1) {
      const changed = Buffer.from(body);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(verify(keys, changed, vector, now)).not.toBeNull();
    }
  });

  it('lets secrets change: any listed signature by any of our keys will do', () => {
    const next = prepareKey(`whsec_${Buffer.alloc(32, 9).toString('base64')}`);
    expect(verify([next, ...keys], body, vector, now)).toBeNull();
    expect(verify([next], body, vector, now)?.header).toBe('webhook-signature');
    expect(verify(keys, body, { ...vector, signature: `v1,${'B'.repeat(43)}= v1a,xyz ${vector.signature}` }, now)).toBeNull();
    const both = sign([next, ...keys], 'msg_1', body, now)['webhook-signature'];
    expect(both.split(' ')).toHaveLength(2);
    for (const key of [next, ...keys]) expect(verify([key], body, { id: 'msg_1', timestamp: vector.timestamp, signature: both }, now)).toBeNull();
  });
});

it('knows a usable secret', () => {
  for (const bytes of [24, 25, 26, 32, 64]) expect(`whsec_${Buffer.alloc(bytes, 5).toString('base64')}`).toMatch(secretPattern);
  for (const bad of ['', 'whsec_', secret.slice(6), `whsec_${Buffer.alloc(20).toString('base64')}`, `whsec_${Buffer.alloc(70).toString('base64')}`, `${secret}\n`]) expect(bad).not.toMatch(secretPattern);
});
