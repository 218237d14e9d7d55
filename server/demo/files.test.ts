import { crc32, inflateSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { fileOf, picture, voiceNote } from './files.ts';
import { chance } from './random.ts';

test('a picture is a PNG whose pieces have their checksums and whose pixels are all there', () => {
  const png = picture(chance(1), 90, 50);
  expect(png.subarray(0, 8).toString('hex')).toBe('89504e470d0a1a0a');
  const pieces = new Map<string, Buffer>();
  for (let at = 8; at < png.length;) {
    const size = png.readUInt32BE(at);
    expect(png.readUInt32BE(at + 8 + size)).toBe(crc32(png.subarray(at + 4, at + 8 + size)));
    pieces.set(png.toString('latin1', at + 4, at + 8), png.subarray(at + 8, at + 8 + size));
    at += 12 + size;
  }
  expect([...pieces.keys()]).toEqual(['IHDR', 'IDAT', 'IEND']);
  expect(inflateSync(pieces.get('IDAT') ?? Buffer.alloc(0))).toHaveLength(50 * (1 + 90 * 3));
});

test('a page is a PDF whose table of places is right', () => {
  const pdf = fileOf('invoice', chance(2)).bytes.toString('latin1');
  const table = Number(/startxref\n(\d+)/.exec(pdf)?.[1]);
  expect(pdf.slice(table, table + 4)).toBe('xref');
  for (const [number, place] of [...pdf.matchAll(/^(\d{10}) 00000 n/gm)].map(match => Number(match[1])).entries()) expect(pdf.slice(place, place + 7)).toBe(`${number + 1} 0 obj`);
});

test('a voice note is Ogg with Opus, whole and dated to its end, or WeChat\'s AMR', () => {
  const { bytes } = voiceNote('ogg', 3);
  const pages: { flags: number; samples: bigint }[] = [];
  for (let at = 0; at < bytes.length;) {
    expect(bytes.toString('latin1', at, at + 4)).toBe('OggS');
    const packets = bytes.readUInt8(at + 26);
    const size = bytes.subarray(at + 27, at + 27 + packets).reduce((sum, length) => sum + length, 27 + packets);
    const page = Buffer.from(bytes.subarray(at, at + size));
    pages.push({ flags: page.readUInt8(5), samples: page.readBigUInt64LE(6) });
    const said = page.readUInt32LE(22);
    page.writeUInt32LE(0, 22);
    // Ogg's own checksum, by the book: bit by bit, most significant first, no inversion.
    let check = 0n;
    for (const byte of page) for (let bit = 7; bit >= 0; bit--) { const high = check >> 31n & 1n; check = check << 1n & 0xffffffffn; if (high !== BigInt(byte >> bit & 1)) check ^= 0x04c11db7n; }
    expect(Number(check)).toBe(said);
    at += size;
  }
  expect(pages[0]?.flags).toBe(2);
  expect(pages.at(-1)).toEqual({ flags: 4, samples: BigInt(312 + 3 * 48_000) });
  expect(voiceNote('amr', 2).bytes.length).toBe(6 + 100 * 13);
});
