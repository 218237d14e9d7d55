/** Mails of ours, down to the bytes on the wire. */
import { describe, expect, it } from 'vitest';
import type { Outbound } from '../connector.ts';
import { outbound } from '../testing/shape.ts';
import { EmailConfig } from './manifest.ts';
import { parseMail } from './parse.ts';
import { renderMail } from './render.ts';
import { compose, smtpError } from './smtp.ts';
import { ourMessageId, threadKey } from './threading.ts';

const config = EmailConfig.parse({
  address: 'support@hub.test', displayName: 'Acme 客服', imapHost: 'h', imapUser: 'u', imapPassword: 'p', smtpHost: 'h', plusAddressing: 'on', tokenSecret: 'a-signing-secret-of-a-test',
});
const wire = async (change: Partial<Outbound>): Promise<string> => (await compose(renderMail(outbound({ subject: 'Question', ...change }), config, []))).toString();
const headerOf = (raw: string): string => raw.slice(0, raw.indexOf('\r\n\r\n')).replace(/\r\n[ \t]+/g, ' ');

describe('threads', () => {
  it('answers the customer and names the whole thread', () => {
    const own = ourMessageId(config.tokenSecret, 'earlier', config.address);
    const thread = threadKey('<1@c.test>', 'anna@c.test');
    const mail = renderMail(outbound({ thread, subject: 'Question', history: ['<1@c.test>', 'sha256:beef', '<2@c.test>', own] }), config, [], { plus: true, returnable: true, others: [], rounds: 0 });
    expect(mail).toMatchObject({ subject: 'Re: Question', inReplyTo: '<2@c.test>', references: ['<1@c.test>', '<2@c.test>', own], envelope: { from: expect.stringMatching(/^support\+b[a-z2-7]{44}@hub\.test$/) }, replyTo: { address: expect.stringMatching(/^support\+m[0-9a-f]{24}\.[0-9a-f]{16}@hub\.test$/) } });
  });

  it('puts one Re: and none on a mail that begins a thread', () => {
    const subjects = ['Re: a', 'RE: a', '回复: a', '答复：a', 'AW: a', 'a'].map((subject) => renderMail(outbound({ subject, history: ['<1@c.test>'] }), config, []).subject);
    expect(subjects).toEqual(['Re: a', 'RE: a', '回复: a', '答复：a', 'AW: a', 'Re: a']);
    expect(renderMail(outbound({ subject: 'a' }), config, []).subject).toBe('a');
  });

  it('gives one key one Message-ID', async () => {
    const [first, second] = [await wire({ key: 'k' }), await wire({ key: 'k' })];
    expect(/^Message-ID: (.+)$/m.exec(first)?.[1]).toBe(/^Message-ID: (.+)$/m.exec(second)?.[1]);
  });

  it('keeps long threads whole on the wire, in lines a server takes', async () => {
    const history = Array.from({ length: 150 }, (_, index) => `<message-${index}.of.a.rather.long.thread@customer.example.test>`);
    const raw = await wire({ history });
    expect(headerOf(raw)).toContain(`References: ${history.join(' ')}`);
    expect(Math.max(...raw.split('\r\n').map((line) => line.length))).toBeLessThanOrEqual(998);
  });
});

describe('who speaks', () => {
  it('a person has a name and no machine mark; a bot says that it is one', async () => {
    expect(renderMail(outbound(), config, []).from).toEqual({ name: 'Mei 梅 (Acme 客服)', address: 'support@hub.test' });
    expect(await wire({})).not.toMatch(/^Auto-Submitted/m);
    expect(await wire({ speaker: { kind: 'bot', name: 'Bot' } })).toMatch(/^Auto-Submitted: auto-replied\r$/m);
    expect(await wire({ speaker: { kind: 'system', name: 'Hub' } })).toMatch(/^Auto-Submitted: auto-replied\r$/m);
  });
});

describe('nothing a person types becomes a header', () => {
  const evil = 'x\r\nBcc: evil@evil.test\r\n\r\n<b>body</b>';
  it.each<[string, Partial<Outbound>]>([
    ['subject', { subject: evil }], ['speaker', { speaker: { kind: 'agent', name: evil } }], ['history', { history: [`<a\r\nBcc: evil@evil.test>`, `<ok@c.test>\r\nBcc: evil@evil.test`] }],
    ['thread', { thread: evil }], ['key', { key: evil }], ['text', { content: { text: evil } }], ['lone line feeds', { subject: 'x\nBcc: evil@evil.test' }], ['unicode line ends', { subject: 'x\u2028Bcc: evil@evil.test\u0085Bcc: evil@evil.test' }],
  ])('not by the %s', async (_name, change) => {
    const raw = await wire(change);
    expect(headerOf(raw)).not.toMatch(/^Bcc/im);
    expect(raw.match(/^From:/gm)).toHaveLength(1);
  });

  it.each(['a@b.test, c@d.test', 'a@b.test\r\nBcc: x@y.test', '"a b"@c.test', 'a@b.test@c.test', 'group: a@b.test;', 'no-address', '', '-oQ/tmp@', `${'a'.repeat(70)}@b.test`, '<a@b.test>'])('and not the address %j', (to) => {
    expect(() => renderMail(outbound({ to }), config, [])).toThrow('no valid mail address');
  });

  it('not by a file name', async () => {
    const mail = renderMail(outbound(), config, [{ name: 'a"\r\nBcc: evil@evil.test\r\n\r\n.txt', type: 'text/plain\r\nX: y', bytes: new Uint8Array([1]) }]);
    expect((await compose(mail)).toString()).not.toMatch(/^(Bcc|X):/im);
  });

  it('and no path or address in a message is ever fetched', () => {
    expect(renderMail(outbound(), config, [])).toMatchObject({ disableFileAccess: true, disableUrlAccess: true });
  });
});

describe('what mail cannot carry', () => {
  it('becomes words', () => {
    const { text, html } = renderMail(outbound({ content: { text: '选一个 <b>', choices: ['一', '二'], sources: [{ id: 's', title: 'Handbook', url: 'https://example.test/h' }], location: { latitude: 31.2, longitude: 121.5, name: 'Shanghai' } } }), config, []);
    expect(text).toBe('选一个 <b>\n\n1. 一\n2. 二\n\n- Handbook https://example.test/h\n\nShanghai (31.2, 121.5)');
    expect(html).toContain('选一个 &lt;b&gt;');
  });

  it('our own parser reads what our composer wrote', async () => {
    const mail = renderMail(outbound({ subject: '关于发票', content: { text: '您好,\n\n已寄出。\u{1F600}', html: '<p>您好</p><script>x</script>' } }), config, [{ name: '发票 计划.pdf', type: 'application/pdf', bytes: new Uint8Array([1, 2, 3]) }, { name: 'a.png', type: 'image/png', bytes: new Uint8Array([4]), cid: 'logo' }]);
    const parsed = await parseMail(await compose(mail), { address: 'other@example.test', tokenSecret: 'another-secret-of-a-test' });
    expect(parsed).toMatchObject({ own: false, inbound: { from: { name: 'Mei 梅 (Acme 客服)' }, content: { text: '您好,\n\n已寄出。\u{1F600}', html: '<p>您好</p>', email: { subject: '关于发票' } } } });
    expect(parsed.own ? [] : parsed.inbound.files?.map((file) => [file.name, file.cid])).toEqual(expect.arrayContaining([['发票 计划.pdf', undefined], ['a.png', 'logo']]));
  });
});

describe('what a failure means', () => {
  const failure = (facts: object): Error => Object.assign(new Error('said'), facts);
  it.each([
    ['signed-out', { code: 'EAUTH', responseCode: 535 }, false], ['rate-limited', { code: 'EENVELOPE', responseCode: 450, command: 'RCPT TO' }, false], ['rejected', { code: 'EENVELOPE', responseCode: 550, command: 'RCPT TO' }, false],
    ['rejected', { code: 'EMESSAGE', responseCode: 554, command: 'DATA' }, true], ['rate-limited', { code: 'EMESSAGE', responseCode: 451, command: 'DATA' }, true], ['unreachable', { code: 'ESOCKET' }, false],
    ['in-doubt', { code: 'ECONNECTION' }, true], ['in-doubt', { code: 'ETIMEDOUT' }, true], ['unreachable', { code: 'EPROTOCOL', responseCode: 554, command: 'CONN' }, false], ['unreachable', { code: 'EDNS' }, false],
  ])('%s: %j', (kind, facts, handedOver) => {
    expect(smtpError(failure(facts), handedOver)).toMatchObject({ kind, cause: expect.any(Error) });
  });
});
