/** Mutated mails: none may crash the parser, take long, or leave live HTML. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Content } from '../../server/conversations/schema.ts';
import { fixture, fixtureNames } from './fixtures.ts';
import { cleanHtml } from './html.ts';
import { parseMail } from './parse.ts';
import { foldQuotes } from './quotes.ts';

const mailbox = { address: 'support@hub.test', tokenSecret: 'a-signing-secret-of-a-test' };
const live = /<(script|style|iframe|object|embed|svg|math|form|input|link|meta|base)\b|\son\w+\s*=|javascript:|vbscript:|url\(|srcset|<img[^>]+\ssrc="(?!cid:|data:image\/)/i;

/** Milliseconds a call took. */
async function timed(run: () => unknown): Promise<number> {
  const begin = performance.now();
  await run();
  return performance.now() - begin;
}

const mutations = fc.array(fc.record({ at: fc.noBias(fc.nat({ max: 9_999 })), kind: fc.constantFrom('byte', 'cut', 'double', 'drop', 'insert'), value: fc.uint8Array({ minLength: 1, maxLength: 40 }) }), { minLength: 1, maxLength: 6 });

function mutate(raw: Buffer, changes: { at: number; kind: string; value: Uint8Array }[]): Buffer {
  return changes.reduce((bytes, { at, kind, value }) => {
    const index = Math.floor((at / 10_000) * bytes.length);
    const head = bytes.subarray(0, index);
    const tail = bytes.subarray(index);
    if (kind === 'cut') return Buffer.from(head);
    if (kind === 'double') return Buffer.concat([head, tail, tail]);
    if (kind === 'drop') return Buffer.concat([head, tail.subarray(Math.min(tail.length, (value[0] ?? 1) * 3))]);
    if (kind === 'insert') return Buffer.concat([head, value, tail]);
    return Buffer.concat([head, value.subarray(0, 1), tail.subarray(1)]);
  }, raw);
}

describe('mutated mails', () => {
  it('600 of them: read or refused, in under a second, valid and harmless', async () => {
    let read = 0;
    await fc.assert(fc.asyncProperty(fc.constantFrom(...fixtureNames), mutations, async (name, changes) => {
      const raw = mutate(fixture(name), changes);
      const took = await timed(async () => {
        const parsed = await parseMail(raw, mailbox).catch((error: unknown) => {
          expect(error).toBeInstanceOf(Error);
          return null;
        });
        if (!parsed || parsed.own) return;
        read += 1;
        expect(Content.safeParse(parsed.inbound.content).error).toBeUndefined();
        expect(parsed.inbound.content.html ?? '').not.toMatch(live);
      });
      expect(took).toBeLessThan(1_000);
    }), { numRuns: 600, seed: 20_261_121 });
    expect(read).toBeGreaterThan(500);
  });
});

describe('hostile sizes', () => {
  it.each([
    ['500,000 parts', `From: a@b.test\nContent-Type: multipart/mixed; boundary=b\n\n${'--b\n\nx\n'.repeat(500_000)}--b--`],
    ['1,500 parts', `From: a@b.test\nContent-Type: multipart/mixed; boundary=b\n\n${'--b\nContent-Type: text/plain\n\nx\n'.repeat(1_500)}--b--`],
    ['a listing full of dashes', `From: a@b.test\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\n${'-- select 1\n'.repeat(30_000)}--b--`],
    ['20,000 parts', `From: a@b.test\nContent-Type: multipart/mixed; boundary=b\n\n${'--b\nContent-Type: text/plain\n\nx\n'.repeat(20_000)}--b--`],
    ['40,000 recipients', `From: a@b.test\nTo: ${'a@b.test, '.repeat(40_000)}x@y.test\n\nwords`],
    ['nested comments', `From: ${'('.repeat(20_000)}a@b.test\n\nwords`],
    ['deep html', `From: a@b.test\nContent-Type: text/html\n\n${'<div><blockquote>'.repeat(20_000)}x`],
    ['unclosed tags', `From: a@b.test\nContent-Type: text/html\n\n${'<'.repeat(200_000)}`],
    ['many references', `From: a@b.test\nReferences: ${'<a@b.test> '.repeat(20_000)}\n\nwords`],
    ['encoded words', `From: a@b.test\nSubject: ${'=?utf-8?B?5Y+R56Wo?= '.repeat(8_000)}\n\nwords`],
    ['one long line', `From: a@b.test\n\n${'在2026年'.repeat(60_000)}`],
    ['many quotes', `From: a@b.test\n\n${'On Monday a wrote:\n> b\nc\n'.repeat(10_000)}`],
    ['many signatures', `From: a@b.test\n\n${'-- \nfrom: x\n'.repeat(20_000)}`],
  ])('%s take less than two seconds', async (_name, text) => {
    expect(await timed(() => parseMail(Buffer.from(text.replace(/\n/g, '\r\n')), mailbox).catch(() => null))).toBeLessThan(2_000);
  });
});

describe('html and quotes of any shape', () => {
  const soup = fc.array(fc.oneof(
    fc.constantFrom('<', '>', '"', "'", '<script>', '</script>', '<img src=x onerror=', '<svg/onload=', '<a href="javascript:', '<style>', '<!--', '-->', '<![CDATA[', '<div style="background:url(', ')', '<math><mi>', '&#x6a;avascript:', '<noscript>', '<template>', '<iframe srcdoc="', '<blockquote type=cite>', 'data-remote="javascript:x"'),
    fc.string(),
  ), { maxLength: 25 }).map((parts) => parts.join(''));

  it('cleaning leaves nothing live, and cleaning twice changes nothing', () => {
    fc.assert(fc.property(soup, (html) => {
      const once = cleanHtml(html);
      // Text may spell anything; only what stands inside a tag can act.
      expect((once.match(/<[a-z][^>]*>/gi) ?? []).join('')).not.toMatch(live);
      expect(cleanHtml(once)).toBe(once);
    }), { numRuns: 500 });
  });

  it('folding loses no word', () => {
    const line = fc.oneof(fc.constantFrom('> quoted', '>', '', '-- ', '发自我的iPhone', '在 2026年11月21日，15:00，A 写道：', 'On Sat, Nov 21, 2026 at 3:00 PM A <a@b.c> wrote:', '发件人: A', '发送时间: 2026', '主题: x', '---- 原始邮件 ----', '____________________________'), fc.string());
    fc.assert(fc.property(fc.array(line, { maxLength: 30 }), (lines) => {
      const text = lines.join('\n').trim();
      const folded = foldQuotes(text);
      // An answer below its quotation comes first in ours: the letters are the same, in another order.
      const letters = (words: string): string => [...words.replace(/\s/g, '')].toSorted().join('');
      expect(letters(`${folded.text}${folded.quoted ?? ''}`)).toBe(letters(text));
      if (text !== '') expect(folded.text).not.toBe('');
    }), { numRuns: 500 });
  });
});
