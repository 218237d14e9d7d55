/** How large a zip file really becomes: unpacked here within limits, whatever its headers claim. */
import { inflateRawSync } from 'node:zlib';
import { bomb, Trouble } from '../trouble.ts';

const broken = (cause?: unknown) => new Trouble('文件已损坏，无法解压：请用原软件重新保存。', 'The file is broken and cannot be unpacked: save it again with its own program.', { cause });
const MOST_ENTRIES = 5_000;

/** Throws unless all entries together stay below `most` bytes. */
export function checkUnpacked(zip: Buffer, most: number): void {
  const end = zip.lastIndexOf('PK\u0005\u0006', undefined, 'latin1');
  if (end < 0 || end + 22 > zip.length) throw broken();
  const count = zip.readUInt16LE(end + 10);
  let at = zip.readUInt32LE(end + 16);
  let left = most;
  if (count > MOST_ENTRIES) throw bomb();
  for (let i = 0; i < count; i += 1) {
    if (at + 46 > zip.length || zip.readUInt32LE(at) !== 0x02014b50) throw broken();
    const packed = zip.readUInt32LE(at + 20);
    const local = zip.readUInt32LE(at + 42);
    if (local + 30 > zip.length) throw broken();
    const from = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
    left -= zip.readUInt16LE(at + 10) === 8 ? inflated(zip.subarray(from, from + packed), left) : packed;
    if (left <= 0) throw bomb();
    at += 46 + zip.readUInt16LE(at + 28) + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
}

function inflated(bytes: Buffer, most: number): number {
  try {
    return inflateRawSync(bytes, { maxOutputLength: most }).length;
  } catch (cause) {
    throw cause instanceof Error && 'code' in cause && cause.code === 'ERR_BUFFER_TOO_LARGE' ? bomb() : broken(cause);
  }
}
