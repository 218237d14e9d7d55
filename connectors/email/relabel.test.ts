/** A mail that is built to keep the hub busy is read all the same, at once: it lies in the mailbox until it is. */
import { expect, it } from 'vitest';
import { relabel } from './relabel.ts';

const head = 'From: a@b.example\r\n\r\n';
const much = 'x'.repeat(4_000_000);
it.each([
  ['fields that name files', `content-type: text/plain\r\n${'content-disposition: inline; filename=x\r\n'.repeat(40_000)}`],
  ['parts below a long one', `${much}\r\n${'content-type: text/plain\r\n\r\nx\r\n'.repeat(200)}`],
  ['parts that end nowhere', `${much}\r\n${'content-type: text/plain\r\n'.repeat(200)}${much.slice(0, 3_000_000)}`],
  ['parts without a boundary', `${'content-type: text/plain; charset=iso-8859-1\r\ncontent-transfer-encoding: quoted-printable\r\n\r\n=E4\r\n'.repeat(200)}${'=3D'.repeat(1_000_000)}`],
])('with %s', (_name, body) => {
  const raw = Buffer.from(head + body, 'latin1');
  const began = performance.now();
  relabel(raw);
  expect(performance.now() - began).toBeLessThan(2_000);
});
