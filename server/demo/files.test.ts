import { crc32, inflateSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { fileOf, picture } from './files.ts';
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
