/** A large mail must not hold up the others. */
import { expect, it } from 'vitest';
import { parseApart } from './parse-apart.ts';

const mailbox = { address: 'support@hub.test', tokenSecret: 'a-signing-secret-of-a-test' };
const bytes = Buffer.alloc(15 * 1024 * 1024, 'large ');
const large = Buffer.from(`From: a@b.test\r\nMessage-ID: <large@b.test>\r\nDate: Sat, 21 Nov 2026 09:30:00 +0800\r\nContent-Type: application/zip; name=large.zip\r\nContent-Transfer-Encoding: base64\r\n\r\n${bytes.toString('base64').replace(/.{76}/g, '$&\r\n')}\r\n`);

it('is parsed beside the event loop, with the same result', async () => {
  let longest = 0;
  let last = performance.now();
  const watch = setInterval(() => { longest = Math.max(longest, performance.now() - last); last = performance.now(); }, 5);
  const parsed = await parseApart(large, mailbox);
  clearInterval(watch);
  expect(parsed).toMatchObject({ own: false, inbound: { externalId: '<large@b.test>', sentAt: new Date('2026-11-21T01:30:00Z'), files: [{ name: 'large.zip' }] } });
  expect(Buffer.compare(parsed.own ? Buffer.alloc(0) : parsed.inbound.files?.[0]?.bytes ?? Buffer.alloc(0), bytes)).toBe(0);
  // Handing over and taking back the bytes is all that happens here; parsing them here takes several times as long.
  expect(longest).toBeLessThan(400);
});

it('a mail that cannot be parsed is refused from there too', async () => {
  const deep = `From: a@b.test\r\n${Array.from({ length: 200 }, (_, level) => `Content-Type: multipart/mixed; boundary=b${level}\r\n\r\n--b${level}\r\n`).join('')}`;
  await expect(parseApart(Buffer.from(deep.padEnd(300 * 1024, 'x')), mailbox)).rejects.toThrow(/nesting/i);
});

it('a mail that would keep the parser busy is given up', async () => {
  await expect(parseApart(Buffer.from(`From: a@b.test\r\n\r\n${'\r\n'.repeat(1_000_000)}`), mailbox, 1_000)).rejects.toThrow('could not be parsed within 1 s');
});
