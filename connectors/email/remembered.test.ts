/** Who is joined by a subject alone, and who is only suggested; whom an answer copies. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { Inbound } from '../connector.ts';
import { recordingInbox } from '../testing/recording-inbox.ts';
import { parseMail, type Hints } from './parse.ts';
import { circleOf, noteCircle, noteTopic, placed, threadOfTopic, topicOf } from './remembered.ts';
import { ourMessageId, threadKey } from './threading.ts';

const mailbox = { address: 'support@hub.test', tokenSecret: 'a-signing-secret-of-a-test' };
const now = new Date('2026-11-21T10:00:00Z');
const thread = threadKey('<1@c.test>', 'anna@firm.test');
let memory = recordingInbox();

async function mail(from: string, subject: string, headers = ''): Promise<{ inbound: Inbound; hints: Hints }> {
  const parsed = await parseMail(Buffer.from(`From: ${from}\r\nTo: support@hub.test\r\nSubject: ${subject}\r\nMessage-ID: <${Math.random()}@x.test>\r\n${headers}\r\nwords\r\n`), mailbox);
  if (parsed.own) throw new Error('taken for our own');
  return parsed;
}
const place = async (from: string, subject: string, headers = '', at = now) => {
  const { inbound, hints } = await mail(from, subject, headers);
  const { related = [], content } = await placed(inbound, hints, memory, at);
  return { joined: related.includes(thread), suggested: content.email?.resembles };
};

beforeEach(async () => {
  memory = recordingInbox();
  await noteTopic('Damaged parcel 4711', 'anna@firm.test', ['boss@other.test'], thread, memory, now);
});

describe('a mail that names no other', () => {
  it('from the same address under the same subject goes on with its thread', async () => {
    expect(await place('Anna <ANNA@firm.test>', 'Re: damaged  parcel 4711')).toEqual({ joined: true, suggested: undefined });
    expect(await place('anna@firm.test', '回复：Re: Damaged parcel 4711')).toEqual({ joined: true, suggested: undefined });
  });
  it('of a stranger with the same subject is never joined, and not even suggested', async () => {
    expect(await place('mallory@evil.test', 'Re: Damaged parcel 4711')).toEqual({ joined: false, suggested: undefined });
  });
  it('of somebody named in the thread, or of the same company, is suggested with a confidence', async () => {
    expect(await place('boss@other.test', 'Re: Damaged parcel 4711')).toEqual({ joined: false, suggested: { thread, confidence: 0.6, why: expect.stringContaining('named') } });
    expect(await place('carl@firm.test', 'Re: Damaged parcel 4711')).toEqual({ joined: false, suggested: { thread, confidence: 0.4, why: expect.stringContaining('organisation') } });
  });
  it('of another box at the same free provider is nobody we know', async () => {
    await noteTopic('Damaged parcel 4711', 'anna@qq.com', [], thread, memory, now);
    expect(await place('carl@qq.com', 'Re: Damaged parcel 4711')).toEqual({ joined: false, suggested: undefined });
  });
  it('whose sender the mail server doubts is only suggested', async () => {
    expect(await place('anna@firm.test', 'Re: Damaged parcel 4711', 'Authentication-Results: mx.hub.test; spf=fail; dmarc=fail (p=NONE)\r\n')).toEqual({ joined: false, suggested: { thread, confidence: 0.5, why: expect.stringContaining('doubts') } });
  });
  it('that is no answer, says too little, comes too late or from a machine begins its own', async () => {
    expect(await place('anna@firm.test', 'Damaged parcel 4711')).toMatchObject({ joined: false });
    expect(await place('anna@firm.test', 'Re: Damaged parcel 4711', '', new Date('2026-12-21T10:00:00Z'))).toMatchObject({ joined: false });
    expect(await place('anna@firm.test', 'Re: Damaged parcel 4711', 'Auto-Submitted: auto-replied\r\n')).toMatchObject({ joined: false });
    expect(['Re: hi', 'Re:', '回复：你好', 'Re: (no subject)', 'Re: 订单号码', 'Fwd: AW: Damaged parcel'].map(topicOf)).toEqual(['', '', '', '', '订单号码', 'damaged parcel']);
  });
});

describe('those named beside the sender', () => {
  it('are kept with the last mail, under every thread the hub may know it by', async () => {
    const first = await mail('anna@firm.test', 'x', 'Cc: Boss <Boss@firm.test>, support+tag@hub.test, no-reply@firm.test\r\n');
    await noteCircle(first.inbound, first.hints, mailbox, memory);
    expect(await circleOf(first.inbound.thread, memory)).toEqual({ others: ['boss@firm.test'], rounds: 0 });
    const ours = ourMessageId(mailbox.tokenSecret, 'key', mailbox.address, thread);
    const answer = await mail('anna@firm.test', 'Re: x', `In-Reply-To: ${ours}\r\nCc: carl@firm.test\r\nX-Hubbub-Rounds: 1\r\n`);
    await noteCircle(answer.inbound, answer.hints, mailbox, memory);
    expect(await circleOf(thread, memory)).toEqual({ others: ['carl@firm.test'], rounds: 1 });
    const alone = await mail('anna@firm.test', 'Re: x', `In-Reply-To: ${ours}\r\n`);
    await noteCircle(alone.inbound, alone.hints, mailbox, memory);
    expect(await circleOf(thread, memory)).toEqual({ others: [], rounds: 0 });
  });
  it('a plain first mail leaves no note', async () => {
    const before = memory.memory.size;
    const { inbound, hints } = await mail('anna@firm.test', 'x');
    await noteCircle(inbound, hints, mailbox, memory);
    expect(memory.memory.size).toBe(before);
  });
});

it('an answer of ours finds its thread by subject and address, and by nothing less', async () => {
  expect(await threadOfTopic('Re: Damaged parcel 4711', 'anna@firm.test', memory)).toBe(thread);
  expect(await threadOfTopic('Re: Damaged parcel 4711', 'carl@firm.test', memory)).toBeNull();
  expect(await threadOfTopic('Re: Damaged parcel', 'anna@firm.test', memory)).toBeNull();
});

it('an id of ours leads to its thread when the mail it belongs to is no longer known', async () => {
  const ours = ourMessageId(mailbox.tokenSecret, 'lost', mailbox.address, thread);
  const { inbound } = await mail('anna@firm.test', 'Re: x', `References: <other@x.test> ${ours} <another@x.test>\r\n`);
  expect(inbound.related?.slice(0, 2)).toEqual([ours, thread]);
  const forged = ours.replace(/\.m./, '.mf');
  if (forged !== ours) expect((await mail('anna@firm.test', 'Re: x', `References: ${forged}\r\n`)).inbound.related).not.toContain(forged.split('.')[1]);
});
