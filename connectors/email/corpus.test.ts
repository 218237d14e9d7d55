/** Mails as the world writes them, by the hundred: every charset, every wrong label, every broken structure. None throws, none is lost, none takes long. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkInbound } from '../testing/shape.ts';
import { email } from './kind.ts';
import { parseApart } from './parse-apart.ts';
import { parseMail, parseSent, type Parsed } from './parse.ts';
import { broken } from './unread.ts';

const mailbox = { address: 'support@hub.test', tokenSecret: 'a-signing-secret-of-a-test' };
const latin1 = (text: string): Buffer => Buffer.from(text.replace(/\r?\n/g, '\r\n'), 'latin1');
const inbound = (parsed: Parsed | null) => {
  if (!parsed || parsed.own) throw new Error('nothing came of the mail');
  checkInbound(parsed.inbound, email.manifest);
  return parsed.inbound;
};
/** As a reading does it: what the parser refuses is shown by its header. */
const take = async (raw: Uint8Array) => inbound(await parseApart(raw, mailbox).catch(() => broken(raw, mailbox)));

// The same words in bytes that other programs made.
const written: [string, string, string][] = [
  ['gb2312', 'xOO6w6Os1cXI/aGj', '你好，张三。'], ['gbk', '1uzpRrv5oaM=', '朱镕基。'], ['gb18030', 'gTmBNsTjgTC/3w==', ''], ['big5', 'p0GmbqFBsWmkVKFD', '你好，張三。'], ['iso-2022-jp', 'GyRCJDMkcyRLJEEkTxsoQg==', 'こんにちは'],
  ['shift_jis', 'grGC8YLJgr+CzQ==', 'こんにちは'], ['euc-jp', 'pLOk86TLpMGkzw==', 'こんにちは'], ['euc-kr', 'vsiz58fPvLy/5A==', '안녕하세요'], ['iso-8859-2', 'UPjtbGm5IL5sdbt1Z2v9', 'Příliš žluťugký'], ['windows-1250', 'UPjtbGma', 'Příliš'], ['windows-1251', 'z/Do4uXy', 'Привет'],
  ['windows-1252', 'R3L832UgliA1IIA=', 'Grüße – 5 €'], ['windows-1253', 'yuHr5+zd8eE=', 'Καλημέρα'], ['windows-1254', '3Wf+', 'İgş'], ['windows-1255', '+ezl7Q==', 'שלום'], ['windows-1256', '48zRyMc=', 'مجربا'], ['koi8-r', '8NLJ18XU', 'Привет'], ['iso-8859-15', 'NSCk', '5 €'], ['utf-8', '5L2g5aW9', '你好'], ['utf-16le', 'YE99WQ==', '你好'],
];

describe('letters', () => {
  it.each(written)('of %s are read, in a body, a subject and a file name', async (charset, base64, words) => {
    const raw = latin1(`From: =?${charset}?B?${base64}?= <a@b.test>\nTo: support@hub.test\nSubject: =?${charset}?B?${base64}?=\nMessage-ID: <${charset}@b.test>\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: text/plain; charset="${charset}"\nContent-Transfer-Encoding: base64\n\n${base64}\n--x\nContent-Type: application/pdf; name="=?${charset}?B?${base64}?="\nContent-Disposition: attachment\n\nx\n--x--\n`);
    const { content, files } = await take(raw);
    if (words !== '') expect([content.text, content.email?.subject]).toEqual([words, words]);
    expect(files).toHaveLength(1);
  });

  it.each([
    ['utf-8 said to be gb2312', Buffer.from('您好，订单号是多少？'), 'gb2312', '您好，订单号是多少？'],
    ['utf-8 said to be iso-8859-1', Buffer.from('您好，订单号是多少？'), 'iso-8859-1', '您好，订单号是多少？'],
    ['utf-8 said to be us-ascii', Buffer.from('Grüße aus Köln'), 'us-ascii', 'Grüße aus Köln'],
    ['gbk said to be utf-8', Buffer.from('xPq6w6OstqnWpbWltcS6xcLrysfU4NT3o78=', 'base64'), 'utf-8', '您好，'],
    ['an unknown charset', Buffer.from('您好'), 'x-unknown-9', '您好'],
    ['a quoted empty charset', Buffer.from('您好'), '', '您好'],
    ['cp936', Buffer.from('xPq6ww==', 'base64'), 'cp936', '您好'],
    ['hz-gb-2312 that is plain', Buffer.from('plain words'), 'hz-gb-2312', 'plain words'],
    ['ansi_x3.110-1983', Buffer.from('plain words'), 'ansi_x3.110-1983', 'plain words'],
  ])('with a wrong label: %s', async (_name, body, charset, words) => {
    const raw = Buffer.concat([latin1(`From: a@b.test\nMessage-ID: <wrong@b.test>\nContent-Type: text/plain; charset="${charset}"\nContent-Transfer-Encoding: 8bit\n\n`), body, latin1('\n')]);
    expect((await take(raw)).content.text).toContain(words);
  });
});

const part = 'Content-Type: text/plain; charset=utf-8\n\nwords\n';
const nasty: [string, string | Buffer, string?][] = [
  ['only a From', 'From: a@b.test\n\n'], ['no From', 'Subject: x\n\nwords\n', 'words'], ['header without a body', 'From: a@b.test\nSubject: x'], ['two of every header', 'From: a@b.test\nFrom: c@d.test\nSubject: one\nSubject: two\nTo: x@y.test\nTo: support@hub.test\nMessage-ID: <1@b.test>\nMessage-ID: <2@b.test>\nDate: x\nDate: y\n\nwords\n', 'words'],
  ['an empty From', 'From: \nSubject: x\n\nwords\n', 'words'], ['a From without an address', 'From: The Boss\n\nwords\n', 'words'], ['two addresses in From', 'From: a@b.test, c@d.test\n\nwords\n', 'words'], ['a group in From', 'From: friends: a@b.test, c@d.test;\n\nwords\n', 'words'],
  ['a broken encoded word', 'From: =?utf-8?B?5L2g5aW?= <a@b.test>\nSubject: =?utf-8?B?!!!?= =?utf-8?Q?=E4=BD?= =?x?y?z?= =?gb2312?B?xOO6ww==\n\nwords\n', 'words'], ['an encoded word split inside a letter', 'From: a@b.test\nSubject: =?utf-8?B?5L2g5Q==?= =?utf-8?B?pb0=?=\n\nwords\n', 'words'],
  ['RFC 2231 names', `From: a@b.test\nContent-Type: multipart/mixed; boundary=x\n\n--x\n${part}--x\nContent-Type: application/pdf\nContent-Disposition: attachment; filename*0*=utf-8''%E5%8F%91; filename*1*=%E7%A5%A8; filename*2=.pdf\n\nx\n--x--\n`, 'words'],
  ['RFC 2231 names that break off', `From: a@b.test\nContent-Type: multipart/mixed; boundary=x\n\n--x\n${part}--x\nContent-Type: application/pdf\nContent-Disposition: attachment; filename*=utf-8''%E5%8F%9; filename*9*=x; filename*=gb2312'zh'%C4\n\nx\n--x--\n`, 'words'],
  ['a mail in a mail in a mail', `From: a@b.test\nContent-Type: message/rfc822\n\nFrom: c@d.test\nContent-Type: message/rfc822\n\nFrom: e@f.test\n${part}`], ['an empty mail in a mail', 'From: a@b.test\nContent-Type: message/rfc822\n\n'],
  ['multipart without a boundary', `From: a@b.test\nContent-Type: multipart/mixed\n\n--x\n${part}--x--\n`], ['a boundary that never comes', `From: a@b.test\nContent-Type: multipart/mixed; boundary=never\n\n--x\n${part}--x--\n`], ['an empty boundary', `From: a@b.test\nContent-Type: multipart/mixed; boundary=""\n\n--\n${part}----\n`],
  ['a boundary inside a boundary', `From: a@b.test\nContent-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: multipart/alternative; boundary=x1\n\n--x1\n${part}--x1--\n--x--\n`, 'words'], ['no end of the last part', `From: a@b.test\nContent-Type: multipart/mixed; boundary=x\n\n--x\n${part}`, 'words'], ['the same boundary twice nested', `From: a@b.test\nContent-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: multipart/mixed; boundary=x\n\n--x\n${part}--x--\n`],
  ['base64 that breaks off', 'From: a@b.test\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\n5L2g5aW95L2', '你好'], ['base64 with rubbish', 'From: a@b.test\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\n5L2g\n*** advert ***\n5aW9\n'], ['an unknown encoding', 'From: a@b.test\nContent-Type: text/plain\nContent-Transfer-Encoding: x-none\n\nwords\n', 'words'], ['uuencode', 'From: a@b.test\nContent-Transfer-Encoding: x-uuencode\n\nbegin 644 a.txt\n%=V]R9\',`\n`\nend\n'],
  ['8-bit headers', Buffer.concat([Buffer.from('From: 张三 <a@b.test>\r\nSubject: 你好\r\n\r\n'), Buffer.from('words\r\n')]), 'words'], ['gbk 8-bit headers', Buffer.concat([latin1('From: a@b.test\nSubject: '), Buffer.from('xOO6ww==', 'base64'), latin1('\n\nwords\n')]), 'words'],
  ['only CR', Buffer.from('From: a@b.test\rSubject: x\r\rwords\r')], ['only LF', Buffer.from('From: a@b.test\nSubject: x\n\nwords\n'), 'words'], ['mixed line ends', Buffer.from('From: a@b.test\r\nSubject: x\n\r\nwords\r'), 'words'], ['NUL everywhere', Buffer.from('From: a@b.test\0\r\nSub\0ject: x\0y\r\n\r\nwo\0rds\0\r\n')], ['a mbox line first', 'From a@b.test Sat Nov 21 10:00:00 2026\nFrom: a@b.test\nSubject: x\n\nwords\n', 'words'], ['a byte order mark', Buffer.from('\uFEFFFrom: a@b.test\r\nSubject: x\r\n\r\nwords\r\n')],
  ['a blank first line', '\nFrom: a@b.test\nSubject: x\n\nwords\n'], ['folded to death', `From: a@b.test\nSubject: ${'x\n '.repeat(5_000)}\n\nwords\n`, 'words'], ['a header line of 900 KB', `From: a@b.test\nX-Long: ${'x'.repeat(900_000)}\n\nwords\n`, 'words'], ['headers of 3 MB', `From: a@b.test\n${`X-Filler: ${'x'.repeat(900)}\n`.repeat(3_300)}\nwords\n`], ['a header without a colon', 'From: a@b.test\nthis is no header\nSubject: x\n\nwords\n', 'words'], ['a colon first', 'From: a@b.test\n: x\nSubject: y\n\nwords\n', 'words'],
  ['10,000 parts', `From: a@b.test\nMessage-ID: <parts@b.test>\nContent-Type: multipart/mixed; boundary=b\n\n${'--b\nContent-Type: text/plain\n\nx\n'.repeat(10_000)}--b--`], ['200 levels', `From: a@b.test\n${Array.from({ length: 200 }, (_, level) => `Content-Type: multipart/mixed; boundary=b${level}\n\n--b${level}\n`).join('')}\nend`], ['200 mails in each other', `From: a@b.test\n${'Content-Type: message/rfc822\n\nFrom: a@b.test\n'.repeat(200)}\nend`],
  ['dates of no calendar', 'From: a@b.test\nDate: Thu, 99 Foo 99999 25:61:61 +9999\n\nwords\n', 'words'], ['a date in year 275761', 'From: a@b.test\nDate: 1 Jan 275761 00:00:00 GMT\n\nwords\n', 'words'], ['utf-7', 'From: a@b.test\nContent-Type: text/plain; charset=utf-7\n\n+T2BZfQ-\n', '你好'], ['only html that says nothing', 'From: a@b.test\nContent-Type: text/html\n\n<html><head><title>x</title></head><body></body></html>\n'], ['html without tags', 'From: a@b.test\nContent-Type: text/html; charset=utf-8\n\nwords\n', 'words'], ['text/enriched', 'From: a@b.test\nContent-Type: text/enriched\n\n<bold>words</bold>\n'], ['an image alone', 'From: a@b.test\nContent-Type: image/png; name=a.png\nContent-Transfer-Encoding: base64\n\niVBORw0KGgo=\n'], ['a type of no kind', 'From: a@b.test\nContent-Type: ;;;=\n\nwords\n'], ['a message of partial kind', 'From: a@b.test\nContent-Type: message/partial; id=x; number=1\n\nwords\n'], ['external bodies', 'From: a@b.test\nContent-Type: message/external-body; access-type=URL; URL="http://127.0.0.1/x"\n\nContent-Type: text/plain\n\n'],
  ['a report of nothing', 'From: mailer-daemon@b.test\nContent-Type: multipart/report; report-type=delivery-status; boundary=x\n\n--x--\n'], ['a winmail.dat of rubbish', 'From: a@b.test\nContent-Type: application/ms-tnef; name=winmail.dat\nContent-Transfer-Encoding: base64\n\neJ8+IgAAAQaQCAAEAAAAAAABAAEAAQ\n'], ['a p7m of rubbish', 'From: a@b.test\nContent-Type: application/pkcs7-mime; smime-type=signed-data; name=smime.p7m\nContent-Transfer-Encoding: base64\n\nMIAGCSqGSIb3DQEHAqCAMIACAQExDzANBglghkgBZQMEAgEFADCABgkqhkiG9w0BBwGggCSABII=\n'], ['an ics of rubbish', 'From: a@b.test\nContent-Type: text/calendar\n\nBEGIN:VEVENT\nDTSTART;;;=\nSUMMARY\n'],
];

describe('nasty mails', () => {
  it.each(nasty)('%s', async (_name, mail, words) => {
    const raw = typeof mail === 'string' ? latin1(mail) : mail;
    const begin = performance.now();
    const { content } = await take(raw);
    expect(performance.now() - begin).toBeLessThan(4_000);
    if (words !== undefined) expect(content.text).toContain(words);
    // The Sent folder may hold it as well.
    await parseSent(raw, mailbox).catch((error: unknown) => expect(error).toBeInstanceOf(Error));
  });
});

describe('mails put together at random', () => {
  const charset = fc.constantFrom('utf-8', 'gb2312', 'gbk', 'gb18030', 'big5', 'iso-2022-jp', 'euc-kr', 'windows-1252', 'us-ascii', 'utf-7', 'x-unknown', '');
  const encoding = fc.constantFrom('', '7bit', '8bit', 'binary', 'base64', 'quoted-printable', 'BASE64', 'x-odd');
  const type = fc.constantFrom('text/plain', 'text/html', 'text/calendar', 'application/pdf', 'image/png', 'message/rfc822', 'message/delivery-status', 'message/disposition-notification', 'application/ms-tnef', 'application/pkcs7-mime', 'application/pgp-encrypted', 'application/pgp-signature', 'text/rfc822-headers', 'TEXT/PLAIN', 'nonsense');
  const words = fc.oneof(fc.string({ unit: 'binary', maxLength: 60 }), fc.constantFrom('你好，我的订单在哪里？', '> quoted', 'On Sat, Nov 21, 2026 at 3:00 PM A <a@b.c> wrote:', '发件人: A <a@b.c>', 'BEGIN:VCALENDAR', '-----BEGIN PGP MESSAGE-----', 'Action: failed', '=?utf-8?B?5L2g?=', '<script>x</script>', '--b', '--b--', ''));
  const leaf = fc.record({ type, charset, encoding, name: words, lines: fc.array(words, { maxLength: 6 }) }).map((one) => {
    const body = one.lines.join('\r\n');
    const coded = /^base64$/i.test(one.encoding) ? Buffer.from(body).toString('base64') : body;
    return `Content-Type: ${one.type}; charset="${one.charset}"; name="${one.name.replace(/["\r\n]/g, '')}"\r\n${one.encoding && `Content-Transfer-Encoding: ${one.encoding}\r\n`}\r\n${coded}\r\n`;
  });
  const tree = fc.letrec<{ node: string; many: string }>((tie) => ({
    node: fc.oneof({ depthSize: 'small' }, leaf, tie('many')),
    many: fc.record({ kind: fc.constantFrom('mixed', 'alternative', 'related', 'report', 'signed', 'encrypted', 'odd'), boundary: fc.constantFrom('b', 'bb', 'a b', "'()+_,-./:=?", ''), parts: fc.array(tie('node'), { maxLength: 4 }) }).map(({ kind, boundary, parts }) => `Content-Type: multipart/${kind}; boundary="${boundary}"\r\n\r\n${parts.map((one) => `--${boundary}\r\n${one}`).join('')}--${boundary}--\r\n`),
  })).node;
  const header = fc.tuple(fc.constantFrom('From', 'To', 'Cc', 'Subject', 'Message-ID', 'References', 'In-Reply-To', 'Date', 'Reply-To', 'Return-Path', 'Auto-Submitted', 'Authentication-Results', 'Received', 'X-Hubbub-Rounds', 'x y'), words).map(([name, value]) => `${name}: ${value}\r\n`);

  it('700 of them become messages that keep every promise, in under a second each', { timeout: 120_000 }, async () => {
    await fc.assert(fc.asyncProperty(fc.array(header, { maxLength: 12 }), tree, async (headers, body) => {
      const raw = Buffer.from(`From: Anna <anna@example.test>\r\n${headers.join('')}MIME-Version: 1.0\r\n${body}`);
      const begin = performance.now();
      inbound(await parseMail(raw, mailbox));
      expect(performance.now() - begin).toBeLessThan(1_000);
    }), { numRuns: 700, seed: 4 });
  });

  it('bytes of no kind at all are read or refused', async () => {
    await fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 3_000 }), async (bytes) => {
      const parsed = await parseMail(bytes, mailbox).catch((error: unknown) => { expect(error).toBeInstanceOf(Error); return broken(bytes, mailbox); });
      if (parsed) inbound(parsed);
    }), { numRuns: 300, seed: 4 });
  });
});
