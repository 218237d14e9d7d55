/** The scheme against the samples that Tencent publishes with its own libraries. */
import { describe, expect, it } from 'vitest';
import { decrypt, encrypt, sameSignature, signature } from './crypto.ts';

const published = {
  token: 'QDG6eK', aesKey: 'jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C', receiver: 'wx5823bf96d3bd56c7',
  echo: 'P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ==',
  message: 'RypEvHKD8QQKFhvQ6QleEB4J58tiPdvo+rtK1I9qca6aM/wvqnLSV5zEPeusUiX5L5X/0lWfrf0QADHHhGd3QczcdCUpj911L3vg3W/sYYvuJTs3TUUkSUXxaccAS0qhxchrRYt66wiSpGLYL42aM6A8dTT+6k4aSknmPj48kzJs8qLjvd4Xgpue06DOdnLxAUHzM6+kDZ+HMZfJYuR+LtwGc2hgf5gsijff0ekUNXZiqATP7PF5mZxZ3Izoun1s4zG4LUMnvw2r+KqCKIw+3IQH03v+BCA9nMELNqbSf6tiWSrXJB3LAVGUcallcrw8V2t9EL4EhzJWrQUax5wLVMNS0+rUPA3k22Ncx4XXZS9o0MBH27Bo6BpNelZpS+/uh9KsNlY6bHCmJU9p8g7m3fVKn28H3KDYA5Pl/T8Z1ptDAVe0lXdQ2YoyyH2uyPIGHBZZIs2pDBS8R07+qN+E7Q==',
};
const { token, aesKey, receiver } = published;

describe('signature', () => {
  it('is what Tencent computes', () => {
    expect(signature([token, '1409659589', '263014780', published.echo])).toBe('5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3');
    expect(signature([token, '1409659813', '1372623149', published.message])).toBe('477715d11cdb4164915debcba66cb864d751f3e6');
  });
  it('compares whole signatures', () => {
    expect(sameSignature('abc', 'abc')).toBe(true);
    expect(['abd', 'ab', 'abcd', ''].map((other) => sameSignature('abc', other))).toEqual([false, false, false, false]);
  });
});

describe('encryption', () => {
  it('reads what Tencent encrypted', () => {
    expect(decrypt(aesKey, receiver, published.echo)).toBe('1616140317555161061');
    expect(decrypt(aesKey, receiver, published.message)).toContain('<Content><![CDATA[hello]]></Content>');
  });
  it('reads back what it wrote, for every length of the last block', () => {
    for (let length = 0; length < 70; length += 1) {
      const text = '喂'.repeat(length);
      expect(decrypt(aesKey, receiver, encrypt(aesKey, receiver, text))).toBe(text);
    }
  });
  it('is the same for the same random bytes', () => {
    const random = new Uint8Array(16).fill(7);
    expect(encrypt(aesKey, receiver, 'x', random)).toBe(encrypt(aesKey, receiver, 'x', random));
    expect(encrypt(aesKey, receiver, 'x')).not.toBe(encrypt(aesKey, receiver, 'x'));
  });
  it('refuses another receiver, another key, and rubbish, in words', () => {
    expect(() => decrypt(aesKey, 'wx0000000000000000', published.message)).toThrow('another receiver');
    expect(() => decrypt(aesKey.replace('jWm', 'abc'), receiver, published.message)).toThrow(/does not fit|another receiver/);
    for (const rubbish of ['', 'AAAA', '!!!', published.message.slice(0, 60)]) expect(() => decrypt(aesKey, receiver, rubbish), rubbish).toThrow(Error);
    expect(() => decrypt('short', receiver, published.message)).toThrow('43 letters');
  });
});
