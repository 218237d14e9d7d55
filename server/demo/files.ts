/** Small files as customers send them, made from nothing: pictures, a PDF, a list. */
import { crc32, deflateSync } from 'node:zlib';
import type { Chance } from './random.ts';
import type { FileKind } from './content/shape.ts';

/** A picture of soft blocks of colour. */
export function picture(chance: Chance, width: number, height: number): Buffer {
  const block = 40;
  const base = [chance.between(90, 220), chance.between(90, 220), chance.between(90, 220)];
  const shades = Array.from({ length: Math.ceil(width / block) * Math.ceil(height / block) }, () => chance.between(-28, 28));
  const rows = Buffer.alloc(height * (1 + width * 3));
  let at = 0;
  for (let y = 0; y < height; y++) {
    rows[at++] = 0;
    for (let x = 0; x < width; x++) {
      const shade = (shades[Math.floor(y / block) * Math.ceil(width / block) + Math.floor(x / block)] ?? 0) + Math.round((y / height) * 24);
      for (const part of base) rows[at++] = Math.max(0, Math.min(255, part + shade));
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), chunk('IHDR', header), chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))]);
}

function chunk(name: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(name, 'latin1'), data]);
  const size = Buffer.alloc(4);
  size.writeUInt32BE(data.length);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([size, body, check]);
}

/** Some seconds in which nobody speaks, as phones send them: Ogg with Opus, which browsers play, or WeChat's AMR. */
export function voiceNote(format: 'ogg' | 'amr', seconds: number): { name: string; type: string; bytes: Buffer } {
  const frames = seconds * 50;
  // A frame of 20 ms of silence in the mode of 4.75 kbit/s.
  if (format === 'amr') return { name: 'voice.amr', type: 'audio/amr', bytes: Buffer.concat([Buffer.from('#!AMR\n'), ...Array.from({ length: frames }, () => Buffer.from([0x04, ...new Uint8Array(12)]))]) };
  const head = Buffer.concat([Buffer.from('OpusHead'), Buffer.from([1, 1, 0x38, 0x01, 0x80, 0xbb, 0, 0, 0, 0, 0])]);
  const tags = Buffer.concat([Buffer.from('OpusTags'), Buffer.from([4, 0, 0, 0]), Buffer.from('demo'), Buffer.from([0, 0, 0, 0])]);
  const silence = Array.from({ length: frames }, () => Buffer.from([0xf8, 0xff, 0xfe]));
  const pages = Array.from({ length: Math.ceil(frames / 50) }, (_, index) => silence.slice(index * 50, index * 50 + 50));
  const sound = pages.map((packets, index) => oggPage(packets, index + 2, 312 + Math.min(frames, (index + 1) * 50) * 960, index === pages.length - 1 ? 4 : 0));
  return { name: 'voice.ogg', type: 'audio/ogg', bytes: Buffer.concat([oggPage([head], 0, 0, 2), oggPage([tags], 1, 0, 0), ...sound]) };
}

/** Packets shorter than 255 bytes in one page. @param samples at 48 kHz up to its end  @param flags 2 begins the stream, 4 ends it */
function oggPage(packets: Buffer[], number: number, samples: number, flags: number): Buffer {
  const header = Buffer.alloc(27);
  header.write('OggS', 0, 'latin1');
  header.writeUInt8(flags, 5);
  header.writeBigUInt64LE(BigInt(samples), 6);
  header.writeUInt32LE(1, 14);
  header.writeUInt32LE(number, 18);
  header.writeUInt8(packets.length, 26);
  const whole = Buffer.concat([header, Buffer.from(packets.map(packet => packet.length)), ...packets]);
  let check = 0;
  for (const byte of whole) {
    check ^= byte << 24;
    for (let bit = 0; bit < 8; bit++) check = check & 0x80000000 ? (check << 1) ^ 0x04c11db7 : check << 1;
  }
  whole.writeUInt32LE(check >>> 0, 22);
  return whole;
}

/** A page of a few lines. ASCII only: the standard fonts have nothing else. */
export function page(lines: string[]): Buffer {
  const text = `BT /F1 14 Tf 60 780 Td 20 TL ${lines.map(line => `(${line.replaceAll(/[()\\]/g, '\\$&')}) Tj T*`).join(' ')} ET`;
  const objects = [
    '<</Type/Catalog/Pages 2 0 R>>', '<</Type/Pages/Kids[3 0 R]/Count 1>>',
    '<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>',
    `<</Length ${text.length}>>\nstream\n${text}\nendstream`, '<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>',
  ];
  let file = '%PDF-1.4\n';
  const places = objects.map((object, index) => {
    const place = file.length;
    file += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return place;
  });
  const table = file.length;
  file += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${places.map(place => `${String(place).padStart(10, '0')} 00000 n \n`).join('')}trailer\n<</Size ${objects.length + 1}/Root 1 0 R>>\nstartxref\n${table}\n%%EOF\n`;
  return Buffer.from(file, 'latin1');
}

/** A file of this kind, with a name as phones and offices give them. */
export function fileOf(kind: FileKind, chance: Chance): { name: string; type: string; bytes: Buffer } {
  const number = chance.between(1000, 9999);
  switch (kind) {
    case 'photo': return { name: `IMG_${number}.png`, type: 'image/png', bytes: picture(chance, 480, 360) };
    case 'screenshot': return { name: `screenshot-${number}.png`, type: 'image/png', bytes: picture(chance, 240, 480) };
    case 'invoice': return { name: `invoice-${number}.pdf`, type: 'application/pdf', bytes: page(['INVOICE', `No. ${number}`, 'Paper Crane Stationery', 'Linen notebook A5      2 x 128.00', 'Total                  256.00']) };
    case 'receipt': return { name: `order-list-${number}.csv`, type: 'text/csv', bytes: Buffer.from('item,quantity\nlinen notebook A5,120\nbrass pen,30\n') };
  }
}
