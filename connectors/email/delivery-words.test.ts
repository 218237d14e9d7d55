/** Returns without a format, or with a code that says nothing: what they say in prose. */
import { describe, expect, it } from 'vitest';
import { failure } from './delivery-words.ts';
import { parseMail } from './parse.ts';
import { bounceAddress, ourMessageId, threadKey } from './threading.ts';

const mailbox = { address: 'support@hub.test', tokenSecret: 'a-signing-secret-of-a-test' };
const own = ourMessageId(mailbox.tokenSecret, 'key', mailbox.address, threadKey('<1@c.test>', 'anna@c.test'));
const back = bounceAddress(mailbox.tokenSecret, own, mailbox.address);
const returned = async (text: string) => {
  const parsed = await parseMail(Buffer.from(`Delivered-To: ${back}\n${text}`.replace(/\n/g, '\r\n')), mailbox);
  if (parsed.own) throw new Error('taken for our own');
  return { automatic: parsed.inbound.content.email?.automatic, reason: parsed.receipt?.reason };
};

it.each([
  ['550 unknown user <a@c.test>', '5.0.0', 'does not exist'], ['User anna does not exist here', '5.0.0', 'does not exist'], ['550 该收件人不存在', '5.0.0', 'does not exist'], ['552 mailbox over quota', '5.0.0', 'is full'], ['收件人邮箱已满', '', 'is full'],
  ['552 message size exceeds fixed maximum', '5.0.0', 'too large'], ['No such domain', '5.0.0', 'domain of the address'], ['retry timeout exceeded', '', 'in time'], ['554 blocked, see our policy', '5.0.0', 'refused by policy'], ['550 DMARC check failed', '5.0.0', 'sender checks'],
  ['Connection refused by host', '4.0.0', 'cannot be reached'], ['account is disabled', '5.0.0', 'switched off'], ['sender rejected', '5.0.0', 'our sender address'], ['too many hops', '5.0.0', 'round in circles'], ['550 mailbox full', '5.1.1', 'does not exist'], ['something else', '', 'not delivered'],
])('%s (%s): %s', (diagnostic, code, words) => {
  expect(failure(code, '', diagnostic, '')).toEqual({ 'zh-CN': expect.stringMatching(/\p{Script=Han}/u), en: expect.stringContaining(words) });
});

describe('a mail to the return address of a mail of ours', () => {
  it('is a machine\'s, whatever it looks like', async () => {
    expect(await returned('From: someone@c.test\nSubject: hello\n\nwords\n')).toEqual({ automatic: 'auto-reply', reason: undefined });
  });
  it.each([
    ['From: MAILER-DAEMON <>\nSubject: Mail delivery failed\n\nThere was an error delivering your mail to <gone@c.test>.\n\nc.test did not like our RCPT TO:\n550 5.1.1 no such user\n', 'gone@c.test: the address does not exist (5.1.1)'],
    ['From: post_master@c.test\nSubject: x\n\n<gone@c.test>: mailbox full\n', 'gone@c.test: the mailbox is full'],
    ['From: <>\nSubject: Returned mail\nContent-Type: multipart/report; report-type=delivery-status; boundary=a\n\n--b\nContent-Type: text/plain\n\ngone@c.test\n550 unknown user\n--b--\n', 'gone@c.test: the address does not exist'],
  ])('that returns it in words of its own says why and for whom', async (mail, words) => {
    expect(await returned(mail)).toEqual({ automatic: 'bounce', reason: expect.objectContaining({ en: expect.stringContaining(words) }) });
  });
  const report = (status: string, diagnostic: string, words = '') => `From: mailer-daemon@c.test\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n\n${words}\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; c.test\n\nFinal-Recipient: rfc822; a@c.test\nAction: failed\nStatus: ${status}\n${diagnostic && `Diagnostic-Code: smtp; ${diagnostic}\n`}\n--b--\n`;
  it.each([
    ['the server\'s code counts more than a general one', report('5.0.0', '550 5.2.2 over quota'), '(5.2.2)'], ['and than another', report('5.1.1', '550 5.7.1 blocked'), 'refuses mail from us (5.7.1)'], ['but lateness is ours to tell', report('4.4.7', '421 4.4.2 timed out'), '(4.4.7)'],
    ['a report without an answer is read', report('5.0.0', '', 'The user does not exist'), 'the address does not exist (5.0.0)'],
  ])('%s', async (_name, mail, words) => {
    expect(await returned(mail)).toMatchObject({ reason: { en: expect.stringContaining(words) } });
  });
});
