/** Reports about mails of ours, forwards, invitations and packets: pure parsers. */
import { describe, expect, it } from 'vitest';
import { receiptOf } from './delivery-report.ts';
import { originalSender } from './forwarded.ts';
import { invitationOf, invitationText } from './invitation.ts';
import { parseMail } from './parse.ts';
import { protectionOf, signedEntity, withoutArmour } from './protection.ts';
import { bounceAddress, mailOfBounceAddress, ourMessageId, threadKey, threadOfMessageId } from './threading.ts';
import { unpackTnef } from './tnef.ts';

const mailbox = { address: 'support@hub.test', tokenSecret: 'a-signing-secret-of-a-test' };
const thread = threadKey('<1@c.test>', 'anna@c.test');
const own = ourMessageId(mailbox.tokenSecret, 'key', mailbox.address, thread);
const inbound = async (text: string) => {
  const parsed = await parseMail(Buffer.from(text.replace(/\n/g, '\r\n')), mailbox);
  if (parsed.own) throw new Error('taken for our own');
  return parsed;
};

describe('a return address', () => {
  const address = bounceAddress(mailbox.tokenSecret, own, mailbox.address) ?? '';
  it('leads back to its mail, also in capitals, and fits into an address', () => {
    expect(address.split('@')[0]?.length).toBeLessThanOrEqual(64);
    expect(mailOfBounceAddress(mailbox.tokenSecret, address.toUpperCase(), mailbox.address)).toBe(own);
    expect(threadOfMessageId(mailbox.tokenSecret, own.toUpperCase())).toBe(thread);
  });
  it('that is forged, foreign or shortened leads nowhere', () => {
    const forged = [address.replace(/.(?=.....@)/, (last) => (last === 'a' ? 'b' : 'a')), address.replace(/\+b./, '+ba'), address.replace('support', 'sales'), address.slice(0, -20), `support+b${'a'.repeat(44)}@hub.test`];
    expect(forged.filter((one) => one !== address).map((one) => mailOfBounceAddress(mailbox.tokenSecret, one, mailbox.address))).toEqual(forged.filter((one) => one !== address).map(() => null));
    expect(mailOfBounceAddress('another-secret-of-a-test', address, mailbox.address)).toBeNull();
  });
  it('is not made for addresses without room, or mails of no thread', () => {
    expect(bounceAddress(mailbox.tokenSecret, ourMessageId(mailbox.tokenSecret, 'key', `${'long'.repeat(10)}@hub.test`, thread), `${'long'.repeat(10)}@hub.test`)).toBeNull();
    expect(bounceAddress(mailbox.tokenSecret, ourMessageId(mailbox.tokenSecret, 'key', mailbox.address), mailbox.address)).toBeNull();
  });
});

describe('a delivery report', () => {
  const report = (status: string, more: Partial<Parameters<typeof receiptOf>[0]> = {}) => receiptOf({ parts: [{ type: 'message/delivery-status', text: status }, { type: 'text/rfc822-headers', text: `Subject: x\nMessage-ID:\n ${own}\n` }], recipients: [], text: '', bounce: true, ...more }, mailbox);
  it.each([
    ['5.1.1', 'does not exist'], ['5.1.10', 'takes no mail'], ['5.2.2', 'mailbox is full'], ['5.7.1', 'refuses mail from us'], ['5.7.26', 'SPF, DKIM'], ['4.4.7', 'in time'], ['5.4.14', 'cannot be reached'], ['5.3.4', 'too large'], ['5.9.9', 'not delivered'],
  ])('%s is said in words: %s', (code, words) => {
    expect(report(`Reporting-MTA: dns; x\n\nFinal-Recipient: rfc822; gone@c.test\nAction: failed\nStatus: ${code}\n`)).toEqual({ externalId: own, state: 'failed', reason: { 'zh-CN': expect.stringMatching(/^gone@c\.test：\p{Script=Han}/u), en: expect.stringMatching(new RegExp(`^gone@c\\.test: .*${words}.* \\(${code.replaceAll('.', '\\.')}\\)`)) } });
  });
  it('delivered is delivered, delayed is nothing yet, and one failure of several counts', () => {
    expect(report('Final-Recipient: rfc822; a@c.test\nAction: delivered\nStatus: 2.0.0\n')).toEqual({ externalId: own, state: 'delivered' });
    expect(report('Final-Recipient: rfc822; a@c.test\nAction: delayed\nStatus: 4.0.0\n')).toBeNull();
    expect(report('Final-Recipient: rfc822; a@c.test\nAction: delivered\nStatus: 2.0.0\n\nFinal-Recipient: rfc822; b@c.test\nAction: failed\nStatus: 5.1.1\n')).toMatchObject({ state: 'failed' });
  });
  it('takes the id from wherever it stands, and only one of ours', () => {
    const failed = 'Original-Message-ID: ID\nFinal-Recipient: rfc822; a@c.test\nAction: failed\nStatus: 5.1.1\n';
    const parts = (id: string) => ({ parts: [{ type: 'message/delivery-status', text: failed.replace('ID', id) }] });
    expect(report('', parts(own))?.externalId).toBe(own);
    expect(report('', parts('<stranger@hub.test>'))).toBeNull();
    expect(report('', { ...parts('<stranger@hub.test>'), text: `your mail ${own.slice(1, -1)} was lost` })?.externalId).toBe(own);
    expect(report('', { ...parts('<stranger@hub.test>'), recipients: [bounceAddress(mailbox.tokenSecret, own, mailbox.address) ?? ''] })?.externalId).toBe(own);
  });
  it('a note without any format counts for a bounce only, and not when it says "later"', () => {
    const note = { parts: [], text: `Message ${own} 550 5.2.2 mailbox full` };
    expect(report('', note)).toMatchObject({ state: 'failed', reason: { en: expect.stringContaining('mailbox is full (5.2.2)') } });
    expect(report('', { ...note, bounce: false })).toBeNull();
    expect(report('', { ...note, text: `${note.text}, delayed, will retry` })).toBeNull();
  });
  it('a read receipt: displayed is read, deleted is not', () => {
    const mdn = (disposition: string) => report('', { parts: [{ type: 'message/disposition-notification', text: `Original-Message-ID: ${own}\nDisposition: automatic-action/MDN-sent-automatically; ${disposition}\n` }], bounce: false });
    expect(mdn('displayed')).toEqual({ externalId: own, state: 'read' });
    expect([mdn('deleted'), mdn('denied')]).toEqual([null, null]);
  });
});

describe('a forward', () => {
  it.each([
    ['Gmail', 'Fwd: Invoice', '---------- Forwarded message ---------\nFrom: Anna Berg <Anna@C.test>\nDate: x\nSubject: Invoice 99\nTo: y\n\nwords', { address: 'anna@c.test', name: 'Anna Berg', subject: 'Invoice 99' }],
    ['Outlook', 'FW: Invoice', 'see below\n\n________________________________\nFrom: Anna Berg <anna@c.test>\nSent: Friday\nTo: y\nSubject: Invoice 99\n\nwords', { address: 'anna@c.test', name: 'Anna Berg', subject: 'Invoice 99' }],
    ['Outlook zh', '转发: 发票', '请处理\n\n发件人: 张三 <zhang@c.test>\n发送时间: 2026年11月21日 15:00\n收件人: x\n主题: 发票\n\n内容', { address: 'zhang@c.test', name: '张三', subject: '发票' }],
    ['QQ', '转发：发票', '------------------ 原始邮件 ------------------\n发件人: "张三"<zhang@qq.test>;\n发送时间: x\n主题: 发票\n\n内容', { address: 'zhang@qq.test', name: '张三', subject: '发票' }],
    ['NetEase', 'Fw:发票', '-------- 转发邮件信息 --------\n发件人："张三" <zhang@163.test>\n发送日期：2026-11-21\n主题：发票\n\n内容', { address: 'zhang@163.test', name: '张三', subject: '发票' }],
    ['NetEase, as a table', '转发：发票', '---- 转发的邮件 ----\n| 发件人 | 张三<zhang@163.test> |\n| 主题 | 发票 |\n内容', { address: 'zhang@163.test', name: '张三', subject: '发票' }],
    ['Apple', 'Fwd: x', 'Begin forwarded message:\n\n> From: Anna Berg <anna@c.test>\n> Subject: Invoice 99\n> \n> words', { address: 'anna@c.test', name: 'Anna Berg', subject: 'Invoice 99' }],
    ['Apple zh', '转发：x', '下面是被转发的邮件：\n\n> 发件人: 张三 <zhang@c.test>\n> 主题: 发票\n>\n> 内容', { address: 'zhang@c.test', name: '张三', subject: '发票' }],
    ['Thunderbird', 'Fwd: x', '-------- Forwarded Message --------\nSubject: \tInvoice 99\nDate: \tx\nFrom: \tAnna <anna@c.test>\n\nwords', { address: 'anna@c.test', name: 'Anna', subject: 'Invoice 99' }],
    ['a bare address', 'Fwd: x', '---------- Forwarded message ---------\nFrom: <anna@c.test>\nSubject: y\n', { address: 'anna@c.test', subject: 'y' }],
  ])('of %s names the original sender', (_name, subject, text, original) => {
    expect(originalSender(text, subject, null)).toEqual(original);
  });
  it('as an attachment, too; an ordinary answer is none', async () => {
    expect(originalSender('see file', 'Fwd: x', 'Received: y\r\nFrom: Anna <anna@c.test>\r\nSubject: z\r\n\r\nFrom: no@no.test')).toEqual({ address: 'anna@c.test', name: 'Anna', subject: 'z' });
    expect(originalSender('ok\n\nFrom: Acme <support@hub.test>\nSent: x\nSubject: y', 'Re: y', null)).toBeNull();
    expect(originalSender('no header here', 'Fwd: x', null)).toBeNull();
    const { inbound: mail } = await inbound('From: Agent <agent@hub.test>\nTo: support@hub.test\nSubject: Fwd: Invoice\n\n---------- Forwarded message ---------\nFrom: Anna <anna@c.test>\nSubject: Invoice\n\nwords\n');
    expect(mail).toMatchObject({ from: { value: 'agent@hub.test' }, content: { email: { forwarded: { address: 'anna@c.test', name: 'Anna' } } } });
  });
});

describe('an invitation', () => {
  const calendar = 'BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nDTSTART;TZID="Asia/Shanghai:x":20261123T160000\r\nDTEND:20261123T090000Z\r\nSUMMARY;LANGUAGE=zh:合同\\, 第二\r\n 轮\r\nLOCATION:Room 1\r\nORGANIZER;CN=Eve:mailto:eve@c.test\r\nBEGIN:VALARM\r\nSUMMARY:alarm\r\nEND:VALARM\r\nEND:VEVENT\r\nEND:VCALENDAR';
  it('is read, and shown in words when it is all there is', async () => {
    expect(invitationOf(calendar)).toEqual({ method: 'REQUEST', summary: '合同, 第二轮', start: '2026-11-23T16:00:00', end: '2026-11-23T09:00:00Z', location: 'Room 1', organizer: 'eve@c.test' });
    expect(invitationOf('BEGIN:VCALENDAR\nEND:VCALENDAR')).toBeNull();
    expect(invitationText({ method: 'CANCEL', summary: 'Call', start: '2026-11-23' })).toBe('[Cancelled] Call\n2026-11-23');
    const { inbound: mail } = await inbound(`From: eve@c.test\nContent-Type: text/calendar; charset=utf-8; method=REQUEST\n\n${calendar.replaceAll('\r', '')}`);
    expect(mail).toMatchObject({ content: { text: expect.stringContaining('日程邀请'), email: { invitation: { organizer: 'eve@c.test' } } }, files: [{ name: 'invite.ics' }] });
  });
});

describe('protected mails', () => {
  it('are called what they are', async () => {
    const kinds = await Promise.all([
      'Content-Type: multipart/encrypted; protocol="application/pgp-encrypted"; boundary=x\n\n--x\nContent-Type: application/pgp-encrypted\n\nVersion: 1\n--x\nContent-Type: application/octet-stream; name=encrypted.asc\n\nx\n--x--\n',
      '\n-----BEGIN PGP MESSAGE-----\n\nabc\n-----END PGP MESSAGE-----\n', 'Content-Type: multipart/signed; boundary=x\n\n--x\nContent-Type: text/plain\n\nwords\n--x\nContent-Type: application/pgp-signature; name=s.asc\n\nx\n--x--\n',
      '\n-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n- -dash\nwords\n-----BEGIN PGP SIGNATURE-----\n\nabc\n-----END PGP SIGNATURE-----\n',
      'Content-Type: multipart/signed; boundary=x\n\n--x\nContent-Type: text/plain\n\nwords\n--x\nContent-Type: application/pkcs7-signature; name=smime.p7s\n\nx\n--x--\n', 'Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m\nContent-Transfer-Encoding: base64\n\nMIIBhwYJKoZIhvcNAQcDoIIB\n',
    ].map(async (rest) => (await inbound(`From: a@b.test\nMIME-Version: 1.0\n${rest}`)).inbound));
    expect(kinds.map((one) => one.content.email?.protection)).toEqual(['pgp-encrypted', 'pgp-encrypted', 'pgp-signed', 'pgp-signed', 'smime-signed', 'smime-encrypted']);
    expect(kinds.map((one) => one.content.unreadable?.kind)).toEqual(['pgp-encrypted', 'pgp-encrypted', undefined, undefined, undefined, 'smime-encrypted']);
    expect(kinds[3]?.content.text).toBe('-dash\nwords');
    for (const one of [kinds[0], kinds[1], kinds[5]]) expect([one?.content.text, one?.files?.length ?? 0]).toEqual([undefined, expect.toSatisfy((count: number) => count > 0)]);
  });
  it('a mail signed as a whole is opened, in definite and in indefinite form', async () => {
    const entity = Buffer.from('Content-Type: text/plain; charset=utf-8\r\n\r\n签了名的话\r\n');
    const der = (tag: number, ...content: Buffer[]): Buffer => { const body = Buffer.concat(content); return Buffer.concat([Buffer.from(body.length < 128 ? [tag, body.length] : [tag, 0x82, body.length >> 8, body.length & 255]), body]); };
    const oid = (last: number): Buffer => Buffer.from([0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, last]);
    const definite = der(0x30, oid(2), der(0xa0, der(0x30, Buffer.from([2, 1, 1]), der(0x31), der(0x30, oid(1), der(0xa0, der(0x04, entity))))));
    const end = Buffer.from([0, 0]);
    const open = (tag: number, ...content: Buffer[]): Buffer => Buffer.concat([Buffer.from([tag, 0x80]), ...content, end]);
    const indefinite = open(0x30, oid(2), open(0xa0, open(0x30, Buffer.from([2, 1, 1]), der(0x31), open(0x30, oid(1), open(0xa0, open(0x24, der(0x04, entity.subarray(0, 20)), der(0x04, entity.subarray(20))))))));
    for (const packet of [definite, indefinite]) {
      const { inbound: mail } = await inbound(`From: a@b.test\nContent-Type: application/pkcs7-mime; smime-type=signed-data; name=smime.p7m\nContent-Transfer-Encoding: base64\n\n${packet.toString('base64')}\n`);
      expect(mail).toMatchObject({ content: { text: '签了名的话', email: { protection: 'smime-signed' } }, files: [{ name: 'smime.p7m' }] });
    }
    expect(signedEntity([])).toBeNull();
    expect(protectionOf([], 'words')).toBeUndefined();
    expect(withoutArmour('words')).toBe('words');
  });
});

describe('winmail.dat', () => {
  const u16 = (value: number): Buffer => { const bytes = Buffer.alloc(2); bytes.writeUInt16LE(value); return bytes; };
  const u32 = (value: number): Buffer => { const bytes = Buffer.alloc(4); bytes.writeUInt32LE(value); return bytes; };
  const attribute = (level: number, id: number, data: Buffer): Buffer => Buffer.concat([Buffer.from([level]), u32(id), u32(data.length), data, u16(data.reduce((sum, byte) => (sum + byte) & 0xffff, 0))]);
  const padded = (data: Buffer): Buffer => Buffer.concat([data, Buffer.alloc((4 - (data.length % 4)) % 4)]);
  const text = (tag: number, value: string): Buffer => { const data = Buffer.from(`${value}\0`, 'utf16le'); return Buffer.concat([u16(0x1f), u16(tag), u32(1), u32(data.length), padded(data)]); };
  const named = Buffer.concat([u16(0x03), u16(0x8001), Buffer.alloc(16), u32(0), u32(0x8501), u32(7)]);
  const packet = Buffer.concat([
    u32(0x223e9f78), u16(1), attribute(1, 0x00069007, Buffer.concat([u32(936), u32(0)])), attribute(1, 0x00069003, Buffer.concat([u32(3), named, Buffer.concat([u16(0x0b), u16(0x0e1b), u16(1), u16(0)]), text(0x1000, '请看附件')])),
    attribute(2, 0x00069002, Buffer.alloc(14)), attribute(2, 0x00018010, Buffer.from('SHORT~1.PDF\0')), attribute(2, 0x0006800f, Buffer.from('%PDF-1')), attribute(2, 0x00069005, Buffer.concat([u32(2), text(0x3707, '发票 11月.pdf'), text(0x370e, 'application/pdf')])),
    attribute(2, 0x00069002, Buffer.alloc(14)), attribute(2, 0x00018010, Buffer.from('../b.txt\0')), attribute(2, 0x0006800f, Buffer.from('two')),
  ]);
  it('gives its words and files, and is kept', async () => {
    expect(unpackTnef(packet)).toMatchObject({ text: '请看附件', files: [{ name: '发票 11月.pdf', type: 'application/pdf' }, { name: '../b.txt' }] });
    const { inbound: mail } = await inbound(`From: a@b.test\nContent-Type: application/ms-tnef; name=winmail.dat\nContent-Transfer-Encoding: base64\n\n${packet.toString('base64')}\n`);
    expect(mail.content.text).toBe('请看附件');
    expect(mail.files?.map((file) => [file.name, Buffer.from(file.bytes.subarray(0, 6)).toString('latin1')])).toEqual([['winmail.dat', expect.any(String)], ['发票 11月.pdf', '%PDF-1'], ['b.txt', 'two']]);
  });
  it('cut anywhere gives what came before, and never throws', () => {
    for (let length = 0; length < packet.length; length += 1) expect((unpackTnef(packet.subarray(0, length))?.files.length ?? 0) <= 2).toBe(true);
    for (let at = 6; at < packet.length; at += 1) { const broken = Buffer.from(packet); broken[at] = 0xff; unpackTnef(broken); }
  });
});
