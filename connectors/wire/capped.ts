/** A body is read as far as it may be long, whatever its header says. */

/** Its bytes; null when there are more than `most`: the rest is not read. Rejects when the line breaks. */
export async function bytesWithin(body: AsyncIterable<Uint8Array> | null, most: number): Promise<Buffer<ArrayBuffer> | null> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of body ?? []) {
    size += part.byteLength;
    if (size > most) return null;
    parts.push(part);
  }
  return Buffer.concat(parts, size);
}
