/** Small mails are parsed in the event loop: none may be built to stop everybody else for long. */
import { expect, it } from 'vitest';
import { parseMail } from './parse.ts';

const mailbox = { address: 'support@hub.example', tokenSecret: 'a-signing-secret-of-a-test' };
const mail = (subject: string, body: string, more = ''): Buffer => Buffer.from(`From: a <a@b.example>\r\nTo: support@hub.example\r\nSubject: ${subject}\r\n${more}Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n${Buffer.from(body).toString('base64')}\r\n`);
const much = (token: string, size = 60_000): string => `hello ${token.repeat(Math.floor(size / token.length))} end`;

it.each(['\n', ' \n', '>\n', '> ', '\u3000\n', '--\n', 'from\n', `from${' '.repeat(5_000)}`, 'From: a\n', '-', 'on ', '<a@b>'].map((token) => ({ token, name: JSON.stringify(token.slice(0, 10)) })))('made of $name', async ({ token }) => {
  for (const subject of ['hello', 'Fwd: hello']) {
    const began = performance.now();
    await parseMail(mail(subject, much(token)), mailbox);
    expect(performance.now() - began).toBeLessThan(1_500);
  }
});

it.each(['"', '(', '\\', '<', ',', '=?utf-8?B?'])('with addresses made of %j', async (token) => {
  const began = performance.now();
  await parseMail(mail('hello', 'hello', `X-Failed-Recipients: ${much(token, 20_000)}\r\nCc: ${much(token, 20_000)}\r\n`), mailbox);
  expect(performance.now() - began).toBeLessThan(1_500);
});
