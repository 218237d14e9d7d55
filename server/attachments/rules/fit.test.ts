/** What becomes of a file that a channel does not carry. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plainType, planFor, renamed, roomFor } from './fit.ts';
import type { FileLimits } from './fit.ts';

const mega = 1024 * 1024;
const whatsapp: FileLimits = { attachmentBytes: 100 * mega, media: [{ type: 'image/jpeg', bytes: 5 * mega }, { type: 'image/png', bytes: 5 * mega }, { type: 'audio/ogg', bytes: 16 * mega }, { type: 'video/mp4', bytes: 16 * mega }, { type: 'application/', bytes: 100 * mega }] };
const wechat: FileLimits = { attachmentBytes: 10 * mega, media: [{ type: 'image/', bytes: 10 * mega }, { type: 'audio/amr', bytes: 2 * mega }, { type: 'audio/mpeg', bytes: 2 * mega }] };
const anything: FileLimits = { attachmentBytes: 10 * mega };
const all = { ffmpeg: true };
const kindOf = (type: string, size: number, limits: FileLimits, tools = all) => planFor({ type, size }, limits, tools).kind;

describe('planFor', () => {
  it('leaves alone what fits', () => {
    for (const [type, limits] of [['image/jpeg', whatsapp], ['audio/ogg; codecs=opus', whatsapp], ['application/zip', whatsapp], ['text/plain', anything], ['image/heic', wechat]] as const) expect(kindOf(type, mega, limits), type).toBe('as-is');
  });
  it('pictures of another kind, or too large, are made anew, best first', () => {
    expect(planFor({ type: 'image/webp', size: mega }, whatsapp, all)).toEqual({ kind: 'picture', targets: [{ type: 'image/jpeg', bytes: 5 * mega }, { type: 'image/png', bytes: 5 * mega }] });
    expect(kindOf('image/jpeg', 6 * mega, whatsapp)).toBe('picture');
    expect(kindOf('image/png', 11 * mega, anything)).toBe('picture');
    // Drawings are never opened, and what libvips cannot read is not tried.
    for (const type of ['image/svg+xml', 'image/heic']) expect(kindOf(type, mega, whatsapp), type).toBe('link');
  });
  it('sound and film where ffmpeg is, and only for kinds the channel has', () => {
    expect(planFor({ type: 'audio/x-m4a', size: mega }, whatsapp, all)).toEqual({ kind: 'media', targets: [{ type: 'audio/ogg', bytes: 16 * mega }] });
    expect(planFor({ type: 'audio/ogg', size: mega }, wechat, all)).toMatchObject({ targets: [{ type: 'audio/mpeg' }, { type: 'audio/amr' }] });
    expect(planFor({ type: 'video/webm', size: mega, role: 'voice' }, whatsapp, all)).toMatchObject({ targets: [{ type: 'audio/ogg' }] });
    expect(planFor({ type: 'video/webm', size: mega }, whatsapp, all)).toMatchObject({ targets: [{ type: 'video/mp4' }] });
    expect(kindOf('video/webm', mega, wechat)).toBe('link');
    expect(kindOf('audio/x-m4a', mega, whatsapp, { ffmpeg: false })).toBe('link');
  });
  it('everything else is a link', () => {
    expect(kindOf('text/html', mega, whatsapp)).toBe('link');
    expect(kindOf('application/zip', 101 * mega, whatsapp)).toBe('link');
    expect(kindOf('application/pdf', 11 * mega, anything)).toBe('link');
    expect(kindOf('image/png', 1, { attachmentBytes: 0 })).toBe('link');
  });
  it('never plans for more room than the channel has', () => {
    const type = fc.constantFrom('image/jpeg', 'image/png', 'image/webp', 'image/', 'audio/ogg', 'audio/', 'video/mp4', 'application/pdf', 'text/plain');
    fc.assert(fc.property(type, fc.nat(1_000), fc.nat(1_000), fc.option(fc.array(fc.record({ type, bytes: fc.nat(2_000) }))), fc.boolean(), (sent, size, attachmentBytes, media, ffmpeg) => {
      const limits = { attachmentBytes, ...(media ? { media } : {}) };
      const plan = planFor({ type: sent, size }, limits, { ffmpeg });
      if (plan.kind === 'as-is') expect(size).toBeLessThanOrEqual(roomFor(sent, limits));
      for (const target of plan.kind === 'picture' || plan.kind === 'media' ? plan.targets : []) {
        expect(target.bytes).toBeGreaterThan(0);
        expect(target.bytes).toBeLessThanOrEqual(Math.min(attachmentBytes, roomFor(target.type, limits)));
      }
    }));
  });
});

it('the first rule that fits counts, by whatever name a type goes', () => {
  expect(roomFor('image/png', { attachmentBytes: 100, media: [{ type: 'image/png', bytes: 5 }, { type: 'image/', bytes: 50 }] })).toBe(5);
  expect(roomFor('image/gif', { attachmentBytes: 100, media: [{ type: 'image/png', bytes: 5 }, { type: 'image/', bytes: 500 }] })).toBe(100);
  expect([plainType('audio/ogg; codecs=opus'), plainType('AUDIO/X-M4A'), plainType('text/plain'), plainType('')]).toEqual(['audio/ogg', 'audio/mp4', 'text/plain', '']);
});

it('names end in what they are', () => {
  expect([renamed('photo.HEIC', 'image/jpeg'), renamed('a.b.webm', 'video/mp4'), renamed('语音', 'audio/ogg'), renamed('.png', 'image/webp')]).toEqual(['photo.jpg', 'a.b.mp4', '语音.ogg', 'file.webp']);
});
