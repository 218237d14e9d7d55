/** Real-shaped mails through the parser. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Inbound } from '../connector.ts';
import { fixture } from './fixtures.ts';
import { parseMail } from './parse.ts';
import { ourMessageId } from './threading.ts';

const mailbox = { address: 'support@hub.test', tokenSecret: 'a-signing-secret-of-a-test' };
const parse = async (raw: Uint8Array): Promise<Inbound> => {
  const parsed = await parseMail(raw, mailbox);
  if (parsed.own) throw new Error('taken for our own');
  return parsed.inbound;
};
const read = (name: string): Promise<Inbound> => parse(fixture(name));
const raw = (text: string): Buffer => Buffer.from(text.replace(/\n/g, '\r\n'));

describe('what a mail says', () => {
  it('becomes text, sender, date, subject and facts', async () => {
    expect(await read('plain')).toMatchObject({
      externalId: '<CAF1-plain-4711@mail.example.test>', from: { value: 'anna@example.test', name: 'Anna Berg', stable: true }, sentAt: new Date('2026-11-21T01:30:00Z'),
      content: { text: expect.stringContaining('order 4711'), email: { subject: 'Where is my order 4711?', from: 'Anna Berg <anna@example.test>', to: ['support@hub.test'], cc: [] } },
    });
  });

  it.each([
    ['gbk', '张三', '发票什么时候寄出?', '朱镕基的镕字'],
    ['gb18030-header', '李䶮', '退货申请(订单㐂㐃)𠀀', '李䶮、𠀀'],
    ['raw-gbk', '王五', '老系统发来的询价', '型号 A-100,数量 20 台'],
    ['quoted-printable', 'Jürgen Müller', 'Größe ändern', 'weiche Zeilenumbrüche gebraucht werden: 100 € = viel'],
    ['iso-2022-jp', '山田太郎', 'お問い合わせ', '送料はいくらですか。'],
    ['netease', '周九', 'Re:换货', '换成蓝色的吧。'],
    ['qq', '孙八', '回复: 物流', '好的,麻烦改到周五送。'],
  ])('reads the letters of %s', async (name, person, subject, words) => {
    const { from, content } = await read(name);
    expect([from.name, content.email?.subject]).toEqual([person, subject]);
    expect(content.text).toContain(words);
  });

  it.each([['outlook-zh', '税号是 91310000MA1K000000。\n\n陈七'], ['qq', '好的,麻烦改到周五送。'], ['netease', '换成蓝色的吧。'], ['foxmail', '合同已盖章寄出。'], ['iphone-zh', '周三下午可以。'], ['gmail-zh', '按您说的装好了,谢谢!']])(
    'folds the quotation of %s', async (name, words) => {
      const { content } = await read(name);
      expect(content.text).toBe(words);
      expect(content.email?.quoted).toMatch(/[?。]/);
    });

  it('folds nothing of a forward and of answers between the lines', async () => {
    expect((await read('forward')).content).toMatchObject({ text: expect.stringContaining('Please pay 99 EUR'), email: expect.not.objectContaining({ quoted: expect.anything() }) });
    expect((await read('inline-answers')).content.text).toContain('> How many?\nTwo.');
  });

  it('knows machines from people', async () => {
    const kinds = ['auto-reply', 'auto-reply-zh', 'bounce', 'delivery-delayed', 'read-receipt', 'list', 'plain', 'qq', 'forward', 'contact-form', 'calendar'];
    expect(await Promise.all(kinds.map(async (name) => (await read(name)).content.email?.automatic))).toEqual(
      ['auto-reply', 'auto-reply', 'bounce', 'bounce', 'auto-reply', 'bulk', undefined, undefined, undefined, undefined, undefined]);
  });

  it('answers the person behind a form or a missing From', async () => {
    expect((await read('contact-form')).from).toEqual({ value: 'kai@example.test', name: 'Kai', stable: true });
    expect((await read('no-from')).from.value).toBe('device@example.test');
    expect((await parse(raw('Subject: x\n\ny\n'))).from.value).toBe('unknown@invalid');
  });

  it('survives odd addresses and injected lines', async () => {
    const { from, content, related } = await read('odd-addresses');
    expect(from.value).toBe('real@example.test');
    expect(content.email?.subject).toBe('a Bcc: evil@example.test');
    expect(content.email?.references).toEqual(['<one@example.test>', '<two@example.test>', '<three@example.test>']);
    expect(content.email?.to).toContain('support@hub.test');
    expect(related?.every((key) => /^m[0-9a-f]{24}$/.test(key))).toBe(true);
  });

  it('uses the bytes as id where there is no Message-ID', async () => {
    expect((await read('no-message-id')).externalId).toBe(`sha256:${createHash('sha256').update(fixture('no-message-id')).digest('hex')}`);
  });

  it('keeps an empty mail by its subject and a mail of odd bytes by what is left of it', async () => {
    expect((await read('empty-body')).content).toMatchObject({ email: { subject: 'Please call me back: +49 30 1234' } });
    const { content } = await read('garbage-8bit');
    expect(content.text).toContain('end');
    expect(JSON.stringify(content)).not.toMatch(/\\u0000/);
  });
});

describe('files', () => {
  it('maps inline images by their content id', async () => {
    const { content, files } = await read('inline-cid');
    expect(files).toMatchObject([{ name: 'image001.png', type: 'image/png', cid: 'image001.png@01DC.5A' }]);
    expect(content.html).toContain('src="cid:image001.png@01DC.5A"');
    expect(files?.[0]?.bytes.slice(1, 4)).toEqual(new Uint8Array([0x50, 0x4e, 0x47]));
  });

  it.each([
    ['nested-multipart', ['chair.png', '发票 invoice.pdf']], ['winmail', ['winmail.dat']], ['calendar', ['invite.ics']], ['forward-attached', ['Invoice 99.eml']],
    ['pgp-signed', ['signature.asc']], ['broken-boundary', ['cut.png']],
  ])('keeps those of %s', async (name, names) => {
    expect((await read(name)).files?.map((file) => file.name)).toEqual(names);
  });

  it('gives files names that are only names', async () => {
    const named = (name: string): Promise<Inbound> => parse(raw(`From: a@b.test\nContent-Type: application/pdf; name="${name}"\nContent-Disposition: attachment\n\nx\n`));
    expect(await Promise.all(['../../etc/passwd', 'C:\\\\x\\\\y.exe', '.htaccess', 'a\u0000b\u0007.txt', ''].map(async (name) => (await named(name)).files?.[0]?.name))).toEqual(
      ['passwd', 'y.exe', 'htaccess', 'ab.txt', 'file-1.pdf']);
  });

  it('says that an encrypted mail is one, and keeps it', async () => {
    expect(await read('pgp-encrypted')).toMatchObject({ content: { unreadable: { reason: { en: expect.stringContaining('encrypted') }, kind: 'pgp-encrypted' } }, files: [{ type: 'application/pgp-encrypted' }, { name: 'encrypted.asc' }] });
  });

  it('keeps the original where something had to be cut', async () => {
    const long = await parse(raw(`From: a@b.test\n\n${'long words '.repeat(30_000)}`));
    expect(long.content.text?.length).toBe(100_000);
    expect(long.files?.map((file) => file.name)).toEqual(['original.eml']);
    const parts = Array.from({ length: 300 }, (_, index) => `--b\nContent-Type: image/png; name=${index}.png\n\nx\n`).join('');
    expect((await parse(raw(`From: a@b.test\nContent-Type: multipart/mixed; boundary=b\n\n${parts}--b--\n`))).files).toHaveLength(91);
  });
});

describe('our own words', () => {
  const own = ourMessageId(mailbox.tokenSecret, 'key-1', mailbox.address);

  it('are not received', async () => {
    expect(await parseMail(raw(`From: Support <Support@hub.test>\nMessage-ID: ${own}\n\nhello\n`), mailbox)).toEqual({ own: true });
  });

  it('are only ours with both marks: a forged From or a stolen id is received', async () => {
    expect(await parseMail(raw('From: support@hub.test\nMessage-ID: <other@hub.test>\n\nhello\n'), mailbox)).toMatchObject({ own: false });
    expect(await parseMail(raw(`From: thief@example.test\nMessage-ID: ${own}\n\nhello\n`), mailbox)).toMatchObject({ own: false });
  });

  it('come back as a bounce: only a proven id marks a mail as lost', async () => {
    expect(await parseMail(fixture('bounce'), mailbox)).not.toHaveProperty('receipt');
    const proven = Buffer.from(String(fixture('bounce')).replace('<a-strangers-id@hub.test>', own));
    expect(await parseMail(proven, mailbox)).toMatchObject({
      receipt: { externalId: own, state: 'failed', reason: { 'zh-CN': expect.stringContaining('gone@example.test：该地址不存在 (5.1.1); 550'), en: 'gone@example.test: the address does not exist (5.1.1); 550 5.1.1 <gone@example.test>: Recipient address rejected: User unknown' } }, inbound: { related: [own] },
    });
  });
});

describe('what is no mail', () => {
  it.each([['nothing', ''], ['no header', '\n\nonly words'], ['too deep', `From: a@b.test\n${Array.from({ length: 200 }, (_, level) => `Content-Type: multipart/mixed; boundary=b${level}\n\n--b${level}\n`).join('')}`], ['too many parts', `From: a@b.test\nContent-Type: multipart/mixed; boundary="x y"\n\n${'--x y\n\nz\n'.repeat(2_500)}--x y--`], ['a huge header', `From: a@b.test\n${'X-Filler: '.padEnd(900, 'x').concat('\n').repeat(3_000)}\nbody`]])(
    'throws for %s, for quarantine', async (_name, text) => {
      await expect(parseMail(raw(text), mailbox)).rejects.toThrow();
    });
});
