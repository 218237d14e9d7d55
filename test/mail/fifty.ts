/** Fifty mixed mails as customers and machines send them, with what must become of each. */
import { fixture, fixtureNames } from '../../connectors/email/fixtures.ts';

/** One mail and its fate: stored once under `externalId`, or kept in quarantine. */
export type MixedMail = { name: string; raw: Buffer; externalId: string; fate: 'stored' | 'quarantine' };

/** 36 fixtures, a 20 MB attachment, nested and broken MIME, threads, and one mail that cannot be parsed. */
export function fiftyMails(address: string): MixedMail[] {
  const mails = [...fixtureNames.map((name) => fromFixture(name, address)), big(address), unparsable(address), ...nested(address), ...broken(address), ...conversation(address)];
  if (mails.length !== 50) throw new Error(`there are ${mails.length} mails, not 50`);
  return mails;
}

const bytes = (text: string): Buffer => Buffer.from(text.replace(/\r?\n/g, '\r\n'));
const head = (name: string, address: string): string => `From: Customer of ${name} <${name}@example.test>\nTo: ${address}\nSubject: Mixed ${name}\nMessage-ID: <${name}@mixed.example.test>\nMIME-Version: 1.0\n`;
const stored = (name: string, address: string, rest: string): MixedMail => ({ name, raw: bytes(head(name, address) + rest), externalId: `<${name}@mixed.example.test>`, fate: 'stored' });

/** Every mail gets an id of its own: a relay adds one where it is missing, and then the bytes are no longer known. */
function fromFixture(name: string, address: string): MixedMail {
  const raw = fixture(name);
  const end = raw.indexOf('\r\n\r\n');
  // Latin-1 keeps every byte, whatever charset it was meant in.
  const header = raw.subarray(0, end).toString('latin1').split(/\r\n(?![ \t])/).filter((line) => !/^(message-id|return-path|received):/i.test(line)).join('\r\n').replaceAll('support@hub.test', address);
  return { name, raw: Buffer.concat([Buffer.from(`Message-ID: <${name}@mixed.example.test>\r\n${header}`, 'latin1'), raw.subarray(end)]), externalId: `<${name}@mixed.example.test>`, fate: 'stored' };
}

/** The file of the big mail, for comparison. */
export const bigFile: Buffer = Buffer.alloc(20 * 1024 * 1024, 'Hubbub takes big files. ');

function big(address: string): MixedMail {
  const base64 = bigFile.toString('base64').replace(/.{76}/g, '$&\n');
  return stored('big', address, `Content-Type: multipart/mixed; boundary=big\n\n--big\nContent-Type: text/plain; charset=utf-8\n\n附件很大。\n--big\nContent-Type: application/zip; name="photos.zip"\nContent-Disposition: attachment; filename="photos.zip"\nContent-Transfer-Encoding: base64\n\n${base64}\n--big--\n`);
}

/** Deeper than any honest mail: a bomb for parsers that follow it down. */
function unparsable(address: string): MixedMail {
  const levels = Array.from({ length: 200 }, (_, level) => `Content-Type: multipart/mixed; boundary=level${level}\n\n--level${level}\n`).join('');
  return { ...stored('unparsable', address, `${levels}Content-Type: text/plain\n\nthe end\n`), fate: 'quarantine' };
}

function nested(address: string): MixedMail[] {
  const levels = (count: number): string => Array.from({ length: count }, (_, level) => `Content-Type: multipart/mixed; boundary=n${level}\n\n--n${level}\n`).join('');
  return [
    stored('nested-10', address, `${levels(10)}Content-Type: text/plain; charset=utf-8\n\ndeep words\n`),
    stored('many-parts', address, `Content-Type: multipart/mixed; boundary=p\n\n${Array.from({ length: 120 }, (_, index) => `--p\nContent-Type: image/png; name="${index}.png"\n\nx\n`).join('')}--p--\n`),
    stored('alternatives', address, 'Content-Type: multipart/alternative; boundary=a\n\n--a\nContent-Type: text/plain; charset=gb2312\nContent-Transfer-Encoding: base64\n\nxOO6ww==\n--a\nContent-Type: text/html; charset=gb2312\nContent-Transfer-Encoding: base64\n\nPHA+xOO6wzwvcD4=\n--a--\n'),
  ];
}

function broken(address: string): MixedMail[] {
  return [
    stored('no-boundary', address, 'Content-Type: multipart/mixed\n\n--x\nContent-Type: text/plain\n\nwords without a boundary\n'),
    stored('wrong-encoding', address, 'Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\nthis is @@@ not base64 at all!\n'),
    stored('bad-escapes', address, 'Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\nHalf =E4=BD and =ZZ and =\n'),
    stored('bare-controls', address, 'Content-Type: text/plain; charset=utf-8\n\nbell \u0007 escape \u001b[31m red\n'),
    stored('odd-date', address, 'Date: the day before yesterday\nContent-Type: TEXT/PLAIN; charset="UTF-8"; charset=gbk; =\n\nodd date\n'),
  ];
}

/** Somebody asks, asks again, and answers himself: one conversation. */
function conversation(address: string): MixedMail[] {
  const mail = (index: number, headers: string, text: string): MixedMail => ({
    name: `thread-${index}`, externalId: `<thread-${index}@mixed.example.test>`, fate: 'stored',
    raw: bytes(`From: Thea <thea@example.test>\nTo: ${address}\nSubject: ${index > 1 ? 'Re: ' : ''}Delivery\nMessage-ID: <thread-${index}@mixed.example.test>\n${headers}Content-Type: text/plain; charset=utf-8\n\n${text}\n`),
  });
  const chain = (count: number): string => Array.from({ length: count }, (_, index) => `<thread-${index + 1}@mixed.example.test>`).join(' ');
  return [
    mail(1, '', 'Where is my parcel?'),
    ...[2, 3, 4].map((index) => mail(index, `In-Reply-To: <thread-${index - 1}@mixed.example.test>\nReferences: ${chain(index - 1)}\n`, `And question ${index}?\n\nOn Sat, Nov 21, 2026 at 3:00 PM Thea <thea@example.test> wrote:\n> earlier words`)),
  ];
}
