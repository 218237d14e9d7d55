/** Pictures that lie: sideways, moving, told too much, too large, not pictures at all. */
import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { recoded, thumbnailOf } from './picture.ts';

const plain = (width: number, height: number) => sharp({ create: { width, height, channels: 3, background: '#c00' } });
const noise = (side: number) => sharp({ create: { width: side, height: side, channels: 3, background: '#888', noise: { type: 'gaussian', mean: 128, sigma: 60 } } });
const facts = async (bytes: Uint8Array | null) => (bytes ? await sharp(bytes).metadata() : null);

describe('thumbnailOf', () => {
  it('is at most 320 pixels, WebP, and no larger than the picture', async () => {
    expect(await facts(await thumbnailOf(await plain(2000, 1000).jpeg().toBuffer(), 'image/jpeg'))).toMatchObject({ format: 'webp', width: 320, height: 160 });
    expect(await facts(await thumbnailOf(await plain(40, 30).png().toBuffer(), 'image/png'))).toMatchObject({ width: 40, height: 30 });
    for (const format of ['gif', 'webp', 'avif', 'tiff'] as const) expect(await facts(await thumbnailOf(await plain(400, 400).toFormat(format).toBuffer(), `image/${format}`)), format).toMatchObject({ width: 320, format: 'webp' });
  });

  it('turns it upright and forgets where it was taken', async () => {
    const taken = await plain(400, 200).withExif({ IFD0: { Make: 'Phone', Copyright: 'Mei' }, IFD3: { GPSLatitude: '31/1 13/1 0/1' } }).withMetadata({ orientation: 6 }).jpeg().toBuffer();
    expect(await facts(taken)).toMatchObject({ orientation: 6, exif: expect.anything() });
    const small = await facts(await thumbnailOf(taken, 'image/jpeg'));
    expect([small?.width, small?.height, small?.exif, small?.orientation]).toEqual([160, 320, undefined, undefined]);
    const other = await facts(await recoded(taken, { type: 'image/png', bytes: 100_000 }));
    expect([other?.format, other?.width, other?.exif]).toEqual(['png', 200, undefined]);
  });

  it('of a moving picture shows the first', async () => {
    const frames = await Promise.all(['#f00', '#00f'].map((background) => sharp({ create: { width: 50, height: 50, channels: 3, background } }).png().toBuffer()));
    const moving = await sharp(frames, { join: { animated: true } }).gif().toBuffer();
    expect((await sharp(moving).metadata()).pages).toBe(2);
    const small = await thumbnailOf(moving, 'image/gif');
    expect(await facts(small)).toMatchObject({ width: 50, height: 50 });
    expect((await facts(small))?.pages ?? 1).toBe(1);
    const { dominant } = await sharp(small ?? undefined).stats();
    expect(dominant.r).toBeGreaterThan(dominant.b);
    expect(await recoded(moving, { type: 'image/jpeg', bytes: 1_000_000 })).toBeNull();
  });

  it('is nothing for bombs, drawings, halves and lies', async () => {
    const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"><image href="file:///etc/passwd"/></svg>');
    for (const type of ['image/svg+xml', 'image/png', 'application/pdf']) expect(await thumbnailOf(svg, type), type).toBeNull();
    // The same picture made small is one: it is the size it says that is refused.
    expect(await thumbnailOf(flat(800, 800), 'image/png')).not.toBeNull();
    expect(await thumbnailOf(flat(12_000, 12_000), 'image/png')).toBeNull();
    const whole = await noise(300).jpeg().toBuffer();
    expect(await thumbnailOf(whole.subarray(0, 200), 'image/jpeg')).toBeNull();
    expect(await thumbnailOf(Buffer.alloc(0), 'image/png')).toBeNull();
    expect(await thumbnailOf(Buffer.from('hello'), 'image/webp')).toBeNull();
  });
});

describe('recoded', () => {
  it('is as large as fits, and nothing when it never will', async () => {
    const large = await noise(1_500).png({ compressionLevel: 1 }).toBuffer();
    expect(large.length).toBeGreaterThan(3_000_000);
    const made = await recoded(large, { type: 'image/jpeg', bytes: 700_000 });
    expect(made?.byteLength).toBeLessThanOrEqual(700_000);
    expect((await facts(made))?.format).toBe('jpeg');
    expect((await facts(made))?.width).toBeGreaterThanOrEqual(1_024);
    expect(await recoded(large, { type: 'image/jpeg', bytes: 1_000 })).toBeNull();
    expect(await recoded(Buffer.from('hello'), { type: 'image/jpeg', bytes: 1_000 })).toBeNull();
  }, 30_000);
  it('what was transparent is white where there is no transparency', async () => {
    const clear = await sharp({ create: { width: 20, height: 20, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } } }).png().toBuffer();
    const { dominant } = await sharp(await recoded(clear, { type: 'image/jpeg', bytes: 100_000 }) ?? undefined).stats();
    expect(dominant.r).toBeGreaterThan(240);
  });
});

/** A PNG of one colour: few bytes, however large. */
function flat(width: number, height: number): Buffer {
  const chunk = (name: string, data: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(name, 'latin1'), data]);
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    sum.writeUInt32BE(crc(body));
    return Buffer.concat([length, body, sum]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([1, 0, 0, 0, 0], 8);
  return Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), chunk('IHDR', header), chunk('IDAT', deflateSync(Buffer.alloc((width / 8 + 1) * height))), chunk('IEND', Buffer.alloc(0))]);
}

function crc(bytes: Buffer): number {
  let sum = 0xffffffff;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit += 1) sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1;
  }
  return (sum ^ 0xffffffff) >>> 0;
}
