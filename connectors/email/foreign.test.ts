/** What mails of strangers do wrong: each line is our own smallest mail with a trouble that was seen in the mails of others. */
import { describe, expect, it } from 'vitest';
import { checkInbound } from '../testing/shape.ts';
import { email } from './kind.ts';
import { parseMail } from './parse.ts';
import { broken, tooLarge } from './unread.ts';

const mailbox = { address: 'support@hub.test', tokenSecret: 'a-signing-secret-of-a-test' };
const bytes = (text: string): Buffer => Buffer.from(text.replace(/\n/g, '\r\n'), 'latin1');
const read = async (...parts: (string | Buffer)[]) => {
  const parsed = await parseMail(Buffer.concat(parts.map((part) => (typeof part === 'string' ? bytes(part) : part))), mailbox);
  if (parsed.own) throw new Error('taken for our own');
  checkInbound(parsed.inbound, email.manifest);
  return parsed.inbound;
};
const text = async (...parts: (string | Buffer)[]) => (await read(...parts)).content.text;
const hex = (digits: string): Buffer => Buffer.from(digits.replaceAll(' ', ''), 'hex');
const from = 'From: a@b.test\nMIME-Version: 1.0\n';

describe('a header that does not end', () => {
  it.each([
    ['with a line of blanks', `${from}Subject: x\n \nwords of the body\n\nmore of them\n`],
    ['before the words', `${from}Subject: x\nwords of the body\n`],
    ['before the words, which have empty lines', `${from}Subject: x\nwords of the body\n\nmore of them\n`],
    ['before the parts', `${from}Content-Type: multipart/mixed; boundary=x\n \n--x\nContent-Type: text/plain\n\nwords of the body\n--x--\n`],
  ])('%s loses nothing', async (_name, mail) => {
    expect(await text(mail)).toContain('words of the body');
  });
  it('is only broken where fields follow', async () => {
    expect((await read('From: a@b.test\nbroken off\n \nSubject: x\n\nwords\n')).content).toMatchObject({ text: 'words', email: { subject: 'x' } });
  });
});

describe('a structure that is not there', () => {
  it.each([
    ['no boundary is named', 'Content-Type: multipart/mixed\n\n--x\nContent-Type: text/plain\n\nwords\n--x--\n'], ['another boundary is named', 'Content-Type: multipart/report; boundary=y\n\n--x\nContent-Type: text/plain\n\nwords\n--x--\n'],
    ['the boundary is empty', 'Content-Type: multipart/mixed; boundary=""\n\n--\n\nwords\n----\n'], ['no parts', 'Content-Type: multipart/alternative; boundary=x\n\nwords\n'],
  ])('%s: the body is shown as it stands, and kept', async (_name, mail) => {
    const { content, files } = await read(from, mail);
    expect(content.text).toContain('words');
    expect(files?.map((file) => file.name)).toEqual(['original.eml']);
  });
  it('what cannot be shown at all is kept', async () => {
    expect(await read(from, 'Content-Type: text/html\n\n<script>nothing to see</script>\n')).toMatchObject({ files: [{ name: 'original.eml' }] });
    expect(await read(from, 'Subject: only this\n\n')).not.toHaveProperty('files');
  });
  it('a type that is half said is plain text', async () => {
    expect(await read(from, 'Content-Type: text\n\nwords\n')).not.toHaveProperty('files');
    expect(await text(from, 'Content-Type: text; charset=iso-8859-1\nContent-Transfer-Encoding: quoted-printable\n\nGr=FC=DFe\n')).toBe('Grüße');
  });
  it('a text file shown inline is a file, and a body with a name is a body', async () => {
    const part = (name: string, words: string): string => `--x\nContent-Disposition: inline;\n filename=${name}\nContent-Type: text/plain; charset=utf-8\n\n${words}\n`;
    const { content, files } = await read(from, `Content-Type: multipart/mixed; boundary=x\n\n${part('body.txt', 'words')}${part('list.txt', 'one, two')}--x--\n`);
    expect([content.text, files?.map((file) => file.name)]).toEqual(['words', ['list.txt']]);
  });
  it('a clear-signed text is kept with its signature', async () => {
    const { content, files } = await read(from, '\n-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nwords\n-----BEGIN PGP SIGNATURE-----\n\nabc\n-----END PGP SIGNATURE-----\n');
    expect(content.text).toBe('words');
    expect(String(Buffer.from(files?.[0]?.bytes ?? []))).toContain('BEGIN PGP SIGNATURE');
  });
  it('one too deep to open is told of, whoever sent it', async () => {
    expect(await broken(bytes(`Subject: deep\n${Array.from({ length: 200 }, (_, level) => `Content-Type: multipart/mixed; boundary=b${level}\n\n--b${level}\n`).join('')}`), mailbox)).toMatchObject({ inbound: { from: { value: 'unknown@invalid' }, content: { unreadable: { reason: { 'zh-CN': expect.stringContaining('原件'), en: expect.stringContaining('original') } } }, files: [{ name: 'original.eml' }] } });
    expect((await tooLarge(bytes('From: a@b.test\nSubject: x\n\n'), 70 * 1024 * 1024, mailbox))).toMatchObject({ inbound: { content: { unreadable: { reason: { en: expect.stringContaining('70 MB') } } } } });
  });
});

const western = hex('4772fcdf65'); // Grüße
const chinese = hex('c4fabac3a3acb6a9b5a5bac5cac7b6e0c9d9a3bf'); // 您好，订单号是多少？
const windows1251 = hex('c7e4f0e0e2f1f2e2f3e9f2e520e4f0f3e7fcff'); // Здравствуйте друзья
const koi8 = hex('fac4d2c1d7d3d4d7d5cad4c520c4d2d5dad8d1');
describe('letters nobody names, or names wrong', () => {
  it.each([
    ['western', western, 'Grüße'], ['Chinese', chinese, '您好，订单号是多少？'], ['Cyrillic of Windows', windows1251, 'Здравствуйте друзья'], ['Cyrillic of Unix', koi8, 'Здравствуйте друзья'], ['UTF-8', Buffer.from('Grüße 您好'), 'Grüße 您好'],
  ])('%s ones', async (_name, letters, words) => {
    const { content } = await read('From: a@b.test\nSubject: ', letters, '\n\n', letters, '\n');
    expect([content.email?.subject, content.text]).toEqual([words, words]);
    expect(await text(from, 'Content-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: text/plain\n\n', letters, '\n--x--\n')).toBe(words);
    expect(await text(from, 'Content-Type: text/plain; charset=us-ascii\nContent-Transfer-Encoding: 8bit\n\n', letters, '\n')).toBe(words);
  });
  it('in the header are read as those of the body', async () => {
    expect((await read('From: a@b.test\nSubject: ', hex('bec8b3e7c7cfbcbcbfe4'), '\nMIME-Version: 1.0\nContent-Type: text/plain; charset=euc-kr\n\nx\n')).content.email?.subject).toBe('안녕하세요');
  });
  it.each([
    ['a code page by its number', 'cp932', '8bit', hex('82a882cd82e682a4'), 'おはよう'], ['EUC-JP called ISO-2022-JP', 'iso-2022-jp', '8bit', hex('a4aaa4cfa4e8a4a6'), 'おはよう'], ['Latin-1 called UTF-8', 'utf-8', '8bit', western, 'Grüße'],
    ['GBK called Latin-1', 'iso-8859-1', '8bit', chinese, '您好，订单号是多少？'], ['plain words called UTF-16', 'utf-16', '7bit', bytes('plain words'), 'plain words'],
    ['HZ', 'hz-gb-2312', '7bit', bytes('~{DzOC~} A~~B'), '您厦 A~B'], ['UTF-7 in quoted-printable', 'utf-7', 'quoted-printable', bytes('Gr+APw-+AN8-e =\n+T2BZfQ-'), 'Grüße 你好'], ['UTF-7 in base64', 'utf-7', 'base64', bytes(Buffer.from('+T2BZfQ-').toString('base64')), '你好'],
    ['ISO-2022-KR', 'iso-2022-kr', '7bit', Buffer.concat([hex('1b242943'), hex('0e3e483367470f'), bytes(' ok')]), '안녕'],
  ])('%s', async (_name, charset, encoding, letters, words) => {
    expect(await text(from, `Content-Type: text/plain; charset="${charset}"\nContent-Transfer-Encoding: ${encoding}\n\n`, letters, '\n')).toContain(words);
  });
  it('in the name of a file', async () => {
    const { files } = await read(from, 'Content-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: application/pdf;\n name="', hex('b7a2c6b1'), '.pdf"\nContent-Disposition: attachment;\n filename="', hex('b7a2c6b1'), '.pdf"\n\nx\n--x--\n');
    expect(files?.map((file) => file.name)).toEqual(['发票.pdf']);
  });
  it('UTF-7 in a subject', async () => {
    expect((await read(from, 'Subject: =?utf-7?Q?Gr+APw-+AN8-e?=\n\nx\n')).content.email?.subject).toBe('Grüße');
  });
});

describe('senders', () => {
  it.each([['a@b.test>', 'a@b.test'], ['<mailto:a@b.test>', 'a@b.test'], ['Anna <b.test a@b.test>', 'a@b.test'], ['a(home)@b.test(work)', 'a@b.test'], ['MAILER-DAEMON <>', 'unknown@invalid']])('written as %s', async (written, address) => {
    expect((await read(`From: ${written}\n\nwords\n`)).from.value).toBe(address);
  });
});
